#include "tincan/sim/toy_keys.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <string>

namespace tincan::sim {

namespace {

using Lanes = std::array<std::uint64_t, 4>;
constexpr Lanes odd{0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB};

void mix_in(Lanes& lanes, std::uint64_t word) {
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    lanes[i] = std::rotl(lanes[i] ^ word, 29) * odd[i];
    lanes[i] ^= lanes[i] >> 32U;
  }
}

// Every lane comes to depend on every other.
void stir(Lanes& lanes) {
  for (unsigned round = 0; round < 3; ++round)
    for (const auto lane : Lanes(lanes)) mix_in(lanes, lane);
}

constexpr std::size_t tag_bytes = 16; // as of Poly1305
constexpr std::size_t box_bytes = 32; // as the key in front of a sealed box

std::uint64_t first_lane(const base::Digest& digest) {
  std::uint64_t lane = 0;
  std::memcpy(&lane, digest.bytes.data(), sizeof lane);
  return lane;
}

std::uint64_t lane_of(const base::Secret& key, const base::Nonce& nonce) {
  return first_lane(ToyKeys::mixed(std::string("toy stream ").append(key.view()).append(nonce.view())));
}

// A stream of numbers that begins anywhere (SplitMix64, Steele, Lea and Flood, 2014), laid over the bytes; twice takes
// it away again.
void mask(std::string& bytes, std::uint64_t lane) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof lane) {
    lane += odd[0];
    auto word = (lane ^ lane >> 30U) * 0xBF58476D1CE4E5B9;
    word = (word ^ word >> 27U) * 0x94D049BB133111EB;
    word ^= word >> 31U;
    for (std::size_t i = at; i < std::min(at + sizeof lane, bytes.size()); ++i, word >>= 8U)
      bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ (word & 0xFFU));
  }
}

std::string tag_of(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                   std::string_view plain) {
  std::string all("toy tag ");
  all.append(key.view()).append(nonce.view()).append(fmt::format("{} ", associated.size()));
  return std::string(ToyKeys::mixed(all.append(associated).append(plain)).view().substr(0, tag_bytes));
}

base::Secret box_secret(std::string_view box, const base::PublicKey& to) {
  return *base::Secret::from(ToyKeys::mixed(std::string("toy box ").append(box).append(to.view())).view());
}

} // namespace

base::Digest ToyKeys::mixed(std::string_view bytes) {
  auto lanes = odd;
  mix_in(lanes, bytes.size());
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const auto taken = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), taken);
    mix_in(lanes, word);
    bytes.remove_prefix(taken);
  }
  stir(lanes);
  base::Digest digest;
  std::memcpy(digest.bytes.data(), lanes.data(), sizeof lanes);
  return digest;
}

ToyKeys::ToyKeys(std::uint64_t seed) { own_ = *base::PublicKey::from(mixed(fmt::format("toy key {}", seed)).view()); }

base::Signature ToyKeys::signature_of(const base::PublicKey& key, const base::Digest& digest) {
  std::string halves;
  for (const char* name : {"toy signature, first half", "toy signature, second half"})
    halves += mixed(std::string(key.view()).append(digest.view()).append(name)).view();
  return *base::Signature::from(halves);
}

base::PublicKey ToyKeys::public_of(const base::Seed& seed) const {
  return *base::PublicKey::from(mixed(std::string("toy ticket ").append(seed.view())).view());
}

base::Signature ToyKeys::sign_as(const base::Seed& seed, const base::Digest& digest) const {
  return signature_of(public_of(seed), digest);
}

// As a sealed box: something random, then what is encrypted with a key made of it and the receiver's.
std::string ToyKeys::seal(const base::PublicKey& to, std::string_view bytes) const {
  if (to.is_zero()) return {};
  std::string sealed(box_bytes, '\0');
  randomize(sealed);
  return sealed += encrypt(box_secret(sealed, to), {}, {}, bytes);
}

std::optional<std::string> ToyKeys::unseal(std::string_view sealed) const {
  if (sealed.size() < box_bytes + tag_bytes) return std::nullopt;
  return decrypt(box_secret(sealed.substr(0, box_bytes), own_), {}, {}, sealed.substr(box_bytes));
}

std::string ToyKeys::encrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                             std::string_view plain) const {
  std::string cipher(plain);
  mask(cipher, lane_of(key, nonce));
  return cipher += tag_of(key, nonce, associated, plain);
}

std::optional<std::string> ToyKeys::decrypt(const base::Secret& key, const base::Nonce& nonce,
                                            std::string_view associated, std::string_view cipher) const {
  if (cipher.size() < tag_bytes) return std::nullopt;
  const auto tag = cipher.substr(cipher.size() - tag_bytes);
  std::string plain(cipher.substr(0, cipher.size() - tag_bytes));
  mask(plain, lane_of(key, nonce));
  if (tag_of(key, nonce, associated, plain) != tag) return std::nullopt;
  return plain;
}

void ToyKeys::randomize(std::string& bytes) const {
  std::fill(bytes.begin(), bytes.end(), '\0');
  mask(bytes, first_lane(mixed(std::string("toy chance ").append(own_.view()).append(fmt::format("{}", drawn_++)))));
}

} // namespace tincan::sim
