#include "far_end.hpp"
#include "reactor.hpp"
#include "tls_pair.hpp"

#include <memory>

using namespace tincan;
using namespace tincan::net;
using namespace tincan::net::test;

namespace {

constexpr auto client_role = TlsSession::Role::client;
constexpr auto server_role = TlsSession::Role::server;

// Two links of ours, joined over loopback.
struct Joined {
  Joined() : acceptor(context, {asio::ip::address_v4::loopback(), 0}) {
    client = std::make_shared<Link>(context, near, base::LinkId{1});
    server = std::make_shared<Link>(context, far, base::LinkId{2});
    client->dial(from_asio(acceptor.local_endpoint()), std::nullopt, {});
    REQUIRE(until([this] { return near.has("opened"); }));
    asio::ip::tcp::endpoint remote;
    auto socket = acceptor.accept(remote);
    socket.non_blocking(true);
    server->set_remote(from_asio(remote));
    server->adopt(std::move(socket));
  }
  ~Joined() {
    client->abort();
    server->abort();
  }
  template<class Condition> bool until(Condition condition) { return run_until(context, condition); }
  void watch(std::chrono::milliseconds time) { run_for(context, time); }
  void secure() {
    server->secure(server_tls, server_role, {});
    client->secure(client_tls, client_role, {});
    REQUIRE(until([this] { return near.has("secured") && far.has("secured"); }));
  }

  asio::io_context context;
  TlsContext client_tls{seed_of(1)}, server_tls{seed_of(2)};
  Witness near, far;
  asio::ip::tcp::acceptor acceptor;
  std::shared_ptr<Link> client, server;
};

// A link of ours that dialled a far end, whose TLS and TCP we hold in our hands.
struct Held {
  explicit Held(int receive_buffer = 0)
      : listener(8, receive_buffer),
        link(std::make_shared<Link>(context, witness, base::LinkId{1})),
        end(far_tls, server_role) {
    link->dial(listener.endpoint(), std::nullopt, {});
    REQUIRE(until([this] { return listener.accept_into(far); }));
    REQUIRE(until([this] { return witness.has("opened"); }));
    link->secure(tls, client_role, {});
  }
  ~Held() { link->abort(); }
  template<class Condition> bool until(Condition condition) { return run_until(context, condition); }
  void secure() {
    REQUIRE(until([this] {
      exchange();
      return witness.has("secured") && end.session.is_up();
    }));
  }
  // Takes what has come, says what it leads to.
  bool exchange() {
    far.pull();
    const bool is_sound = end.feed(std::exchange(far.got, {}));
    unsaid += end.take();
    unsaid.erase(0, far.push(unsaid));
    return is_sound;
  }

  asio::io_context context;
  TlsContext tls{seed_of(1)}, far_tls{seed_of(2)};
  Witness witness;
  FarListener listener;
  FarSocket far;
  std::shared_ptr<Link> link;
  End end;
  std::string unsaid;
};

using Events = std::vector<std::string>;

} // namespace

TEST_CASE("A secured link tells the key of the other end, and both ends the same secret") {
  Joined test;
  test.secure();
  CHECK(test.near.peer == public_key(seed_of(2)));
  CHECK(test.far.peer == public_key(seed_of(1)));
  CHECK(test.near.exporter == test.far.exporter);
  CHECK(test.near.events == Events{"opened", "secured"});
  CHECK(test.far.events == Events{"secured"});
  CHECK(test.near.times_taken == 0); // a handshake is nothing that was sent
  CHECK(test.far.times_taken == 0);
}

TEST_CASE("What is sent inside TLS arrives in clear, is told as taken, and is nowhere to be seen on the wire") {
  Held test;
  test.secure();
  test.link->send("a word in ");
  test.link->send("confidence");
  test.link->flush();
  CHECK(test.until([&] {
    test.far.pull();
    return !test.far.got.empty() && test.witness.times_taken == 1;
  }));
  CHECK(test.far.got.find("word") == std::string::npos);
  CHECK(test.exchange());
  CHECK(test.end.heard == "a word in confidence");
}

TEST_CASE("What one turn sends leaves as one record") {
  Held test;
  test.secure();
  std::string text;
  for (int i = 0; i < 50; ++i) {
    test.link->send("line " + std::to_string(i) + "\n");
    text += "line " + std::to_string(i) + "\n";
  }
  test.far.pull();
  CHECK(test.far.got.empty());
  CHECK(test.witness.times_taken == 0);
  test.link->flush();
  REQUIRE(test.until([&] {
    test.far.pull();
    return test.far.got.size() > text.size();
  }));
  CHECK(test.far.got.size() == 5 + 2 * tls_padding_bytes + 16); // one header, one tag
  CHECK(test.exchange());
  CHECK(test.end.heard == text);
}

TEST_CASE("What was sent before TLS leaves in clear, before it") {
  Joined test;
  std::string early;
  test.near.on_received = [&](Link&) { early = test.near.bytes; };
  test.server->send("tincan/1\n");
  REQUIRE(test.until([&] { return early == "tincan/1\n"; }));
  test.near.on_received = {};
  test.secure();
  CHECK(test.until([&] { return test.far.times_taken == 1; }));
  test.client->send("now hidden");
  test.client->flush();
  CHECK(test.until([&] { return test.far.bytes == "now hidden"; }));
}

TEST_CASE("A link is secured with what it had already received of the peer's opening") {
  Joined test;
  test.client->secure(test.client_tls, client_role, {});
  REQUIRE(test.until([&] { return test.far.bytes.size() > 5; }));
  const auto early = std::exchange(test.far.bytes, {});
  CHECK(early.front() == '\x16');
  test.server->secure(test.server_tls, server_role, early);
  REQUIRE(test.until([&] { return test.near.has("secured") && test.far.has("secured"); }));
  test.client->send("hello");
  test.client->flush();
  CHECK(test.until([&] { return test.far.bytes == "hello"; }));
}

TEST_CASE("Megabytes pass both ways inside TLS at the same time") {
  Joined test;
  test.secure();
  const auto part = pattern(1'000'000);
  int sent = 1;
  const auto say = [&](Link& link) {
    link.send(part);
    link.flush();
  };
  test.near.on_taken = [&](Link& link) {
    if (sent < 8 && ++sent) say(link);
  };
  say(*test.client);
  for (int i = 0; i < 4; ++i) say(*test.server);
  CHECK(test.until(
      [&] { return test.far.bytes.size() == 8 * part.size() && test.near.bytes.size() == 4 * part.size(); }));
  for (std::size_t i = 0; i < 8; ++i) CHECK(test.far.bytes.compare(i * part.size(), part.size(), part) == 0);
  for (std::size_t i = 0; i < 4; ++i) CHECK(test.near.bytes.compare(i * part.size(), part.size(), part) == 0);
}

TEST_CASE("A half-closed link inside TLS has said all it had to say, and still listens") {
  Joined test;
  test.secure();
  test.client->send("question");
  test.client->finish_sending();
  test.client->send("too late");
  CHECK(test.until([&] { return test.far.has("finished"); }));
  CHECK(test.far.bytes == "question");
  test.server->send("answer");
  test.server->finish_sending();
  CHECK(test.until([&] { return test.near.has("finished"); }));
  CHECK(test.near.bytes == "answer");
  test.watch(std::chrono::milliseconds(20));
  CHECK(test.near.events == Events{"opened", "secured", "finished"});
  CHECK(test.far.events == Events{"secured", "finished"});
}

TEST_CASE("A closed link inside TLS still delivers what was sent, and says that it ends") {
  Joined test;
  test.secure();
  const auto text = pattern(600'000);
  test.client->send(text);
  test.client->close();
  CHECK(test.until([&] { return test.far.has("finished"); }));
  CHECK(test.far.bytes == text);
  test.watch(std::chrono::milliseconds(20));
  CHECK(test.near.events == Events{"opened", "secured"});
  CHECK(test.far.events == Events{"secured", "finished"});
}

TEST_CASE("An end of TCP that the peer did not say inside TLS is a broken connection") {
  Held test;
  test.secure();
  REQUIRE(test.end.write("last words"));
  test.exchange();
  test.far.finish();
  CHECK(test.until([&] { return test.witness.has("broken"); }));
  CHECK(test.witness.bytes == "last words");
  CHECK(test.witness.events == Events{"opened", "secured", "broken"});
  CHECK(test.witness.last_error == base::Error{base::ErrorCode::reset, "the connection broke"});
}

TEST_CASE("An end of TCP during the handshake is a refusal, told once") {
  Held test;
  test.far.finish();
  CHECK(test.until([&] { return test.witness.has("refused"); }));
  CHECK(test.witness.last_error.code == base::ErrorCode::reset);
  test.link->flush();
  test.link->close();
  run_for(test.context, std::chrono::milliseconds(20));
  CHECK(test.witness.events == Events{"opened", "refused"});
}

TEST_CASE("A reset during the handshake is a refusal") {
  Held test;
  REQUIRE(test.until([&] {
    test.far.pull();
    return !test.far.got.empty();
  }));
  test.far.reset();
  CHECK(test.until([&] { return test.witness.has("refused"); }));
  CHECK(test.witness.last_error.code == base::ErrorCode::reset);
}

TEST_CASE("Plain text where TLS is expected is a refusal, and none of it is given") {
  Held test;
  test.far.push("127.0.0.1:7001 Them hello there");
  CHECK(test.until([&] { return test.witness.has("refused"); }));
  CHECK(test.witness.last_error.code == base::ErrorCode::bad_bytes);
  CHECK(test.witness.bytes.empty());
  CHECK(test.until([&] { return test.far.is_gone(); }));
}

TEST_CASE("Garbage among the early bytes is a refusal, told from the loop") {
  Joined test;
  test.server->secure(test.server_tls, server_role, "GET / HTTP/1.1\r\n\r\n");
  CHECK(test.far.events.empty());
  CHECK(test.until([&] { return test.far.has("refused"); }));
  test.watch(std::chrono::milliseconds(10));
  CHECK(test.far.events == Events{"refused"});
  CHECK(test.until([&] { return test.near.has("finished") || test.near.has("broken"); }));
}

TEST_CASE("Bytes that were changed on their way break the link, and none of them is given") {
  Held test;
  test.secure();
  REQUIRE(test.end.write("pay 10"));
  auto record = test.end.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  test.far.push(record);
  CHECK(test.until([&] { return test.witness.has("broken"); }));
  CHECK(test.witness.bytes.empty());
  CHECK(test.witness.last_error == base::Error{base::ErrorCode::bad_bytes, "the bytes were changed on their way"});
  CHECK(test.until([&] { return test.far.is_gone(); }));
}

TEST_CASE("A secured link that may not read gives nothing, and loses nothing") {
  Joined test;
  test.secure();
  test.far.on_received = [&](Link&) { test.far.reads = false; };
  const auto text = pattern(2'000'000);
  test.client->send(text);
  test.client->finish_sending();
  int parts = 0;
  while (test.far.bytes.size() < text.size()) {
    REQUIRE(test.until([&] { return test.far.parts == parts + 1; }));
    parts = test.far.parts;
    CHECK(test.far.bytes.size() <= static_cast<std::size_t>(parts) * (secured_chunk_bytes + tls_record_bytes));
    if (parts < 4) test.watch(std::chrono::milliseconds(20));
    CHECK(test.far.parts == parts);
    test.far.reads = true;
    test.server->resume_reading();
    test.server->resume_reading();
  }
  CHECK(test.far.bytes == text);
  CHECK(test.until([&] { return test.far.has("finished"); }));
}

TEST_CASE("A handshake that began while reading was allowed waits while it is not") {
  Joined test;
  test.server->secure(test.server_tls, server_role, {});
  test.far.reads = false;
  test.client->secure(test.client_tls, client_role, {});
  test.watch(std::chrono::milliseconds(30));
  CHECK(test.far.events.empty());
  test.far.reads = true;
  test.server->resume_reading();
  CHECK(test.until([&] { return test.near.has("secured") && test.far.has("secured"); }));
}

TEST_CASE("A secured peer that does not read may be sent 4 MiB, then the link breaks with limit") {
  Held test(4096);
  test.secure();
  test.link->send(pattern(3'000'000)); // more than in clear
  test.link->flush();
  run_for(test.context, std::chrono::milliseconds(20));
  CHECK_FALSE(test.witness.has("broken"));
  std::size_t sent = 3'000'000;
  while (!test.witness.has("broken") && sent < 64'000'000) {
    test.link->send(pattern(500'000));
    test.link->flush();
    sent += 500'000;
    run_for(test.context, std::chrono::milliseconds(1));
  }
  CHECK(test.witness.last_error.code == base::ErrorCode::limit);
  CHECK(sent < max_secured_pending_bytes + (12U << 20U)); // and the kernel's buffers
  CHECK(test.witness.times_taken == 0);
}

TEST_CASE("A peer that reads slowly gets all of it in the end") {
  Held test(4096);
  test.secure();
  const auto text = pattern(3'500'000);
  test.link->send(text);
  test.link->flush();
  test.link->close();
  CHECK(test.until([&] { return test.exchange() && test.end.session.has_ended(); }));
  CHECK(test.end.heard == text);
}

TEST_CASE("Whoever hears that a link is secured may close it at once") {
  Held test;
  test.witness.on_secured = [](Link& link) {
    link.send("farewell");
    link.close();
  };
  CHECK(test.until([&] { return test.exchange() && test.end.session.has_ended(); }));
  CHECK(test.end.heard == "farewell");
  CHECK(test.witness.events == Events{"opened", "secured"});
}

TEST_CASE("Whoever hears a secured link may abort it in the middle of a call") {
  Held test;
  test.secure();
  test.witness.on_received = [](Link& link) { link.abort(); };
  REQUIRE(test.end.write(pattern(50'000)));
  test.exchange();
  CHECK(test.until([&] { return test.far.is_gone(); }));
  CHECK(test.witness.parts == 1);
  CHECK(test.witness.events == Events{"opened", "secured"});
}

TEST_CASE("What came together with the peer's end is given before it") {
  Held test;
  test.secure();
  REQUIRE(test.end.write("and so"));
  test.end.finish();
  test.unsaid = test.end.take() + "bytes after the end count for nothing";
  test.exchange();
  test.far.finish();
  CHECK(test.until([&] { return test.witness.has("finished"); }));
  CHECK(test.witness.bytes == "and so");
  run_for(test.context, std::chrono::milliseconds(20));
  CHECK(test.witness.events == Events{"opened", "secured", "finished"});
}

TEST_CASE("Many links are secured at the same time, each with its own secret") {
  asio::io_context context;
  TlsContext tls(seed_of(1)), far_tls(seed_of(2));
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  std::vector<std::unique_ptr<Witness>> witnesses;
  std::vector<std::shared_ptr<Link>> links;
  const auto add = [&] {
    witnesses.push_back(std::make_unique<Witness>());
    return links.emplace_back(std::make_shared<Link>(context, *witnesses.back(), base::LinkId{links.size() + 1}));
  };
  const auto secured = [&](std::size_t count) {
    return std::count_if(witnesses.begin(), witnesses.end(), [](const auto& w) { return w->has("secured"); }) ==
           static_cast<std::ptrdiff_t>(count);
  };
  for (std::size_t i = 0; i < 30; ++i) {
    add()->dial(from_asio(acceptor.local_endpoint()), std::nullopt, {});
    REQUIRE(run_until(context, [&] { return witnesses.back()->has("opened"); }));
    links.back()->secure(tls, client_role, {});
    auto socket = acceptor.accept();
    socket.non_blocking(true);
    const auto server = add();
    server->adopt(std::move(socket));
    const auto early = std::exchange(witnesses.back()->bytes, {});
    server->secure(far_tls, server_role, early);
  }
  CHECK(run_until(context, [&] { return secured(60); }));
  for (std::size_t i = 0; i < 60; i += 2) {
    CHECK(witnesses[i]->exporter == witnesses[i + 1]->exporter);
    CHECK(witnesses[i]->exporter != witnesses[(i + 2) % 60]->exporter);
  }
  for (const auto& link : links) link->abort();
}
