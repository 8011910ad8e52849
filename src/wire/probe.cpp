#include "tincan/wire/probe.hpp"

#include "tincan/base/endpoint.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr std::size_t max_host_bytes = 253; // RFC 1123; the longest bracketed address is far shorter
constexpr std::size_t max_port_digits = 5;

bool is_address_char(char c) { return base::is_digit(c) || c == '.'; }

bool is_host_char(char c) {
  return is_address_char(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

bool is_bracketed_char(char c) { return is_host_char(c) || c == ':' || c == '[' || c == ']'; }

template<class Is> std::size_t count_while(std::string_view text, Is is) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
}

bool is_host(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '[') return base::Address::parse(text).has_value();
  if (std::all_of(text.begin(), text.end(), is_address_char)) return base::Address::parse(text).has_value();
  return base::is_host_name(text);
}

} // namespace

Probe& Probe::fail(bool ran_out) {
  match_ = ran_out && !complete_ ? Match::maybe : Match::no;
  return *this;
}

std::string_view Probe::take(std::size_t count) {
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

Probe& Probe::literal(std::string_view expected) {
  if (match_ != Match::yes) return *this;
  if (rest_.size() < expected.size()) return fail(expected.substr(0, rest_.size()) == rest_);
  if (rest_.substr(0, expected.size()) != expected) return fail(false);
  take(expected.size());
  return *this;
}

Probe& Probe::host(std::string_view& found) {
  if (match_ != Match::yes) return *this;
  const bool bracketed = !rest_.empty() && rest_.front() == '[';
  std::size_t length = count_while(rest_.substr(0, max_host_bytes + 1), bracketed ? is_bracketed_char : is_host_char);
  if (bracketed) {
    const auto closing = rest_.substr(0, length).find(']');
    if (closing == std::string_view::npos) return fail(length == rest_.size());
    length = closing + 1;
  }
  if (length > max_host_bytes) return fail(false);
  if (length == rest_.size() && !bracketed) return fail(true);
  if (!is_host(rest_.substr(0, length))) return fail(false);
  found = take(length);
  return *this;
}

Probe& Probe::ipv4(std::string_view& found) {
  if (match_ != Match::yes) return *this;
  constexpr std::size_t longest = 15;
  const auto length = count_while(rest_.substr(0, longest + 1), is_address_char);
  if (length == rest_.size() && length <= longest) return fail(true);
  const auto address = base::Address::parse(rest_.substr(0, length));
  if (!address || !address->is_v4()) return fail(false);
  found = take(length);
  return *this;
}

Probe& Probe::port(std::uint16_t& found) {
  if (match_ != Match::yes) return *this;
  const auto length = count_while(rest_.substr(0, max_port_digits + 1), base::is_digit);
  if (length > max_port_digits) return fail(false);
  if (length == rest_.size() && !complete_) return fail(true);
  const auto port = base::parse_port(rest_.substr(0, length));
  if (!port) return fail(false);
  found = *port;
  take(length);
  return *this;
}

Probe& Probe::blanks() {
  if (match_ != Match::yes) return *this;
  const auto length = count_while(rest_, [](char c) { return c == ' ' || c == '\t'; });
  if (length == 0) return fail(rest_.empty());
  take(length);
  return *this;
}

Probe& Probe::name(char stop, std::string_view& found) {
  if (match_ != Match::yes) return *this;
  const auto window = rest_.substr(0, max_name_bytes + 1);
  const auto length = count_while(window, [stop](char c) { return c != stop && c != '\n'; });
  if (length == window.size()) return fail(window.size() <= max_name_bytes);
  if (length == 0 || window[length] != stop) return fail(false);
  found = take(length);
  take(1);
  return *this;
}

Probe& Probe::line_end() {
  if (match_ != Match::yes) return *this;
  if (rest_.empty() || rest_ == "\r") return fail(true);
  if (rest_.front() == '\n')
    take(1);
  else if (rest_.substr(0, 2) == "\r\n")
    take(2);
  else
    return fail(false);
  return *this;
}

Probe& Probe::end() {
  if (match_ != Match::yes) return *this;
  if (!base::is_blank(rest_)) return fail(false);
  if (!complete_) return fail(true);
  rest_ = {};
  return *this;
}

} // namespace tincan::wire
