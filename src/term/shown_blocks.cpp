#include "tincan/term/shown_blocks.hpp"

#include <algorithm>

namespace tincan::term {

void ShownBlocks::add(LineTag tag, int rows) {
  if (tag != 0 && rows > 0) {
    std::erase_if(blocks_, [tag](const Shown& block) { return block.tag == tag; });
    blocks_.push_back({tag, end_, rows});
  }
  end_ += rows;
}

void ShownBlocks::use_below(int rows, int screen_rows) {
  used_ = std::max(used_, end_ + rows);
  while (!blocks_.empty() && blocks_.front().first < used_ - screen_rows) blocks_.pop_front();
}

std::optional<ShownBlocks::Place> ShownBlocks::find(LineTag tag) const {
  const auto found =
      std::find_if(blocks_.begin(), blocks_.end(), [tag](const Shown& block) { return block.tag == tag; });
  if (found == blocks_.end()) return std::nullopt;
  return Place{static_cast<int>(end_ - found->first), found->rows};
}

std::vector<LineTag> ShownBlocks::tags() const {
  std::vector<LineTag> tags;
  for (const auto& block : blocks_) tags.push_back(block.tag);
  return tags;
}

} // namespace tincan::term
