// What the heart asks of cryptography. Implemented by store/ with OpenSSL, and by the simulator; I/O thread.
// Sources: FIPS 180-4 (SHA-256), RFC 8032 (Ed25519).
#pragma once

#include "tincan/base/keys.hpp"

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
};

} // namespace tincan::chat
