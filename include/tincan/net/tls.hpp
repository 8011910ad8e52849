// TLS 1.3 as an object that turns bytes into bytes, so that a link can carry it, and later a relay. The context belongs
// to the driver, a session to its link; I/O thread: all sessions of a context share its buffers.
// Both ends show a self-signed certificate that only carries their Ed25519 key; whether that key is welcome is the
// node's to decide. Sources: RFC 8446 (TLS 1.3), RFC 8410 (Ed25519 in certificates), RFC 7301 (ALPN).
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/chat/effects.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

struct ssl_st; // OpenSSL's SSL

namespace tincan::net {

inline constexpr std::size_t max_handshake_bytes = 16 * 1024; // from a peer without a proven key; ours needs about 1 kB
inline constexpr std::size_t tls_record_bytes = 16 * 1024;    // of plain bytes, RFC 8446, 5.1
inline constexpr std::size_t tls_padding_bytes = 256;         // a record hides whether "no" or "not today" was said

class TlsContext {
public:
  // Throws std::runtime_error when OpenSSL cannot do what we need.
  explicit TlsContext(const base::Seed& seed);
  ~TlsContext();

private:
  friend class TlsSession;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class TlsSession {
public:
  using Role = chat::SecureLink::Role;

  TlsSession(TlsContext& context, Role role);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Takes what came from the peer, all of it; a client speaks first and begins with nothing. False: it failed, see
  // error(). Look at output() and plain() after each of these calls, also when it failed: they give what this one call
  // brought forth, and live until the next call on any session of the context.
  bool feed(std::string_view ciphertext);
  // Only while it is up and not finished. Makes as few records as possible.
  bool write(std::string_view plain);
  void finish(); // says close_notify; feed() goes on working

  std::string_view output() const; // for the peer
  std::string_view plain() const;  // from the peer

  bool is_up() const { return is_up_; }         // the key of the peer is proved
  bool has_ended() const { return has_ended_; } // the peer said close_notify
  const base::PublicKey& peer_key() const { return peer_key_; }
  const base::Digest& exporter() const { return exporter_; } // "EXPORTER-tincan/1", RFC 8446, 7.5
  const base::Error& error() const { return *error_; }       // only after a failure

private:
  struct Wire;
  struct Free {
    void operator()(ssl_st* session) const;
  };
  std::string_view without_banner(std::string_view bytes);
  bool shake_hands();
  bool know_peer();
  bool read_plain();
  bool is_answer_small();
  bool fail();

  TlsContext::Parts& shared_;
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<ssl_st, Free> session_;
  base::PublicKey peer_key_;
  base::Digest exporter_;
  std::optional<base::Error> error_;
  std::string_view banner_;        // a client: what of it may still come before the first record
  std::size_t answered_bytes_ = 0; // since it is up
  bool is_up_ = false;
  bool has_ended_ = false;
  bool has_finished_ = false;
};

} // namespace tincan::net
