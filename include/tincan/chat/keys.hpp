// What the heart asks of cryptography. Implemented by store/ with OpenSSL, and by the simulator; I/O thread.
// Sources: FIPS 180-4 (SHA-256), RFC 8032 (Ed25519), libsodium's sealed boxes (X25519, XSalsa20-Poly1305) and
// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha).
#pragma once

#include "tincan/base/keys.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tincan::chat {

class Keys {
public:
  virtual ~Keys() = default;

  virtual const base::PublicKey& own() const = 0;
  virtual base::Digest digest(std::string_view bytes) const = 0;
  virtual base::Signature sign(const base::Digest& digest) const = 0;
  virtual bool verify(const base::PublicKey& key, const base::Digest& digest,
                      const base::Signature& signature) const = 0;

  // Of tickets: a key pair that a secret makes.
  virtual base::PublicKey public_of(const base::Seed& seed) const = 0;
  virtual base::Signature sign_as(const base::Seed& seed, const base::Digest& digest) const = 0;
  // For the owner of `to` alone, from nobody in particular. Adds 48 bytes. Empty when `to` is no key.
  virtual std::string seal(const base::PublicKey& to, std::string_view bytes) const = 0;
  virtual std::optional<std::string> unseal(std::string_view sealed) const = 0; // what was sealed to us
  // Adds 16 bytes. A nonce is used once with a key; random ones are long enough for that.
  virtual std::string encrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                              std::string_view plain) const = 0;
  virtual std::optional<std::string> decrypt(const base::Secret& key, const base::Nonce& nonce,
                                             std::string_view associated, std::string_view cipher) const = 0;
  // From the system's generator, for keys, nonces and seeds.
  virtual void randomize(std::string& bytes) const = 0;
};

// As many random bytes as one of base/keys.hpp has.
template<class Bytes> Bytes random_bytes(const Keys& keys) {
  std::string bytes(Bytes::size, '\0');
  keys.randomize(bytes);
  return *Bytes::from(bytes);
}

} // namespace tincan::chat
