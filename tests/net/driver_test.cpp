#include "driver_stage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace tincan;
using namespace tincan::net::test;

namespace {

// A peer that writes one message of the usual dialect and closes.
void say(std::uint16_t port, const std::string& text, unsigned listens_at = 7001) {
  auto far = FarSocket::dial(port);
  const auto line = fmt::format("127.0.0.1:{} Them {}", listens_at, text);
  REQUIRE(far.push(line) == line.size());
  far.finish();
}

bool is_sent(const DriverStage& stage) {
  const auto states = stage.told<chat::StateChanged>();
  return !states.empty() && states.back().message.state == chat::MessageState::sent;
}

} // namespace

TEST_CASE("What a peer says is told once, after it is on the disk") {
  DriverStage stage;
  stage.start();
  say(stage.port(), "hi");
  CHECK(stage.until([&] { return stage.texts_heard().size() == 1; }));
  CHECK(stage.texts_heard() == std::vector<std::string>{"hi"});
  CHECK(stage.early_tellings() == 0);
  CHECK(stage.peer_changes() > 0);
  const auto disk = stage.disk();
  REQUIRE(disk.messages.size() == 1);
  CHECK(disk.messages.begin()->second.endpoint.text() == "127.0.0.1:7001");
}

TEST_CASE("What we say reaches the peer and is told as queued, then as sent") {
  DriverStage stage;
  stage.start();
  FarListener listener;
  const auto request = stage.submit(chat::Send{listener.endpoint().text(), "hello"});
  FarSocket far;
  REQUIRE(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
  CHECK(stage.until([&] { return far.pulled(fmt::format("127.0.0.1:{} Us hello", stage.port())); }));
  CHECK(stage.until([&] { return is_sent(stage); }));
  REQUIRE(stage.told<chat::MessageAdded>().size() == 1);
  CHECK(stage.told<chat::MessageAdded>().front().message.state == chat::MessageState::queued);
  CHECK(stage.requests<chat::Done>() == std::vector{request});
  CHECK(stage.early_tellings() == 0);
}

TEST_CASE("Events come in the order in which things happened") {
  DriverStage stage;
  stage.start();
  auto far = FarSocket::dial(stage.port());
  far.push("7001\nCONNECT\n");
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back(fmt::format("line {}", i));
    far.push(expected.back() + "\n");
    REQUIRE(stage.until([&] { return stage.texts_heard().size() == expected.size(); }));
  }
  CHECK(stage.texts_heard() == expected);
}

TEST_CASE("While the disk is full nothing is told, acknowledged, accepted or sent; then everything is, once") {
  DriverStage stage;
  stage.start();
  auto far = FarSocket::dial(stage.port());
  far.push("CONNECT:Them:7001");
  REQUIRE(stage.until([&] { return far.pulled(fmt::format("ACK:Us:{}", stage.port())); }));
  const auto answers_before = far.got.size();
  stage.make_full(true);

  FarListener listener;
  stage.submit(chat::Send{listener.endpoint().text(), "ours"});
  REQUIRE(stage.until([&] { return stage.count<chat::StorageChanged>() == 1; }));
  CHECK_FALSE(stage.told<chat::StorageChanged>().front().healthy);
  say(stage.port(), "first");
  auto blocked = FarSocket::dial(stage.port());
  blocked.push("MESSAGE:Them:7001:second");
  far.push("MESSAGE:Them:7001:third");
  FarSocket target;
  stage.watch(std::chrono::milliseconds(300));
  far.pull();
  CHECK(far.got.size() == answers_before);
  CHECK_FALSE(listener.accept_into(target));
  CHECK(stage.count<chat::MessageAdded>() == 0);
  CHECK(stage.count<chat::Done>() == 0);
  CHECK(stage.disk().messages.empty());

  stage.make_full(false);
  CHECK(stage.until([&] { return stage.count<chat::StorageChanged>() == 2; }));
  CHECK(stage.told<chat::StorageChanged>().back().healthy);
  CHECK(stage.until([&] { return target.is_open() || listener.accept_into(target); }));
  CHECK(stage.until([&] { return target.pulled(fmt::format("127.0.0.1:{} Us ours", stage.port())); }));
  blocked.finish();
  far.finish();
  CHECK(stage.until([&] { return stage.texts_heard().size() == 3; }));
  stage.watch(std::chrono::milliseconds(50));
  auto texts = stage.texts_heard();
  std::sort(texts.begin(), texts.end());
  CHECK(texts == std::vector<std::string>{"first", "second", "third"});
  CHECK(stage.count<chat::MessageAdded>() == 4);
  CHECK(stage.early_tellings() == 0);
}

TEST_CASE("A command while the disk is full is refused at once with the reason, and done when it is not") {
  DriverStage stage;
  stage.start();
  stage.make_full(true);
  say(stage.port(), "fills it");
  REQUIRE(stage.until([&] { return stage.count<chat::StorageChanged>() == 1; }));
  FarListener listener;
  const auto request = stage.submit(chat::Send{listener.endpoint().text(), "refused"});
  REQUIRE(stage.until([&] { return stage.count<chat::Failed>() == 1; }));
  CHECK(stage.requests<chat::Failed>() == std::vector{request});
  CHECK(stage.told<chat::Failed>().front().error.code == base::ErrorCode::no_space);
  CHECK(stage.told<chat::Failed>().front().error.text.find("the disk is full") != std::string::npos);
  stage.make_full(false);
  REQUIRE(stage.until([&] { return stage.count<chat::StorageChanged>() == 2; }));
  stage.submit(chat::Send{listener.endpoint().text(), "taken"});
  FarSocket far;
  CHECK(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
  CHECK(stage.until([&] { return far.pulled(fmt::format("127.0.0.1:{} Us taken", stage.port())); }));
}

TEST_CASE("Under load one commit serves many messages") {
  DriverStage stage;
  constexpr unsigned crowd = 200;
  for (unsigned i = 0; i < crowd; ++i) say(stage.port(), fmt::format("from {}", i), 7000 + i);
  stage.start(); // all of them wait at the door
  CHECK(stage.until([&] { return stage.texts_heard().size() == crowd; }));
  CHECK(stage.disk().peers.size() == crowd);
  CHECK(stage.commits() <= crowd / 4);
  CHECK(stage.early_tellings() == 0);
}

TEST_CASE("Quitting says farewell, closes every link and the door, and ends once") {
  DriverStage stage;
  stage.start();
  FarListener listener;
  auto idle = FarSocket::dial(stage.port());
  say(stage.port(), "hi", listener.port());
  REQUIRE(stage.until([&] { return stage.texts_heard().size() == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  stage.submit(chat::Quit{});
  FarSocket far;
  CHECK(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
  CHECK(stage.until([&] { return far.is_gone() && idle.is_gone() && stage.has_finished(); }));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  CHECK(far.got == fmt::format("127.0.0.1:{} Us exit", stage.port()));
  CHECK(stage.count<chat::Stopping>() == 1);
  CHECK(stage.times_finished() == 1);
  auto late = FarSocket::dial(stage.port());
  CHECK(late.push("x") == 0);
}

TEST_CASE("Quitting ends in time although the peer never answers and the disk is full") {
  DriverStage stage;
  stage.start();
  FarListener silent(0);
  say(stage.port(), "hi", silent.port());
  REQUIRE(stage.until([&] { return stage.texts_heard().size() == 1; }));
  const auto occupied = FarSocket::dial(silent.port());
  stage.make_full(true);
  say(stage.port(), "not kept");
  REQUIRE(stage.until([&] { return stage.count<chat::StorageChanged>() == 1; }));
  stage.submit(chat::Quit{});
  CHECK(stage.until([&] { return stage.has_finished(); }));
}

TEST_CASE("A refused dial is told with its reason, and tried again by itself when the peer is there") {
  DriverStage stage;
  stage.start();
  std::uint16_t port = 0;
  {
    const FarListener listener;
    port = listener.port();
  }
  stage.submit(chat::Send{fmt::format("127.0.0.1:{}", port), "are you there?"});
  REQUIRE(stage.until([&] { return stage.count<chat::StateChanged>() == 1; }));
  const auto failed = stage.told<chat::StateChanged>().front();
  CHECK(failed.message.state == chat::MessageState::failed);
  CHECK(failed.message.why.find("connection refused") != std::string::npos);
  CHECK(failed.next_try.has_value());
}

TEST_CASE("A dialect that wants our port as source port gets it, and the door stays ours") {
  DriverStage stage;
  stage.start();
  FarListener listener;
  const auto peer = listener.endpoint().text();
  stage.submit(chat::SetDialect{peer, "A7"});
  for (const std::string text : {"one", "two"}) {
    stage.submit(chat::Send{peer, text});
    FarSocket far;
    REQUIRE(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
    CHECK(far.remote_port() == (text == "one" ? stage.port() : far.remote_port()));
    CHECK(stage.until([&] { return far.pulled(text); }));
    Descriptor thief = new_socket(AF_INET);
    const int on = 1;
    setsockopt(thief.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = loopback4(stage.port());
    const bool is_bound = ::bind(thief.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    CHECK_FALSE((is_bound && ::listen(thief.get(), 1) == 0));
    far.finish();
  }
  say(stage.port(), "still here");
  CHECK(stage.until([&] { return stage.texts_heard() == std::vector<std::string>{"still here"}; }));
}

TEST_CASE("A host name of this machine is looked up, and remembered with the peer") {
  DriverStage stage;
  stage.start();
  FarListener listener;
  stage.submit(chat::Send{fmt::format("localhost:{}", listener.port()), "by name"});
  FarSocket far;
  REQUIRE(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
  CHECK(stage.until([&] { return far.pulled(fmt::format("127.0.0.1:{} Us by name", stage.port())); }));
  const auto disk = stage.disk();
  REQUIRE(disk.peers.size() == 1);
  CHECK(disk.peers.begin()->second.host_name == "localhost");
}

TEST_CASE("A name that cannot be looked up is one clear sentence") {
  DriverStage stage;
  stage.start();
  const std::string no_name(64, 'a'); // a label has at most 63 bytes: the resolver refuses it without asking anybody
  const auto request = stage.submit(chat::Send{no_name + ":4100", "hi"});
  REQUIRE(stage.until([&] { return stage.count<chat::Failed>() == 1; }));
  CHECK(stage.requests<chat::Failed>() == std::vector{request});
  CHECK(stage.told<chat::Failed>().front().error.text.starts_with("cannot look up aaaa"));
  CHECK(stage.count<chat::MessageAdded>() == 0);
}

TEST_CASE("A mandatory peer hears of us by itself") {
  DriverStage stage;
  FarListener listener;
  stage.start({listener.endpoint().text()});
  FarSocket far;
  REQUIRE(stage.until([&] { return far.is_open() || listener.accept_into(far); }));
  CHECK(stage.until([&] { return far.pulled(fmt::format("127.0.0.1:{} Us Hello", stage.port())); }));
  CHECK(stage.until([&] {
    const auto states = stage.told<chat::MandatoryStatus>();
    return !states.empty() && states.back().state == chat::MessageState::sent;
  }));
}

TEST_CASE("A peer that resets in the middle of its words disturbs nobody") {
  DriverStage stage;
  stage.start();
  for (int i = 0; i < 20; ++i) {
    auto far = FarSocket::dial(stage.port());
    far.push("127.0.0.1:7001 Them ha");
    far.reset();
  }
  say(stage.port(), "well behaved", 7002);
  CHECK(stage.until([&] {
    const auto texts = stage.texts_heard();
    return std::find(texts.begin(), texts.end(), "well behaved") != texts.end();
  }));
}
