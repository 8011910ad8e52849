#include "tincan/term/history.hpp"

#include "tincan/term/line_buffer.hpp"

#include <algorithm>

namespace tincan::term {

void History::set(const std::vector<std::string>& oldest_first) {
  lines_.clear();
  for (const auto& line : oldest_first) add(line);
}

void History::add(std::string_view line) {
  auto clean = line_text(line);
  if (!clean.empty() && (lines_.empty() || lines_.back() != clean)) lines_.push_back(std::move(clean));
  if (lines_.size() > max_history_lines) lines_.pop_front();
  leave();
}

std::optional<std::string> History::older(std::string_view draft) {
  if (place_ == 0) return std::nullopt;
  if (place_ == lines_.size()) draft_ = draft;
  return lines_[--place_];
}

std::optional<std::string> History::newer() {
  if (place_ >= lines_.size()) return std::nullopt;
  return ++place_ == lines_.size() ? draft_ : lines_[place_];
}

std::optional<History::Found> History::find(std::string_view query, std::size_t index) const {
  for (auto i = std::min(index, lines_.size()); i-- > 0;)
    if (const auto offset = lines_[i].rfind(query); offset != std::string::npos) return Found{i, offset};
  return std::nullopt;
}

} // namespace tincan::term
