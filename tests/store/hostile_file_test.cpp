#include "room_fixture.hpp"

#include <algorithm>
#include <random>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;

constexpr std::size_t page_bytes = 4096;

// Entries 231..291 of a conversation with peer 61: texts, edits, reactions, deletions.
void fill_log(SqliteStore& store, Talk& talk) {
  talk.next_id = 231;
  for (int i = 0; i < 20; ++i) {
    const auto text = talk.made(i % 2 == 0, EntryKind::text, fmt::format("needle in a log {}", i), {});
    append(store, talk, text);
    append(store, talk, talk.made(i % 2 == 0, i % 5 ? EntryKind::edit : EntryKind::deletion, "needle", text.ref()));
    append(store, talk, talk.made(i % 3 == 0, EntryKind::reaction, "+1", text.ref()));
  }
  store.put_log(talk.state(true, 9, 4));
  store.put_log(talk.state(false));
  must_commit(store);
}

// Entries 300.. of a room with number 62.
void fill_room(SqliteStore& store, RoomTalk& talk) {
  talk.next_id = 300;
  const auto add = [&](const Logged& logged) {
    store.append_logged(logged.message, talk.conversation(), logged.author, logged.entry);
  };
  store.put_room(known_room(62, 1));
  store.put_room_key({{62}, made_digest(1), {}});
  store.put_room_seen({{62}, talk.key(1), 4});
  for (int i = 0; i < 15; ++i) {
    const auto text = talk.sealed(i % 3, EntryKind::text, fmt::format("needle in a room {}", i), i % 4 != 0);
    add(text);
    add(talk.made(i % 3, i % 5 ? EntryKind::edit : EntryKind::deletion, "needle", text.ref()));
    add(talk.made(i % 2, EntryKind::reaction, "+1", text.ref()));
  }
  for (int member = 0; member < 3; ++member) {
    store.put_log(talk.state(member));
    store.put_spans(talk.conversation(), talk.key(member), {{1, 3}, {5, 9}});
  }
  must_commit(store);
}

void fill(SqliteStore& store) {
  for (std::uint64_t id = 1; id <= 60; ++id) store.put_peer(known_peer(id));
  for (std::uint64_t id = 1; id <= 200; ++id) {
    auto message = id % 2 ? outgoing(id, fmt::format("needle {} {}", id, std::string(id * 7 % 900, 'n')), 1 + id % 60)
                          : incoming(id, fmt::format("needle {}", id), 1 + id % 60);
    store.append(message);
  }
  store.append(outgoing(201, std::string(30'000, 'o'))); // on overflow pages
  store.add_block({*base::Address::parse("10.0.0.9"), {}});
  must_commit(store);
  REQUIRE(store.index_some(1000));
  for (std::uint64_t id = 202; id <= 230; ++id) store.append(outgoing(id, "late needle"));
  must_commit(store);
  Talk talk(61);
  fill_log(store, talk);
  RoomTalk room(62);
  fill_room(store, room);
}

template<class T> bool is_answer(const base::Result<T>& result) {
  return result.has_value() || !result.error().text.empty();
}

// Deletes what stands at the fourth place of our log, whatever that is now.
void change_log(SqliteStore& store, std::uint64_t id) {
  Talk talk(61);
  for (int i = 0; i < 100; ++i) talk.ours("");
  talk.next_id = id;
  const auto target = store.find_logged(talk.conversation(), talk.our_key(), 4);
  if (!target || !*target) return;
  append(store, talk, talk.made(true, EntryKind::deletion, "", wire::EntryRef{talk.our_key(), 4, (*target)->hash}));
  store.put_log(talk.state(true, 20));
}

void use_room(SqliteStore& store) {
  const RoomTalk talk(62);
  for (const std::string words : {"", "needle"}) CHECK(is_answer(store.history(of_room(62, words))));
  CHECK(is_answer(store.newest_lines(talk.conversation(), 100)));
  CHECK(is_answer(store.unreadable_lines(talk.conversation(), 100)));
  CHECK(is_answer(store.last_own_line(talk.room())));
  for (std::uint64_t id = 300; id < 310; ++id) CHECK(is_answer(store.find_message({id})));
  store.reveal(talk.conversation(), talk.key(0), 1, base::PeerText{"needle"});
  store.put_spans(talk.conversation(), talk.key(1), {{2, 5}});
  store.put_room(known_room(62, 2));
}

// All that the program does with a database. Whether it opened.
bool use_fully(const fs::path& file) {
  auto opened = SqliteStore::open(file);
  CHECK(is_answer(opened));
  if (!opened) return false;
  auto& store = **opened;
  const auto snapshot = store.load();
  CHECK(is_answer(snapshot));
  for (const std::string words : {"", "needle", "ne"})
    for (const auto after : {std::optional<base::EntryId>{}, std::optional{base::EntryId{5}}}) {
      CHECK(is_answer(store.history({{}, words, {}, after, 1000})));
      CHECK(is_answer(store.history({base::PeerId{2}, words, {}, after, 1000})));
    }
  CHECK(is_answer(store.find_message({201})));
  const Talk talk(61);
  CHECK(is_answer(store.history({base::PeerId{61}, "needle", {}, base::EntryId{240}, 1000})));
  CHECK(is_answer(store.last_own_line(base::PeerId{61})));
  for (std::uint64_t id = 229; id < 240; ++id) {
    CHECK(is_answer(store.forms_of({id})));
    CHECK(is_answer(store.place_of({id})));
    CHECK(is_answer(store.find_message({id})));
  }
  for (const auto& author : {talk.our_key(), talk.their_key()}) {
    CHECK(is_answer(store.read_log(talk.conversation(), author, 1, 100, 1 << 20)));
    CHECK(is_answer(store.find_logged(talk.conversation(), author, 2)));
  }
  use_room(store);
  store.put_peer(known_peer(3));
  if (snapshot) store.append(outgoing(snapshot->last_entry_id + 1, "needle"));
  if (snapshot) change_log(store, snapshot->last_entry_id + 2);
  store.set_state({201}, MessageState::sent, "", 1, wire::Dialect::a1);
  store.forget_peer({4});
  CHECK(is_answer(store.commit()));
  CHECK(is_answer(store.index_some(1000)));
  return true;
}

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t n) {
  return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
}

std::string damaged(std::string bytes, Random& random) {
  const auto any_byte = [&] { return static_cast<char>(below(random, 256)); };
  const auto page = below(random, bytes.size() / page_bytes) * page_bytes;
  switch (below(random, 6)) {
  case 0: bytes[below(random, bytes.size())] ^= static_cast<char>(1 << below(random, 8)); break;
  case 1:
    for (int i = 0; i < 40; ++i) bytes[below(random, bytes.size())] = any_byte();
    break;
  case 2: // headers and cell pointers, where it hurts most
    for (int i = 0; i < 6; ++i) bytes[page + below(random, 64)] = any_byte();
    break;
  case 3: bytes.resize(below(random, bytes.size())); break;
  case 4: std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page), page_bytes, '\0'); break;
  default: {
    const auto other = below(random, bytes.size() / page_bytes) * page_bytes;
    const auto copy = bytes.substr(other, page_bytes);
    bytes.replace(page, page_bytes, copy);
  }
  }
  return bytes;
}

} // namespace

TEST_CASE("a damaged database is refused or read, never a crash, and never removed", "[store][hostile]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  fill(*open_store(file));
  const auto sound = read_bytes(file);
  Random random(11); // NOLINT: the same damage in every run
  int opened = 0;
  for (int trial = 0; trial < 400; ++trial) {
    for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
    const auto bytes = damaged(sound, random);
    write_bytes(file, bytes);
    const bool did_open = use_fully(file);
    opened += did_open;
    REQUIRE(fs::exists(file));
    if (!did_open) REQUIRE(read_bytes(file) == bytes);
  }
  CHECK(opened > 100);
  CHECK(opened < 400);
}

TEST_CASE("a damaged journal is refused or read, never a crash", "[store][hostile]") {
  const TempFolder folder;
  const auto live = folder / "live.db";
  const auto file = folder / "tincan.db";
  const auto store = open_store(live);
  fill(*store);
  const auto sound = read_bytes(live);
  const auto journal = read_bytes(live.string() + "-wal");
  REQUIRE(journal.size() > page_bytes);
  Random random(12); // NOLINT
  for (int trial = 0; trial < 100; ++trial) {
    fs::remove(file.string() + "-shm");
    write_bytes(file, sound);
    write_bytes(file.string() + "-wal", damaged(journal, random));
    use_fully(file);
    REQUIRE(fs::exists(file));
  }
}

TEST_CASE("rows that make no sense are skipped and counted", "[store][hostile]") {
  const std::vector<std::string> changes{
      "UPDATE entry SET direction = 2 WHERE id = 3",
      "UPDATE entry SET kind = -1 WHERE id = 3",
      "UPDATE entry SET state = 8 WHERE id = 3",
      "UPDATE entry SET port = 0 WHERE id = 3",
      "UPDATE entry SET port = 65536 WHERE id = 3",
      "UPDATE entry SET port = -9223372036854775808 WHERE id = 3",
      "UPDATE entry SET address = '10.0.0.999' WHERE id = 3",
      "UPDATE entry SET address = '' WHERE id = 3",
      "UPDATE entry SET dialect = 'A99' WHERE id = 3",
      "UPDATE entry SET clear = 2 WHERE id = 3",
      "UPDATE entry SET time_ms = 9223372036854775807 WHERE id = 3",
      "UPDATE entry SET time_ms = -9223372036854775808 WHERE id = 3",
      "UPDATE entry SET pieces_sent = 4294967296 WHERE id = 3",
      "UPDATE entry SET pieces_sent = -1 WHERE id = 3",
      "UPDATE entry SET conversation = 0 WHERE id = 3",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    for (std::uint64_t id = 1; id <= 4; ++id) store->append(outgoing(id, "text"));
    must_commit(*store);
    change_by_sql(folder / "tincan.db", change);
    CHECK(found_ids(*store, "") == std::vector<std::uint64_t>{1, 2, 4});
    CHECK(store->skipped_rows() == 1);
    CHECK_FALSE(store->find_message({3}));
    REQUIRE(store->load());
    CHECK(ids(store->load()->undelivered) == std::vector<std::uint64_t>{1, 2, 4});
  }
}

TEST_CASE("peers and rules that make no sense are skipped and counted", "[store][hostile]") {
  const std::vector<std::string> changes{
      "UPDATE peer SET address = 'nowhere' WHERE conversation = 2",
      "UPDATE peer SET address = '10.1.0.1' WHERE conversation = 2", // another one's endpoint
      "UPDATE peer SET port = 0 WHERE conversation = 2",
      "UPDATE peer SET host_name = 'a b' WHERE conversation = 2",
      "UPDATE peer SET dialect = x'' WHERE conversation = 2",
      "UPDATE peer SET dialect_fixed = 7 WHERE conversation = 2",
      "UPDATE peer SET claimed_address = '::::' WHERE conversation = 2",
      "UPDATE peer SET last_heard_ms = 1000000000000000 WHERE conversation = 2",
      "UPDATE peer SET has_left = -1 WHERE conversation = 2",
      "UPDATE peer SET unread = -1 WHERE conversation = 2",
      "UPDATE block_rule SET address = 'x'",
      "UPDATE block_rule SET port = 70000",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    for (std::uint64_t id = 1; id <= 3; ++id) store->put_peer(known_peer(id));
    store->add_block({*base::Address::parse("10.0.0.9"), {}});
    must_commit(*store);
    { // as a file that was not made by us, without its types
      SQLite::Database other((folder / "tincan.db").string(), SQLite::OPEN_READWRITE);
      other.tryExec(change);
      if (other.getChanges() == 0) continue; // the types of the columns stopped it
    }
    const auto snapshot = store->load();
    REQUIRE(snapshot);
    CHECK(snapshot->peers.size() + snapshot->blocked.size() == 3);
    CHECK(store->skipped_rows() == 1);
  }
}

TEST_CASE("entries and logs that make no sense are skipped and counted", "[store][hostile]") {
  struct Change {
    std::string sql;
    bool hides_message; // else only the log, or only the entry in it
  };
  const std::vector<Change> changes{
      {"UPDATE entry SET hash = x'00' WHERE id = 2", true},
      {"UPDATE entry SET hash = NULL WHERE id = 2", true},
      {"UPDATE entry SET seq = -2 WHERE id = 2", true},
      {"UPDATE entry SET seq = NULL WHERE id = 2", true},
      {"UPDATE entry SET log = 99 WHERE id = 2", true},
      {"UPDATE entry SET log = -1 WHERE id = 2", true},
      {"UPDATE entry SET state = 1 WHERE id = 2", true},
      {"UPDATE entry SET target = x'0102' WHERE id = 2", true},
      {"UPDATE entry SET order_us = -1 WHERE id = 2", true},
      {"UPDATE entry SET order_us = 9223372036854775807 WHERE id = 2", true},
      {"UPDATE entry SET is_late = 2 WHERE id = 2", true},
      {"UPDATE entry SET is_doubtful = -1 WHERE id = 2", true},
      {"UPDATE entry SET kind = 9 WHERE id = 2", true},
      {"UPDATE entry SET salt = x'00' WHERE id = 2", false},
      {"UPDATE entry SET signature = zeroblob(63) WHERE id = 2", false},
      {"UPDATE entry SET heads = zeroblob(71) WHERE id = 2", false},
      {"UPDATE entry SET heads = zeroblob(72 * 9) WHERE id = 2", false},
      {"UPDATE entry SET body_digest = x'' WHERE id = 2", false},
      {"UPDATE entry SET entry_kind = 65536 WHERE id = 2", false},
      {"UPDATE entry SET kind = 6 WHERE id = 2", false}, // of no kind on the wire
      {"UPDATE log SET last = -1", true},
      {"UPDATE log SET last_hash = x''", true},
      {"UPDATE log SET shared_id = zeroblob(31)", true},
      {"UPDATE log SET author = zeroblob(33)", true},
      {"UPDATE log SET acked = -1", true},
      {"UPDATE log SET read = -1", true},
      {"UPDATE log SET head = zeroblob(73)", true},
      {"UPDATE log SET is_frozen = 3", true},
      {"UPDATE log SET bytes = -5", true},
      {"UPDATE log SET last_order_us = -5", true},
      {"UPDATE log SET island_first = 1, island_last = 0", true},
      {"UPDATE log SET island_first = 7, island_last = 8, island_prev = x'00'", true},
  };
  for (const auto& [sql, hides_message] : changes) {
    INFO(sql);
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    Talk talk;
    for (int i = 0; i < 3; ++i) append(*store, talk, talk.ours("text"));
    store->put_log(talk.state(true));
    must_commit(*store);
    change_by_sql(folder / "tincan.db", sql);
    CHECK(store->load());
    CHECK(store->history({{}, "", {}, {}, 10}));
    CHECK(store->history({base::PeerId{1}, "", {}, {}, 10}));
    const auto entries = store->read_log(talk.conversation(), talk.our_key(), 1, 3, 1 << 20);
    REQUIRE(entries);
    CHECK((sql.starts_with("UPDATE entry") && !hides_message ? entries->size() == 1 : entries->size() <= 3));
    CHECK(store->skipped_rows() > 0);
    store->append(outgoing(10, "goes on"));
    must_commit(*store);
  }
}

TEST_CASE("what makes no sense of a room is skipped and counted", "[store][hostile]") {
  const std::vector<std::string> changes{
      "UPDATE room SET room = x'00' WHERE conversation = 5",
      "UPDATE room SET room = (SELECT room FROM room WHERE conversation = 4) WHERE conversation = 5",
      "UPDATE room SET creator = zeroblob(33) WHERE conversation = 5",
      "UPDATE room SET is_private = 2 WHERE conversation = 5",
      "UPDATE room SET phase = 5 WHERE conversation = 5",
      "UPDATE room SET phase = -1 WHERE conversation = 5",
      "UPDATE room SET unread = -1 WHERE conversation = 5",
      "UPDATE room SET mentions = 4294967296 WHERE conversation = 5",
      "UPDATE room SET since_ms = 9223372036854775807 WHERE conversation = 5",
      "UPDATE room SET ticket = x'' WHERE conversation = 5",
      "UPDATE room SET acquaintances = zeroblob(31) WHERE conversation = 5",
      "UPDATE room SET acquaintances = zeroblob(32 * 17) WHERE conversation = 5",
      "UPDATE room SET is_hosted = -1 WHERE conversation = 5",
      "INSERT INTO peer SELECT 5, address, port, host_name, team, dialect, dialect_fixed, claimed_address, "
      "last_heard_ms, has_left, unread, speaks, petname, key, changed_key, is_verified, endpoints FROM peer",
      "UPDATE room_key SET epoch = x'01' WHERE conversation = 5",
      "UPDATE room_key SET key = zeroblob(31) WHERE conversation = 5",
      "UPDATE room_seen SET member = x'01' WHERE conversation = 5",
      "UPDATE room_seen SET up_to = -1 WHERE conversation = 5",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    store->put_peer(known_peer(3));
    for (const std::uint8_t n : {std::uint8_t{4}, std::uint8_t{5}}) {
      store->put_room(known_room(n, n));
      store->put_room_key({{n}, made_digest(n), {}});
      store->put_room_seen({{n}, made_identity(n).own(), 1});
    }
    must_commit(*store);
    change_by_sql(folder / "tincan.db", change);
    const auto snapshot = store->load();
    REQUIRE(snapshot);
    CHECK(snapshot->rooms.size() + snapshot->room_keys.size() + snapshot->room_seen.size() == 5);
    CHECK(store->skipped_rows() >= 1);
  }
}

TEST_CASE("lines of a room that make no sense are skipped and counted", "[store][hostile]") {
  const std::vector<std::string> changes{
      "UPDATE entry SET is_guest = 2 WHERE id = 2",
      "UPDATE entry SET is_readable = -1 WHERE id = 2",
      "UPDATE entry SET is_void = 7 WHERE id = 2",
      "UPDATE log SET is_room = 2",
      "UPDATE log SET author = x'00'",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    RoomTalk talk;
    for (int i = 0; i < 3; ++i) {
      const auto line = talk.line(1, "text");
      store->append_logged(line.message, talk.conversation(), line.author, line.entry);
    }
    must_commit(*store);
    change_by_sql(folder / "tincan.db", change);
    CHECK(store->history(of_room(room_number))->messages.size() == (change.starts_with("UPDATE log") ? 0U : 2U));
    CHECK(store->skipped_rows() > 0);
  }
}

TEST_CASE("spans that make no sense are as none, and others may be put in their place", "[store][hostile]") {
  for (const std::string bytes : {"x'00'", "zeroblob(17)", "x'0000000000000002' || x'0000000000000001'"}) {
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    RoomTalk talk;
    const auto line = talk.line(1, "text"), later = talk.line(1, "later");
    store->put_spans(talk.conversation(), talk.key(1), {});
    store->append_logged(line.message, talk.conversation(), line.author, line.entry);
    must_commit(*store);
    store.reset();
    change_by_sql(folder / "tincan.db", "UPDATE line_spans SET spans = CAST(" + bytes + " AS BLOB)");
    store = open_store(folder / "tincan.db");
    store->append_logged(later.message, talk.conversation(), later.author, later.entry);
    must_commit(*store);
    CHECK(room_texts(*store) == std::vector<std::string>{"later"});
    store->put_spans(talk.conversation(), talk.key(1), {{1, 1}});
    must_commit(*store);
    CHECK(room_texts(*store) == std::vector<std::string>{"text"});
  }
}

TEST_CASE("absurd ids do not make the next ones overflow", "[store][hostile]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  store->append(outgoing(5, "text"));
  must_commit(*store);
  store.reset();
  change_by_sql(file, "INSERT INTO entry (id, conversation, direction, kind, state, time_ms, address, port, dialect, "
                      "clear, was_cut, pieces_sent, why, team, body) SELECT 9223372036854775807, conversation, "
                      "direction, kind, state, time_ms, address, port, dialect, clear, was_cut, pieces_sent, why, "
                      "team, body FROM entry;"
                      "INSERT INTO conversation VALUES (9223372036854775806, 0)");
  store = open_store(file);
  const auto snapshot = store->load();
  REQUIRE(snapshot);
  CHECK(snapshot->last_entry_id == 5);
  CHECK(snapshot->last_peer_id == 1);
  store->append(outgoing(6, "next"));
  store->put_peer(known_peer(2));
  must_commit(*store);
  CHECK(found_ids(*store, "next") == std::vector<std::uint64_t>{6});
}

TEST_CASE("a schema that was tampered with is an error, not a trap", "[store][hostile]") {
  const std::vector<std::string> changes{
      "DROP TABLE entry; CREATE VIEW entry AS SELECT * FROM peer",
      "DROP TABLE peer",
      "ALTER TABLE entry RENAME COLUMN body TO nobody",
      "DROP TABLE entry_text",
      "CREATE TRIGGER trap AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
      "DELETE FROM sqlite_sequence; DELETE FROM meta",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TempFolder folder;
    fill(*open_store(folder / "tincan.db"));
    change_by_sql(folder / "tincan.db", "PRAGMA foreign_keys=OFF");
    change_by_sql(folder / "tincan.db", change);
    use_fully(folder / "tincan.db");
    CHECK(fs::exists(folder / "tincan.db"));
  }
}

TEST_CASE("what our own sentences became in a changed file cannot reach the terminal", "[store][hostile]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  store->append(outgoing(1, "text"));
  must_commit(*store);
  change_by_sql(folder / "tincan.db", "UPDATE entry SET why = 'a' || char(27) || '[2J'");
  const auto message = store->find_message({1});
  REQUIRE(message);
  CHECK(message->why.find('\x1b') == std::string::npos);
}
