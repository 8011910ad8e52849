#include "tincan/term/tty_output.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tincan::term {

TtyOutput::TtyOutput(int fd) : shared_fd_(fd), own_(open_own_output(fd)) {}

TtyOutput::~TtyOutput() {
  if (own_.switched) ::fcntl(shared_fd_, F_SETFL, ::fcntl(shared_fd_, F_GETFL) & ~O_NONBLOCK);
}

void TtyOutput::send(std::string_view bytes) {
  if (!gone_) waiting_ += bytes;
  flush();
}

void TtyOutput::flush() {
  while (sent_ < waiting_.size()) {
    const auto written = ::write(get(), waiting_.data() + sent_, waiting_.size() - sent_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (written < 0) {
      gone_ = true;
      break;
    }
    sent_ += static_cast<std::size_t>(written);
  }
  waiting_.clear();
  sent_ = 0;
}

void TtyOutput::flush_within(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (flush(); !idle(); flush()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd wait{get(), POLLOUT, 0};
    ::poll(&wait, 1, static_cast<int>(left.count()));
  }
}

} // namespace tincan::term
