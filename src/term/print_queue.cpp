#include "tincan/term/print_queue.hpp"

#include <fmt/format.h>
#include <utility>

namespace tincan::term {

namespace {

std::size_t bytes_of(const Line& line) {
  std::size_t bytes = 0;
  for (const auto& span : line) bytes += span.text.str().size();
  return bytes;
}

} // namespace

bool PrintQueue::push(Line line) {
  const base::Lock lock(mutex_);
  const bool was_empty = lines_.empty();
  bytes_ += bytes_of(line);
  lines_.push_back(std::move(line));
  while (lines_.size() > 1 && (lines_.size() > max_waiting_lines || bytes_ > max_waiting_bytes)) {
    bytes_ -= bytes_of(lines_.front());
    lines_.pop_front();
    ++left_out_;
  }
  return was_empty;
}

std::vector<Line> PrintQueue::take(std::size_t max_lines, std::size_t max_bytes) {
  std::vector<Line> taken;
  const base::Lock lock(mutex_);
  if (left_out_ > 0) taken.push_back(left_out_line(std::exchange(left_out_, 0)));
  for (std::size_t bytes = 0; !lines_.empty() && taken.size() < max_lines && bytes < max_bytes;) {
    bytes += bytes_of(lines_.front());
    bytes_ -= bytes_of(lines_.front());
    taken.push_back(std::move(lines_.front()));
    lines_.pop_front();
  }
  return taken;
}

bool PrintQueue::empty() const {
  const base::Lock lock(mutex_);
  return lines_.empty();
}

Line left_out_line(std::size_t count) {
  const auto text = fmt::format("… {} {} left out: the terminal did not keep up", count, count == 1 ? "line" : "lines");
  return {{Style::warning, base::SafeText::own(text)}};
}

} // namespace tincan::term
