#include "tincan/term/line_splitter.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/term/line_buffer.hpp"

#include <utility>

namespace tincan::term {

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto at = bytes.find('\n');
    add(bytes.substr(0, at));
    if (at == std::string_view::npos) return;
    finish_line();
    bytes.remove_prefix(at + 1);
  }
}

void LineSplitter::add(std::string_view part) {
  begun_ |= !part.empty();
  part_ += part.substr(0, max_line_bytes + 1 - std::min(part_.size(), max_line_bytes + 1));
}

void LineSplitter::finish_line() {
  const auto clean = line_text(part_);
  lines_.emplace_back(base::fit_bytes(clean, max_line_bytes));
  part_.clear();
  begun_ = false;
}

void LineSplitter::end() {
  if (begun_) finish_line();
}

std::optional<std::string> LineSplitter::next() {
  if (lines_.empty()) return std::nullopt;
  auto line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

} // namespace tincan::term
