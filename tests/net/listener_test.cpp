#include "tincan/net/listener.hpp"

#include "far_end.hpp"
#include "reactor.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <set>
#include <sys/resource.h>

using namespace tincan;
using namespace tincan::net;
using namespace tincan::net::test;

namespace {

struct Door {
  explicit Door(std::uint16_t wanted = 0)
      : listener(context, [this](asio::ip::tcp::socket socket, const base::Endpoint& remote) {
          remotes.push_back(remote);
          sockets.push_back(std::move(socket));
          if (on_accepted) on_accepted();
        }) {
    opened = listener.open(wanted);
  }
  ~Door() { listener.close(); }
  std::uint16_t port() const { return opened.value_or(std::uint16_t{0}); }
  template<class Condition> bool until(Condition condition) { return run_until(context, condition); }

  asio::io_context context;
  std::vector<base::Endpoint> remotes;
  std::vector<asio::ip::tcp::socket> sockets;
  std::function<void()> on_accepted;
  Listener listener;
  base::Result<std::uint16_t> opened = std::uint16_t{0};
};

// Is there a connection of that local port in that state (/proc/net/tcp: 06 is TIME_WAIT)?
bool has_connection(std::uint16_t port, const std::string& state) {
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);)
    if (line.find(fmt::format(":{:04X} ", port)) < 20 && line.find(" " + state + " ") != std::string::npos) return true;
  return false;
}

bool has_ipv6() { return new_socket(AF_INET6).get() >= 0; }

// Nobody may open more descriptors than there are.
class NoDescriptors {
public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const Descriptor next(::dup(0));
    const rlimit none{static_cast<rlim_t>(next.get()), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

} // namespace

TEST_CASE("Any free port is free on both families, and both accept") {
  Door door;
  REQUIRE(door.opened);
  CHECK(door.port() != 0);
  const auto four = FarSocket::dial(door.port());
  CHECK(door.until([&] { return door.remotes.size() == 1; }));
  CHECK(door.remotes.back().text() == fmt::format("127.0.0.1:{}", four.local_port()));
  if (!has_ipv6()) return;
  const auto six = FarSocket::dial(door.port(), AF_INET6);
  CHECK(door.until([&] { return door.remotes.size() == 2; }));
  CHECK(door.remotes.back().text() == fmt::format("[::1]:{}", six.local_port()));
  CHECK(door.listener.acceptors().size() == 2);
}

TEST_CASE("A port in use is one sentence that names who holds it: here this very process") {
  Door holder;
  Door late(holder.port());
  REQUIRE_FALSE(late.opened);
  CHECK(late.opened.error().code == base::ErrorCode::in_use);
  const auto text = late.opened.error().text;
  INFO(text);
  CHECK(text.find(fmt::format("cannot listen on port {}", holder.port())) == 0);
  CHECK(text.find(fmt::format("process {} (", ::getpid())) != std::string::npos);
  CHECK(text.find("--port") != std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
  CHECK(late.listener.acceptors().empty());
  CHECK(port_holder(holder.port()).starts_with(fmt::format("process {} (", ::getpid())));
}

TEST_CASE("Nobody holds a port where nobody listens") {
  FarListener listener;
  const auto port = listener.port();
  CHECK_FALSE(port_holder(port).empty());
  listener.close();
  CHECK(port_holder(port).empty());
}

TEST_CASE("A port that is held on IPv6 alone is in use, and nothing stays open on IPv4") {
  if (!has_ipv6()) return;
  const FarListener six(8, 0, AF_INET6);
  Door door(six.port());
  REQUIRE_FALSE(door.opened);
  CHECK(door.opened.error().code == base::ErrorCode::in_use);
  CHECK(door.listener.acceptors().empty());
}

TEST_CASE("A port can be opened again at once, although connections of it linger") {
  std::uint16_t port = 0;
  {
    Door door;
    port = door.port();
    auto far = FarSocket::dial(port);
    REQUIRE(door.until([&] { return !door.sockets.empty(); }));
    door.sockets.clear(); // we close first, so the wait is ours
    REQUIRE(door.until([&] { return far.is_gone(); }));
    far.close();
    run_for(door.context, std::chrono::milliseconds(20));
    if (!has_connection(port, "06")) WARN("this machine keeps no connection waiting: there are too many of them");
  }
  Door again(port);
  REQUIRE(again.opened);
  CHECK(again.port() == port);
  const auto far = FarSocket::dial(port);
  CHECK(again.until([&] { return again.remotes.size() == 1; }));
}

TEST_CASE("A port can be opened again while accepted connections of it are still open") {
  Door first;
  const auto port = first.port();
  const auto far = FarSocket::dial(port);
  REQUIRE(first.until([&] { return !first.sockets.empty(); }));
  first.listener.close();
  Door second(port);
  CHECK(second.opened);
}

TEST_CASE("While it is paused nothing is accepted; then everything that waited is") {
  Door door;
  door.listener.pause();
  std::vector<FarSocket> far;
  for (int i = 0; i < 5; ++i) far.push_back(FarSocket::dial(door.port(), has_ipv6() && i % 2 ? AF_INET6 : AF_INET));
  run_for(door.context, std::chrono::milliseconds(50));
  CHECK(door.remotes.empty());
  door.listener.resume();
  CHECK(door.until([&] { return door.remotes.size() == 5; }));
  door.listener.resume();
  const auto one_more = FarSocket::dial(door.port());
  CHECK(door.until([&] { return door.remotes.size() == 6; }));
}

TEST_CASE("A pause in the middle of a crowd keeps the rest of it outside") {
  Door door;
  door.on_accepted = [&] {
    if (door.remotes.size() == 3) door.listener.pause();
  };
  std::vector<FarSocket> far;
  for (int i = 0; i < 10; ++i) far.push_back(FarSocket::dial(door.port()));
  CHECK(door.until([&] { return door.remotes.size() == 3; }));
  run_for(door.context, std::chrono::milliseconds(50));
  CHECK(door.remotes.size() == 3);
  door.on_accepted = {};
  door.listener.resume();
  CHECK(door.until([&] { return door.remotes.size() == 10; }));
}

TEST_CASE("A crowd larger than one wake is accepted whole, each connection once") {
  Door door;
  std::vector<FarSocket> far;
  for (int i = 0; i < 3 * max_accepts_per_wake; ++i) far.push_back(FarSocket::dial(door.port()));
  CHECK(door.until([&] { return door.remotes.size() == far.size(); }));
  run_for(door.context, std::chrono::milliseconds(20));
  CHECK(std::set<base::Endpoint>(door.remotes.begin(), door.remotes.end()).size() == far.size());
}

TEST_CASE("A connection that was reset before it was accepted does no harm") {
  Door door;
  door.listener.pause();
  auto gone = FarSocket::dial(door.port());
  gone.reset();
  const auto good = FarSocket::dial(door.port());
  door.listener.resume();
  CHECK(door.until([&] {
    return std::any_of(door.remotes.begin(), door.remotes.end(),
                       [&](const auto& remote) { return remote.port == good.local_port(); });
  }));
}

TEST_CASE("When descriptors run out both families wait, and both go on when there are some again") {
  Door door;
  const auto four = FarSocket::dial(door.port());
  const auto six = FarSocket::dial(door.port(), has_ipv6() ? AF_INET6 : AF_INET);
  {
    const NoDescriptors none;
    run_for(door.context, std::chrono::milliseconds(30)); // both have tried
    CHECK(door.remotes.empty());
  }
  CHECK(door.until([&] { return door.remotes.size() == 2; }));
}

TEST_CASE("After it was closed nobody gets in") {
  Door door;
  const auto port = door.port();
  door.listener.close();
  auto far = FarSocket::dial(port);
  CHECK(far.push("x") == 0);
  run_for(door.context, std::chrono::milliseconds(20));
  CHECK(door.remotes.empty());
  CHECK(door.listener.acceptors().empty());
}

TEST_CASE("A wanted source port is lent by the listener for a dial, and nobody else can take it") {
  Door door;
  Witness witness;
  FarListener far_listener;
  const auto link = std::make_shared<Link>(door.context, witness, base::LinkId{1});
  link->dial(far_listener.endpoint(), door.port(), door.listener.acceptors());
  FarSocket far;
  REQUIRE(door.until([&] { return (far.is_open() || far_listener.accept_into(far)) && witness.has("opened"); }));
  CHECK(far.remote_port() == door.port());

  Door thief(door.port());
  REQUIRE_FALSE(thief.opened);
  CHECK(thief.opened.error().code == base::ErrorCode::in_use);
  Descriptor sharing = new_socket(AF_INET);
  const int on = 1;
  setsockopt(sharing.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = loopback4(door.port());
  const bool is_bound = ::bind(sharing.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  CHECK_FALSE((is_bound && ::listen(sharing.get(), 1) == 0));

  const auto guest = FarSocket::dial(door.port());
  CHECK(door.until([&] { return door.remotes.size() == 1; }));
  link->send("from there");
  CHECK(door.until([&] { return far.pulled("from there"); }));
  link->abort();
}

TEST_CASE("A source port serves again at once for another peer, and an ephemeral one where it cannot be had") {
  Door door;
  Witness witness;
  FarListener one;
  FarListener two;
  std::vector<std::shared_ptr<Link>> links;
  for (auto* target : {&one, &two, &two}) {
    links.push_back(std::make_shared<Link>(door.context, witness, base::LinkId{links.size() + 1}));
    links.back()->dial(target->endpoint(), door.port(), door.listener.acceptors());
  }
  FarSocket at_one;
  FarSocket at_two;
  CHECK(door.until([&] { return at_one.is_open() || one.accept_into(at_one); }));
  CHECK(door.until([&] { return at_two.is_open() || two.accept_into(at_two); }));
  CHECK(at_one.remote_port() == door.port());
  CHECK(at_two.remote_port() == door.port());
  CHECK(door.until([&] { return witness.events.size() == 3; })); // the third cannot have the same pair of endpoints
  for (const auto& link : links) link->abort();
}
