#include "tincan/base/keys.hpp"

#include <charconv>
#include <system_error>

namespace tincan::base {

namespace {

constexpr std::string_view digits = "ybndrfg8ejkmcpqxot1uwisza345h769";
constexpr unsigned bits_per_digit = 5;

std::optional<unsigned> digit_value(char c) {
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto at = digits.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

} // namespace

std::optional<PublicKey> PublicKey::from(std::string_view bytes) {
  const auto raw = Bytes<struct PublicKeyTag, 32>::from(bytes);
  if (!raw) return std::nullopt;
  PublicKey key;
  key.bytes = raw->bytes;
  return key;
}

std::string PublicKey::text() const { return z_base_32(view()); }

std::string PublicKey::short_text() const { return text().substr(0, short_characters); }

std::optional<PublicKey> PublicKey::parse(std::string_view text) {
  if (text.size() != text_characters) return std::nullopt;
  const auto bytes = parse_z_base_32(text);
  return bytes ? from(*bytes) : std::nullopt;
}

std::string z_base_32(std::string_view bytes) {
  std::string result;
  result.reserve((bytes.size() * 8 + bits_per_digit - 1) / bits_per_digit);
  unsigned held = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    held = held << 8 | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= bits_per_digit) {
      bits -= bits_per_digit;
      result += digits[held >> bits & 31U];
    }
    held &= (1U << bits) - 1;
  }
  if (bits > 0) result += digits[held << (bits_per_digit - bits) & 31U];
  return result;
}

std::optional<std::string> parse_z_base_32(std::string_view text) {
  std::string result;
  result.reserve(text.size() * bits_per_digit / 8);
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = digit_value(c);
    if (!value) return std::nullopt;
    held = held << bits_per_digit | *value;
    bits += bits_per_digit;
    if (bits < 8) continue;
    bits -= 8;
    result += static_cast<char>(held >> bits & 255U);
    held &= (1U << bits) - 1;
  }
  if (held != 0 || bits >= bits_per_digit) return std::nullopt; // the unused bits, or a digit too many
  return result;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  std::string result;
  for (const char c : bytes) {
    result += hex_digits[static_cast<unsigned char>(c) >> 4U];
    result += hex_digits[static_cast<unsigned char>(c) & 15U];
  }
  return result;
}

std::optional<std::string> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    const auto* end = text.data() + at + 2;
    const auto [stop, error] = std::from_chars(text.data() + at, end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

} // namespace tincan::base
