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

// STUB: to be written (helper "keys")
base::PublicKey ToyKeys::public_of(const base::Seed&) const { return {}; }
base::Signature ToyKeys::sign_as(const base::Seed&, const base::Digest&) const { return {}; }
std::string ToyKeys::seal(const base::PublicKey&, std::string_view) const { return {}; }
std::optional<std::string> ToyKeys::unseal(std::string_view) const { return {}; }
std::string ToyKeys::encrypt(const base::Secret&, const base::Nonce&, std::string_view, std::string_view) const {
  return {};
}
std::optional<std::string> ToyKeys::decrypt(const base::Secret&, const base::Nonce&, std::string_view,
                                            std::string_view) const {
  return {};
}
void ToyKeys::randomize(std::string&) const {}

} // namespace tincan::sim
