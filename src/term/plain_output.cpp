#include "tincan/term/plain_output.hpp"

#include "tincan/term/print_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace tincan::term {

namespace {

constexpr std::size_t chunk_bytes = PIPE_BUF; // a pipe that is ready takes this much without blocking (pipe(7))

} // namespace

PlainOutput::PlainOutput(int fd) : terminal_(::isatty(fd) == 1), fd_(fd) {
  if (!terminal_) return;
  own_ = open_own_output(fd);
  fd_ = own_.descriptor.get();
}

bool PlainOutput::write_line(std::string line) {
  const base::Lock lock(mutex_);
  return add_line(std::move(line));
}

bool PlainOutput::write_lines(std::vector<std::string> lines) {
  const base::Lock lock(mutex_);
  bool left = false;
  for (auto& line : lines) left = add_line(std::move(line));
  return left;
}

bool PlainOutput::add_line(std::string line) {
  line += '\n';
  if (std::exchange(prompt_open_, false) && terminal_) line.insert(0, 1, '\n');
  return add(std::move(line));
}

bool PlainOutput::write_prompt(std::string prompt) {
  const base::Lock lock(mutex_);
  prompt_open_ = !prompt.empty();
  return add(std::move(prompt));
}

void PlainOutput::prompt_answered() {
  const base::Lock lock(mutex_);
  prompt_open_ = false;
}

bool PlainOutput::add(std::string bytes) {
  if (!broken_ && !bytes.empty()) {
    bytes_ += bytes.size();
    waiting_.push_back(std::move(bytes));
  }
  send();
  make_room();
  return broken_ || !waiting_.empty();
}

void PlainOutput::make_room() {
  while (bytes_ > max_plain_backlog_bytes && waiting_.size() > 2) {
    bytes_ -= waiting_[1].size(); // the first is half sent
    waiting_.erase(waiting_.begin() + 1);
    ++left_out_;
  }
}

bool PlainOutput::can_take() const {
  pollfd ready{fd_, POLLOUT, 0};
  return ::poll(&ready, 1, 0) > 0;
}

void PlainOutput::send() {
  while (!waiting_.empty() && can_take()) {
    const auto& front = waiting_.front();
    const auto written = ::write(fd_, front.data() + sent_, std::min(chunk_bytes, front.size() - sent_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (written < 0) {
      broken_ = true;
      waiting_.clear();
      bytes_ = sent_ = 0;
      return;
    }
    sent_ += static_cast<std::size_t>(written);
    if (sent_ < front.size()) continue;
    bytes_ -= front.size();
    waiting_.pop_front();
    sent_ = 0;
    if (left_out_ == 0) continue;
    waiting_.push_front(left_out_line(std::exchange(left_out_, 0)).front().text.str() + "\n");
    bytes_ += waiting_.front().size();
  }
}

void PlainOutput::flush() {
  const base::Lock lock(mutex_);
  send();
}

void PlainOutput::flush_within(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (flush(); !idle(); flush()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd ready{fd_, POLLOUT, 0};
    ::poll(&ready, 1, static_cast<int>(left.count()));
  }
}

bool PlainOutput::idle() const {
  const base::Lock lock(mutex_);
  return waiting_.empty();
}

bool PlainOutput::broken() const {
  const base::Lock lock(mutex_);
  return broken_;
}

} // namespace tincan::term
