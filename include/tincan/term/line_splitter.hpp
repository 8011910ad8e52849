// Bytes from a pipe or a file turned into lines that are safe to use: LF ends a line, a CR before it goes, what is not
// UTF-8 is replaced, control characters are dropped, a line is cut at max_line_bytes. Pure; owned by PlainConsole.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::term {

class LineSplitter {
public:
  void feed(std::string_view bytes);
  void end(); // what has come without a line end is a line as well
  std::optional<std::string> next();

private:
  void add(std::string_view part);
  void finish_line();

  std::string part_;
  bool begun_ = false;
  std::deque<std::string> lines_;
};

} // namespace tincan::term
