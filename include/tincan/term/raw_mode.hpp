// The terminal's modes: every key at once and unechoed while the editor has it, as they were found otherwise.
// Owned by Terminal, console thread; at most one is in raw mode. Gives the terminal back also on a fatal signal and on
// std::terminate, which needs the one piece of global state of this room (see raw_mode.cpp).
#pragma once

#include <string_view>
#include <termios.h>

namespace tincan::term {

// Switched on with raw mode: pasted text comes between marks, so that it cannot press keys.
inline constexpr std::string_view paste_marks_on = "\x1b[?2004h";
inline constexpr std::string_view paste_marks_off = "\x1b[?2004l";

class RawMode {
public:
  RawMode(int input, int output) : input_(input), output_(output) {}
  ~RawMode() { leave(); }
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

  bool enter(); // false when `input` is no terminal; also puts the modes back in order after a stop
  void leave();
  void discard_input() const; // what has come and was not read

private:
  int input_;
  int output_;
  bool known_ = false; // found_ holds the modes as they were at the first enter()
  bool raw_ = false;
  termios found_{};
};

} // namespace tincan::term
