// Internet addresses and ports as values, and the forms in which people and programs write them.
// Pure: no name is looked up here. Any thread. Text forms: RFC 4291 (IPv6), RFC 5952 (its canonical form).
#pragma once

#include "tincan/base/error.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::base {

// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (::ffff:a.b.c.d) are turned into IPv4 when made.
class Address {
public:
  Address() = default; // 0.0.0.0
  static Address v4(std::array<std::uint8_t, 4> bytes);
  static Address v6(const std::array<std::uint8_t, 16>& bytes);
  // "10.0.0.7", "::1", "[::1]". Nothing else: no names, no zones ("%eth0"), no blanks.
  static std::optional<Address> parse(std::string_view text);

  bool is_v4() const { return is_v4_; }
  bool is_v6() const { return !is_v4_; }
  bool is_loopback() const;                                            // 127.0.0.0/8 or ::1
  bool is_unspecified() const;                                         // 0.0.0.0 or ::
  bool is_multicast() const;                                           // 224.0.0.0/4, ff00::/8, and 255.255.255.255
  bool is_link_local() const;                                          // 169.254.0.0/16 or fe80::/10
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; } // IPv4: the first four
  std::string text() const;

  auto operator<=>(const Address&) const = default;

private:
  bool is_v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  // "10.0.0.7:4100", "[::1]:4100". The port must be there, 1..65535.
  static std::optional<Endpoint> parse(std::string_view text);
  std::string text() const; // the same forms
  auto operator<=>(const Endpoint&) const = default;
};

// An endpoint as a person types it: the host may be a name, and the port may be missing.
struct HostPort {
  std::string host; // address (without brackets) or name, as typed
  std::optional<std::uint16_t> port;
  std::optional<Address> address; // set when `host` is an address

  // Accepts "h", "h:1", "10.0.0.7", "10.0.0.7:1", "::1", "[::1]", "[::1]:1". Errors: bad_argument with a sentence.
  static Result<HostPort> parse(std::string_view text);
};

// 1..65535 in decimal digits, nothing else.
std::optional<std::uint16_t> parse_port(std::string_view text);

// Letters, digits, '-', '_' and '.', 1..253 bytes, not beginning or ending with '-' (RFC 1123, and '_' as found in
// use).
bool is_host_name(std::string_view text);

} // namespace tincan::base

template<> struct std::hash<tincan::base::Address> {
  std::size_t operator()(const tincan::base::Address& address) const noexcept;
};
template<> struct std::hash<tincan::base::Endpoint> {
  std::size_t operator()(const tincan::base::Endpoint& endpoint) const noexcept;
};
