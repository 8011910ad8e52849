#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utf8proc.h>

namespace tincan::base {

namespace {

utf8proc_int32_t as_proc(char32_t code_point) { return static_cast<utf8proc_int32_t>(code_point); }

const utf8proc_uint8_t* as_proc(const char* text) { return reinterpret_cast<const utf8proc_uint8_t*>(text); }

bool is_regional_indicator(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

bool is_ascii_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

// UAX #29 breaks need only what came since the last sure break, which is between two printable ASCII characters: walk
// forward from there.
std::size_t safe_start_before(std::string_view text, std::size_t at) {
  constexpr std::size_t window = 256; // clusters longer than this are walked over in parts
  std::size_t start = at > window ? at - window : 0;
  for (auto probe = at; probe-- > start + 1;)
    if (is_printable_ascii(text[probe]) && is_printable_ascii(text[probe - 1])) return probe;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  return start;
}

// How many bytes at the beginning are ASCII.
std::size_t ascii_bytes(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) < 0; });
  return static_cast<std::size_t>(end - text.begin());
}

} // namespace

CodePoint decode_code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1, true};
  utf8proc_int32_t value = -1;
  const auto length = static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4));
  const auto used = utf8proc_iterate(as_proc(text.data()), length, &value);
  if (used <= 0 || value < 0) return {first, 1, false};
  return {static_cast<char32_t>(value), static_cast<std::uint8_t>(used), true};
}

void append_utf8(std::string& out, char32_t code_point) {
  utf8proc_uint8_t buffer[4];
  const auto used = utf8proc_encode_char(as_proc(code_point), buffer);
  out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(used));
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(ascii_bytes(text));
    if (text.empty()) return true;
    const auto code_point = decode_code_point(text);
    if (!code_point.valid) return false;
    text.remove_prefix(code_point.bytes);
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string result;
  result.reserve(text.size());
  bool in_broken_part = false;
  while (!text.empty()) {
    const auto code_point = decode_code_point(text);
    const bool continues = in_broken_part && (code_point.value & 0xC0) == 0x80;
    if (code_point.valid)
      result.append(text.substr(0, code_point.bytes));
    else if (!continues)
      append_utf8(result, replacement);
    in_broken_part = !code_point.valid;
    text.remove_prefix(code_point.bytes);
  }
  return result;
}

std::size_t next_grapheme(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  auto current = decode_code_point(text.substr(at));
  at += current.bytes;
  utf8proc_int32_t state = 0;
  while (at < text.size() && current.valid) {
    const auto next = decode_code_point(text.substr(at));
    if (!next.valid || utf8proc_grapheme_break_stateful(as_proc(current.value), as_proc(next.value), &state)) break;
    at += next.bytes;
    current = next;
  }
  return at;
}

std::size_t previous_grapheme(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  if (at == 0) return 0;
  auto begin = safe_start_before(text, at);
  for (;;) {
    const auto end = next_grapheme(text, begin);
    if (end >= at) return begin;
    begin = end;
  }
}

int code_point_width(char32_t code_point) {
  if (code_point == 0xAD) return 0;
  return std::max(0, utf8proc_charwidth(as_proc(code_point)));
}

int grapheme_width(std::string_view cluster) {
  int width = 0;
  int indicators = 0;
  for (std::string_view rest = cluster; !rest.empty();) {
    const auto code_point = decode_code_point(rest);
    rest.remove_prefix(code_point.bytes);
    if (code_point.value == emoji_selector && width > 0) width = 2;
    if (is_regional_indicator(code_point.value) && ++indicators == 2) width = 2;
    width = std::max(width, code_point.valid ? code_point_width(code_point.value) : 1);
  }
  return width;
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = next_grapheme(text, at);
    width += grapheme_width(text.substr(at, end - at));
    at = end;
  }
  return width;
}

std::string_view fit_columns(std::string_view text, int columns) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = next_grapheme(text, at);
    width += grapheme_width(text.substr(at, end - at));
    if (width > columns) return text.substr(0, at);
    at = end;
  }
  return text;
}

std::string_view fit_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = 0;
  for (auto next = next_grapheme(text, 0); next <= bytes; next = next_grapheme(text, end)) end = next;
  if (end > 0) return text.substr(0, end);
  while (end < text.size()) {
    const auto next = end + decode_code_point(text.substr(end)).bytes;
    if (next > bytes && end > 0) break;
    end = next;
  }
  return text.substr(0, end);
}

std::string_view whole_characters(std::string_view text) {
  constexpr std::size_t longest = 4;
  for (std::size_t back = 1; back < longest && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t wanted = byte >= 0xF5U ? 0 : byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC2U ? 2 : 0;
    return wanted > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

std::string pad_to(std::string_view text, int columns) {
  std::string result(text);
  int width = display_width(text);
  if (width > columns) {
    result = std::string(fit_columns(text, columns - 1)) + "…";
    width = display_width(result);
  }
  if (width < columns) result.append(static_cast<std::size_t>(columns - width), ' ');
  return result;
}

std::string fold_case(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string folded(text); // the same as below, and most texts are ASCII
    for (auto& c : folded)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return folded;
  }
  const auto valid = to_valid_utf8(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
  const auto length =
      utf8proc_map(as_proc(valid.data()), static_cast<utf8proc_ssize_t>(valid.size()), &mapped, options);
  if (length < 0) return valid;
  std::string result(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
  std::free(mapped);
  return result;
}

bool is_white_space(char32_t code_point) {
  if (code_point < 0x80) return is_ascii_blank(static_cast<char>(code_point)) && code_point != 0;
  const auto category = utf8proc_category(as_proc(code_point));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         code_point == 0x85;
}

bool is_mark(char32_t code_point) {
  const auto category = utf8proc_category(as_proc(code_point));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_emoji_like(char32_t code_point) {
  const auto bound = utf8proc_get_property(as_proc(code_point))->boundclass;
  const auto category = utf8proc_category(as_proc(code_point));
  return bound == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || category == UTF8PROC_CATEGORY_SO ||
         (code_point >= 0x1F3FB && code_point <= 0x1F3FF) || code_point == emoji_selector || code_point == 0x20E3;
}

bool is_default_ignorable(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x115F && c <= 0x1160) || (c >= 0x17B4 && c <= 0x17B5) ||
         (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0x13430 && c <= 0x1343F) ||
         (c >= 0x1BCA0 && c <= 0x1BCA3) || (c >= 0x1D173 && c <= 0x1D17A) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::optional<std::uint64_t> as_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_ascii_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

} // namespace tincan::base
