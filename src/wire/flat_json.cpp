#include "tincan/wire/flat_json.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace tincan::wire {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

bool is_scalar_char(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' || c == '-' || c == '.';
}

bool is_number(std::string_view token) {
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  const bool starts_well = token.front() == '-' || base::is_digit(token.front());
  return starts_well && error != std::errc::invalid_argument && end == token.data() + token.size();
}

std::optional<char> simple_escape(char c) {
  switch (c) {
  case '"':
  case '\\':
  case '/': return c;
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  default: return std::nullopt;
  }
}

} // namespace

std::optional<JsonField> FlatJson::fail() {
  state_ = State::bad;
  return std::nullopt;
}

void FlatJson::skip_space() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

bool FlatJson::take(char expected) {
  skip_space();
  if (rest_.empty() || rest_.front() != expected) return false;
  rest_.remove_prefix(1);
  return true;
}

bool FlatJson::open() {
  if (state_ != State::start) return true;
  state_ = State::first;
  return take('{');
}

bool FlatJson::close() {
  if (!take('}')) return false;
  skip_space();
  state_ = rest_.empty() ? State::whole : State::bad;
  return true;
}

std::optional<JsonField> FlatJson::next() {
  if (state_ == State::whole) return std::nullopt;
  if (state_ == State::bad || !open()) return fail();
  if (close()) return std::nullopt;
  if (state_ == State::more && !take(',')) return fail();
  state_ = State::more;
  JsonField field;
  skip_space();
  if (!read_string(field.key) || !take(':')) return fail();
  skip_space();
  if (!read_value(field)) return fail();
  return field;
}

bool FlatJson::read_value(JsonField& field) {
  if (rest_.empty()) return false;
  switch (rest_.front()) {
  case '"': field.kind = JsonField::Kind::string; return read_string(field.value);
  case '{':
  case '[': field.kind = JsonField::Kind::nested; return skip_nested();
  default: return read_scalar(field);
  }
}

bool FlatJson::read_scalar(JsonField& field) {
  const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_scalar_char);
  const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  if (token.empty()) return false;
  rest_.remove_prefix(token.size());
  field.kind = token == "null"                       ? JsonField::Kind::null
               : token == "true" || token == "false" ? JsonField::Kind::boolean
                                                     : JsonField::Kind::number;
  if (field.kind != JsonField::Kind::null) field.value = std::string(token);
  return field.kind != JsonField::Kind::number || is_number(token);
}

bool FlatJson::read_string(std::string& out) {
  if (rest_.empty() || rest_.front() != '"') return false;
  rest_.remove_prefix(1);
  for (;;) {
    const auto stop = rest_.find_first_of("\"\\");
    if (stop == std::string_view::npos) return false;
    out.append(rest_.substr(0, stop));
    const bool is_end = rest_[stop] == '"';
    rest_.remove_prefix(stop + 1);
    if (is_end) return true;
    if (!read_escape(out)) return false;
  }
}

bool FlatJson::read_escape(std::string& out) {
  if (rest_.empty()) return false;
  const char c = rest_.front();
  rest_.remove_prefix(1);
  if (c != 'u') {
    const auto plain = simple_escape(c);
    if (plain) out += *plain;
    return plain.has_value();
  }
  std::uint32_t unit = 0;
  if (!read_code_unit(unit)) return false;
  if (is_high_surrogate(unit) && rest_.starts_with("\\u")) {
    const auto before = rest_;
    rest_.remove_prefix(2);
    std::uint32_t low = 0;
    if (!read_code_unit(low)) return false;
    if (is_low_surrogate(low))
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    else
      rest_ = before;
  }
  base::append_utf8(out, is_high_surrogate(unit) || is_low_surrogate(unit) ? base::replacement : char32_t{unit});
  return true;
}

bool FlatJson::read_code_unit(std::uint32_t& unit) {
  constexpr std::size_t digits = 4;
  if (rest_.size() < digits) return false;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + digits, unit, 16);
  if (error != std::errc{} || end != rest_.data() + digits) return false;
  rest_.remove_prefix(digits);
  return true;
}

bool FlatJson::skip_string() {
  for (rest_.remove_prefix(1); !rest_.empty(); rest_.remove_prefix(1)) {
    if (rest_.front() == '"') break;
    if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
  }
  if (rest_.empty()) return false;
  rest_.remove_prefix(1);
  return true;
}

bool FlatJson::skip_nested() {
  std::string closers;
  do {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    if (c == '"') {
      if (!skip_string()) return false;
      continue;
    }
    if (c == '{' || c == '[')
      closers += c == '{' ? '}' : ']';
    else if (c == '}' || c == ']') {
      if (closers.back() != c) return false;
      closers.pop_back();
    }
    if (closers.size() >= max_json_depth) return false;
    rest_.remove_prefix(1);
  } while (!closers.empty());
  return true;
}

std::optional<std::size_t> JsonObjectEnd::find(std::string_view text, std::size_t from) {
  for (auto at = from; at < text.size(); ++at) {
    const char c = text[at];
    if (after_backslash_)
      after_backslash_ = false;
    else if (in_string_ && c == '\\')
      after_backslash_ = true;
    else if (c == '"')
      in_string_ = !in_string_;
    else if (in_string_)
      continue;
    else if (c == '{' || c == '[')
      ++depth_;
    else if ((c == '}' || c == ']') && --depth_ == 0)
      return at + 1;
  }
  return std::nullopt;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out.append({'\\', c});
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  out += '"';
}

} // namespace tincan::wire
