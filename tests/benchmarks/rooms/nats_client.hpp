// One connection to a NATS server, over TLS: it publishes to one subject, or counts what it is sent of it. The protocol
// is lines of text (docs.nats.io, "Client Protocol"). Owned by the main thread; a publisher may have a thread of its
// own. A failure ends the program.
#pragma once

#include "fan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace tincan::bench {

// What all connections share: the certificate that the server must show.
class NatsTrust {
public:
  explicit NatsTrust(const std::string& certificate_file);
  ~NatsTrust();
  NatsTrust(const NatsTrust&) = delete;
  NatsTrust& operator=(const NatsTrust&) = delete;
  SSL_CTX* context() const { return context_; }

private:
  SSL_CTX* context_;
};

class NatsClient : public Receiver {
public:
  NatsClient(const NatsTrust& trust, std::uint16_t port);
  ~NatsClient() override;
  NatsClient(const NatsClient&) = delete;
  NatsClient& operator=(const NatsClient&) = delete;

  void subscribe();                // returns when the server has done it; from then on only read_some() is called
  void publish(std::size_t lines); // blocks until all of it is written
  int descriptor() const override { return socket_; }
  std::size_t read_some() override;

private:
  void say(std::string_view bytes);
  std::string hear_line();
  std::size_t count_lines();

  int socket_;
  SSL* ssl_;
  std::string held_; // not a whole line yet
};

} // namespace tincan::bench
