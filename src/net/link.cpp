#include "tincan/net/link.hpp"

#include "tincan/net/errors.hpp"

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <cassert>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace tincan::net {

namespace {

using tcp = asio::ip::tcp;

void set_option(int descriptor, int level, int option, int value) {
  setsockopt(descriptor, level, option, &value, sizeof value);
}

std::error_code system_code(int error) { return {error, asio::error::get_system_category()}; }

std::error_code pending_error(int descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  return system_code(error);
}

// Bytes written that the peer's TCP stack has not acknowledged yet (tcp(7), SIOCOUTQ).
int unacknowledged_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

} // namespace

// A peer that vanished without a word is noticed within two minutes, also on links that are kept silent.
void keep_alive(int descriptor) {
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
}

tcp::endpoint to_asio(const base::Endpoint& endpoint) {
  const auto& bytes = endpoint.address.bytes();
  if (endpoint.address.is_v6()) return {asio::ip::address_v6(bytes), endpoint.port};
  return {asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]}), endpoint.port};
}

base::Endpoint from_asio(const tcp::endpoint& endpoint) {
  if (endpoint.address().is_v4()) return {base::Address::v4(endpoint.address().to_v4().to_bytes()), endpoint.port()};
  return {base::Address::v6(endpoint.address().to_v6().to_bytes()), endpoint.port()};
}

Link::Link(asio::io_context& context, LinkOwner& owner, base::LinkId id) : socket_(context), owner_(&owner), id_(id) {}

void Link::set_remote(const base::Endpoint& remote) {
  remote_ = remote;
  is_accepted_ = true;
}

void Link::adopt(tcp::socket socket) {
  socket_ = std::move(socket);
  is_reading_ = true;
  readable({}); // the message is often there already
}

void Link::dial(const base::Endpoint& to, std::optional<std::uint16_t> source_port,
                const std::vector<tcp::acceptor*>& listeners) {
  remote_ = to;
  const auto target = to_asio(to);
  std::error_code error;
  socket_.open(target.protocol(), error);
  if (!error) socket_.non_blocking(true, error);
  if (error) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), error] { self->dialled(error); });
    return;
  }
  keep_alive(socket_.native_handle());
  if (source_port) bind_to(*source_port, to.address.is_v6(), listeners);
  socket_.async_connect(target, [self = shared_from_this()](const std::error_code& result) { self->dialled(result); });
}

// The listener holds the port: it lends it for the moment of the bind, so that no other program can take it then.
void Link::bind_to(std::uint16_t source_port, bool v6, const std::vector<tcp::acceptor*>& listeners) {
  for (auto* listener : listeners) set_option(listener->native_handle(), SOL_SOCKET, SO_REUSEPORT, 1);
  set_option(socket_.native_handle(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(socket_.native_handle(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (v6) set_option(socket_.native_handle(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  std::error_code ignored; // an ephemeral port serves as well
  socket_.bind({v6 ? tcp::v6() : tcp::v4(), source_port}, ignored);
  for (auto* listener : listeners) set_option(listener->native_handle(), SOL_SOCKET, SO_REUSEPORT, 0);
}

void Link::dialled(const std::error_code& error) {
  if (!owner_) return shut();
  if (error) {
    auto* owner = std::exchange(owner_, nullptr);
    shut();
    return owner->dial_failed(*this, to_error(error));
  }
  owner_->opened(*this);
  read_when_ready();
}

// --- reading

void Link::read_when_ready() {
  if (is_reading_ || has_read_all_ || !owner_ || !owner_->may_read()) return;
  is_reading_ = true;
  socket_.async_wait(tcp::socket::wait_read,
                     [self = shared_from_this()](const std::error_code& error) { self->readable(error); });
}

void Link::resume_reading() {
  if (const auto failure = std::exchange(put_off_failure_, std::nullopt)) return fail_later(*failure);
  read_when_ready();
}

void Link::readable(const std::error_code& error) {
  is_reading_ = false;
  if (!owner_ || error) return;
  for (int chunk = 0; chunk < max_chunks_per_wake && owner_ && owner_->may_read(); ++chunk)
    if (!read_some()) break;
  read_when_ready();
}

// False when nothing more is there now.
bool Link::read_some() {
  static thread_local std::array<char, secured_chunk_bytes> buffer; // one for all links of the I/O thread
  const auto count =
      ::recv(socket_.native_handle(), buffer.data(), session_ ? buffer.size() : read_chunk_bytes, MSG_DONTWAIT);
  const int error = errno;
  // What the peer says or does next may be its answer: that it took our bytes comes before that.
  if (count >= 0) {
    tell_taken();
    if (!owner_) return false;
  }
  if (count == 0) return all_read();
  if (count < 0) {
    if (error != EAGAIN && error != EWOULDBLOCK && error != EINTR) fail(to_error(system_code(error)));
    return false;
  }
  has_received_ = true;
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  return session_ ? read_secured(bytes) : read_clear(bytes);
}

bool Link::read_clear(std::string_view bytes) {
  owner_->received(*this, bytes);
  return true;
}

// All that these bytes bring is told at once, also when reading is forbidden meanwhile: nothing stays behind in TLS.
bool Link::read_secured(std::string_view bytes) {
  const bool was_up = session_->is_up();
  const bool is_sound = session_->feed(bytes);
  const auto plain = session_->plain();
  write_sealed();
  if (owner_ && !was_up && session_->is_up()) owner_->secured(*this, session_->peer_key(), session_->exporter());
  if (owner_ && !plain.empty()) owner_->received(*this, plain);
  if (!is_sound) fail(session_->error());
  if (!owner_) return false;
  return !session_->has_ended() || all_read();
}

// Inside TLS the end counts only when the peer itself said it: anybody can end a TCP connection.
bool Link::all_read() {
  if (session_ && !session_->has_ended()) {
    fail(to_error(asio::error::eof));
    return false;
  }
  has_read_all_ = true;
  owner_->finished(*this);
  return false;
}

// --- writing

void Link::secure(TlsContext& context, TlsSession::Role role, std::string_view early) {
  if (!owner_ || session_) return;
  session_ = std::make_unique<TlsSession>(context, role);
  const bool is_sound = session_->feed(early);
  write_sealed();
  if (!is_sound) fail_later(session_->error());
}

void Link::send(std::string_view bytes) {
  if (!owner_ || finishes_) return;
  const auto bound = session_ ? max_secured_pending_bytes : max_pending_bytes;
  if (waiting_.size() + pending_.size() - written_ + bytes.size() > bound)
    return fail_later(to_error(asio::error::no_buffer_space));
  watches_taken_ = true;
  taken_is_due_ = false;
  if (!session_) return write(bytes);
  assert(session_->is_up());
  waiting_.append(bytes);
}

void Link::flush() {
  if (owner_ && !finishes_) encrypt();
}

void Link::encrypt() {
  const auto plain = std::exchange(waiting_, {});
  for (std::size_t at = 0; at < plain.size() && !finishes_; at += written_at_once_bytes) {
    const bool is_sound = session_->write(std::string_view(plain).substr(at, written_at_once_bytes));
    write_sealed();
    if (!is_sound) return fail_later(session_->error());
  }
}

void Link::end_security() {
  if (!session_ || finishes_) return;
  encrypt();
  session_->finish();
  write_sealed();
}

void Link::finish_sending() {
  if (!owner_ || finishes_) return;
  end_security();
  finishes_ = true;
  write_now();
}

void Link::close() {
  end_security();
  owner_ = nullptr;
  finishes_ = true;
  closes_ = true;
  taken_timer_.reset();
  write_now();
  if (!socket_.is_open()) return;
  taken_timer_ = std::make_unique<asio::steady_timer>(socket_.get_executor(), closing_patience);
  taken_timer_->async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error) self->shut();
  });
}

void Link::abort() {
  owner_ = nullptr;
  taken_timer_.reset();
  shut();
}

// Behind what waits already.
void Link::write(std::string_view bytes) {
  if (finishes_ || !socket_.is_open()) return;
  std::error_code error;
  if (pending_.empty()) bytes.remove_prefix(push(bytes, error));
  pending_.append(bytes);
  if (error) return fail_later(to_error(error));
  if (!is_writing_) pending_.empty() ? all_written() : wait_to_write();
}

void Link::write_sealed() {
  if (const auto bytes = session_->output(); !bytes.empty()) write(bytes);
}

// How many of them the kernel took; an error when it will never take more.
std::size_t Link::push(std::string_view bytes, std::error_code& error) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const auto left = bytes.substr(taken);
    const auto count = ::send(socket_.native_handle(), left.data(), left.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      taken += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) error = system_code(errno);
      break;
    }
  }
  return taken;
}

void Link::write_now() {
  if (is_writing_ || !socket_.is_open()) return;
  std::error_code error;
  written_ += push(std::string_view(pending_).substr(written_), error);
  if (error) return fail_later(to_error(error));
  if (written_ < pending_.size()) return wait_to_write();
  std::string().swap(pending_); // its room, too: few links ever have to wait
  written_ = 0;
  all_written();
}

void Link::wait_to_write() {
  if (written_ > pending_.size() / 2) pending_.erase(0, std::exchange(written_, 0));
  is_writing_ = true;
  socket_.async_wait(tcp::socket::wait_write,
                     [self = shared_from_this()](const std::error_code& error) { self->writable(error); });
}

void Link::writable(const std::error_code& error) {
  is_writing_ = false;
  if (error) return;
  write_now();
}

void Link::all_written() {
  std::error_code ignored;
  if (closes_) return shut();
  if (finishes_) socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (owner_ && watches_taken_) watch_taken();
}

// There is no event for it: looked at after 0, 1, 2, 4 … 64 ms. Under TLS the peer itself says what it has, and
// whatever else it says brings the acknowledgement: there one look after a while will do, for all that was sent
// meanwhile.
void Link::watch_taken() {
  if (session_ && is_looking_) return;
  const int left = unacknowledged_bytes(socket_.native_handle());
  if (left <= 0) {
    watches_taken_ = false;
    taken_checks_ = 0;
    if (left == 0) {
      // Told from the loop, never from inside the call that sent.
      taken_is_due_ = true;
      asio::post(socket_.get_executor(), [self = shared_from_this()] { self->tell_taken(); });
    }
    return;
  }
  if (const auto error = pending_error(socket_.native_handle())) return fail_later(to_error(error));
  if (!taken_timer_) taken_timer_ = std::make_unique<asio::steady_timer>(socket_.get_executor());
  taken_timer_->expires_after(session_ ? secured_look : std::chrono::milliseconds(1 << std::min(taken_checks_++, 6)));
  is_looking_ = true;
  taken_timer_->async_wait([self = shared_from_this()](const std::error_code& error) {
    if (error) return;
    self->is_looking_ = false;
    if (self->owner_ && self->is_empty() && self->watches_taken_) self->watch_taken();
  });
}

void Link::tell_taken() {
  if (watches_taken_ && is_empty() && unacknowledged_bytes(socket_.native_handle()) == 0) {
    watches_taken_ = false;
    taken_checks_ = 0;
    taken_is_due_ = true;
  }
  if (owner_ && !watches_taken_ && std::exchange(taken_is_due_, false)) owner_->taken(*this);
}

// --- the end

// Writing failed, perhaps while the owner carries out effects: it hears of it from the loop, after what the peer said
// before it closed.
void Link::fail_later(const base::Error& error) {
  if (!is_empty()) watches_taken_ = taken_is_due_ = false;
  std::string().swap(waiting_);
  std::string().swap(pending_);
  written_ = 0;
  finishes_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this(), error] {
    if (self->owner_ && !self->has_read_all_ && !self->owner_->may_read()) {
      self->put_off_failure_ = error;
      return;
    }
    while (self->owner_ && !self->has_read_all_ && self->owner_->may_read() && self->read_some()) continue;
    self->fail(error);
  });
}

void Link::fail(const base::Error& error) {
  auto* owner = std::exchange(owner_, nullptr);
  const bool was_taken =
      taken_is_due_ || (watches_taken_ && is_empty() && unacknowledged_bytes(socket_.native_handle()) == 0);
  taken_timer_.reset();
  shut();
  if (!owner) return;
  if (was_taken) owner->taken(*this);
  if (session_ && !session_->is_up()) return owner->refused(*this, error);
  owner->broken(*this, error);
}

void Link::shut() {
  taken_timer_.reset();
  std::error_code ignored;
  socket_.close(ignored);
}

} // namespace tincan::net
