// Lines from the I/O thread to main's, which also waits for signals. Owned by a mode. Bounded: when the reader does not
// keep up, the writer waits, for what was told must not be dropped here.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace tincan::app {

inline constexpr std::size_t max_queued_lines = 100'000;

class LineQueue {
public:
  LineQueue();
  ~LineQueue();
  LineQueue(const LineQueue&) = delete;
  LineQueue& operator=(const LineQueue&) = delete;

  void push(std::string line); // any thread
  void release();              // any thread: nobody waits for room any more
  void close();                // any thread: take() gives what is left, then nothing
  // All that is there; waits for the first until the deadline or until `interrupt` (a descriptor, or -1) becomes
  // readable.
  std::deque<std::string> take(std::optional<std::chrono::steady_clock::time_point> deadline, int interrupt);
  bool is_closed() const;

private:
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<std::string> lines_;
  bool is_awaited_ = false; // somebody sleeps in take()
  bool is_released_ = false;
  bool is_closed_ = false;
  int wake_;
};

} // namespace tincan::app
