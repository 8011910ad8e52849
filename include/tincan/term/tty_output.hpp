// Bytes on their way to a terminal that may be slow or stuck: what it does not take now is kept and sent later.
// Owned by Terminal, console thread. Never blocks.
#pragma once

#include "tincan/term/descriptor.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace tincan::term {

class TtyOutput {
public:
  explicit TtyOutput(int fd);
  ~TtyOutput();
  TtyOutput(const TtyOutput&) = delete;
  TtyOutput& operator=(const TtyOutput&) = delete;

  void send(std::string_view bytes); // tries at once
  void flush();                      // as much as the terminal takes now
  void flush_within(std::chrono::milliseconds time);
  bool idle() const { return waiting_.empty(); } // everything has been taken
  bool gone() const { return gone_; }            // no terminal any more: everything is thrown away
  int get() const { return own_.descriptor.get(); }

private:
  int shared_fd_;
  OwnOutput own_;
  std::string waiting_;
  std::size_t sent_ = 0; // of waiting_
  bool gone_ = false;
};

} // namespace tincan::term
