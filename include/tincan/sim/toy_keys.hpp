// Keys without cryptography: fast, and the same in every run. They tell honest signatures from wrong ones, open what
// was encrypted only to the right key, place and bytes, and stop nobody who reads this. Owned by a simulated tincan,
// over all its starts, or by a test; one thread at a time.
#pragma once

#include "tincan/chat/keys.hpp"

#include <cstdint>

namespace tincan::sim {

class ToyKeys : public chat::Keys {
public:
  explicit ToyKeys(std::uint64_t seed);

  const base::PublicKey& own() const override { return own_; }
  base::Digest digest(std::string_view bytes) const override { return mixed(bytes); }
  base::Signature sign(const base::Digest& digest) const override { return signature_of(own_, digest); }
  bool verify(const base::PublicKey& key, const base::Digest& digest, const base::Signature& signature) const override {
    return signature_of(key, digest) == signature;
  }

  base::PublicKey public_of(const base::Seed& seed) const override;
  base::Signature sign_as(const base::Seed& seed, const base::Digest& digest) const override;
  std::string seal(const base::PublicKey& to, std::string_view bytes) const override;
  std::optional<std::string> unseal(std::string_view sealed) const override;
  std::string encrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                      std::string_view plain) const override;
  std::optional<std::string> decrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                                     std::string_view cipher) const override;
  void randomize(std::string& bytes) const override;
  static base::Digest mixed(std::string_view bytes);

private:
  static base::Signature signature_of(const base::PublicKey& key, const base::Digest& digest);
  base::PublicKey own_;
  mutable std::uint64_t drawn_ = 0; // how often something random was asked for: never the same twice
};

} // namespace tincan::sim
