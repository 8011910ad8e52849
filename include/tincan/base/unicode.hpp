// UTF-8, extended grapheme clusters (UAX #29) and terminal columns, over utf8proc. Pure; any thread.
// Functions that walk text accept any bytes: a byte that is not part of valid UTF-8 (RFC 3629) is a cluster of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::base {

inline constexpr char32_t emoji_selector = 0xFE0F; // variation selector 16: shown as a picture
inline constexpr char32_t replacement = 0xFFFD;    // stands for bytes that are no text

// One code point and its place; `valid` is false for a byte that is not UTF-8, whose value is then that byte.
struct CodePoint {
  char32_t value = 0;
  std::uint8_t bytes = 0; // 1..4
  bool valid = false;
};

// The code point at the start of `text`, which must not be empty.
CodePoint decode_code_point(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);
bool is_valid_utf8(std::string_view text);
// Bytes that are not UTF-8 become U+FFFD, one for each maximal broken part.
std::string to_valid_utf8(std::string_view text);

// Byte offset just after the cluster that begins at `at` (0..size); size() at the end.
std::size_t next_grapheme(std::string_view text, std::size_t at);
// Byte offset of the beginning of the cluster that ends at or before `at`; 0 at the beginning.
std::size_t previous_grapheme(std::string_view text, std::size_t at);

// Columns that a code point takes in a terminal: 0 for combining marks and format characters, 2 for wide ones.
int code_point_width(char32_t code_point);
// Columns of one cluster: its widest code point, and 2 where VS16, a ZWJ or a flag makes it an emoji.
int grapheme_width(std::string_view cluster);
// Sum over the clusters. Control characters count 0.
int display_width(std::string_view text);
// The longest beginning of whole clusters that is at most `columns` wide, or (second form) at most `bytes` long. A
// single cluster longer than `bytes` is cut between code points, so the result is empty only for an empty text.
std::string_view fit_columns(std::string_view text, int columns);
std::string_view fit_bytes(std::string_view text, std::size_t bytes);
// Without a character at the end whose other bytes may still come.
std::string_view whole_characters(std::string_view text);
// `text` cut to `columns` (with "…" when something was cut) and filled up with blanks.
std::string pad_to(std::string_view text, int columns);

// Case folded, NFKC: for comparing names, not for showing.
std::string fold_case(std::string_view text);
bool is_white_space(char32_t code_point);
bool is_mark(char32_t code_point);              // general category M*
bool is_emoji_like(char32_t code_point);        // pictographs and symbols that ZWJ and VS16 may follow
bool is_default_ignorable(char32_t code_point); // invisible by design: zero-width, fillers, tags, selectors
std::string_view trim(std::string_view text);   // ASCII white space and NUL at both ends
std::optional<std::uint64_t> as_number(std::string_view text); // of digits alone; none also beyond 64 bits
inline bool is_blank(std::string_view text) { return trim(text).empty(); }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::vector<std::string_view> split(std::string_view text, char separator);

} // namespace tincan::base
