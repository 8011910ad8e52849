// Lines and prompts on their way to a pipe, a file or a plain terminal. Owned by PlainConsole; any thread writes,
// nobody waits: what the reader does not take is kept up to max_plain_backlog_bytes, then the oldest lines give way.
#pragma once

#include "tincan/base/mutex.hpp"
#include "tincan/term/tty_output.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tincan::term {

inline constexpr std::size_t max_plain_backlog_bytes = 16 * 1024 * 1024; // scripts read late, but they read everything

class PlainOutput {
public:
  explicit PlainOutput(int fd);

  // All return true when something is left for flush(), or nobody reads any more: wake the console thread.
  bool write_line(std::string line);                // without its LF
  bool write_lines(std::vector<std::string> lines); // nothing comes between them
  bool write_prompt(std::string prompt);
  void prompt_answered(); // on a terminal the Enter key has ended the prompt's row
  void flush();
  void flush_within(std::chrono::milliseconds time);
  bool idle() const;
  bool broken() const; // nobody reads any more
  int get() const { return fd_; }

private:
  bool add_line(std::string line) TINCAN_REQUIRES(mutex_);
  bool add(std::string bytes) TINCAN_REQUIRES(mutex_);
  void send() TINCAN_REQUIRES(mutex_);
  bool can_take() const;
  void make_room() TINCAN_REQUIRES(mutex_);

  bool terminal_;
  OwnOutput own_; // for a terminal, where a ready poll does not promise that a write will not block
  int fd_;
  mutable base::Mutex mutex_;
  std::deque<std::string> waiting_ TINCAN_GUARDED_BY(mutex_);
  std::size_t bytes_ TINCAN_GUARDED_BY(mutex_) = 0; // in waiting_
  std::size_t sent_ TINCAN_GUARDED_BY(mutex_) = 0;  // of waiting_.front()
  std::size_t left_out_ TINCAN_GUARDED_BY(mutex_) = 0;
  bool prompt_open_ TINCAN_GUARDED_BY(mutex_) = false; // the cursor stands behind a prompt
  bool broken_ TINCAN_GUARDED_BY(mutex_) = false;
};

} // namespace tincan::term
