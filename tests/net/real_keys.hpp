// The heart's keys with real cryptography, as the program has them.
#pragma once

#include "tincan/chat/keys.hpp"
#include "tls_pair.hpp"

namespace tincan::net::test {

class RealKeys : public chat::Keys {
public:
  explicit RealKeys(const base::Seed& seed) : key_(ed25519(seed)), own_(public_key(seed)) {}

  const base::PublicKey& own() const override { return own_; }
  base::Digest digest(std::string_view bytes) const override {
    base::Digest result;
    EVP_Digest(bytes.data(), bytes.size(), result.bytes.data(), nullptr, EVP_sha256(), nullptr);
    return result;
  }
  base::Signature sign(const base::Digest& digest) const override {
    base::Signature result;
    auto size = result.bytes.size();
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
    EVP_DigestSign(context.get(), result.bytes.data(), &size, digest.bytes.data(), digest.bytes.size());
    return result;
  }
  bool verify(const base::PublicKey& key, const base::Digest& digest, const base::Signature& signature) const override {
    const OwnedKey theirs(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()),
                          EVP_PKEY_free);
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return theirs && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, theirs.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.bytes.data(), signature.bytes.size(), digest.bytes.data(),
                            digest.bytes.size()) == 1;
  }

  base::PublicKey public_of(const base::Seed& seed) const override { return public_key(seed); }
  base::Signature sign_as(const base::Seed& seed, const base::Digest& digest) const override {
    return RealKeys(seed).sign(digest);
  }
  // Of rooms, which these tests do not have.
  std::string seal(const base::PublicKey&, std::string_view) const override { return {}; }
  std::optional<std::string> unseal(std::string_view) const override { return {}; }
  std::string encrypt(const base::Secret&, const base::Nonce&, std::string_view, std::string_view) const override {
    return {};
  }
  std::optional<std::string> decrypt(const base::Secret&, const base::Nonce&, std::string_view,
                                     std::string_view) const override {
    return {};
  }
  void randomize(std::string&) const override {}

private:
  using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
  OwnedKey key_;
  base::PublicKey own_;
};

} // namespace tincan::net::test
