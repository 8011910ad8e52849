// What to send to a terminal so that finished lines stand above the line being typed; remembers what it drew last.
// Pure: bytes come out, the size and the terminal's answers go in. Owned by Terminal, console thread. Never writes to
// row numbers, never erases the whole screen unless asked to, so that the scrollback holds every finished line once.
#pragma once

#include "tincan/term/console.hpp"
#include "tincan/term/glyph.hpp"
#include "tincan/term/shown_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::term {

struct ScreenSize {
  int columns = 80;
  int rows = 24;
  bool operator==(const ScreenSize&) const = default;
};

// What a terminal does with rows that wrapped when its width changes.
enum class Reflow : std::uint8_t { unknown, yes, no };

struct EditArea {
  const Line& prompt;
  std::string_view text; // as typed
  std::size_t cursor;    // byte offset in text
};

class Painter {
public:
  Painter(ScreenSize size, Colour colour) : size_(size), colour_(colour) {}

  // Erases the edit area, writes the finished blocks in its place and draws the area again below them, if there is one.
  std::string paint(std::span<const Block> finished, const EditArea* area);
  // Writes the block over the one with its tag and puts the cursor back; nothing when that one is not known to stand on
  // the screen with all its rows, or has not as many rows. The edit area is not touched.
  std::string replace(const Block& block) const;
  std::vector<LineTag> tags() const { return shown_.tags(); } // of the blocks that can be replaced
  // The screen is emptied (what was on it goes to the scrollback where there is one); the next paint begins at its top.
  std::string clear_screen();
  // Somebody else wrote: the cursor stands at the beginning of a free row and nothing of ours is on the screen.
  void forget();

  // The terminal has a new size. Returns a question to send to it, or nothing when it is clear where the cursor went.
  // After a question, paint only when cursor_reported() or cursor_unknown() was called.
  std::string resize(ScreenSize size);
  bool asks() const { return questions_ > 0; }
  void cursor_reported(int row, int column); // counted from 1
  void cursor_unknown();                     // no answer came
  void expect(Reflow reflow) { reflow_ = reflow; }
  ScreenSize size() const { return size_; }

private:
  struct Cell {
    Glyph glyph;
    Spot spot;
    Style style = Style::plain;
  };
  struct Layout {
    std::vector<Cell> cells;
    Spot cursor;
    std::size_t cursor_cell = 0; // cells.size() when it stands after the last
    int rows = 1;
  };
  struct Place {
    int row = 0; // from the top of the area
    int column = 0;
  };

  void erase_area(std::string& out);
  int write_lines(std::string& out, const std::vector<Line>& lines) const; // the rows that they take
  int write_line(std::string& out, const Line& line) const;
  Layout lay_out(const EditArea& area, std::string_view drawn, std::size_t cursor) const;
  void draw(std::string& out, const Layout& layout);
  void switch_style(std::string& out, Style from, Style to) const;
  void break_row(std::string& out, Place& pen);
  void place_cursor(std::string& out, Place pen) const;
  Place reflowed(int columns) const;

  ScreenSize size_;
  Colour colour_;
  Reflow reflow_ = Reflow::unknown;
  ShownBlocks shown_;
  // What is on the screen: the rows of the area, where the cursor is in them, and the widths of what was drawn. The
  // rows of the area are broken by CR LF, not by wrapping: a terminal that grows wider, perhaps long before it tells us
  // (tmux lets a quarter of a second pass), then leaves them where they are, and erasing them never reaches a finished
  // line.
  int rows_ = 0;
  Place cursor_;
  std::vector<std::uint8_t> widths_;
  std::size_t cursor_index_ = 0; // in widths_
  Place kept_;                   // where the cursor is if the terminal does not reflow
  int questions_ = 0;            // sent and not yet answered; only the last answer tells the present
};

} // namespace tincan::term
