#include "log_fixture.hpp"

#include <algorithm>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;

std::vector<wire::LogEntry> read(SqliteStore& store, const Talk& talk, const base::PublicKey& author,
                                 std::uint64_t first, std::uint64_t last, std::size_t max_bytes = 1 << 20) {
  auto entries = store.read_log(talk.conversation(), author, first, last, max_bytes);
  if (!entries) FAIL(entries.error().text);
  return std::move(*entries);
}

std::vector<wire::LogEntry> entries_of(const std::vector<Logged>& all) {
  std::vector<wire::LogEntry> result;
  for (const auto& logged : all) result.push_back(logged.entry);
  return result;
}

chat::LogState unusual_log(const Talk& talk) {
  auto log = talk.state(false, 7, 5);
  log.last = 1'000'000'000'000;
  log.last_order_us = wire::max_order_us;
  log.island = {1'000'000'000'005, 1'000'000'000'007, made_digest(21), made_digest(22), 77, 66};
  log.head = wire::EntryRef{talk.our_key(), ~std::uint64_t{0}, made_digest(23)};
  log.bytes = 1ULL << 40;
  log.is_frozen = true;
  return log;
}

} // namespace

TEST_CASE("an entry comes back from its log exactly as it was written", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  std::vector<Logged> all{talk.ours(std::string("a\0b\xff\xfe\r\n\x1b[31m", 12)), talk.ours("")};
  all.push_back(talk.made(true, EntryKind::edit, "new", all[0].ref()));
  all.push_back(talk.made(true, EntryKind::reaction, "", talk.theirs("x").ref()));
  all.push_back(talk.made(true, EntryKind::read, "", wire::EntryRef{talk.their_key(), ~std::uint64_t{0}, {}}));
  all.push_back(talk.made(true, static_cast<EntryKind>(0), "zero", {}));
  all.push_back(talk.made(true, static_cast<EntryKind>(65535), std::string(64 << 10, 'u'), all[1].ref()));
  all[1].entry.signature.reset();
  all[2].entry.wall_ms = std::numeric_limits<std::int64_t>::min();
  all[3].entry.heads.assign(wire::max_heads, {talk.their_key(), 9, made_digest(5)});
  all[3].entry.order_us = wire::max_order_us;
  all[5].entry.has_body = false;
  all[5].entry.body = {};
  all[5].entry.salt = {};
  auto store = open_store(folder / "tincan.db");
  for (const auto& logged : all) append(*store, talk, logged);
  CHECK(read(*store, talk, talk.our_key(), 1, 9).empty()); // not committed
  must_commit(*store);
  CHECK(read(*store, talk, talk.our_key(), 1, 9) == entries_of(all));
  store = open_store(folder / "tincan.db");
  CHECK(read(*store, talk, talk.our_key(), 1, ~std::uint64_t{0}) == entries_of(all));
  CHECK(read(*store, talk, talk.our_key(), 3, 4) == entries_of({all[2], all[3]}));
  CHECK(read(*store, talk, talk.our_key(), 8, 9).empty());
  CHECK(read(*store, talk, talk.our_key(), ~std::uint64_t{0}, ~std::uint64_t{0}).empty());
  CHECK(read(*store, talk, talk.their_key(), 1, 9).empty());
  CHECK(read(*store, Talk(1, 2), talk.our_key(), 1, 9).empty());
  CHECK(store->skipped_rows() == 0);
}

TEST_CASE("a logged message comes back exactly as it was written", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto ours = talk.ours("ours");
  auto theirs = talk.theirs("theirs");
  ours.message.kind = chat::MessageKind::mandatory;
  ours.message.why = "a remark";
  theirs.message.endpoint.port = 0; // it never said where it listens
  theirs.message.is_late = theirs.message.has_doubtful_time = theirs.message.was_cut = true;
  auto newer = talk.made(false, static_cast<EntryKind>(77), "from the future", {});
  auto store = open_store(folder / "tincan.db");
  for (const auto& logged : {ours, theirs, newer}) append(*store, talk, logged);
  must_commit(*store);
  for (const auto& logged : {ours, theirs, newer}) CHECK(found(*store, logged.id()) == logged.message);
  CHECK(page_of_peer(*store).messages == std::vector{ours.message, theirs.message, newer.message});
  CHECK(page(*store, {}).messages == page_of_peer(*store).messages);
  CHECK(read(*store, talk, talk.our_key(), 1, 1) == entries_of({ours}));
}

TEST_CASE("a log is read in pieces of about the wanted size, at least one entry at a time", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  for (int i = 0; i < 50; ++i) append(*store, talk, talk.ours(std::string(1000, 'x')));
  must_commit(*store);
  CHECK(read(*store, talk, talk.our_key(), 1, 50, 0).size() == 1);
  const auto some = read(*store, talk, talk.our_key(), 11, 50, 12'000);
  CHECK(some.size() > 5);
  CHECK(some.size() < 12);
  CHECK(some.front().seq == 11);
  CHECK(read(*store, talk, talk.our_key(), 1, 50).size() == 50);
}

TEST_CASE("a log is read up to where something is missing", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  std::vector<Logged> all;
  for (int i = 0; i < 6; ++i) all.push_back(talk.theirs("x"));
  for (const std::size_t i : {4U, 5U, 0U, 1U}) { // an island first
    all[i].message.id.value = 100 + talk.next_id++;
    append(*store, talk, all[i]);
  }
  must_commit(*store);
  CHECK(read(*store, talk, talk.their_key(), 1, 6).size() == 2);
  CHECK(read(*store, talk, talk.their_key(), 3, 6).empty());
  CHECK(read(*store, talk, talk.their_key(), 5, 6).size() == 2);
}

TEST_CASE("a hundred thousand entries are read in ranges", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  auto logged = talk.ours("text of an entry");
  constexpr std::uint64_t count = 100'000;
  for (std::uint64_t seq = 1; seq <= count; ++seq) {
    logged.message.id = {seq};
    logged.entry.seq = seq;
    logged.entry.hash.bytes[0] = static_cast<std::uint8_t>(seq);
    append(*store, talk, logged);
    if (seq % 1000 == 0) must_commit(*store);
  }
  std::uint64_t next = 1;
  while (next <= count) {
    const auto entries = read(*store, talk, talk.our_key(), next, count, 200'000);
    REQUIRE_FALSE(entries.empty());
    for (const auto& entry : entries)
      if (entry.seq != next++) FAIL("out of order");
  }
  CHECK(next == count + 1);
}

TEST_CASE("the state of a log comes back, the last one of a turn", "[store][log]") {
  const TempFolder folder;
  Talk talk, other(2, 2);
  auto store = open_store(folder / "tincan.db");
  append(*store, talk, talk.theirs("x"));
  for (int i = 0; i < 3; ++i) store->put_log(talk.state(false));
  store->put_log(unusual_log(talk));
  store->put_log(talk.state(true));
  store->put_log(other.state(true));
  must_commit(*store);
  store = open_store(folder / "tincan.db");
  CHECK(store->load()->logs == std::vector{unusual_log(talk), talk.state(true), other.state(true)});
  store->put_log(talk.state(false));
  must_commit(*store);
  CHECK(store->load()->logs == std::vector{talk.state(false), talk.state(true), other.state(true)});
}

TEST_CASE("an entry is found by its place, and its place by the message", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  const auto ours = talk.ours("ours");
  const auto theirs = talk.theirs("theirs");
  const auto deletion = talk.made(true, EntryKind::deletion, "", ours.ref());
  for (const auto& logged : {ours, theirs, deletion}) append(*store, talk, logged);
  const auto plain = incoming(talk.next_id++, "plain");
  store->append(plain);
  must_commit(*store);
  const auto at = [&](const base::PublicKey& author, std::uint64_t seq) {
    return *store->find_logged(talk.conversation(), author, seq);
  };
  const auto first = at(talk.our_key(), 1);
  REQUIRE(first);
  CHECK(first->message == ours.message.id);
  CHECK(first->hash == ours.entry.hash);
  CHECK(first->order_us == ours.entry.order_us);
  CHECK(first->kind == chat::MessageKind::text);
  CHECK(first->direction == chat::Direction::out);
  CHECK(first->is_deleted);
  CHECK_FALSE(at(talk.their_key(), 1)->is_deleted);
  CHECK(at(talk.their_key(), 1)->direction == chat::Direction::in);
  CHECK(at(talk.our_key(), 2)->kind == chat::MessageKind::deletion);
  CHECK_FALSE(at(talk.our_key(), 3));
  CHECK_FALSE(at(talk.our_key(), 0));
  CHECK(*store->place_of(theirs.message.id) == theirs.ref());
  CHECK(*store->place_of(plain.id) == std::nullopt);
  CHECK(*store->place_of({99}) == std::nullopt);
}

TEST_CASE("the state of our messages is what the log knows", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  for (int i = 0; i < 4; ++i) append(*store, talk, talk.ours("x"));
  append(*store, talk, talk.theirs("y"));
  store->set_state({1}, MessageState::failed, "no", 3, wire::Dialect::a1); // is for plain text
  must_commit(*store);
  const auto states = [&] {
    std::vector<MessageState> result;
    for (const auto& message : page_of_peer(*store).messages) result.push_back(message.state);
    return result;
  };
  const auto received = MessageState::received;
  const auto queued = MessageState::queued;
  const auto delivered = MessageState::delivered;
  CHECK(states() == std::vector{queued, queued, queued, queued, received});
  store->put_log(talk.state(true, 3, 1));
  store->put_log(talk.state(false, 0, 0));
  must_commit(*store);
  CHECK(states() == std::vector{MessageState::read, delivered, delivered, queued, received});
  CHECK(found(*store, 2).state == delivered);
  CHECK(store->load()->undelivered.empty());
}

TEST_CASE("loading tells which lines of ours were not acknowledged", "[store][log]") {
  const TempFolder folder;
  Talk talk(7), other(3, 2);
  {
    auto store = open_store(folder / "tincan.db");
    std::vector<Logged> all;
    for (int i = 0; i < 4; ++i) all.push_back(talk.ours("x"));
    all[3].message.kind = chat::MessageKind::mandatory;
    all.push_back(talk.made(true, EntryKind::reaction, "+", all[0].ref()));
    all.push_back(talk.theirs("theirs"));
    for (const auto& logged : all) append(*store, talk, logged);
    other.next_id = talk.next_id;
    append(*store, other, other.ours("y"));
    store->put_log(talk.state(true, 2));
    store->put_log(talk.state(false));
    store->append(outgoing(other.next_id, "plain"));
    must_commit(*store);
  }
  auto store = open_store(folder / "tincan.db");
  const auto snapshot = store->load();
  REQUIRE(snapshot);
  CHECK(ids(snapshot->undelivered) == std::vector<std::uint64_t>{8});
  const auto& waiting = snapshot->unacknowledged;
  REQUIRE(waiting.size() == 3);
  CHECK((waiting[0].peer.value == 3 && waiting[0].seq == 1 && waiting[0].message.value == 7));
  CHECK((waiting[1].peer.value == 7 && waiting[1].seq == 3 && waiting[1].message.value == 3));
  CHECK((waiting[2].seq == 4 && waiting[2].kind == chat::MessageKind::mandatory));
  CHECK_FALSE(store->has_uncommitted());
  CHECK(store->skipped_rows() == 0);
}

TEST_CASE("a message that waited for a key gets its place, and another one later", "[store][log]") {
  const TempFolder folder;
  Talk talk, after(1, 2);
  auto store = open_store(folder / "tincan.db");
  store->append(outgoing(1, "waiting"));
  must_commit(*store);
  auto placed = talk.ours("waiting");
  placed.message.kind = chat::MessageKind::mandatory;
  const auto give_place = [&](const Talk& in, const Logged& logged) {
    store->log_message(logged.message, in.conversation(), logged.author, logged.entry);
    store->put_log(in.state(true));
    must_commit(*store);
  };
  give_place(talk, placed);
  CHECK(found(*store, 1) == placed.message);
  CHECK(read(*store, talk, talk.our_key(), 1, 1) == entries_of({placed}));
  CHECK(store->load()->undelivered.empty());
  CHECK(store->load()->unacknowledged.size() == 1);
  after.next_id = 1;
  const auto moved = after.ours("waiting");
  give_place(after, moved);
  CHECK(read(*store, talk, talk.our_key(), 1, 1).empty());
  CHECK(read(*store, after, after.our_key(), 1, 1) == entries_of({moved}));
  CHECK(*store->place_of({1}) == moved.ref());
  CHECK(page_of_peer(*store).messages == std::vector{moved.message});
}

TEST_CASE("a message may be written and get its place in one turn", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  const auto placed = talk.ours("text");
  store->append(outgoing(1, "text"));
  store->log_message(placed.message, talk.conversation(), placed.author, placed.entry);
  store->set_state({1}, MessageState::failed, "no", 0, wire::Dialect::a1);
  must_commit(*store);
  CHECK(found(*store, 1) == placed.message);
}

TEST_CASE("within a turn entries may come in any order of their ids", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  const auto ours = talk.ours("needle ours");
  const auto theirs = talk.theirs("needle theirs");
  append(*store, talk, theirs);
  store->append(incoming(9, "plain needle", 2));
  append(*store, talk, ours);
  must_commit(*store);
  CHECK(found_ids(*store, "needle") == std::vector<std::uint64_t>{1, 2, 9});
  CHECK(store->load()->last_entry_id == 9);
}

TEST_CASE("two records that turn out to be one peer share their messages and logs", "[store][log]") {
  const TempFolder folder;
  Talk talk(2);
  auto store = open_store(folder / "tincan.db");
  store->put_peer(known_peer(1));
  store->put_peer(known_peer(2));
  store->append(incoming(talk.next_id++, "plain", 1));
  append(*store, talk, talk.ours("logged"));
  store->put_log(talk.state(true));
  must_commit(*store);
  store->merge_peer({2}, {1});
  auto merged = known_peer(1);
  merged.key = talk.their_key();
  store->put_peer(merged);
  append(*store, talk, talk.theirs("to the old number")); // of the same turn
  auto log = talk.state(true, 1);
  log.peer = {1};
  store->put_log(log);
  store->merge_peer({2}, {1});
  must_commit(*store);
  const auto snapshot = store->load();
  CHECK(snapshot->peers == std::vector{merged});
  CHECK(snapshot->last_peer_id == 2);
  REQUIRE(snapshot->logs.size() == 2);
  CHECK(snapshot->logs[0] == log);
  CHECK(ids(page_of_peer(*store).messages) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(page_of_peer(*store, 2).messages.empty());
}

TEST_CASE("a tincan's record comes back with all that is known of it", "[store][log]") {
  const TempFolder folder;
  auto peer = known_peer(3);
  peer.endpoint.port = 0;
  peer.dialect = wire::Dialect::native;
  peer.speaks = chat::Speaks::native;
  peer.petname = "Ada L\xC3\xB6velace";
  peer.key = made_identity(1).own();
  peer.changed_key = made_identity(2).own();
  peer.is_verified = true;
  using Source = chat::KnownEndpoint::Source;
  for (const auto source : {Source::typed, Source::connected, Source::announced, Source::hinted})
    for (const auto* text : {"10.0.0.7:4100", "[2001:db8::1]:1"})
      peer.endpoints.push_back({*base::Endpoint::parse(text), source,
                                source == Source::typed ? std::nullopt : std::optional{base::WallTime{1234}}});
  const auto by_key = chat::BlockRule{{}, {}, peer.key};
  {
    auto store = open_store(folder / "tincan.db");
    store->put_peer(peer);
    store->add_block(by_key);
    store->add_block(by_key);
    must_commit(*store);
  }
  auto store = open_store(folder / "tincan.db");
  CHECK(store->load()->peers == std::vector{peer});
  CHECK(store->load()->blocked == std::vector{by_key});
  store->remove_block(by_key);
  must_commit(*store);
  CHECK(store->load()->blocked.empty());
}

TEST_CASE("two tincans may be known at one endpoint, one key only once", "[store][log]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  auto first = known_peer(1);
  auto second = known_peer(2);
  second.endpoint = first.endpoint;
  first.key = made_identity(1).own();
  second.key = made_identity(2).own();
  store->put_peer(first);
  store->put_peer(second);
  must_commit(*store);
  CHECK(store->load()->peers.size() == 2);
  second.key = first.key;
  store->put_peer(second);
  must_commit(*store);
  CHECK(store->load()->peers.size() == 1);
  CHECK(store->skipped_rows() == 1);
}

TEST_CASE("our newest line to a peer is found", "[store][log]") {
  const TempFolder folder;
  Talk talk;
  auto store = open_store(folder / "tincan.db");
  CHECK(store->last_own_line(base::PeerId{1}) == base::EntryId{});
  std::vector<Logged> all{talk.ours("one"), talk.ours("two"), talk.theirs("theirs")};
  all.push_back(talk.made(true, EntryKind::reaction, "+", all[2].ref()));
  for (const auto& logged : all) append(*store, talk, logged);
  must_commit(*store);
  CHECK(store->last_own_line(base::PeerId{1}) == base::EntryId{2});
  append(*store, talk, talk.made(true, EntryKind::deletion, "", all[1].ref()));
  must_commit(*store);
  CHECK(store->last_own_line(base::PeerId{1}) == base::EntryId{1});
  append(*store, talk, talk.made(true, EntryKind::deletion, "", all[0].ref()));
  must_commit(*store);
  CHECK(store->last_own_line(base::PeerId{1}) == base::EntryId{});
  CHECK(store->last_own_line(base::PeerId{2}) == base::EntryId{});
}
