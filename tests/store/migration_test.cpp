#include "room_fixture.hpp"
#include "tincan/store/migrations.hpp"

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

// The first schema, as the program wrote it that had no other, with something in each table.
constexpr const char* version_1 = R"sql(
PRAGMA journal_mode = WAL;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE conversation (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL) STRICT;
CREATE TABLE classic_peer (
  conversation INTEGER PRIMARY KEY REFERENCES conversation (id), address TEXT NOT NULL, port INTEGER NOT NULL,
  host_name TEXT NOT NULL, team BLOB NOT NULL, dialect TEXT NOT NULL, dialect_fixed INTEGER NOT NULL,
  claimed_address TEXT, last_heard_ms INTEGER, has_left INTEGER NOT NULL, unread INTEGER NOT NULL
) STRICT;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL REFERENCES conversation (id), direction INTEGER NOT NULL,
  kind INTEGER NOT NULL, state INTEGER NOT NULL, time_ms INTEGER NOT NULL, address TEXT NOT NULL,
  port INTEGER NOT NULL, dialect TEXT NOT NULL, clear INTEGER NOT NULL, was_cut INTEGER NOT NULL,
  pieces_sent INTEGER NOT NULL, why TEXT NOT NULL, team BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX entry_of_conversation ON entry (conversation);
CREATE INDEX entry_undelivered ON entry (state) WHERE state IN (1, 2);
CREATE TABLE block_rule (
  address TEXT NOT NULL, port INTEGER NOT NULL, PRIMARY KEY (address, port)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE entry_text USING fts5(body, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1');
INSERT INTO meta (name, value) VALUES ('indexed_up_to', 2);
INSERT INTO conversation VALUES (4, 0), (9, 0);
INSERT INTO classic_peer VALUES (4, '10.0.0.4', 4100, 'ada.example', x'ff00', 'A5', 1, '10.9.9.9', 1700000000123, 1, 3);
INSERT INTO entry VALUES
  (1, 4, 0, 0, 0, 1700000000001, '10.0.0.4', 4100, 'A1', 1, 0, 0, '', x'726564', CAST('first needle' AS BLOB)),
  (2, 4, 1, 0, 3, 1700000000000, '10.0.0.4', 4100, 'A1', 1, 0, 1, 'guessed', x'626c7565', CAST('second' AS BLOB)),
  (5, 4, 1, 0, 1, 1700000000009, '10.0.0.4', 4100, 'A3-team', 1, 0, 0, '', x'626c7565', CAST('waiting needle' AS BLOB));
INSERT INTO entry_text (rowid, body) VALUES (1, 'first needle'), (2, 'second');
INSERT INTO block_rule VALUES ('10.0.0.9', 0);
PRAGMA application_id = 1953391409;
PRAGMA user_version = 1;
)sql";

void write_version_1(const fs::path& file) {
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(version_1);
}

} // namespace

TEST_CASE("a database of the first schema is brought to the newest, and nothing of it is lost", "[store][migration]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  write_version_1(file);
  auto store = open_store(file);
  CHECK(ask_sql(file, "PRAGMA user_version") == std::to_string(newest_schema_version()));
  const auto snapshot = store->load();
  REQUIRE(snapshot);
  REQUIRE(snapshot->peers.size() == 1);
  auto peer = known_peer(4);
  peer.endpoint = *base::Endpoint::parse("10.0.0.4:4100");
  peer.host_name = "ada.example";
  peer.team = base::PeerText{std::string("\xff\0", 2)};
  peer.dialect = wire::Dialect::a5;
  peer.dialect_fixed = true;
  peer.claimed_address = base::Address::parse("10.9.9.9");
  peer.last_heard = base::WallTime{1'700'000'000'123};
  peer.has_left = true;
  peer.unread = 3;
  CHECK(snapshot->peers[0] == peer);
  CHECK(snapshot->blocked == std::vector{chat::BlockRule{*base::Address::parse("10.0.0.9"), {}}});
  CHECK(ids(snapshot->undelivered) == std::vector<std::uint64_t>{5});
  CHECK(snapshot->logs.empty());
  CHECK(snapshot->last_peer_id == 9);
  CHECK(snapshot->last_entry_id == 5);
  auto expected = outgoing(2, "second", 4);
  expected.time = {1'700'000'000'000};
  expected.state = MessageState::sent;
  expected.why = "guessed";
  expected.pieces_sent = 1;
  CHECK(found(*store, 2) == expected);
  CHECK(ids(page_of_peer(*store, 4).messages) == std::vector<std::uint64_t>{1, 2, 5});
  CHECK(found_ids(*store, "needle") == std::vector<std::uint64_t>{1, 5});
  CHECK(store->skipped_rows() == 0);
  CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("the plain lines of a peer that turns out to be a tincan stand before its first entry",
          "[store][migration]") {
  const TempFolder folder;
  write_version_1(folder / "tincan.db");
  auto store = open_store(folder / "tincan.db");
  Talk talk(4);
  talk.next_id = 6;
  append(*store, talk, talk.theirs("hello"));
  must_commit(*store);
  CHECK(ids(page_of_peer(*store, 4).messages) == std::vector<std::uint64_t>{2, 1, 5, 6}); // by the clock
}

TEST_CASE("a migration that fails leaves the database as it was", "[store][migration]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  write_version_1(file);
  change_by_sql(file, "CREATE TABLE blocked_key (x)"); // in its way
  const auto refused = SqliteStore::open(file);
  REQUIRE_FALSE(refused);
  CHECK(ask_sql(file, "PRAGMA user_version") == "1");
  CHECK(ask_sql(file, "SELECT count(*) FROM classic_peer") == "1");
  change_by_sql(file, "DROP TABLE blocked_key");
  CHECK(open_store(file)->load()->peers.size() == 1);
}

TEST_CASE("a database of the second schema keeps its logs, and then takes rooms", "[store][migration]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  Talk talk(4);
  const auto theirs = talk.theirs("needle"), ours = talk.ours("ours");
  {
    auto store = open_store(file);
    for (const auto& logged : {theirs, ours}) append(*store, talk, logged);
    store->put_log(talk.state(true));
    must_commit(*store);
  }
  change_by_sql(file, "DROP INDEX entry_unreadable; DROP TABLE room; DROP TABLE room_key; DROP TABLE room_seen;"
                      "DROP TABLE line_spans; ALTER TABLE log DROP COLUMN is_room;"
                      "ALTER TABLE entry DROP COLUMN wire_body; ALTER TABLE entry DROP COLUMN is_guest;"
                      "ALTER TABLE entry DROP COLUMN is_readable; ALTER TABLE entry DROP COLUMN is_void;"
                      "PRAGMA user_version = 2");
  auto store = open_store(file);
  CHECK(page_of_peer(*store, 4).messages == std::vector{theirs.message, ours.message});
  CHECK(store->read_log(talk.conversation(), talk.our_key(), 1, 9, 1)->front() == ours.entry);
  CHECK(store->load()->logs.size() == 2);
  RoomTalk room;
  room.next_id = 3;
  const auto line = room.line(1, "in a room");
  store->append_logged(line.message, room.conversation(), line.author, line.entry);
  must_commit(*store);
  CHECK(room_texts(*store) == std::vector<std::string>{"in a room"});
  CHECK(store->skipped_rows() == 0);
  CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
}
