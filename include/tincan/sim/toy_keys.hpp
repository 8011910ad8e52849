// Keys without cryptography: fast, and the same in every run. They tell honest signatures from wrong ones, and stop
// nobody who reads this. Owned by a simulated tincan or by a test; any thread.
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
  static base::Digest mixed(std::string_view bytes);

private:
  static base::Signature signature_of(const base::PublicKey& key, const base::Digest& digest);
  base::PublicKey own_;
};

} // namespace tincan::sim
