// What each key does to the line: moving, killing and yanking, undo, history, incremental search, completion.
// Pure: keys in, what happened out. Owned by Terminal, console thread. Never draws and never waits.
#pragma once

#include "tincan/term/console.hpp"
#include "tincan/term/history.hpp"
#include "tincan/term/keys.hpp"
#include "tincan/term/line_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::term {

inline constexpr std::size_t max_kills = 16;

struct Happened {
  enum class What : std::uint8_t {
    changed,      // the line or the cursor, or nothing
    refused,      // nothing could be done: worth a bell
    entered,      // `text` is the line, the editor is empty again
    pasted,       // `text` is a block of several lines, the editor is empty again
    cut,          // as changed, but the paste was longer than we take
    cancelled,    // Ctrl-C
    ended,        // Ctrl-D on an empty line
    listed,       // `candidates` are to be shown above the line
    clear_screen, // Ctrl-L
    suspend,      // Ctrl-Z
  };
  What what = What::changed;
  std::string text{};
  std::vector<std::string> candidates{};
};

class Editor {
public:
  Happened handle(const Key& key);

  void set_completer(Completer completer) { completer_ = std::move(completer); }
  void set_history(const std::vector<std::string>& oldest_first) { history_.set(oldest_first); }
  void set_line(std::string_view text);

  const std::string& text() const { return line_.text(); }
  std::size_t cursor() const { return line_.cursor(); }
  // What stands in place of the prompt while Ctrl-R searches.
  std::optional<std::string> search_label() const;

private:
  using What = Happened::What;
  // What the key before did, where that changes what this one does.
  enum class Before : std::uint8_t { other, kill, yank, tab };
  struct Search {
    std::string query;
    std::size_t at = 0; // index of the line found, history's size when none is
    bool failed = false;
    std::string line; // what was being typed
    std::size_t cursor = 0;
  };

  std::optional<Happened> handle_search(const Key& key);
  Happened handle_control(char letter);
  Happened handle_alt(const Key& key);
  Happened handle_other(const Key& key);
  Happened type(const Key& key);
  Happened paste(const Key& key);
  Happened enter();
  Happened complete(bool again);
  Happened insert_candidate(std::size_t begin, std::string_view candidate);
  Happened move(std::size_t to);
  Happened erase(std::size_t begin, std::size_t end);
  Happened kill(std::size_t begin, std::size_t end);
  Happened yank(bool again);
  Happened transpose();
  Happened show(std::optional<std::string> line);
  void find(std::size_t before);
  void leave_search(bool keep_found);
  std::string take_line();

  LineBuffer line_;
  History history_;
  Completer completer_;
  std::optional<Search> search_;
  std::deque<std::string> kills_; // newest first
  std::size_t yanked_ = 0;        // index in kills_
  std::size_t yank_begin_ = 0;
  Before before_ = Before::other;
  Before now_ = Before::other;
};

} // namespace tincan::term
