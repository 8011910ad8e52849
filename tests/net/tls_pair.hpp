// Two ends of TLS that talk in memory, and foreign ends made of bare OpenSSL, with any certificate and any rules.
#pragma once

#include "tincan/net/tls.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>

namespace tincan::net::test {

inline base::Seed seed_of(std::uint8_t number) {
  base::Seed seed;
  for (std::size_t i = 0; i < seed.bytes.size(); ++i) seed.bytes[i] = static_cast<std::uint8_t>(number + 7 * i);
  return seed;
}

using OwnedKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

inline OwnedKey ed25519(const base::Seed& seed) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes.data(), seed.bytes.size()), EVP_PKEY_free};
}

inline base::PublicKey public_key(const base::Seed& seed) {
  base::PublicKey key;
  auto size = key.bytes.size();
  REQUIRE(EVP_PKEY_get_raw_public_key(ed25519(seed).get(), key.bytes.data(), &size) == 1);
  return key;
}

// One of our sessions, and all that came out of it.
struct End {
  End(TlsContext& context, TlsSession::Role role) : session(context, role) {}

  bool feed(std::string_view bytes) { return keep(session.feed(bytes)); }
  bool write(std::string_view bytes) { return keep(session.write(bytes)); }
  void finish() {
    session.finish();
    sent += session.output();
  }
  std::string take() { return std::exchange(sent, {}); }

  TlsSession session;
  std::string sent, heard;

private:
  bool keep(bool is_sound) {
    sent += session.output();
    heard += session.plain();
    return is_sound;
  }
};

struct Pair {
  Pair() : client(client_context, TlsSession::Role::client), server(server_context, TlsSession::Role::server) {
    client.feed({});
  }
  // Carries bytes both ways until nothing more comes, `step` at a time; false when one end failed.
  bool talk(std::size_t step = 1'000'000) {
    while (!client.sent.empty() || !server.sent.empty())
      if (!carry(client.take(), server, step) || !carry(server.take(), client, step)) return false;
    return true;
  }
  static bool carry(const std::string& bytes, End& to, std::size_t step) {
    for (std::size_t at = 0; at < bytes.size(); at += step)
      if (!to.feed(std::string_view(bytes).substr(at, step))) return false;
    return true;
  }
  bool are_up() const { return client.session.is_up() && server.session.is_up(); }

  TlsContext client_context{seed_of(1)}, server_context{seed_of(2)};
  End client, server;
};

// Somebody else's end.
class Foreign {
public:
  explicit Foreign(bool is_server) : context_(SSL_CTX_new(TLS_method()), SSL_CTX_free), is_server_(is_server) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(
        context_.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    offer("\x08tincan/1");
  }

  SSL_CTX* context() { return context_.get(); }
  void offer(std::string_view protocols) {
    offered_ = protocols;
    SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(offered_.data()),
                            static_cast<unsigned>(offered_.size()));
    SSL_CTX_set_alpn_select_cb(
        context_.get(),
        [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned, void*) {
          *chosen = offered + 1;
          *size = offered[0];
          return SSL_TLSEXT_ERR_OK;
        },
        nullptr);
  }
  // `shown`: whose public half the certificate holds.
  void show(EVP_PKEY* signing) {
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 5);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, signing);
    const bool is_ed25519 = EVP_PKEY_get_base_id(signing) == EVP_PKEY_ED25519;
    REQUIRE(X509_sign(certificate, signing, is_ed25519 ? nullptr : EVP_sha256()) > 0);
    REQUIRE(SSL_CTX_use_certificate(context_.get(), certificate) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(context_.get(), signing) == 1);
    X509_free(certificate);
  }
  void show_more() { // a second certificate behind the first
    X509* first = SSL_CTX_get0_certificate(context_.get());
    REQUIRE(SSL_CTX_add1_chain_cert(context_.get(), first) == 1);
  }

  void begin() {
    session_.reset(SSL_new(context_.get()));
    SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    is_server_ ? SSL_set_accept_state(session_.get()) : SSL_set_connect_state(session_.get());
    step();
  }
  void feed(std::string_view bytes) {
    if (!bytes.empty()) BIO_write(SSL_get_rbio(session_.get()), bytes.data(), static_cast<int>(bytes.size()));
    step();
  }
  void write(std::string_view bytes) { SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  std::string take() {
    char* bytes = nullptr;
    auto* out = SSL_get_wbio(session_.get());
    const auto size = BIO_get_mem_data(out, &bytes);
    std::string result(bytes, static_cast<std::size_t>(size));
    (void)BIO_reset(out);
    return result;
  }
  SSL* session() { return session_.get(); }
  bool is_up() const { return is_up_; }

private:
  void step() {
    ERR_clear_error();
    if (!is_up_) is_up_ = SSL_do_handshake(session_.get()) == 1;
    char chunk[4096];
    while (is_up_ && SSL_read(session_.get(), chunk, sizeof chunk) > 0) continue;
    ERR_clear_error();
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> session_{nullptr, SSL_free};
  std::string offered_;
  bool is_server_;
  bool is_up_ = false;
};

// True when our end is up in the end; both are given what the other says until nothing more comes.
inline bool talk(End& ours, Foreign& foreign) {
  foreign.begin();
  ours.feed({});
  bool is_sound = true;
  for (int quiet = 0; quiet < 2;) {
    const auto there = ours.take();
    foreign.feed(there);
    const auto back = foreign.take();
    is_sound = is_sound && ours.feed(back);
    quiet = there.empty() && back.empty() ? quiet + 1 : 0;
  }
  return is_sound && ours.session.is_up();
}

} // namespace tincan::net::test
