#include "tincan/sim/marks.hpp"

#include <fmt/format.h>

namespace tincan::sim {

std::string written(Mark mark) { return fmt::format("t{};", mark); }

std::vector<Mark> marks_in(std::string_view text) {
  std::vector<Mark> marks;
  for (auto at = text.find('t'); at != std::string_view::npos; at = text.find('t', at + 1)) {
    Mark mark = 0;
    auto end = at + 1;
    for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end)
      mark = mark * 10 + static_cast<Mark>(text[end] - '0');
    if (end > at + 1 && end < text.size() && text[end] == ';') marks.push_back(mark);
  }
  return marks;
}

} // namespace tincan::sim
