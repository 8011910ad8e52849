#include "tincan/net/tls.hpp"

#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdexcept>
#include <string>

namespace tincan::net {

namespace {

template<class T, void (*release)(T*)> struct Freed {
  void operator()(T* value) const { release(value); }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Method = std::unique_ptr<BIO_METHOD, Freed<BIO_METHOD, BIO_meth_free>>;

constexpr unsigned char protocol[] = "\x08tincan/1"; // as ALPN writes it: a length in front
constexpr unsigned protocol_bytes = sizeof protocol - 1;
constexpr long max_certificate_bytes = 4096; // ours has about 200
constexpr std::string_view exporter_label = "EXPORTER-tincan/1";

// Bytes that one call brings forth. It keeps its room: all sessions use it in turn.
struct Scratch {
  std::string bytes;
  std::size_t used = 0;

  char* room(std::size_t count) {
    if (bytes.size() < used + count) bytes.resize(used + count);
    return bytes.data() + used;
  }
  std::string_view view() const { return std::string_view(bytes).substr(0, used); }
};

void demand(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL cannot do what is needed: ") + what);
}

// --- certificates

Key key_of(const base::Seed& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes.data(), base::Seed::size));
  demand(key != nullptr, "an Ed25519 key");
  return key;
}

void write_name(X509& certificate) {
  auto* name = X509_get_subject_name(&certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("tincan");
  demand(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
             X509_set_issuer_name(&certificate, name) == 1,
         "a name");
}

// It tells nothing but the key: neither who uses it, nor when it was made. Without an end (RFC 5280, 4.1.2.5).
Certificate certificate_of(EVP_PKEY& key) {
  Certificate certificate(X509_new());
  demand(certificate != nullptr, "a certificate");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  demand(ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "19700101000000Z") == 1 &&
             ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "99991231235959Z") == 1,
         "a validity");
  write_name(*certificate);
  demand(X509_set_pubkey(certificate.get(), &key) == 1 && X509_sign(certificate.get(), &key, nullptr) > 0,
         "a signature");
  return certificate;
}

std::optional<base::PublicKey> key_in(const X509* certificate) {
  auto* key = certificate ? X509_get0_pubkey(certificate) : nullptr;
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) return std::nullopt;
  base::PublicKey result;
  auto size = result.bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, result.bytes.data(), &size) != 1 || size != result.bytes.size())
    return std::nullopt;
  return result;
}

// The key is the identity, so a chain proves nothing. That the peer holds the key is proved by the handshake itself.
int verify(X509_STORE_CTX* store, void*) {
  const bool is_alone = sk_X509_num(X509_STORE_CTX_get0_untrusted(store)) == 1;
  const bool is_known = is_alone && key_in(X509_STORE_CTX_get0_cert(store)).has_value();
  X509_STORE_CTX_set_error(store, is_known ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return is_known ? 1 : 0;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_bytes, void*) {
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, size, protocol, protocol_bytes, offered, offered_bytes);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

// --- the context

// One way only: what is not offered cannot be chosen by an attacker.
void allow_one_way(SSL_CTX* context) {
  demand(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
             SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1,
         "TLS 1.3");
  demand(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256") == 1, "its ciphers");
  demand(SSL_CTX_set1_groups_list(context, "X25519") == 1, "X25519");
  demand(SSL_CTX_set1_sigalgs_list(context, "ed25519") == 1, "Ed25519 in TLS");
  demand(SSL_CTX_set_alpn_protos(context, protocol, protocol_bytes) == 0, "ALPN");
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify, nullptr);
}

// A resumed session would prove an older key exchange, and a ticket would let others recognise who comes again.
void forget_everything(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

Context context_of(const base::Seed& seed) {
  Context context(SSL_CTX_new(TLS_method()));
  demand(context != nullptr, "a context");
  allow_one_way(context.get());
  forget_everything(context.get());
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(context.get(), max_certificate_bytes);
  demand(SSL_CTX_set_block_padding(context.get(), tls_padding_bytes) == 1, "padding");
  const auto key = key_of(seed);
  const auto certificate = certificate_of(*key);
  demand(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1 &&
             SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1,
         "our certificate");
  return context;
}

// Watches the part of a handshake that is in clear. OpenSSL makes room for a message as soon as its length is
// announced, up to 128 KiB: nine bytes of a stranger must not cost that much.
class Opening {
public:
  // False when a message is announced that is longer than all of a handshake may be.
  bool allows(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [this](char byte) { return take(static_cast<unsigned char>(byte)); });
  }

private:
  static constexpr unsigned char handshake_record = 22; // RFC 8446, 5.1

  bool take(unsigned char byte) {
    if (record_left_ == 0) return begin_record(byte);
    --record_left_;
    if (record_[0] != handshake_record) return true;
    if (message_left_ > 0) return --message_left_, true;
    return begin_message(byte);
  }
  // type, version (2 bytes), length (2 bytes)
  bool begin_record(unsigned char byte) {
    record_[record_known_++] = byte;
    if (record_known_ < record_.size()) return true;
    record_left_ = static_cast<std::size_t>(record_[3] << 8 | record_[4]);
    record_known_ = 0;
    return true;
  }
  // type, length (3 bytes)
  bool begin_message(unsigned char byte) {
    message_[message_known_++] = byte;
    if (message_known_ < message_.size()) return true;
    message_left_ = static_cast<std::size_t>(message_[1] << 16 | message_[2] << 8 | message_[3]);
    message_known_ = 0;
    return message_left_ <= max_handshake_bytes;
  }

  std::array<unsigned char, 5> record_{};
  std::array<unsigned char, 4> message_{};
  std::size_t record_known_ = 0, record_left_ = 0, message_known_ = 0, message_left_ = 0;
};

// --- errors

struct Sentence {
  int reason;
  const char* text;
};
constexpr Sentence sentences[] = {
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "the peer showed no key of the right kind"},
    {SSL_R_CERTIFICATE_VERIFY_FAILED, "the peer's certificate does not hold just one Ed25519 key"},
    {SSL_R_BAD_SIGNATURE, "the peer does not hold the key that it shows"},
    {SSL_R_UNSUPPORTED_PROTOCOL, "the peer does not offer TLS 1.3"},
    {SSL_R_NO_APPLICATION_PROTOCOL, "the peer speaks another protocol inside TLS"},
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, "the bytes were changed on their way"},
};

// Only fixed texts, OpenSSL's or ours: nothing that the peer wrote.
base::Error error_of(unsigned long code) {
  const int reason = ERR_GET_REASON(code);
  for (const auto& sentence : sentences)
    if (sentence.reason == reason) return {base::ErrorCode::bad_bytes, sentence.text};
  const auto* text = ERR_reason_error_string(code);
  const std::string why = text ? text : "no reason is known";
  if (reason > SSL_AD_REASON_OFFSET) return {base::ErrorCode::reset, "the peer refused the encrypted link: " + why};
  return {base::ErrorCode::bad_bytes, "what came is not the TLS that was expected: " + why};
}

} // namespace

struct TlsContext::Parts {
  Context context;
  Scratch output, plain;
};

// What OpenSSL reads from and writes to. It never waits: nothing left to read means "later".
struct TlsSession::Wire {
  explicit Wire(Scratch& to) : output(to) {}

  int read(BIO* bio, char* to, int count) {
    const auto taken = std::min(input.size(), static_cast<std::size_t>(count));
    if (taken == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    if (is_shaking_hands && !allows(input.substr(0, taken))) return -1;
    std::memcpy(to, input.data(), taken);
    input.remove_prefix(taken);
    return static_cast<int>(taken);
  }
  int write(const char* from, int count) {
    const auto size = static_cast<std::size_t>(count);
    std::memcpy(output.room(size), from, size);
    output.used += size;
    return count;
  }

  bool allows(std::string_view bytes) {
    handshake_bytes += bytes.size();
    is_too_long = handshake_bytes > max_handshake_bytes || !opening.allows(bytes);
    return !is_too_long;
  }

  static const BIO_METHOD* method();

  std::string_view input;
  Scratch& output;
  Opening opening;
  std::size_t handshake_bytes = 0;
  bool is_shaking_hands = true;
  bool is_too_long = false;
};

const BIO_METHOD* TlsSession::Wire::method() {
  static const Method shared = [] {
    Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tincan"));
    demand(method != nullptr, "a way in and out");
    BIO_meth_set_read(method.get(), [](BIO* bio, char* to, int count) {
      BIO_clear_retry_flags(bio);
      return static_cast<Wire*>(BIO_get_data(bio))->read(bio, to, count);
    });
    BIO_meth_set_write(method.get(), [](BIO* bio, const char* from, int count) {
      BIO_clear_retry_flags(bio);
      return static_cast<Wire*>(BIO_get_data(bio))->write(from, count);
    });
    BIO_meth_set_ctrl(method.get(), [](BIO*, int what, long, void*) -> long { return what == BIO_CTRL_FLUSH ? 1 : 0; });
    return method;
  }();
  return shared.get();
}

TlsContext::TlsContext(const base::Seed& seed) : parts_(new Parts{context_of(seed), {}, {}}) {}
TlsContext::~TlsContext() = default;

void TlsSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

TlsSession::TlsSession(TlsContext& context, Role role)
    : shared_(*context.parts_),
      wire_(std::make_unique<Wire>(shared_.output)),
      session_(SSL_new(shared_.context.get())),
      banner_(role == Role::client ? wire::native_banner : std::string_view{}) {
  auto* bio = BIO_new(Wire::method());
  if (!session_ || !bio) throw std::bad_alloc();
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
  if (role == Role::client)
    SSL_set_connect_state(session_.get());
  else
    SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

std::string_view TlsSession::output() const { return shared_.output.view(); }
std::string_view TlsSession::plain() const { return shared_.plain.view(); }

bool TlsSession::feed(std::string_view ciphertext) {
  shared_.output.used = shared_.plain.used = 0;
  if (error_) return false;
  ERR_clear_error();
  wire_->input = without_banner(ciphertext);
  const bool is_sound = is_up_ ? read_plain() && is_answer_small() : shake_hands() && (!is_up_ || read_plain());
  wire_->input = {};
  return is_sound;
}

// Where packets take long, the other side says its banner before it has seen that we begin. No record begins like it.
std::string_view TlsSession::without_banner(std::string_view bytes) {
  while (!banner_.empty() && !bytes.empty() && bytes.front() == banner_.front()) {
    banner_.remove_prefix(1);
    bytes.remove_prefix(1);
  }
  if (!bytes.empty()) banner_ = {};
  return bytes;
}

// True also when more is needed.
bool TlsSession::shake_hands() {
  const int result = SSL_do_handshake(session_.get());
  if (result != 1) return SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ || fail();
  wire_->is_shaking_hands = false;
  return know_peer();
}

bool TlsSession::know_peer() {
  const unsigned char* chosen = nullptr;
  unsigned chosen_bytes = 0;
  SSL_get0_alpn_selected(session_.get(), &chosen, &chosen_bytes);
  if (chosen_bytes == 0) error_ = error_of(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_NO_APPLICATION_PROTOCOL));
  const auto key = key_in(SSL_get0_peer_certificate(session_.get()));
  const auto derived = SSL_export_keying_material(session_.get(), exporter_.bytes.data(), base::Digest::size,
                                                  exporter_label.data(), exporter_label.size(), nullptr, 0, 0);
  if (!error_ && (!key || derived != 1)) error_ = error_of(0);
  if (error_) return false;
  peer_key_ = *key;
  is_up_ = true;
  return true;
}

// What TLS itself answers, to requests for new keys: ours make none, and nobody needs many.
bool TlsSession::is_answer_small() {
  answered_bytes_ += shared_.output.used;
  if (answered_bytes_ <= max_handshake_bytes) return true;
  error_ = {base::ErrorCode::limit, "the peer asks for new keys too often"};
  return false;
}

bool TlsSession::read_plain() {
  auto& plain = shared_.plain;
  for (;;) {
    std::size_t count = 0;
    const int result = SSL_read_ex(session_.get(), plain.room(tls_record_bytes), tls_record_bytes, &count);
    if (result != 1) {
      const int error = SSL_get_error(session_.get(), result);
      has_ended_ = error == SSL_ERROR_ZERO_RETURN;
      return has_ended_ || error == SSL_ERROR_WANT_READ || fail();
    }
    plain.used += count;
  }
}

bool TlsSession::write(std::string_view plain) {
  assert(is_up_ && !has_finished_);
  shared_.output.used = 0;
  if (error_) return false;
  if (plain.empty()) return true;
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(session_.get(), plain.data(), plain.size(), &count);
  return result == 1 || fail();
}

void TlsSession::finish() {
  shared_.output.used = 0;
  if (!is_up_ || error_ || has_finished_) return;
  has_finished_ = true;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

bool TlsSession::fail() {
  error_ = wire_->is_too_long ? base::Error{base::ErrorCode::limit, "the peer's opening is too long"}
                              : error_of(ERR_peek_error());
  ERR_clear_error();
  return false;
}

} // namespace tincan::net
