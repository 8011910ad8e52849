#include "tincan/net/control_server.hpp"

#include "tincan/net/listener.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>
#include <map>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace tincan::net {

namespace {

using unix_stream = asio::local::stream_protocol;

constexpr std::size_t read_at_once = 64 * 1024; // the commands of one turn: few turns have few commits

bool is_our_user(unix_stream::socket& socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  return getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
         credentials.uid == geteuid();
}

} // namespace

class ControlServer::Machine : public std::enable_shared_from_this<Machine> {
public:
  Machine(asio::io_context& context, Owner owner) : owner_(std::move(owner)), acceptor_(context), pause_(context) {}

  base::Result<void> open(const std::filesystem::path& path) {
    std::error_code error;
    ::unlink(path.c_str());
    acceptor_.open(unix_stream(), error);
    if (path.string().size() >= sizeof(sockaddr_un::sun_path))
      error = std::make_error_code(std::errc::filename_too_long);
    const auto mask = ::umask(0177);
    if (!error) acceptor_.bind(path.string(), error);
    ::umask(mask);
    if (!error) acceptor_.listen(16, error);
    if (error)
      return base::fail(base::ErrorCode::storage,
                        fmt::format("cannot open the control socket {}: {}", path.string(), error.message()));
    path_ = path;
    accept();
    return {};
  }

  void send(ClientId id, std::string_view line) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    auto& client = *found->second;
    if (client.pending.size() + line.size() > max_control_backlog_bytes) return drop(id);
    client.pending.append(line).push_back('\n');
    write(id);
  }

  void finish(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    found->second->finishes = true;
    write(id);
  }

  void close() {
    std::error_code ignored;
    if (acceptor_.is_open()) ::unlink(path_.c_str());
    acceptor_.close(ignored);
    pause_.cancel();
    // What is still pending is written as far as the socket takes it at once.
    for (auto& [id, client] : clients_) {
      if (client->writing.empty() && !client->pending.empty())
        ::send(client->socket.native_handle(), client->pending.data(), client->pending.size(),
               MSG_DONTWAIT | MSG_NOSIGNAL);
      client->socket.close(ignored);
    }
    clients_.clear();
  }

private:
  struct Client {
    explicit Client(unix_stream::socket open) : socket(std::move(open)) {}
    unix_stream::socket socket;
    std::string held, pending, writing;
    bool finishes = false;
  };

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](const std::error_code& error, unix_stream::socket socket) {
      if (error == asio::error::operation_aborted || !self->acceptor_.is_open()) return;
      if (!error) self->accepted(std::move(socket));
      error ? self->accept_later() : self->accept();
    });
  }

  // Without descriptors, say, the next try would fail at once, too.
  void accept_later() {
    pause_.expires_after(descriptor_pause);
    pause_.async_wait([self = shared_from_this()](const std::error_code& error) {
      if (!error && self->acceptor_.is_open()) self->accept();
    });
  }

  void accepted(unix_stream::socket socket) {
    if (clients_.size() >= max_control_clients || !is_our_user(socket)) return;
    std::error_code error;
    socket.non_blocking(true, error);
    if (error) return;
    const ClientId id{++last_client_};
    clients_.emplace(id, std::make_shared<Client>(std::move(socket)));
    read(id);
  }

  void read(ClientId id) {
    const auto client = clients_.at(id);
    client->socket.async_wait(unix_stream::socket::wait_read,
                              [self = shared_from_this(), id](const std::error_code& error) {
                                if (!self->clients_.contains(id)) return;
                                error ? self->drop(id) : self->readable(id);
                              });
  }

  void readable(ClientId id) {
    std::error_code error;
    const auto count = clients_.at(id)->socket.read_some(asio::buffer(chunk_), error);
    if (error == asio::error::would_block || error == asio::error::interrupted) return read(id);
    if (error) return drop(id);
    take(id, {chunk_.data(), count});
  }

  void take(ClientId id, std::string_view bytes) {
    auto client = clients_.at(id);
    client->held.append(bytes);
    std::size_t begin = 0;
    for (auto end = client->held.find('\n'); end != std::string::npos; end = client->held.find('\n', begin)) {
      owner_.line(id, std::string_view(client->held).substr(begin, end - begin));
      if (!clients_.contains(id)) return;
      begin = end + 1;
    }
    client->held.erase(0, begin);
    if (client->held.size() > max_control_line_bytes) return drop(id);
    read(id);
  }

  void write(ClientId id) {
    const auto client = clients_.at(id);
    if (!client->writing.empty()) return;
    if (client->pending.empty()) {
      if (client->finishes) drop(id);
      return;
    }
    client->writing.swap(client->pending);
    asio::async_write(client->socket, asio::buffer(client->writing),
                      [self = shared_from_this(), client, id](const std::error_code& error, std::size_t) {
                        client->writing.clear();
                        if (!self->clients_.contains(id)) return;
                        if (error) return self->drop(id);
                        self->write(id);
                      });
  }

  void drop(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    std::error_code ignored;
    found->second->socket.close(ignored);
    clients_.erase(found);
    owner_.gone(id);
  }

  Owner owner_;
  unix_stream::acceptor acceptor_;
  asio::steady_timer pause_;
  std::filesystem::path path_;
  std::vector<char> chunk_ = std::vector<char>(read_at_once); // one for all
  std::map<ClientId, std::shared_ptr<Client>> clients_;
  std::uint64_t last_client_ = 0;
};

ControlServer::ControlServer(Loop& loop, Owner owner)
    : machine_(std::make_shared<Machine>(loop.context(), std::move(owner))) {}

ControlServer::~ControlServer() { machine_->close(); }

base::Result<void> ControlServer::open(const std::filesystem::path& path) { return machine_->open(path); }
void ControlServer::send(ClientId client, std::string_view line) { machine_->send(client, line); }
void ControlServer::finish(ClientId client) { machine_->finish(client); }
void ControlServer::close() { machine_->close(); }

} // namespace tincan::net
