#include "tincan/base/text.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::base {

namespace {

constexpr char32_t non_joiner = 0x200C;
constexpr char32_t joiner = 0x200D;
constexpr char32_t text_selector = 0xFE0E;
constexpr std::size_t max_bytes_per_column = 8; // a cluster without end still claims no more than two columns
constexpr int max_typed_columns = 64;           // an address of IPv6 or a long host name, as a whole

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029; }

bool is_bidi_format(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x61C;
}

bool is_noncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

bool is_private_or_unassigned_tag(char32_t c) { return (c >= 0xE0000 && c <= 0xE0FFF) || c > 0x10FFFF; }

} // namespace

bool is_dangerous(char32_t c) {
  return is_control(c) || is_bidi_format(c) || is_noncharacter(c) || is_private_or_unassigned_tag(c);
}

enum class Names : bool { no, yes };

// Goes over text once and writes what may be shown.
class TextWasher {
public:
  explicit TextWasher(Names names) : names_(names) {}

  static SafeText wrap(std::string text) { return SafeText(std::move(text)); }

  void add(std::string_view text) {
    while (!text.empty()) {
      const auto code_point = decode_code_point(text);
      text.remove_prefix(code_point.bytes);
      add(code_point, text);
    }
  }

  void add_literal(std::string_view text) {
    end_base();
    out_.append(text);
    previous_ = ' ';
  }

  std::string take() {
    end_base();
    previous_ = 0;
    return std::exchange(out_, {});
  }

private:
  void add(CodePoint code_point, std::string_view rest) {
    const char32_t c = code_point.value;
    if (!code_point.valid) {
      if (previous_ != replacement || (c & 0xC0) != 0x80) emit_base(replacement);
    } else if (c == '\t') {
      emit_base(' ');
    } else if (is_dangerous(c) || (is_default_ignorable(c) && !is_welcome(c, rest)) || is_odd_blank(c)) {
      escape(c);
    } else if (is_mark(c) || code_point_width(c) == 0) {
      emit_mark(c);
    } else {
      emit_base(c);
    }
  }

  // In a name it would look like a plain blank, or like nothing.
  bool is_odd_blank(char32_t c) const { return names_ == Names::yes && c >= 0x80 && is_white_space(c); }

  // Joiners and selectors that writing needs: between letters or pictures, never beside ASCII and never twice.
  bool is_welcome(char32_t c, std::string_view rest) const {
    if (names_ == Names::yes && c != joiner && c != emoji_selector) return false;
    if (c == joiner || c == non_joiner) {
      const char32_t next = rest.empty() ? 0 : decode_code_point(rest).value;
      const bool pictures_only = names_ == Names::yes;
      return previous_ >= 0x80 && next >= 0x80 && !is_default_ignorable(next) && previous_ != joiner &&
             previous_ != non_joiner && (!pictures_only || (is_emoji_like(previous_) && is_emoji_like(next)));
    }
    if (c != text_selector && c != emoji_selector) return false;
    const bool is_keycap = previous_ == '#' || previous_ == '*' || (previous_ >= '0' && previous_ <= '9');
    return is_keycap || (is_emoji_like(previous_) && previous_ != emoji_selector);
  }

  void emit_base(char32_t c) {
    end_base();
    emit(c);
  }

  void emit(char32_t c) {
    append_utf8(out_, c);
    previous_ = c;
  }

  void emit_mark(char32_t c) {
    if (marks_ == 0 && (previous_ == 0 || previous_ == ' ') && is_mark(c)) append_utf8(out_, 0x25CC);
    if (++marks_ <= max_marks_per_base) emit(c);
  }

  void end_base() {
    if (marks_ > max_marks_per_base) out_ += fmt::format("⟨+{} marks⟩", marks_ - max_marks_per_base);
    marks_ = 0;
  }

  void escape(char32_t c) {
    end_base();
    out_ += fmt::format("⟨U+{:04X}⟩", static_cast<std::uint32_t>(c));
    previous_ = ' ';
  }

  Names names_;
  std::string out_;
  char32_t previous_ = 0;
  std::size_t marks_ = 0;
};

namespace {

std::string_view without_final_cr(std::string_view line) {
  return !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
}

std::string washed_name(std::string_view name) {
  TextWasher washer(Names::yes);
  washer.add(name);
  return washer.take();
}

std::string name_within(std::string_view name, int columns) {
  const auto washed = washed_name(trim(name));
  if (washed.empty()) return "?";
  const auto kept = fit_bytes(washed, static_cast<std::size_t>(columns) * max_bytes_per_column);
  if (kept.size() == washed.size() && display_width(kept) <= columns) return washed;
  return std::string(fit_columns(kept, columns - 1)) + "…";
}

} // namespace

SafeText SafeText::own(std::string_view text) {
  TextWasher washer(Names::no);
  washer.add(text);
  return TextWasher::wrap(washer.take());
}

SafeText safe_line(const PeerText& text) {
  TextWasher washer(Names::no);
  bool first = true;
  for (const auto line : split(text.untrusted_bytes(), '\n')) {
    if (!std::exchange(first, false)) washer.add_literal(" ⏎ ");
    washer.add(without_final_cr(line));
  }
  return TextWasher::wrap(washer.take());
}

std::vector<SafeText> safe_lines(const PeerText& text) {
  std::vector<SafeText> lines;
  TextWasher washer(Names::no);
  for (const auto line : split(text.untrusted_bytes(), '\n')) {
    washer.add(without_final_cr(line));
    lines.push_back(TextWasher::wrap(washer.take()));
  }
  return lines;
}

SafeText safe_name(const PeerText& name) {
  return TextWasher::wrap(name_within(name.untrusted_bytes(), max_name_columns));
}

std::string as_typed(std::string_view typed) { return name_within(typed, max_typed_columns); }

bool is_all_visible(std::string_view name) { return washed_name(name) == name; }

std::string safe_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  const auto is_plain = [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; };
  for (;;) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(json.begin(), json.end(), is_plain) - json.begin());
    out.append(json.substr(0, plain));
    json.remove_prefix(plain);
    if (json.empty()) break;
    const auto code_point = decode_code_point(json);
    const auto c = static_cast<std::uint32_t>(code_point.value);
    if (!code_point.valid)
      append_utf8(out, replacement);
    else if (!is_dangerous(c) && !is_default_ignorable(c))
      out.append(json.substr(0, code_point.bytes));
    else if (c > 0xFFFF)
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
    else
      out += fmt::format("\\u{:04x}", c);
    json.remove_prefix(code_point.bytes);
  }
  return out;
}

} // namespace tincan::base
