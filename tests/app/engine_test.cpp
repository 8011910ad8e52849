#include "engine_stage.hpp"

#include "../net/far_end.hpp"
#include "tincan/store/profile.hpp"

#include <algorithm>
#include <set>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

TEST_CASE("Two engines talk: every message arrives exactly once, and is told as delivered") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a", "Ann"));
  EngineStage bob(engine_options(folder / "b", "Bob"));
  constexpr std::size_t count = 60;
  std::set<std::string> to_bob;
  std::set<std::string> to_ann;
  for (std::size_t i = 0; i < count; ++i) {
    to_bob.insert(fmt::format("to Bob {} 中文\nsecond line 👍🏽", i));
    to_ann.insert(fmt::format("to Ann {}", i));
  }
  for (const auto& text : to_bob) ann.submit(chat::Send{bob.address(), text});
  for (const auto& text : to_ann) bob.submit(chat::Send{ann.address(), text});
  CHECK(comes_true([&] { return ann.heard().size() >= count && bob.heard().size() >= count; }));
  CHECK(comes_true([&] {
    return ann.count(chat::MessageState::delivered) == count && bob.count(chat::MessageState::delivered) == count;
  }));
  const auto at_bob = bob.heard();
  const auto at_ann = ann.heard();
  CHECK(at_bob.size() == count);
  CHECK(at_ann.size() == count);
  CHECK(std::set<std::string>(at_bob.begin(), at_bob.end()) == to_bob);
  CHECK(std::set<std::string>(at_ann.begin(), at_ann.end()) == to_ann);
  CHECK(ann.count(chat::MessageState::failed) == 0);
  const auto peers = ann.engine().peers().list(base::WallTime{});
  REQUIRE(peers.size() == 1);
  CHECK(peers.front().peer.endpoint.text() == bob.address());
  CHECK(peers.front().peer.team == base::PeerText("Bob"));
}

TEST_CASE("A text of 64 KiB arrives whole, and a longer one is refused") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a", "Ann"));
  EngineStage bob(engine_options(folder / "b", "Bob"));
  std::string text;
  while (text.size() < chat::max_text_bytes - 16) text += fmt::format("{} ", text.size());
  ann.submit(chat::Send{bob.address(), text});
  CHECK(comes_true([&] {
    std::size_t bytes = 0;
    for (const auto& part : bob.heard()) bytes += part.size();
    return bytes >= text.size() - bob.heard().size();
  }));
  ann.submit(chat::Send{bob.address(), std::string(chat::max_text_bytes + 1, 'x')});
  CHECK(comes_true([&] { return ann.told<chat::Failed>().size() == 1; }));
  CHECK(ann.told<chat::Failed>().front().error.code == base::ErrorCode::limit);
}

TEST_CASE("What could not be delivered is kept, and arrives once after a restart when the peer is there") {
  const TempFolder folder;
  std::uint16_t port = 0;
  {
    EngineStage ann(engine_options(folder / "a", "Ann"));
    port = free_port();
    ann.submit(chat::Send{fmt::format("127.0.0.1:{}", port), "kept"});
    CHECK(comes_true([&] { return ann.count(chat::MessageState::failed) >= 1; }));
    ann.engine().stop();
    CHECK(ann.has_finished());
  }
  auto options = engine_options(folder / "b", "Bob");
  options.port = port;
  EngineStage bob(std::move(options));
  EngineStage ann(engine_options(folder / "a", "Ann"));
  CHECK(comes_true([&] { return bob.heard() == std::vector<std::string>{"kept"}; }));
  CHECK(comes_true([&] { return ann.count(chat::MessageState::delivered) == 1; }));
  ann.submit(chat::ReadHistory{});
  CHECK(comes_true([&] { return ann.told<chat::HistoryRead>().size() == 1; }));
  const auto page = ann.told<chat::HistoryRead>().front().page;
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages.front().state == chat::MessageState::delivered);
  CHECK_FALSE(page.messages.front().clear);
}

TEST_CASE("Two engines talk encrypted without being asked, and know each other by the keys that they tell") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a", "Ann"));
  EngineStage bob(engine_options(folder / "b", "Bob"));
  ann.submit(chat::Send{bob.address(), "hello"});
  CHECK(comes_true([&] { return ann.count(chat::MessageState::delivered) == 1; }));
  CHECK(comes_true([&] { return bob.heard() == std::vector<std::string>{"hello"}; }));
  CHECK_FALSE(bob.told<chat::MessageAdded>().front().message.clear);
  CHECK(comes_true([&] { return !ann.told<chat::Listening>().empty() && !bob.told<chat::Listening>().empty(); }));
  const auto peers = ann.engine().peers().list(base::WallTime{});
  REQUIRE(peers.size() == 1);
  CHECK(peers.front().peer.key == bob.told<chat::Listening>().front().key);
  for (auto* stage : {&ann, &bob}) stage->submit(chat::Verify{"1", {}});
  CHECK(comes_true([&] { return !ann.told<chat::Verification>().empty() && !bob.told<chat::Verification>().empty(); }));
  CHECK(ann.told<chat::Verification>().front().number == bob.told<chat::Verification>().front().number);
  const auto id = ann.told<chat::MessageAdded>().front().message.id;
  ann.submit(chat::Edit{id, {}, "hello you"});
  CHECK(comes_true([&] { return !bob.told<chat::MessageChanged>().empty(); }));
  CHECK(bob.told<chat::MessageChanged>().front().message.text == base::PeerText("hello you"));
}

TEST_CASE("The key stays the same over restarts, and one that is damaged or open to others is an error") {
  const TempFolder folder;
  std::optional<base::PublicKey> key;
  for (int i = 0; i < 2; ++i) {
    EngineStage ann(engine_options(folder / "a"));
    CHECK(comes_true([&] { return !ann.told<chat::Listening>().empty(); }));
    const auto told = ann.told<chat::Listening>().front().key;
    REQUIRE(told);
    CHECK(key.value_or(*told) == *told);
    key = told;
  }
  const auto file = folder / "a/test/identity";
  const auto text = read_text(file);
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
  REQUIRE_FALSE(Engine::open(engine_options(folder / "a")));
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  write_text(file, text.substr(0, text.size() / 2));
  const auto damaged = Engine::open(engine_options(folder / "a"));
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code == base::ErrorCode::storage);
  CHECK(damaged.error().text.find("identity") != std::string::npos);
  CHECK(damaged.error().text.find('\n') == std::string::npos);
  CHECK(read_text(file) == text.substr(0, text.size() / 2)); // never replaced
  write_text(file, text);
  CHECK(Engine::open(engine_options(folder / "a")));
}

TEST_CASE("Where clear text is refused, a plain-text peer gets not a byte of it") {
  const TempFolder folder;
  net::test::FarListener target;
  auto options = engine_options(folder / "a");
  options.speaks_classic = false;
  EngineStage ann(std::move(options));
  ann.submit(chat::Send{target.endpoint().text(), "secret"});
  CHECK(comes_true([&] { return ann.count(chat::MessageState::failed) > 0 || !ann.told<chat::Failed>().empty(); }));
  CHECK(ann.count(chat::MessageState::sent) == 0);
}

TEST_CASE("The first event says where others reach us, the announced address first") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a", "Ann"));
  CHECK(comes_true([&] { return !ann.told<chat::Listening>().empty(); }));
  const auto listening = ann.told<chat::Listening>().front();
  CHECK(listening.team == "Ann");
  CHECK(listening.profile == "test");
  CHECK(listening.endpoints.front() == base::Endpoint{base::Address::v4({127, 0, 0, 1}), ann.engine().options().port});
  CHECK(ann.engine().options().port != 0);
  CHECK(std::set<base::Endpoint>(listening.endpoints.begin(), listening.endpoints.end()).size() ==
        listening.endpoints.size());
}

TEST_CASE("A port in use is an error that names it, unless listening is only wished for") {
  const TempFolder folder;
  const net::test::FarListener holder;
  auto options = engine_options(folder / "a");
  options.port = holder.port();
  const auto refused = Engine::open(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == base::ErrorCode::in_use);
  CHECK(refused.error().text.find(std::to_string(holder.port())) != std::string::npos);
  options.listen = EngineOptions::Listen::may;
  CHECK(Engine::open(options));
  options.listen = EngineOptions::Listen::never;
  CHECK(Engine::open(options));
}

TEST_CASE("A profile is open once, and free again at once after it") {
  const TempFolder folder;
  {
    EngineStage first(engine_options(folder / "a"));
    const auto second = Engine::open(engine_options(folder / "a"));
    REQUIRE_FALSE(second);
    CHECK(second.error().code == base::ErrorCode::in_use);
    CHECK(second.error().text.find("test") != std::string::npos);
    CHECK(second.error().text.find(std::to_string(::getpid())) != std::string::npos);
    auto other = engine_options(folder / "a");
    other.profile = "other";
    CHECK(Engine::open(other));
  }
  CHECK(Engine::open(engine_options(folder / "a")));
}

TEST_CASE("A profile that cannot be kept is an error, not a crash") {
  const TempFolder folder;
  write_text(folder / "file", "x");
  const auto in_a_file = Engine::open(engine_options(folder / "file"));
  REQUIRE_FALSE(in_a_file);
  CHECK(in_a_file.error().text.find('\n') == std::string::npos);
  auto bad_name = engine_options(folder / "a");
  bad_name.profile = "../x";
  REQUIRE_FALSE(Engine::open(bad_name));
  CHECK(Engine::open(bad_name).error().code == base::ErrorCode::bad_argument);
  {
    const auto made = store::Profile::open(folder / "a", "broken");
    REQUIRE(made);
    write_text(made->database_path(), std::string(8192, 'x'));
  }
  auto broken = engine_options(folder / "a");
  broken.profile = "broken";
  const auto unreadable = Engine::open(broken);
  REQUIRE_FALSE(unreadable);
  CHECK(unreadable.error().code == base::ErrorCode::storage);
}

TEST_CASE("An engine that only looks neither listens nor dials") {
  const TempFolder folder;
  const net::test::FarListener target;
  {
    auto options = engine_options(folder / "a");
    options.listen = EngineOptions::Listen::never;
    EngineStage looking(std::move(options));
    looking.submit(chat::Send{target.endpoint().text(), "later"});
    CHECK(comes_true([&] { return looking.told<chat::MessageAdded>().size() == 1; }));
    looking.submit(chat::ListPeers{});
    CHECK(comes_true([&] { return looking.told<chat::PeersListed>().size() == 1; }));
    looking.engine().stop();
    CHECK(looking.count(chat::MessageState::sent) == 0);
  }
  net::test::FarListener copy;
  EngineStage dialling(engine_options(folder / "a"));
  CHECK(comes_true([&] { return dialling.count(chat::MessageState::sent) == 1; }));
}

TEST_CASE("Stopping twice, and stopping what ended by itself, is harmless") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a"));
  ann.submit(chat::Quit{});
  CHECK(comes_true([&] { return ann.has_finished(); }));
  ann.engine().stop();
  ann.engine().stop();
  ann.submit(chat::ListPeers{});
  CHECK(ann.told<chat::Stopping>().size() == 1);
}

TEST_CASE("Put-off work runs on time, and never after the end") {
  const TempFolder folder;
  std::atomic<int> done{0};
  {
    EngineStage ann(engine_options(folder / "a"));
    ann.engine().after(base::Millis(1), [&] { ++done; });
    ann.engine().after(std::chrono::hours(1), [&] { done += 100; });
    CHECK(comes_true([&] { return done == 1; }));
  }
  CHECK(done == 1);
}

TEST_CASE("Commands from several threads are all answered, each once") {
  const TempFolder folder;
  EngineStage ann(engine_options(folder / "a"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        ann.engine().submit(chat::ListBlocked{});
        ann.engine().peers().list(base::WallTime{});
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(comes_true([&] { return ann.told<chat::Done>().size() == 400; }));
  CHECK(ann.told<chat::BlocksListed>().size() == 400);
}
