#include "tincan/term/painter.hpp"

#include "tincan/term/own_view.hpp"
#include "tincan/term/sgr.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace tincan::term {

namespace {

constexpr std::uint8_t row_end = 0; // among the widths of what was drawn
constexpr std::string_view ask_cursor = "\x1b[6n";

void move(std::string& out, int count, char direction) {
  if (count > 0) fmt::format_to(std::back_inserter(out), "\x1b[{}{}", count, direction);
}

// The row of a tall area that is drawn first, so that the cursor can be seen.
int first_row_shown(int rows, int cursor_row, int screen_rows) {
  if (rows <= screen_rows) return 0;
  return std::clamp(cursor_row - screen_rows / 2, 0, rows - screen_rows);
}

} // namespace

std::string Painter::paint(std::span<const Block> finished, const EditArea* area) {
  std::string out;
  erase_area(out);
  for (const auto& block : finished) shown_.add(block.tag, write_lines(out, block.lines));
  rows_ = 0;
  cursor_ = {};
  if (area != nullptr) {
    const auto view = own_view(area->text, area->cursor);
    draw(out, lay_out(*area, view.text, view.cursor));
  }
  shown_.use_below(std::max(1, rows_), size_.rows);
  return out;
}

// Up from the cursor, never beyond the top: only blocks that are on the screen are found.
std::string Painter::replace(const Block& block) const {
  const auto place = shown_.find(block.tag);
  if (!place) return {};
  std::string text;
  const int rows = write_lines(text, block.lines);
  if (rows != place->rows) return {};
  std::string out = "\r";
  move(out, cursor_.row + place->above, 'A');
  // First every row is emptied: where a wide or disputed glyph leaves a cell out, the old text must not show.
  for (int row = 0; row < rows; ++row) out += "\x1b[K\r\n";
  move(out, rows, 'A');
  out += text;
  move(out, place->above - rows + cursor_.row, 'B');
  move(out, cursor_.column, 'C');
  return out;
}

void Painter::erase_area(std::string& out) {
  if (rows_ == 0) return;
  out += '\r';
  move(out, cursor_.row, 'A');
  // ED is only sent beside column 0: in the top left corner tmux would push the whole screen into its scrollback.
  out += " \x1b[J\r\x1b[K";
}

void Painter::switch_style(std::string& out, Style from, Style to) const {
  if (colour_ == Colour::off || from == to) return;
  if (from != Style::plain) out += style_off;
  out += style_on(to);
}

int Painter::write_lines(std::string& out, const std::vector<Line>& lines) const {
  int rows = 0;
  for (const auto& line : lines) rows += write_line(out, line);
  return rows;
}

int Painter::write_line(std::string& out, const Line& line) const {
  Flow flow(size_.columns);
  auto style = Style::plain;
  for (const auto& span : line) {
    switch_style(out, std::exchange(style, span.style), span.style);
    for (std::string_view rest = span.text.str(); !rest.empty();) {
      if (const auto run = ascii_run(rest); !run.empty()) {
        flow.put_ascii(run.size());
        out += run;
        rest.remove_prefix(run.size());
        continue;
      }
      auto glyph = first_glyph(rest);
      rest.remove_prefix(glyph.bytes.size());
      const auto spot = flow.put(glyph);
      write_glyph(out, glyph, spot);
    }
  }
  switch_style(out, style, Style::plain);
  out += "\r\n";
  return flow.row() + 1;
}

Painter::Layout Painter::lay_out(const EditArea& area, std::string_view drawn, std::size_t cursor) const {
  Layout layout;
  Flow flow(size_.columns);
  const auto put = [&](std::string_view& rest, Style style) {
    Cell cell{first_glyph(rest), {}, style};
    rest.remove_prefix(cell.glyph.bytes.size());
    cell.spot = flow.put(cell.glyph);
    layout.cells.push_back(cell);
  };
  for (const auto& span : area.prompt)
    for (std::string_view rest = span.text.str(); !rest.empty();) put(rest, span.style);
  const auto prompt_cells = layout.cells.size();
  auto cursor_cell = prompt_cells;
  for (auto rest = drawn; !rest.empty();) {
    if (drawn.size() - rest.size() <= cursor) cursor_cell = layout.cells.size();
    put(rest, Style::plain);
  }
  if (cursor >= drawn.size()) cursor_cell = layout.cells.size();
  const bool at_end = cursor_cell == layout.cells.size();
  layout.cursor = at_end ? flow.put_cursor() : layout.cells[cursor_cell].spot;
  layout.cursor_cell = cursor_cell;
  layout.rows = std::max(flow.row(), layout.cursor.row) + 1;
  return layout;
}

void Painter::draw(std::string& out, const Layout& layout) {
  const int first = first_row_shown(layout.rows, layout.cursor.row, size_.rows);
  rows_ = std::min(layout.rows, size_.rows);
  cursor_ = kept_ = {layout.cursor.row - first, layout.cursor.column};
  widths_.clear();
  auto style = Style::plain;
  Place pen;
  for (std::size_t i = 0; i < layout.cells.size(); ++i) {
    const auto& [glyph, spot, cell_style] = layout.cells[i];
    if (spot.row < first) continue;
    if (spot.row >= first + rows_) break;
    if (spot.row > first + pen.row) break_row(out, pen);
    if (i == layout.cursor_cell) cursor_index_ = widths_.size();
    switch_style(out, std::exchange(style, cell_style), cell_style);
    write_glyph(out, glyph, {spot.row, spot.column});
    widths_.push_back(static_cast<std::uint8_t>(glyph.width));
    pen.column = spot.column + glyph.width;
  }
  switch_style(out, style, Style::plain);
  if (cursor_.row > pen.row) break_row(out, pen);
  if (layout.cursor_cell == layout.cells.size()) cursor_index_ = widths_.size();
  place_cursor(out, pen);
}

void Painter::break_row(std::string& out, Place& pen) {
  out += "\r\n";
  widths_.push_back(row_end);
  pen = {pen.row + 1, 0};
}

void Painter::place_cursor(std::string& out, Place pen) const {
  if (pen.row == cursor_.row && pen.column == cursor_.column) return;
  out += '\r';
  move(out, pen.row - cursor_.row, 'A');
  move(out, cursor_.column, 'C');
}

std::string Painter::clear_screen() {
  forget();
  return "\x1b[H\x1b[2J";
}

void Painter::forget() {
  shown_.forget_all();
  rows_ = 0;
  cursor_ = kept_ = {};
  questions_ = 0;
}

std::string Painter::resize(ScreenSize size) {
  size = {std::max(1, size.columns), std::max(1, size.rows)};
  const bool same_width = size.columns == size_.columns;
  size_ = size;
  shown_.forget_all();
  if (rows_ == 0 || same_width) return {};
  kept_.column = std::min(kept_.column, size.columns - 1);
  const auto place = reflowed(size.columns);
  if (place.row == kept_.row && !asks()) {
    cursor_ = place;
    return {};
  }
  ++questions_;
  return std::string(ask_cursor);
}

// Where the cursor is after the terminal wrapped anew what was drawn. Rows that we broke stay apart.
Painter::Place Painter::reflowed(int columns) const {
  Place place;
  for (std::size_t i = 0; i <= widths_.size(); ++i) {
    const int width = i < widths_.size() ? std::min<int>(widths_[i], columns) : 0;
    if ((i < widths_.size() && width == row_end) || place.column + width > columns) place = {place.row + 1, 0};
    if (i == cursor_index_) break;
    place.column += width;
  }
  return {place.row, std::min(place.column, columns - 1)};
}

void Painter::cursor_reported(int, int column) {
  if (questions_ == 0 || --questions_ > 0) return;
  const auto wrapped = reflowed(size_.columns);
  const int at = std::min(column, size_.columns) - 1;
  if (wrapped.column != kept_.column && (at == wrapped.column || at == kept_.column))
    reflow_ = at == wrapped.column ? Reflow::yes : Reflow::no;
  cursor_unknown();
}

// Going too far up would overwrite finished lines; not far enough leaves a copy of the edit area: the lesser evil.
void Painter::cursor_unknown() {
  questions_ = 0;
  const auto wrapped = reflowed(size_.columns);
  if (reflow_ == Reflow::unknown)
    cursor_ = wrapped.row < kept_.row ? wrapped : kept_;
  else
    cursor_ = reflow_ == Reflow::yes ? wrapped : kept_;
}

} // namespace tincan::term
