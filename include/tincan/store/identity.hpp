// The Ed25519 key pair of one profile, from a file that only its owner may read, and what is done with it (libsodium,
// in sealing.cpp). Owned by app's Engine, on the I/O thread. A file that cannot be read is an error, never replaced:
// the key is what others know us by. The private half never leaves it but to TLS.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/chat/keys.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace tincan::store {

// SHA-256 with a context that is used again. One thread at a time.
class Hasher {
public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  base::Digest digest(std::string_view bytes) const;

private:
  struct Context;
  std::unique_ptr<Context> context_;
};

class Identity final : public chat::Keys {
public:
  // Makes the key pair when there is no such file. Errors: storage (unreadable, damaged, readable by others), no_space.
  static base::Result<std::unique_ptr<Identity>> open(const std::filesystem::path& file);
  // Puts the old file, whatever is in it, aside as "<file>.old-N" and makes a new key pair in its place.
  static base::Result<void> renew(const std::filesystem::path& file);
  explicit Identity(const base::Seed& seed);
  ~Identity() override;
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const base::Seed& seed() const { return seed_; }
  const base::PublicKey& own() const override { return own_; }
  base::Digest digest(std::string_view bytes) const override { return hasher_.digest(bytes); }
  base::Signature sign(const base::Digest& digest) const override;
  // False also for what is no key at all.
  bool verify(const base::PublicKey& key, const base::Digest& digest, const base::Signature& signature) const override;

  base::PublicKey public_of(const base::Seed& seed) const override;
  base::Signature sign_as(const base::Seed& seed, const base::Digest& digest) const override;
  std::string seal(const base::PublicKey& to, std::string_view bytes) const override;
  std::optional<std::string> unseal(std::string_view sealed) const override;
  std::string encrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                      std::string_view plain) const override;
  std::optional<std::string> decrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                                     std::string_view cipher) const override;
  void randomize(std::string& bytes) const override;

private:
  struct Secret;
  base::Seed seed_;
  base::PublicKey own_;
  Hasher hasher_;
  std::unique_ptr<Secret> secret_;
};

} // namespace tincan::store
