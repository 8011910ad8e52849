#include "tincan/term/print_queue.hpp"

#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace tincan::term {

PrintQueue::Load PrintQueue::load_of(const std::vector<Line>& lines) {
  Load load{lines.size(), 0};
  for (const auto& line : lines)
    for (const auto& span : line) load.bytes += span.text.str().size();
  return load;
}

bool PrintQueue::push(Block block) {
  const auto load = load_of(block.lines);
  const bool too_big = load.lines > max_tagged_lines || load.bytes > max_tagged_bytes;
  const base::Lock lock(mutex_);
  const bool was_empty = blocks_.empty();
  if (block.tag != 0) take_over(block.tag);
  if (too_big)
    for (auto& line : block.lines) add({{std::move(line)}, 0});
  else if (load.lines > 0)
    add(std::move(block));
  make_room();
  return was_empty;
}

// The block that was known by the tag stays as it is.
void PrintQueue::take_over(LineTag tag) {
  if (const auto found = waiting_.find(tag); found != waiting_.end()) {
    at(found->second).tag = 0;
    waiting_.erase(found);
  }
  taken_.erase(tag);
  changes_.erase(tag);
}

void PrintQueue::add(Block block) {
  const auto load = load_of(block.lines);
  load_ = {load_.lines + load.lines, load_.bytes + load.bytes};
  if (block.tag != 0) waiting_[block.tag] = popped_ + blocks_.size();
  blocks_.push_back(std::move(block));
}

Block PrintQueue::pop() {
  auto block = std::move(blocks_.front());
  blocks_.pop_front();
  ++popped_;
  const auto load = load_of(block.lines);
  load_ = {load_.lines - load.lines, load_.bytes - load.bytes};
  if (block.tag != 0) waiting_.erase(block.tag);
  return block;
}

void PrintQueue::make_room() {
  while (blocks_.size() > 1 && (load_.lines > max_waiting_lines || load_.bytes > max_waiting_bytes))
    left_out_ += pop().lines.size();
}

PrintQueue::Change PrintQueue::replace(LineTag tag, std::vector<Line> lines) {
  const auto load = load_of(lines);
  if (load.lines == 0 || load.lines > max_tagged_lines || load.bytes > max_tagged_bytes) return Change::refused;
  const base::Lock lock(mutex_);
  if (const auto found = waiting_.find(tag); found != waiting_.end()) {
    auto& block = at(found->second);
    const auto before = load_of(block.lines);
    load_ = {load_.lines - before.lines + load.lines, load_.bytes - before.bytes + load.bytes};
    block.lines = std::move(lines);
    make_room();
    return Change::joined;
  }
  if (!taken_.contains(tag)) return Change::refused;
  const bool first = changes_.empty();
  changes_[tag] = std::move(lines);
  return first ? Change::first : Change::joined;
}

PrintQueue::Turn PrintQueue::take(std::size_t max_lines, std::size_t max_bytes, Changes changes) {
  Turn turn;
  const base::Lock lock(mutex_);
  if (changes == Changes::taken || (changes == Changes::with_blocks && !blocks_.empty()))
    for (auto& [tag, lines] : std::exchange(changes_, {})) turn.changes.push_back({std::move(lines), tag});
  if (left_out_ > 0) turn.blocks.push_back({{left_out_line(std::exchange(left_out_, 0))}, 0});
  for (Load load; !blocks_.empty() && load.lines < max_lines && load.bytes < max_bytes;) {
    turn.blocks.push_back(pop());
    const auto more = load_of(turn.blocks.back().lines);
    load = {load.lines + more.lines, load.bytes + more.bytes};
    if (turn.blocks.back().tag != 0) taken_.insert(turn.blocks.back().tag);
  }
  return turn;
}

void PrintQueue::keep(std::span<const LineTag> tags) {
  const base::Lock lock(mutex_);
  taken_.clear();
  for (const auto tag : tags)
    if (!waiting_.contains(tag)) taken_.insert(tag);
  for (auto change = changes_.begin(); change != changes_.end();)
    change = taken_.contains(change->first) ? std::next(change) : changes_.erase(change);
}

bool PrintQueue::empty() const {
  const base::Lock lock(mutex_);
  return blocks_.empty();
}

bool PrintQueue::has_changes() const {
  const base::Lock lock(mutex_);
  return !changes_.empty();
}

Line left_out_line(std::size_t count) {
  const auto text = fmt::format("… {} {} left out: the terminal did not keep up", count, count == 1 ? "line" : "lines");
  return {{Style::warning, base::SafeText::own(text)}};
}

} // namespace tincan::term
