// The editor, the painter and a screen working together, beside a plain model of what the screen should show.
#pragma once

#include "model.hpp"
#include "screen.hpp"
#include "tincan/term/editor.hpp"
#include "tincan/term/painter.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace tincan::term::test {

inline Line line(std::string_view text, Style style = Style::plain) { return {{style, base::SafeText::own(text)}}; }

inline std::vector<Block> each(const std::vector<Line>& lines) {
  std::vector<Block> blocks;
  for (const auto& one : lines) blocks.push_back({{one}, 0});
  return blocks;
}

inline int number(std::mt19937& random, int from, int to) {
  return std::uniform_int_distribution<int>(from, to)(random);
}

struct Arrival {
  std::vector<Symbols> lines;
  LineTag tag = 0;
};

// The editor, painter and screen together, and beside them a tape of what should have happened.
class Bench {
public:
  // The program begins `above` rows below the top of the screen.
  Bench(int columns, int rows, const Symbols& prompt, int above = 0)
      : columns_(columns),
        rows_(rows),
        screen_(columns, rows),
        painter_({columns, rows}, Colour::on),
        prompt_(prompt),
        prompt_line_(line(text_of(prompt), Style::peer)),
        tape_(static_cast<std::size_t>(above)) {
    for (int i = 0; i < above; ++i) screen_.feed("\r\n");
    paint({});
  }

  void press(std::string_view bytes) {
    decoder_.feed(bytes);
    while (const auto key = decoder_.next()) editor_.handle(*key);
  }

  void insert(const Symbol& symbol) {
    if (static_cast<int>(typed_.size()) > 400) return;
    press(symbol.bytes);
    typed_.insert(typed_.begin() + static_cast<std::ptrdiff_t>(cursor_++), symbol);
  }
  void left() {
    press("\x1b[D");
    if (cursor_ > 0) --cursor_;
  }
  void right() {
    press("\x1b[C");
    if (cursor_ < typed_.size()) ++cursor_;
  }
  void home() {
    press("\x01");
    cursor_ = 0;
  }
  void end() {
    press("\x1b[F");
    cursor_ = typed_.size();
  }
  void backspace() {
    press("\x7f");
    if (cursor_ > 0) typed_.erase(typed_.begin() + static_cast<std::ptrdiff_t>(--cursor_));
  }
  void remove() {
    press("\x1b[3~");
    if (cursor_ < typed_.size()) typed_.erase(typed_.begin() + static_cast<std::ptrdiff_t>(cursor_));
  }
  void kill_to_end() {
    press("\x0b");
    typed_.resize(cursor_);
  }
  void kill_to_begin() {
    press("\x15");
    typed_.erase(typed_.begin(), typed_.begin() + static_cast<std::ptrdiff_t>(cursor_));
    cursor_ = 0;
  }

  void random_step(std::mt19937& random, int widest) {
    switch (number(random, 0, 40)) {
    case 0: return home();
    case 1: return end();
    case 2:
    case 3:
    case 4: return left();
    case 5:
    case 6: return right();
    case 7:
    case 8:
    case 9: return backspace();
    case 10: return remove();
    case 11: return number(random, 0, 5) == 0 ? kill_to_end() : right();
    case 12: return number(random, 0, 5) == 0 ? kill_to_begin() : left();
    default: return insert(random_symbol(random, widest));
    }
  }

  void change_prompt(const Symbols& prompt) {
    prompt_ = prompt;
    prompt_line_ = line(text_of(prompt), Style::peer);
  }

  void paint(const std::vector<Arrival>& arrivals) {
    std::vector<Block> blocks;
    for (const auto& [lines, tag] : arrivals) {
      blocks.push_back({lines_of(lines), tag});
      const auto rows = rows_of(lines);
      if (tag != 0) blocks_[tag] = {tape_.size(), rows.size()};
      tape_.insert(tape_.end(), rows.begin(), rows.end());
    }
    const EditArea area{prompt_line_, editor_.text(), editor_.cursor()};
    sent_ = painter_.paint(blocks, &area);
    screen_.feed(sent_);
    const auto height = std::min(static_cast<int>(area_rows().size()), rows_);
    scrolled_ = std::max(scrolled_, static_cast<int>(tape_.size()) + height - rows_);
  }

  // Whether the block was drawn, which must be so exactly when all of it is on the screen and the rows are as many.
  bool replace(const Arrival& arrival) {
    const auto rows = rows_of(arrival.lines);
    const auto found = blocks_.find(arrival.tag);
    const bool fits = found != blocks_.end() && found->second.rows == rows.size() &&
                      found->second.first >= static_cast<std::size_t>(scrolled_);
    sent_ = painter_.replace({lines_of(arrival.lines), arrival.tag});
    REQUIRE(sent_.empty() != fits);
    screen_.feed(sent_);
    if (fits) std::copy(rows.begin(), rows.end(), tape_.begin() + static_cast<std::ptrdiff_t>(found->second.first));
    return fits;
  }

  void check() const {
    CAPTURE(sent_, text_of(typed_), cursor_);
    REQUIRE(editor_.text() == text_of(typed_));
    const auto area = area_rows();
    const auto tall = static_cast<int>(area.size()) > rows_;
    const auto [cursor_row, cursor_column] = area_cursor();
    const auto top = static_cast<int>(tape_.size()) - scrolled_;
    const auto [seen_row, seen_column] = screen_.cursor();
    CHECK(seen_column == cursor_column);
    if (rows_ > 1) // libvterm forgets what leaves a screen of one row
      REQUIRE(screen_.scrollback() == std::vector<std::string>(tape_.begin(), tape_.begin() + scrolled_));
    if (tall) {
      const int first = cursor_row - seen_row;
      REQUIRE(first >= 0);
      REQUIRE(screen_.rows() == std::vector<std::string>(area.begin() + first, area.begin() + first + rows_));
      return;
    }
    std::vector<std::string> expected(tape_.begin() + scrolled_, tape_.end());
    expected.insert(expected.end(), area.begin(), area.end());
    expected.resize(static_cast<std::size_t>(rows_));
    REQUIRE(screen_.rows() == expected);
    CHECK(seen_row == top + cursor_row);
  }

private:
  struct Standing {
    std::size_t first = 0; // index in the tape
    std::size_t rows = 0;
  };

  static std::vector<Line> lines_of(const std::vector<Symbols>& lines) {
    std::vector<Line> result;
    for (const auto& symbols : lines) result.push_back(line(text_of(symbols), Style::dim));
    return result;
  }
  std::vector<std::string> rows_of(const std::vector<Symbols>& lines) const {
    std::vector<std::string> rows;
    for (const auto& symbols : lines)
      for (auto& row : wrap(symbols, columns_).rows) rows.push_back(std::move(row));
    return rows;
  }
  Symbols all() const {
    auto symbols = prompt_;
    symbols.insert(symbols.end(), typed_.begin(), typed_.end());
    return symbols;
  }
  std::vector<std::string> area_rows() const {
    auto rows = wrap(all(), columns_).rows;
    if (cursor_ == typed_.size()) rows.resize(static_cast<std::size_t>(area_cursor().first) + 1);
    return rows;
  }
  std::pair<int, int> area_cursor() const { return wrap(all(), columns_).places[prompt_.size() + cursor_]; }

  int columns_;
  int rows_;
  Screen screen_;
  Painter painter_;
  Symbols prompt_;
  Line prompt_line_;
  KeyDecoder decoder_;
  Editor editor_;
  Symbols typed_;
  std::size_t cursor_ = 0;
  std::vector<std::string> tape_;      // rows of finished lines since the beginning
  std::map<LineTag, Standing> blocks_; // the newest of each tag
  int scrolled_ = 0;
  std::string sent_; // by the last paint
};

} // namespace tincan::term::test
