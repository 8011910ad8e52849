// Public keys, digests and signatures as values, and how a key is written for people. Pure; any thread.
// Sources: RFC 8032 (Ed25519), FIPS 180-4 (SHA-256), z-base-32 (Zooko Wilcox-O'Hearn, 2002).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::base {

// So many bytes with a type of their own.
template<class Tag, std::size_t Size> struct Bytes {
  static constexpr std::size_t size = Size;
  std::array<std::uint8_t, Size> bytes{}; // all zero means "none"

  auto operator<=>(const Bytes&) const = default;
  bool is_zero() const { return *this == Bytes{}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), Size}; }
  // None unless `from` has exactly the right size.
  static std::optional<Bytes> from(std::string_view from) {
    if (from.size() != Size) return std::nullopt;
    Bytes result;
    std::memcpy(result.bytes.data(), from.data(), Size);
    return result;
  }
};

using Digest = Bytes<struct DigestTag, 32>;       // SHA-256
using Signature = Bytes<struct SignatureTag, 64>; // Ed25519
using Salt = Bytes<struct SaltTag, 16>;
using Seed = Bytes<struct SeedTag, 32>; // the private half of an Ed25519 key pair: never shown, logged or sent

using Secret = Bytes<struct SecretTag, 32>; // of a room's epoch (XChaCha20-Poly1305): never shown or logged
using Nonce = Bytes<struct NonceTag, 24>;   // of one encryption; random

// The identity of a device: an Ed25519 public key.
struct PublicKey : Bytes<struct PublicKeyTag, 32> {
  static constexpr std::size_t text_characters = 52;
  static constexpr std::size_t short_characters = 8;

  auto operator<=>(const PublicKey&) const = default;
  static std::optional<PublicKey> from(std::string_view bytes);
  static std::optional<PublicKey> parse(std::string_view text); // z-base-32, any case, exactly 52 characters
  std::string text() const;                                     // z-base-32, 52 characters
  std::string short_text() const;                               // the first 8 of them
};

std::string hex(std::string_view bytes);                     // lower case
std::optional<std::string> parse_hex(std::string_view text); // any case; none for anything else

// Five bits in each character; what is left over of the last one is zero, so that bytes have one spelling (in any
// case).
std::string z_base_32(std::string_view bytes);
std::optional<std::string> parse_z_base_32(std::string_view text); // none for any other spelling

} // namespace tincan::base

template<class Tag, std::size_t Size> struct std::hash<tincan::base::Bytes<Tag, Size>> {
  std::size_t operator()(const tincan::base::Bytes<Tag, Size>& value) const noexcept {
    return std::hash<std::string_view>{}(value.view());
  }
};
template<> struct std::hash<tincan::base::PublicKey> {
  std::size_t operator()(const tincan::base::PublicKey& value) const noexcept {
    return std::hash<std::string_view>{}(value.view());
  }
};
