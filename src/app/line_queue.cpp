#include "tincan/app/line_queue.hpp"

#include <algorithm>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace tincan::app {

LineQueue::LineQueue() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
LineQueue::~LineQueue() { ::close(wake_); }

void LineQueue::push(std::string line) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return lines_.size() < max_queued_lines || is_released_ || is_closed_; });
  lines_.push_back(std::move(line));
  if (std::exchange(is_awaited_, false)) eventfd_write(wake_, 1);
}

void LineQueue::release() {
  const std::lock_guard lock(mutex_);
  is_released_ = true;
  room_.notify_all();
}

void LineQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  room_.notify_all();
  eventfd_write(wake_, 1);
}

std::deque<std::string> LineQueue::take(std::optional<std::chrono::steady_clock::time_point> deadline, int interrupt) {
  using namespace std::chrono;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      eventfd_t ignored = 0;
      eventfd_read(wake_, &ignored);
      if (!lines_.empty() || is_closed_) {
        room_.notify_all();
        return std::exchange(lines_, {});
      }
      is_awaited_ = true;
    }
    int wait = -1;
    if (deadline)
      wait = static_cast<int>(
          std::clamp<long>(duration_cast<milliseconds>(*deadline - steady_clock::now()).count() + 1, 0, 60'000));
    pollfd waits[2]{{wake_, POLLIN, 0}, {interrupt, POLLIN, 0}};
    const int ready = ::poll(waits, 2, wait);
    if (interrupt >= 0 && (waits[1].revents & POLLIN) != 0) return {};
    if (ready == 0 && deadline && steady_clock::now() >= *deadline) return {};
  }
}

bool LineQueue::is_closed() const {
  const std::lock_guard lock(mutex_);
  return is_closed_ && lines_.empty();
}

} // namespace tincan::app
