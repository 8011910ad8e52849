// Text as a terminal lays it out: cluster by cluster, each with its columns, and where it goes on rows that wrap.
// Pure; any thread. Terminals disagree about emoji sequences, flags, spacing marks and the like: such a cluster is
// "disputed", never ends in the last column and is followed by an absolute column, so that the damage cannot spread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tincan::term {

struct Glyph {
  std::string_view bytes; // a view into the caller's text
  int width = 1;          // columns, by our own reckoning; at least 1
  int reach = 1;          // the most columns that any terminal may give it
  bool disputed = false;
};

// The glyph at the beginning of `text`, which is printable UTF-8 and not empty.
Glyph first_glyph(std::string_view text);

// The beginning of `text` that is plain ASCII, one column a byte; the last of it is left if a mark might follow.
std::string_view ascii_run(std::string_view text);

// Where a glyph begins, and how to get there from where the one before ended.
struct Spot {
  int row = 0;
  int column = 0;
  int blanks = 0;      // written first, to fill the row before
  bool forced = false; // then the new row is begun by a blank and CR
};

// Rows of `columns`, as a terminal wraps them by itself, except that a disputed glyph keeps away from the margin.
class Flow {
public:
  explicit Flow(int columns) : columns_(columns) {}

  Spot put(Glyph& glyph); // a glyph too wide for the screen becomes "?"
  void put_ascii(std::size_t count);
  Spot put_cursor() const; // where the next glyph of one column would stand

  int row() const { return row_; }
  int column() const { return column_; } // `columns` when the row is full and the next glyph wraps

private:
  int columns_;
  int row_ = 0;
  int column_ = 0;
};

// The bytes for a glyph at its spot.
void write_glyph(std::string& out, const Glyph& glyph, const Spot& spot);

} // namespace tincan::term
