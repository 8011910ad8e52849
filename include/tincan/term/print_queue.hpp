// Finished blocks, and changes to blocks printed before, on their way from any thread to the console thread. Bounded:
// the oldest blocks give way, and are counted; of several changes to one block only the last is kept.
// Owned by a console. push() and replace() from any thread, the rest from the console thread; nothing is called while
// the lock is held.
#pragma once

#include "tincan/base/mutex.hpp"
#include "tincan/term/line.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tincan::term {

inline constexpr std::size_t max_waiting_lines = 5000;            // a second of the heaviest traffic we promise to show
inline constexpr std::size_t max_waiting_bytes = 4 * 1024 * 1024; // a few of the longest messages
// What can be known by a tag: more does not fit on a screen, and a block is taken whole within one turn.
inline constexpr std::size_t max_tagged_lines = 128;
inline constexpr std::size_t max_tagged_bytes = 16 * 1024;

class PrintQueue {
public:
  bool push(Block block); // true when nothing was waiting before: wake the console thread

  enum class Change : std::uint8_t {
    refused, // no block is known by that tag, or it could not take so many lines
    joined,  // it goes with what waits already
    first,   // no change was waiting before: wake the console thread
  };
  Change replace(LineTag tag, std::vector<Line> lines);

  struct Turn {
    std::vector<Block> changes; // of blocks taken before; to be drawn first
    std::vector<Block> blocks;
  };
  // The oldest blocks, until one of the bounds is reached; at least one if there is any. Begins with a line that says
  // how many were left out, if some were.
  enum class Changes : std::uint8_t { taken, with_blocks, held }; // with_blocks: taken if there is any block
  Turn take(std::size_t max_lines, std::size_t max_bytes, Changes changes = Changes::taken);
  // Of the blocks taken so far only these can still change.
  void keep(std::span<const LineTag> tags);

  bool empty() const; // no block waits
  bool has_changes() const;

private:
  struct Load {
    std::size_t lines = 0;
    std::size_t bytes = 0;
  };

  static Load load_of(const std::vector<Line>& lines);
  void add(Block block) TINCAN_REQUIRES(mutex_);
  Block pop() TINCAN_REQUIRES(mutex_);
  void make_room() TINCAN_REQUIRES(mutex_);
  void take_over(LineTag tag) TINCAN_REQUIRES(mutex_);
  Block& at(std::uint64_t number) TINCAN_REQUIRES(mutex_) { return blocks_[number - popped_]; }

  mutable base::Mutex mutex_;
  std::deque<Block> blocks_ TINCAN_GUARDED_BY(mutex_);
  std::uint64_t popped_ TINCAN_GUARDED_BY(mutex_) = 0; // the number of blocks_.front(), counted from the beginning
  Load load_ TINCAN_GUARDED_BY(mutex_);                // of blocks_
  std::size_t left_out_ TINCAN_GUARDED_BY(mutex_) = 0; // lines
  // A tag is in waiting_, with the number of its block, or in taken_; changes_ holds only tags of taken_.
  std::unordered_map<LineTag, std::uint64_t> waiting_ TINCAN_GUARDED_BY(mutex_);
  std::unordered_set<LineTag> taken_ TINCAN_GUARDED_BY(mutex_);
  std::unordered_map<LineTag, std::vector<Line>> changes_ TINCAN_GUARDED_BY(mutex_);
};

// "… 12 lines left out: the terminal did not keep up"
Line left_out_line(std::size_t count);

} // namespace tincan::term
