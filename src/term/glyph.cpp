#include "tincan/term/glyph.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace tincan::term {

namespace {

bool is_printable_ascii(char c) { return c >= 0x20 && c <= 0x7E; }

bool is_regional_indicator(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }
bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }

// Scripts and pictures whose columns all terminals in use agree upon, as long as they stand alone or under plain marks.
bool is_agreed(char32_t c) {
  if (c < 0x300) return c != 0xAD;
  if (c >= 0x370 && c < 0x590) return true;                   // Greek, Cyrillic, Armenian
  if (c >= 0x1E00 && c < 0x2000) return true;                 // Latin and Greek with accents
  if (c >= 0x2010 && c < 0x2028) return true;                 // dashes, quotation marks, dots
  if (c >= 0x2190 && c < 0x2194) return true;                 // arrows
  if (c >= 0x2500 && c < 0x25A0) return true;                 // boxes
  if (c == 0x25CC || c == 0x27E8 || c == 0x27E9) return true; // what the base room puts around unprintable things
  if (c >= 0x3041 && c < 0x3097) return true;                 // Hiragana
  if (c >= 0x30A0 && c < 0x3100) return true;                 // Katakana
  if (c >= 0x3400 && c < 0x4DB6) return true;                 // ideographs
  if (c >= 0x4E00 && c < 0x9FA6) return true;
  if (c >= 0xAC00 && c < 0xD7A4) return true; // Hangul
  if (c >= 0xFF01 && c < 0xFF61) return true; // full-width forms
  return c >= 0x1F400 && c < 0x1F43F;         // animals, wide since Unicode 6
}

bool is_plain_mark(char32_t c) { return (c >= 0x300 && c < 0x370 && c != 0x34F) || (c >= 0x1AB0 && c < 0x1AC0); }

int most_columns(char32_t c) {
  if (is_regional_indicator(c) || is_skin_tone(c) || base::is_emoji_like(c)) return 2;
  return std::max(1, base::code_point_width(c));
}

} // namespace

std::string_view ascii_run(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_printable_ascii(text[length])) ++length;
  if (length > 0 && length < text.size()) --length;
  return text.substr(0, length);
}

Glyph first_glyph(std::string_view text) {
  if (!ascii_run(text.substr(0, 2)).empty()) return {text.substr(0, 1)};
  Glyph glyph{text.substr(0, base::next_grapheme(text, 0))};
  glyph.width = std::max(1, base::grapheme_width(glyph.bytes));
  glyph.reach = 0;
  for (auto rest = glyph.bytes; !rest.empty();) {
    const auto code_point = base::decode_code_point(rest);
    const bool first = rest.size() == glyph.bytes.size();
    rest.remove_prefix(code_point.bytes);
    glyph.disputed |= first ? !is_agreed(code_point.value) : !is_plain_mark(code_point.value);
    glyph.reach += most_columns(code_point.value);
  }
  if (!glyph.disputed) glyph.reach = glyph.width;
  glyph.reach = std::max(glyph.reach, glyph.width);
  return glyph;
}

Spot Flow::put(Glyph& glyph) {
  if (glyph.disputed ? glyph.reach >= columns_ : glyph.width > columns_) glyph = {"?"};
  const int room = columns_ - column_;
  Spot spot{row_, column_};
  if (glyph.disputed ? glyph.reach >= room : glyph.width > room) {
    if (glyph.disputed) spot.blanks = room;
    spot.forced = glyph.disputed;
    spot.row = ++row_;
    spot.column = 0;
  }
  column_ = spot.column + glyph.width;
  return spot;
}

void Flow::put_ascii(std::size_t count) {
  const auto columns = static_cast<std::size_t>(columns_);
  const auto end = static_cast<std::size_t>(column_) + count;
  const auto wraps = end == 0 ? 0 : (end - 1) / columns;
  row_ += static_cast<int>(wraps);
  column_ = static_cast<int>(end - wraps * columns);
}

Spot Flow::put_cursor() const {
  if (column_ < columns_) return {row_, column_};
  return {row_ + 1, 0};
}

void write_glyph(std::string& out, const Glyph& glyph, const Spot& spot) {
  out.append(static_cast<std::size_t>(spot.blanks), ' ');
  if (spot.forced) out += " \r";
  out += glyph.bytes;
  if (glyph.disputed) fmt::format_to(std::back_inserter(out), "\x1b[{}G", spot.column + glyph.width + 1);
}

} // namespace tincan::term
