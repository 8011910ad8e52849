// Where a person types and reads: one editable line at the bottom and finished lines above it.
// Two kinds: on a terminal (our own editor), and plain, line by line without any escape sequence, for pipes, scripts
// and screen readers. Owned by app; `read` and the setters belong to the console thread, `print`, `replace`, `ring` and
// `wake` to any.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/term/line.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tincan::term {

// What `read` returns.
struct LineEntered {
  std::string text;
}; // valid UTF-8, no control characters, may be empty
struct BlockPasted {
  std::string text;
};                   // several lines pasted at once, parted by LF: ask before sending
struct Cancelled {}; // Ctrl-C
struct Ended {};     // Ctrl-D on an empty line, end of file, terminal gone
struct Woken {};     // wake() was called
struct Stopped {
  int signal = 0;
}; // SIGTERM, SIGHUP or (plain) SIGINT: leave
using Input = std::variant<LineEntered, BlockPasted, Cancelled, Ended, Woken, Stopped>;

// What Tab finds. `begin` is the byte offset in the line from which each candidate replaces up to the cursor.
struct Completion {
  std::size_t begin = 0;
  std::vector<std::string> candidates; // whole replacements, already safe to put into a line
};
using Completer = std::function<Completion(std::string_view line, std::size_t cursor)>;

class Console {
public:
  virtual ~Console() = default;

  virtual void set_prompt(Line prompt) = 0;
  virtual void set_completer(Completer completer) = 0;
  virtual void set_history(std::vector<std::string> oldest_first) = 0;
  // Waits for one input. Nothing is echoed twice; the entered line itself stays on the screen after its prompt only
  // when `keep_entered` was set.
  virtual Input read() = 0;
  virtual void set_keep_entered(bool keep) = 0;
  // Text that the next read() starts with, cursor at its end (for a block that was refused, or a draft).
  virtual void set_draft(std::string_view text) = 0;

  // A finished line above the one being typed. Bounded: when the terminal does not keep up, the oldest unprinted lines
  // give way to one line that says how many were left out.
  virtual void print(Line line) = 0;
  // Lines that are printed together and known by `tag` (0: not known) until another block takes it.
  virtual void print(std::vector<Line> lines, LineTag tag) = 0;
  // The block known by `tag` changes in place, if all of it is still on the screen and `lines` take as many rows as it
  // does; a block that was not drawn yet is drawn as `lines`. Otherwise nothing happens: what has scrolled away stays
  // as it was. Of several changes between two paints the last counts. False when it is certain already that nothing
  // will change (the block is gone, or this console cannot change anything).
  virtual bool replace(LineTag tag, std::vector<Line> lines) = 0;
  virtual void ring() = 0; // the bell, at most once a second
  virtual void wake() = 0; // makes read() return Woken

  virtual bool is_interactive() const = 0; // a real terminal with our editor
};

enum class Colour : bool { off, on };
enum class Mode { automatic, plain };

struct ConsoleOptions {
  Mode mode = Mode::automatic; // automatic: plain unless stdin and stdout are terminals and TERM is not "dumb"
  Colour colour = Colour::on;  // NO_COLOR is looked at by the caller
  int input = 0;               // descriptors
  int output = 1;
};

// Blocks SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP for the calling thread and all threads that it starts
// later: call it first in main, before any thread. The console reads them through a descriptor.
void block_console_signals();

// Puts the terminal into its editing state and gives it back on destruction, on a fatal signal and on std::terminate.
base::Result<std::unique_ptr<Console>> open_console(const ConsoleOptions& options);

} // namespace tincan::term
