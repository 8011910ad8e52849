// What our TLS costs beside OpenSSL alone, doing the same in memory on one core: handshakes of both ends, bytes there
// and back again, memory of an idle end. One JSON line; built with src/net/tls.cpp.
#include "tincan/net/tls.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace tincan;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 7;
constexpr std::chrono::milliseconds round_time{400};
constexpr int idle_pairs = 5000;
constexpr std::size_t at_once = 256 * 1024; // as a link writes
constexpr std::size_t chunk = 64 * 1024;    // as a link reads

void demand(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(2);
}

base::Seed seed_of(std::uint8_t number) {
  base::Seed seed;
  seed.bytes.fill(number);
  return seed;
}

// --- ours

class Ours {
public:
  Ours(net::TlsContext& one, net::TlsContext& other)
      : client_(one, net::TlsSession::Role::client),
        server_(other, net::TlsSession::Role::server) {
    demand(client_.feed({}), "no opening");
    for (auto bytes = std::string(client_.output()); !bytes.empty();) {
      demand(server_.feed(bytes), "no server");
      const std::string back(server_.output());
      demand(client_.feed(back), "no client");
      bytes = client_.output();
    }
    demand(client_.is_up() && server_.is_up(), "no handshake");
  }
  void carry(const std::string& text) {
    demand(client_.write(text), "no writing");
    wire_ = client_.output();
    for (std::string_view left = wire_; !left.empty(); left.remove_prefix(std::min(chunk, left.size())))
      demand(server_.feed(left.substr(0, chunk)), "no reading");
  }

private:
  net::TlsSession client_, server_;
  std::string wire_;
};

// --- OpenSSL alone

SSL_CTX* bare_context(const base::Seed& seed) {
  auto* context = SSL_CTX_new(TLS_method());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(
      context, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  auto* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes.data(), seed.bytes.size());
  auto* certificate = X509_new();
  X509_set_version(certificate, 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, nullptr);
  demand(SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1, "no key");
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

class Bare {
public:
  Bare(SSL_CTX* one, SSL_CTX* other) : client_(SSL_new(one)), server_(SSL_new(other)) {
    auto* there = BIO_new(BIO_s_mem());
    auto* back = BIO_new(BIO_s_mem());
    BIO_up_ref(there);
    BIO_up_ref(back);
    SSL_set_bio(client_, back, there);
    SSL_set_bio(server_, there, back);
    SSL_set_connect_state(client_);
    SSL_set_accept_state(server_);
    SSL_do_handshake(client_);
    SSL_do_handshake(server_);
    demand(SSL_do_handshake(client_) == 1 && SSL_do_handshake(server_) == 1, "no bare handshake");
  }
  ~Bare() {
    SSL_free(client_);
    SSL_free(server_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void carry(const std::string& text) {
    demand(SSL_write(client_, text.data(), static_cast<int>(text.size())) > 0, "no bare writing");
    static char buffer[16 * 1024];
    for (std::size_t left = text.size(); left > 0;) {
      const int count = SSL_read(server_, buffer, sizeof buffer);
      demand(count > 0, "no bare reading");
      left -= static_cast<std::size_t>(count);
    }
  }

private:
  SSL *client_, *server_;
};

// --- measuring

// How often a second.
template<class Work> double rate(Work work) {
  const auto began = Clock::now();
  std::size_t count = 0;
  do {
    work();
    ++count;
  } while (Clock::now() - began < round_time);
  return static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + rounds / 2, values.end());
  return values[rounds / 2];
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double bytes_per_idle_end(net::TlsContext& one, net::TlsContext& other) {
  std::vector<std::unique_ptr<Ours>> pairs;
  pairs.reserve(idle_pairs);
  const auto before = resident_bytes();
  for (int i = 0; i < idle_pairs; ++i) {
    pairs.push_back(std::make_unique<Ours>(one, other));
    pairs.back()->carry("hello");
  }
  return (resident_bytes() - before) / (2.0 * idle_pairs);
}

struct Rates {
  std::vector<double> ours, bare;
  // They take turns, so that a busy machine is busy for both.
  template<class OurWork, class BareWork> void measure(OurWork our_work, BareWork bare_work) {
    for (int i = 0; i < rounds; ++i) {
      ours.push_back(rate(our_work));
      bare.push_back(rate(bare_work));
    }
  }
  double ratio() const { return median(ours) / median(bare); }
};

} // namespace

int main() {
  net::TlsContext one(seed_of(1)), other(seed_of(2));
  auto* bare_one = bare_context(seed_of(1));
  auto* bare_other = bare_context(seed_of(2));
  const auto idle = bytes_per_idle_end(one, other);
  Rates handshakes, bulk;
  handshakes.measure([&] { Ours(one, other); }, [&] { Bare(bare_one, bare_other); });
  Ours ours(one, other);
  Bare bare(bare_one, bare_other);
  const std::string text(at_once, 'x');
  bulk.measure([&] { ours.carry(text); }, [&] { bare.carry(text); });
  SSL_CTX_free(bare_one);
  SSL_CTX_free(bare_other);
  constexpr double mb = static_cast<double>(at_once) / 1e6;
  std::printf("{\"handshakes\": %.0f, \"bare_handshakes\": %.0f, \"handshake_ratio\": %.3f, \"bulk_mb\": %.0f, "
              "\"bare_bulk_mb\": %.0f, \"bulk_ratio\": %.3f, \"idle_end_kb\": %.1f}\n",
              median(handshakes.ours), median(handshakes.bare), handshakes.ratio(), median(bulk.ours) * mb,
              median(bulk.bare) * mb, bulk.ratio(), idle / 1e3);
}
