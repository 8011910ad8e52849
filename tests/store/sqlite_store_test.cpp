#include "store_fixture.hpp"

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

chat::Message unusual_message() {
  auto message = outgoing(7, std::string("a\0b\xff\xfe\r\n\x1b[31m", 12), 3);
  message.endpoint = *base::Endpoint::parse("[2001:db8::1]:65535");
  message.kind = chat::MessageKind::mandatory;
  message.state = MessageState::failed;
  message.team = base::PeerText{std::string("\0\x80team", 6)};
  message.dialect = wire::Dialect::a3_team;
  message.clear = false;
  message.was_cut = true;
  message.why = "connection refused";
  message.pieces_sent = 4'000'000'000u;
  return message;
}

chat::Peer unusual_peer() {
  auto peer = known_peer(9);
  peer.host_name = "ada.example";
  peer.team = base::PeerText{std::string("\xff\0x", 3)};
  peer.dialect = wire::Dialect::a2b;
  peer.dialect_fixed = true;
  peer.claimed_address = base::Address::parse("fe80::1");
  peer.last_heard = base::WallTime{1'700'000'000'123};
  peer.has_left = true;
  peer.unread = 12;
  return peer;
}

} // namespace

TEST_CASE("a message comes back exactly as it was written, whatever its bytes", "[store]") {
  const TempFolder folder;
  const auto message = unusual_message();
  {
    auto store = open_store(folder / "tincan.db");
    store->append(message);
    must_commit(*store);
    CHECK(store->find_message({7}) == message);
  }
  auto store = open_store(folder / "tincan.db");
  CHECK(store->find_message({7}) == message);
  CHECK(store->find_message({8}).error().code == base::ErrorCode::bad_argument);
  CHECK(store->find_message({0}).error().code == base::ErrorCode::bad_argument);
  CHECK(store->find_message({~std::uint64_t{0}}).error().text == "there is no message 18446744073709551615");
}

TEST_CASE("every state, direction, kind and dialect comes back", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  std::uint64_t id = 0;
  std::vector<chat::Message> written;
  for (const auto dialect : wire::all_dialects)
    for (const auto state : {MessageState::received, MessageState::queued, MessageState::failed, MessageState::sent,
                             MessageState::acknowledged, MessageState::cancelled}) {
      auto message = outgoing(++id, "");
      message.dialect = dialect;
      message.state = state;
      written.push_back(message);
      store->append(message);
    }
  must_commit(*store);
  CHECK(page(*store, {{}, "", {}, {}, 1000}).messages == written);
}

TEST_CASE("nothing is seen before the commit, all of it after", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  CHECK_FALSE(store->has_uncommitted());
  must_commit(*store);
  store->append(outgoing(1, "hi"));
  store->put_peer(known_peer(1));
  CHECK(store->has_uncommitted());
  CHECK(page(*store, {}).messages.empty());
  must_commit(*store);
  CHECK_FALSE(store->has_uncommitted());
  CHECK(page(*store, {}).messages.size() == 1);
}

TEST_CASE("a state may follow its message in the same turn or later", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  store->append(outgoing(1, "one"));
  store->append(outgoing(2, "two"));
  store->set_state({1}, MessageState::failed, "refused", 0, wire::Dialect::a1);
  store->set_state({1}, MessageState::sent, "guessed", 2, wire::Dialect::a5);
  must_commit(*store);
  store->set_state({2}, MessageState::failed, "refused", 1, wire::Dialect::a1);
  store->set_state({2}, MessageState::acknowledged, "", 3, wire::Dialect::a3);
  store->set_state({99}, MessageState::sent, "an id that has gone", 0, wire::Dialect::a1);
  must_commit(*store);
  const auto messages = page(*store, {}).messages;
  REQUIRE(ids(messages) == std::vector<std::uint64_t>{1, 2});
  CHECK(messages[0].state == MessageState::sent);
  CHECK(messages[0].why == "guessed");
  CHECK(messages[0].pieces_sent == 2);
  CHECK(messages[0].dialect == wire::Dialect::a5);
  CHECK(messages[1].state == MessageState::acknowledged);
  CHECK(messages[1].why.empty());
  CHECK(messages[1].pieces_sent == 3);
}

TEST_CASE("peers and block rules come back, and go when they are taken away", "[store]") {
  const TempFolder folder;
  const auto host = chat::BlockRule{*base::Address::parse("10.0.0.7"), {}};
  const auto one = chat::BlockRule{*base::Address::parse("::1"), std::uint16_t{4100}};
  {
    auto store = open_store(folder / "tincan.db");
    store->put_peer(known_peer(9));
    store->put_peer(unusual_peer());
    store->put_peer(known_peer(2));
    store->forget_peer({2});
    for (const auto& rule : {host, one, host}) store->add_block(rule);
    must_commit(*store);
  }
  auto store = open_store(folder / "tincan.db");
  auto snapshot = store->load();
  REQUIRE(snapshot);
  CHECK(snapshot->peers == std::vector{unusual_peer()});
  CHECK(snapshot->blocked == std::vector{host, one});
  CHECK(snapshot->last_peer_id == 9);
  store->remove_block(host);
  store->remove_block(host);
  store->forget_peer({9});
  must_commit(*store);
  snapshot = store->load();
  CHECK(snapshot->peers.empty());
  CHECK(snapshot->blocked == std::vector{one});
}

TEST_CASE("a peer put, forgotten and put again in one turn is there", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  store->put_peer(known_peer(1));
  store->append(incoming(1, "hi"));
  store->forget_peer({1});
  store->put_peer(known_peer(1));
  must_commit(*store);
  CHECK(store->load()->peers == std::vector{known_peer(1)});
}

TEST_CASE("the messages of a forgotten peer stay, and its id is never given again", "[store]") {
  const TempFolder folder;
  {
    auto store = open_store(folder / "tincan.db");
    store->put_peer(known_peer(1));
    store->append(incoming(1, "kept"));
    store->put_peer(known_peer(5));
    must_commit(*store);
    store->forget_peer({1});
    store->forget_peer({5});
    must_commit(*store);
  }
  CHECK(ask_sql(folder / "tincan.db", "SELECT count(*) FROM conversation") == "1");
  auto store = open_store(folder / "tincan.db");
  const auto snapshot = store->load();
  CHECK(snapshot->peers.empty());
  CHECK(snapshot->last_peer_id == 5);
  CHECK(snapshot->last_entry_id == 1);
  CHECK(page(*store, {base::PeerId{1}, "", {}, {}, 20}).messages == std::vector{incoming(1, "kept")});
}

TEST_CASE("loading gives what is undelivered and cancels mandatory messages of earlier runs", "[store]") {
  const TempFolder folder;
  {
    auto store = open_store(folder / "tincan.db");
    for (std::uint64_t id = 1; id <= 5; ++id) store->append(outgoing(id, "x"));
    store->append(incoming(6, "theirs"));
    auto mandatory = outgoing(7, "hello");
    mandatory.kind = chat::MessageKind::mandatory;
    store->append(mandatory);
    store->set_state({1}, MessageState::sent, "", 1, wire::Dialect::a1);
    store->set_state({2}, MessageState::failed, "refused", 0, wire::Dialect::a1);
    store->set_state({3}, MessageState::cancelled, "", 0, wire::Dialect::a1);
    store->set_state({4}, MessageState::acknowledged, "", 1, wire::Dialect::a1);
    must_commit(*store);
  }
  auto store = open_store(folder / "tincan.db");
  const auto snapshot = store->load();
  REQUIRE(snapshot);
  CHECK(ids(snapshot->undelivered) == std::vector<std::uint64_t>{2, 5});
  CHECK(snapshot->last_entry_id == 7);
  CHECK(store->has_uncommitted());
  auto mine = outgoing(8, "hello");
  mine.kind = chat::MessageKind::mandatory;
  store->append(mine);
  must_commit(*store);
  CHECK(store->find_message({7})->state == MessageState::cancelled);
  CHECK(store->find_message({8})->state == MessageState::queued);
  CHECK(store->skipped_rows() == 0);
}

TEST_CASE("too many peers: the lately heard are loaded, and all for whom something waits", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db", 3);
  for (std::uint64_t id = 1; id <= 6; ++id) {
    auto peer = known_peer(id);
    if (id > 2) peer.last_heard = base::WallTime{static_cast<std::int64_t>(1000 * id)};
    store->put_peer(peer);
  }
  store->append(outgoing(1, "waiting", 1));
  must_commit(*store);
  const auto snapshot = store->load();
  REQUIRE(snapshot->peers.size() == 3);
  CHECK(snapshot->peers[0].id.value == 6);
  CHECK(snapshot->peers[1].id.value == 5);
  CHECK(snapshot->peers[2].id.value == 1);
  CHECK(snapshot->last_peer_id == 6);
}

TEST_CASE("a busy turn writes each peer once, in its last state", "[store]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  auto peer = known_peer(1);
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    peer.unread = i;
    store->put_peer(peer);
  }
  must_commit(*store);
  CHECK(store->load()->peers == std::vector{peer});
}
