#include "tincan/web/server.hpp"

#include "tincan/web/http_connection.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <map>
#include <thread>

namespace tincan::web {

namespace {

using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{50}; // after a connection that could not be taken
constexpr std::chrono::milliseconds farewell{300};

} // namespace

class Server::Machine : public std::enable_shared_from_this<Machine> {
public:
  explicit Machine(Owner owner) : context_(1), acceptor_(context_), timer_(context_), owner_(std::move(owner)) {
    world_.takes_strangers = [this] { return strangers() < max_strangers; };
    world_.upgrade = [this](auto stream, auto request, auto place) {
      upgrade(std::move(stream), request, std::move(place));
    };
    // Those that come and go tell it to us first, then to the owner.
    listener_ = {.opened = {}, .message = owner_.message, .gone = [this](base::ClientId id) { gone(id); }};
  }

  ~Machine() {
    if (thread_.joinable()) thread_.join();
  }

  base::Result<std::uint16_t> open(std::uint16_t port) {
    error_code error;
    const tcp::endpoint at(boost::asio::ip::address_v4::loopback(), port);
    acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) {
      error_code ignored;
      acceptor_.close(ignored);
      return base::fail(base::ErrorCode::in_use,
                        fmt::format("cannot serve the page on 127.0.0.1:{}: {} (choose another: --web-port N, or 0)",
                                    port, error.message()));
    }
    world_.port = acceptor_.local_endpoint().port();
    accept();
    thread_ = std::thread([this] { context_.run(); });
    return world_.port;
  }

  // For those that may be called from any thread.
  template<class Work> void with(base::ClientId id, Work work) {
    boost::asio::post(context_, [self = shared_from_this(), id, work = std::move(work)]() mutable {
      if (const auto found = self->sockets_.find(id); found != self->sockets_.end()) work(*found->second);
    });
  }

  void close() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] { begin_close(); });
    thread_.join();
  }

private:
  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) return accept_later();
      accepted(std::move(socket));
      accept();
    });
  }

  // Without descriptors, say, the next try would fail at once, too.
  void accept_later() {
    timer_.expires_after(accept_pause);
    timer_.async_wait([this](const error_code& error) {
      if (!error && acceptor_.is_open()) accept();
    });
  }

  void accepted(tcp::socket socket) {
    if (places_.use_count() > static_cast<long>(max_sockets)) return; // it is closed at once
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::make_shared<HttpConnection>(std::move(socket), world_, places_)->read();
  }

  void upgrade(boost::beast::tcp_stream stream, const HttpRequest& request, std::shared_ptr<void> place) {
    const base::ClientId id{++last_client_};
    const auto socket = std::make_shared<PageSocket>(std::move(stream), id, listener_, std::move(place));
    sockets_.emplace(id, socket);
    socket->accept(request, [this, id] { owner_.opened(id); });
  }

  void gone(base::ClientId id) {
    sockets_.erase(id);
    owner_.gone(id);
    if (is_closing_ && sockets_.empty()) context_.stop();
  }

  std::size_t strangers() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(sockets_, [](const auto& socket) { return socket.second->is_stranger(); }));
  }

  void begin_close() {
    error_code ignored;
    acceptor_.close(ignored);
    is_closing_ = true;
    if (sockets_.empty()) return context_.stop();
    for (const auto& [id, socket] : std::map(sockets_)) socket->close(boost::beast::websocket::close_code::going_away);
    timer_.expires_after(farewell);
    timer_.async_wait([this](const error_code&) { context_.stop(); });
  }

  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  Owner owner_, listener_;
  HttpConnection::World world_;
  std::shared_ptr<void> places_ = std::make_shared<int>(); // each connection holds one of them, and we do
  std::map<base::ClientId, std::shared_ptr<PageSocket>> sockets_;
  std::uint64_t last_client_ = 0;
  bool is_closing_ = false;
  std::thread thread_;
};

Server::Server(Owner owner) : machine_(std::make_shared<Machine>(std::move(owner))) {}
Server::~Server() { machine_->close(); }

base::Result<std::uint16_t> Server::open(std::uint16_t port) { return machine_->open(port); }
void Server::send(base::ClientId client, std::string line) {
  machine_->with(client, [line = std::move(line)](PageSocket& socket) mutable { socket.send(std::move(line)); });
}
void Server::read_next(base::ClientId client) {
  machine_->with(client, [](PageSocket& socket) { socket.read_next(); });
}
void Server::admit(base::ClientId client) {
  machine_->with(client, [](PageSocket& socket) { socket.admit(); });
}
void Server::refuse(base::ClientId client) {
  machine_->with(client, [](PageSocket& socket) {
    socket.close(boost::beast::websocket::close_code::policy_error);
    socket.read_next();
  });
}
void Server::close() { machine_->close(); }

} // namespace tincan::web
