// Which finished blocks still stand on the screen, and how far above the edit area. Rows are counted from a mark that
// says nothing about where on the screen it is: a row has left the screen when the rows below it, down to the lowest
// one ever used, fill the screen. Pure; owned by Painter, console thread. Holds at most as many blocks as the screen
// has rows.
#pragma once

#include "tincan/term/line.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace tincan::term {

class ShownBlocks {
public:
  // Printed below all others, `rows` high; 0 as tag: only the rows count. An older block with this tag is forgotten.
  void add(LineTag tag, int rows);
  // `rows` (at least 1) below the last block were used, for the edit area or the cursor: on a screen of `screen_rows`
  // that pushed the oldest blocks out, wholly or in part; they are forgotten.
  void use_below(int rows, int screen_rows);
  void forget_all() { *this = {}; } // nobody knows any more where they are

  struct Place {
    int above = 0; // rows from the first row below all blocks up to the first row of this one
    int rows = 0;
  };
  std::optional<Place> find(LineTag tag) const;
  std::vector<LineTag> tags() const;

private:
  struct Shown {
    LineTag tag = 0;
    std::int64_t first = 0;
    int rows = 0;
  };

  std::deque<Shown> blocks_; // oldest first
  std::int64_t end_ = 0;     // the row below all blocks
  std::int64_t used_ = 0;    // the row below the lowest ever used
};

} // namespace tincan::term
