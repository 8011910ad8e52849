// A terminal for tests: libvterm with a scrollback, read back as rows of text without trailing blanks.
#pragma once

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <vterm.h>

namespace tincan::term::test {

class Screen {
public:
  Screen(int columns, int rows) : vterm_(vterm_new(rows, columns)), columns_(columns), rows_(rows) {
    vterm_set_utf8(vterm_, 1);
    screen_ = vterm_obtain_screen(vterm_);
    callbacks_.sb_pushline = [](int count, const VTermScreenCell* cells, void* self) {
      static_cast<Screen*>(self)->scrollback_.emplace_back(cells, cells + count);
      return 1;
    };
    callbacks_.sb_popline = [](int count, VTermScreenCell* cells, void* self) {
      auto& lines = static_cast<Screen*>(self)->scrollback_;
      if (lines.empty()) return 0;
      lines.back().resize(static_cast<std::size_t>(count), VTermScreenCell{{0}, 1, {}, {}, {}});
      std::copy(lines.back().begin(), lines.back().end(), cells);
      lines.pop_back();
      return 1;
    };
    callbacks_.bell = [](void* self) { return ++static_cast<Screen*>(self)->bells_; };
    vterm_screen_set_callbacks(screen_, &callbacks_, this);
    vterm_output_set_callback(
        vterm_,
        [](const char* bytes, std::size_t size, void* self) {
          static_cast<Screen*>(self)->replies_.append(bytes, size);
        },
        this);
    vterm_screen_reset(screen_, 1);
  }
  ~Screen() { vterm_free(vterm_); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void feed(std::string_view bytes) { vterm_input_write(vterm_, bytes.data(), bytes.size()); }

  void resize(int columns, int rows) {
    columns_ = columns;
    rows_ = rows;
    vterm_set_size(vterm_, rows, columns);
  }

  std::string row(int index) const {
    Cells cells(static_cast<std::size_t>(columns_));
    for (int column = 0; column < columns_; ++column)
      vterm_screen_get_cell(screen_, {index, column}, &cells[static_cast<std::size_t>(column)]);
    return text_of(cells);
  }
  std::vector<std::string> rows() const {
    std::vector<std::string> all;
    for (int index = 0; index < rows_; ++index) all.push_back(row(index));
    return all;
  }
  std::vector<std::string> scrollback() const {
    std::vector<std::string> all;
    for (const auto& cells : scrollback_) all.push_back(text_of(cells));
    return all;
  }
  std::vector<std::string> everything() const {
    auto all = scrollback();
    for (auto& text : rows()) all.push_back(std::move(text));
    return all;
  }
  std::pair<int, int> cursor() const { // row, column
    VTermPos position{};
    vterm_state_get_cursorpos(vterm_obtain_state(vterm_), &position);
    return {position.row, position.col};
  }
  VTermScreenCell cell(int row, int column) const {
    VTermScreenCell result{};
    vterm_screen_get_cell(screen_, {row, column}, &result);
    return result;
  }
  std::string take_replies() { return std::exchange(replies_, {}); }
  int bells() const { return bells_; }

private:
  using Cells = std::vector<VTermScreenCell>;

  static std::string text_of(const Cells& cells) {
    std::string text;
    for (const auto& cell : cells) {
      if (cell.chars[0] == UINT32_MAX) continue; // the right half of a wide character
      if (cell.chars[0] == 0) text += ' ';
      for (std::size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; ++i)
        base::append_utf8(text, cell.chars[i]);
    }
    text.resize(text.find_last_not_of(' ') + 1);
    return text;
  }

  VTerm* vterm_;
  VTermScreen* screen_ = nullptr;
  VTermScreenCallbacks callbacks_{};
  int columns_;
  int rows_;
  int bells_ = 0;
  std::vector<Cells> scrollback_;
  std::string replies_;
};

} // namespace tincan::term::test
