// Text with a type: PeerText is what a peer sent and cannot be printed; SafeText is what a terminal may be given.
// The only ways from the first to the second are the safe_… functions below. Pure values; any thread.
#pragma once

#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::base {

// Bytes that somebody else chose: any length, any content. There is no implicit way to a string.
class PeerText {
public:
  PeerText() = default;
  explicit PeerText(std::string bytes) : bytes_(std::move(bytes)) {}
  // For storing, comparing, measuring and escaping into JSON, never for showing.
  const std::string& untrusted_bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  bool operator==(const PeerText&) const = default;

private:
  std::string bytes_;
};

// One line of valid UTF-8 without control, bidirectional-format or stray invisible characters.
class SafeText {
public:
  SafeText() = default;
  // Text of our own program or typed by our own user. Control characters in it are our mistake; they are shown escaped.
  static SafeText own(std::string_view text);

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const SafeText&) const = default;

private:
  friend class TextWasher;
  explicit SafeText(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

inline constexpr std::size_t max_marks_per_base = 8; // Zalgo beyond this is cut: no script needs more on one letter
inline constexpr int max_name_columns = 24;          // a name column must leave room for the text on 80 columns

// The whole text on one line: line ends become " ⏎ ", tabs a blank, controls and format characters "⟨U+009B⟩".
SafeText safe_line(const PeerText& text);
// One element for each line of the text; never empty. CR LF and LF end a line; CR alone, VT, FF, NEL, U+2028 are
// escaped.
std::vector<SafeText> safe_lines(const PeerText& text);
// A name: trimmed, at most max_name_columns wide, all invisible characters shown; "?" when nothing is left.
SafeText safe_name(const PeerText& name);
// A name or an address as our user typed it, for a message that speaks of it: by the same rules, at most 64 columns
// wide.
std::string as_typed(std::string_view typed);
// Whether a name is shown as it is, if it is not too wide: nothing in it is invisible or controls a terminal.
bool is_all_visible(std::string_view name);
// The same rules for strings inside JSON that may reach a terminal: nothing is lost, what is dangerous is written
// \uXXXX. `json` is serialised JSON in valid UTF-8.
std::string safe_json(std::string_view json);
// True when a terminal could be led astray by it: controls, bidi formats, invisible characters in the wrong place.
bool is_dangerous(char32_t code_point);

} // namespace tincan::base

template<> struct fmt::formatter<tincan::base::SafeText> : fmt::formatter<fmt::string_view> {
  template<class Context> auto format(const tincan::base::SafeText& text, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(text.str(), context);
  }
};
