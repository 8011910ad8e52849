// File descriptors with an owner, and an event that wakes a poll from any thread.
#pragma once

#include <utility>

namespace tincan::term {

class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

// Any thread signals; the console thread polls get() and drains.
class WakeEvent {
public:
  WakeEvent();
  int get() const { return event_.get(); }
  void signal();
  void drain();

private:
  Descriptor event_;
};

// SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM and SIGHUP read through a descriptor. Console thread. They must be
// blocked in every thread (block_console_signals); here they are blocked for the calling one.
class SignalInbox {
public:
  SignalInbox();
  int get() const { return signals_.get(); }
  int take(); // the number of one signal that came, 0 when there is none

private:
  Descriptor signals_;
};

// Stops this process, or its whole group as Ctrl-Z would, until SIGCONT comes. Does nothing where no shell could
// continue it. A SIGCONT that ended the stop is taken away.
void stop_until_continued(bool whole_group);

// A description of the same terminal that does not block, so that ours can without changing what the shell shares with
// us. Falls back to switching `fd` itself to non-blocking, in which case `switched` is set.
struct OwnOutput {
  Descriptor descriptor;
  bool switched = false;
};
OwnOutput open_own_output(int fd);

} // namespace tincan::term
