#include "tincan/base/endpoint.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

namespace tincan::base {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t max_address_text = INET6_ADDRSTRLEN;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool looks_numeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string_view without_brackets(std::string_view text) {
  return text.size() >= 2 && text.front() == '[' && text.back() == ']' ? text.substr(1, text.size() - 2) : text;
}

// Parts "host" and ":port"; a bare IPv6 address has no port.
std::pair<std::string_view, std::optional<std::string_view>> split_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  const bool bracketed = text.front() == '[';
  if (bracketed && text[colon - (colon ? 1 : 0)] != ']') return {text, std::nullopt};
  if (!bracketed && text.find(':') != colon) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

} // namespace

Address Address::v4(std::array<std::uint8_t, 4> bytes) {
  Address address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

Address Address::v6(const std::array<std::uint8_t, 16>& bytes) {
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()))
    return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  Address address;
  address.is_v4_ = false;
  address.bytes_ = bytes;
  return address;
}

std::optional<Address> Address::parse(std::string_view text) {
  const bool bracketed = !text.empty() && text.front() == '[';
  text = without_brackets(text);
  if (text.empty() || text.size() >= max_address_text || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  if (!bracketed && inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

bool Address::is_loopback() const {
  if (is_v4_) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto b) { return b == 0; }) && bytes_[15] == 1;
}

bool Address::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](auto b) { return b == 0; });
}

bool Address::is_multicast() const {
  if (!is_v4_) return bytes_[0] == 0xff;
  return (bytes_[0] & 0xf0) == 224 || std::all_of(bytes_.begin(), bytes_.begin() + 4, [](auto b) { return b == 255; });
}

bool Address::is_link_local() const {
  if (is_v4_) return bytes_[0] == 169 && bytes_[1] == 254;
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

std::string Address::text() const {
  std::array<char, max_address_text> buffer{};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto [host, port_text] = split_port(text);
  if (!port_text) return std::nullopt;
  const auto address = Address::parse(host);
  const auto port = parse_port(*port_text);
  if (!address || !port) return std::nullopt;
  return Endpoint{*address, *port};
}

std::string Endpoint::text() const {
  return address.is_v4() ? fmt::format("{}:{}", address.text(), port) : fmt::format("[{}]:{}", address.text(), port);
}

Result<HostPort> HostPort::parse(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::bad_argument, "an address is missing (like 10.0.0.7:4100)");
  const auto [host, port_text] = split_port(text);
  HostPort result;
  if (port_text) {
    result.port = parse_port(*port_text);
    if (!result.port) return fail(ErrorCode::bad_argument, "a port is a number from 1 to 65535");
  }
  result.address = Address::parse(host);
  result.host = std::string(without_brackets(host));
  if (!result.address && (!is_host_name(host) || looks_numeric(host)))
    return fail(ErrorCode::bad_argument, "that is neither an address nor a host name (like 10.0.0.7:4100)");
  return result;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.back() != '-' && text.front() != '.' &&
         text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), is_name_char);
}

} // namespace tincan::base

std::size_t std::hash<tincan::base::Address>::operator()(const tincan::base::Address& address) const noexcept {
  const auto& bytes = address.bytes();
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::size_t std::hash<tincan::base::Endpoint>::operator()(const tincan::base::Endpoint& endpoint) const noexcept {
  return std::hash<tincan::base::Address>{}(endpoint.address) * 31 + endpoint.port;
}
