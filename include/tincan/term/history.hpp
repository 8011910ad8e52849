// The lines entered before, newest last, and a place in them while the user looks through them with Up and Down.
// Pure value; owned by Editor, console thread.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::term {

inline constexpr std::size_t max_history_lines = 1000;

class History {
public:
  void set(const std::vector<std::string>& oldest_first);
  void add(std::string_view line); // not when it is empty or the same as the one before

  // The neighbour of the present place, nullopt at the end. `draft` is the line being typed; newer() gives it back.
  std::optional<std::string> older(std::string_view draft);
  std::optional<std::string> newer();
  void leave() { place_ = lines_.size(); }

  struct Found {
    std::size_t index = 0;  // of the line
    std::size_t offset = 0; // of the match in it
  };
  // The newest line before `index` that contains `query`; give size() to begin.
  std::optional<Found> find(std::string_view query, std::size_t index) const;
  std::size_t size() const { return lines_.size(); }
  const std::string& at(std::size_t index) const { return lines_[index]; }

private:
  std::deque<std::string> lines_;
  std::size_t place_ = 0;
  std::string draft_;
};

} // namespace tincan::term
