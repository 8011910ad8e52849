// One TCP connection, in clear or inside TLS: reads when it is allowed to, writes in order, and says when the peer's
// TCP stack has taken all. Owned by LinkTable through a shared_ptr that pending operations share; I/O thread. It knows
// nothing of what the bytes mean.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/error.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/net/tls.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::net {

inline constexpr std::size_t max_pending_bytes = 256 * 1024; // unread answers of a peer that only talks: then it goes
inline constexpr std::size_t max_secured_pending_bytes = 4U << 20U; // the node keeps a window of its own within it
inline constexpr std::size_t read_chunk_bytes = 16 * 1024;          // one shared buffer for all links
inline constexpr std::size_t secured_chunk_bytes = 64 * 1024;       // about four full records
inline constexpr std::size_t written_at_once_bytes = 16 * tls_record_bytes; // encrypted, then written
inline constexpr std::chrono::milliseconds secured_look{50}; // until it is looked whether bytes inside TLS were taken
inline constexpr std::chrono::seconds closing_patience{5};   // for what was said last to a peer that does not read
inline constexpr int max_chunks_per_wake = 4;                // one loud link must not keep the others waiting

class Link;

// What a link tells. Called on the I/O thread; the callee may close the link during the call.
class LinkOwner {
public:
  virtual ~LinkOwner() = default;
  virtual void opened(Link& link) = 0;
  virtual void secured(Link& link, const base::PublicKey& peer, const base::Digest& exporter) = 0;
  virtual void refused(Link& link, const base::Error& error) = 0; // before it was secured
  virtual void dial_failed(Link& link, const base::Error& error) = 0;
  virtual void received(Link& link, std::string_view bytes) = 0;
  virtual void finished(Link& link) = 0; // the peer ended its direction
  virtual void broken(Link& link, const base::Error& error) = 0;
  virtual void taken(Link& link) = 0; // everything written was acknowledged by the peer's TCP stack
  virtual bool may_read() const = 0;  // false: reading waits until resume_reading()
};

class Link : public std::enable_shared_from_this<Link> {
public:
  Link(asio::io_context& context, LinkOwner& owner, base::LinkId id);

  void set_remote(const base::Endpoint& remote); // it is an accepted link, from there
  void adopt(asio::ip::tcp::socket socket);      // starts reading
  // `listener` lends its port when source_port is wanted.
  void dial(const base::Endpoint& to, std::optional<std::uint16_t> source_port,
            const std::vector<asio::ip::tcp::acceptor*>& listeners);
  // From now on it carries TLS, and says first whether that came about. `early` is what was received of it already.
  void secure(TlsContext& context, TlsSession::Role role, std::string_view early);
  // In clear at once. Inside TLS, once it is secured, only with flush(), finish_sending() or close(): many small texts
  // then share a record and a system call.
  void send(std::string_view bytes);
  void flush();
  void finish_sending(); // half-close after what was sent
  void close();          // after what was sent; nothing is told any more
  void abort();          // at once, without a word (eviction)
  void resume_reading();

  base::LinkId id() const { return id_; }
  const base::Endpoint& remote() const { return remote_; }
  bool is_accepted() const { return is_accepted_; }
  bool has_received() const { return has_received_; }

private:
  void bind_to(std::uint16_t source_port, bool v6, const std::vector<asio::ip::tcp::acceptor*>& listeners);
  void dialled(const std::error_code& error);
  void read_when_ready();
  void readable(const std::error_code& error);
  bool read_some();
  bool read_clear(std::string_view bytes);
  bool read_secured(std::string_view bytes);
  bool all_read();
  void encrypt();
  void end_security();
  void write(std::string_view bytes);
  void write_sealed();
  std::size_t push(std::string_view bytes, std::error_code& error);
  void write_now();
  void wait_to_write();
  void writable(const std::error_code& error);
  void all_written();
  void watch_taken();
  void tell_taken();
  bool is_empty() const { return waiting_.empty() && pending_.empty(); }
  void fail_later(const base::Error& error);
  void fail(const base::Error& error);
  void shut();

  asio::ip::tcp::socket socket_;
  LinkOwner* owner_; // null after close
  base::LinkId id_;
  base::Endpoint remote_;
  std::unique_ptr<TlsSession> session_; // none: in clear
  std::string waiting_;                 // to be encrypted
  std::string pending_;                 // to be written, behind the first …
  std::size_t written_ = 0;             // … so many of it, which are
  std::unique_ptr<asio::steady_timer> taken_timer_;
  int taken_checks_ = 0;
  std::optional<base::Error> put_off_failure_; // while reading has to wait
  bool is_accepted_ = false;
  bool has_received_ = false;
  bool is_reading_ = false;
  bool has_read_all_ = false;
  bool is_writing_ = false;
  bool finishes_ = false;
  bool closes_ = false;
  bool watches_taken_ = false;
  bool is_looking_ = false;   // the timer runs
  bool taken_is_due_ = false; // and will be told by a handler that is on its way
};

// Sends at once, and notices a peer that vanished within two minutes. What a listener has, its links inherit (tcp(7)).
void keep_alive(int descriptor);
asio::ip::tcp::endpoint to_asio(const base::Endpoint& endpoint);
base::Endpoint from_asio(const asio::ip::tcp::endpoint& endpoint);

} // namespace tincan::net
