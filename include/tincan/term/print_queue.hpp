// Finished lines on their way from any thread to the console thread. Bounded: the oldest give way, and are counted.
// Owned by a console. push() from any thread, take() from the console thread; nothing is called while the lock is held.
#pragma once

#include "tincan/base/mutex.hpp"
#include "tincan/term/line.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace tincan::term {

inline constexpr std::size_t max_waiting_lines = 5000;            // a second of the heaviest traffic we promise to show
inline constexpr std::size_t max_waiting_bytes = 4 * 1024 * 1024; // a few of the longest messages

class PrintQueue {
public:
  bool push(Line line); // true when nothing was waiting before: wake the console thread
  // The oldest lines, until one of the bounds is reached; at least one if there is any. Begins with a line that says
  // how many were left out, if some were.
  std::vector<Line> take(std::size_t max_lines, std::size_t max_bytes);
  bool empty() const;

private:
  mutable base::Mutex mutex_;
  std::deque<Line> lines_ TINCAN_GUARDED_BY(mutex_);
  std::size_t bytes_ TINCAN_GUARDED_BY(mutex_) = 0;
  std::size_t left_out_ TINCAN_GUARDED_BY(mutex_) = 0;
};

// "… 12 lines left out: the terminal did not keep up"
Line left_out_line(std::size_t count);

} // namespace tincan::term
