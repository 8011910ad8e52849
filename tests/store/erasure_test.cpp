#include "room_fixture.hpp"

#include <algorithm>
#include <random>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;
using Ids = std::vector<std::uint64_t>;

constexpr std::string_view canary = "CanaryInTheCoalMine";

// How often a secret, or anything telling of it, stands in the files of a database.
std::size_t traces(const fs::path& file, std::string_view secret) {
  std::size_t count = 0;
  for (const auto* suffix : {"", "-wal"}) {
    const auto bytes = read_bytes(file.string() + suffix);
    for (auto at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at + 1)) ++count;
  }
  return count;
}

std::string secret_text(int n) { return fmt::format("{} number {}", canary, n); }

// The salt of an erased body: whoever has it could try texts against the digest.
Logged with_own_salt(Talk&, Logged logged) {
  for (std::size_t i = 0; i < base::Salt::size; ++i)
    logged.entry.salt.bytes.at(i) = static_cast<std::uint8_t>(0xA0 + i * 3 + logged.entry.seq);
  return logged;
}

void check_erased(SqliteStore& store, const Talk& talk, const Logged& text, std::uint64_t id) {
  const auto message = found(store, id);
  CHECK(message.is_deleted);
  CHECK_FALSE(message.is_edited);
  CHECK(message.text.empty());
  CHECK(store.forms_of({id})->size() == 1);
  CHECK(store.forms_of({id})->front().text.empty());
  const auto entries = store.read_log(talk.conversation(), text.author, text.entry.seq, text.entry.seq, 1 << 20);
  REQUIRE(entries->size() == 1);
  auto expected = text.entry;
  expected.has_body = false;
  expected.body = {};
  expected.salt = {};
  CHECK(entries->front() == expected);
}

} // namespace

TEST_CASE("a deletion destroys every form of a text on the disk", "[store][erasure]") {
  for (const std::size_t length : {std::size_t{0}, std::size_t{30'000}})
    for (const bool is_indexed : {false, true}) {
      const TempFolder folder;
      const auto file = folder / "tincan.db";
      auto store = open_store(file);
      Talk talk;
      for (int i = 0; i < 100; ++i) append(*store, talk, talk.theirs(fmt::format("before {}", i)));
      const auto text = talk.ours(secret_text(1) + std::string(length, 'x'));
      const auto edit = talk.made(true, EntryKind::edit, secret_text(2), text.ref());
      const auto newer = talk.made(true, EntryKind::edit, secret_text(3), text.ref());
      for (const auto& logged : {text, edit, newer}) append(*store, talk, logged);
      for (int i = 0; i < 100; ++i) append(*store, talk, talk.theirs(fmt::format("after {}", i)));
      must_commit(*store);
      if (is_indexed) CHECK(found_ids(*store, std::string{canary}) == Ids{text.id()});
      CHECK(traces(file, canary) >= 3);
      const auto deletion = talk.made(true, EntryKind::deletion, "", text.ref());
      append(*store, talk, deletion);
      must_commit(*store);
      check_erased(*store, talk, text, text.id());
      CHECK(found_ids(*store, std::string{canary}).empty());
      CHECK(found_ids(*store, "an").empty());
      do_all_idle_work(*store);
      CHECK(traces(file, canary) == 0);
      CHECK(fs::file_size(file.string() + "-wal") < 100'000);
      if (is_indexed) CHECK(ask_sql(file, "SELECT count(*) FROM entry_text('canary')") == "0");
      CHECK(found_ids(*store, "before").size() == 100);
      CHECK(found_ids(*store, "after").size() == 100);
      CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
    }
}

TEST_CASE("salts of what was deleted are destroyed too", "[store][erasure]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  Talk talk;
  const auto text = with_own_salt(talk, talk.ours("text"));
  append(*store, talk, text);
  must_commit(*store);
  CHECK(traces(file, text.entry.salt.view()) > 0);
  append(*store, talk, talk.made(true, EntryKind::deletion, "", text.ref()));
  must_commit(*store);
  do_all_idle_work(*store);
  CHECK(traces(file, text.entry.salt.view()) == 0);
}

TEST_CASE("a text that comes after its deletion is never kept", "[store][erasure]") {
  std::mt19937 random(7); // NOLINT: the same orders in every run
  for (int round = 0; round < 30; ++round) {
    const TempFolder folder;
    const auto file = folder / "tincan.db";
    auto store = open_store(file);
    Talk talk;
    std::vector<Logged> all{talk.theirs(secret_text(1))};
    all.push_back(talk.made(false, EntryKind::edit, secret_text(2), all[0].ref()));
    all.push_back(talk.made(false, EntryKind::edit, secret_text(3), all[0].ref()));
    all.push_back(talk.made(false, EntryKind::deletion, "", all[0].ref()));
    all.push_back(talk.made(false, EntryKind::edit, secret_text(4), all[0].ref()));
    all.push_back(talk.theirs("kept"));
    const auto text = all[0];
    std::shuffle(all.begin(), all.end(), random);
    std::uint64_t id = 0, id_of_text = 0;
    for (auto& logged : all) {
      logged.message.id = {++id};
      if (logged.entry == text.entry) id_of_text = id;
      append(*store, talk, logged);
      if (random() % 2) must_commit(*store);
      if (random() % 3 == 0) REQUIRE(store->index_some(3));
      if (random() % 4 == 0) {
        must_commit(*store);
        store = open_store(file);
      }
    }
    must_commit(*store);
    check_erased(*store, talk, text, id_of_text);
    do_all_idle_work(*store);
    CHECK(traces(file, canary) == 0);
    CHECK(found_ids(*store, "Canary").empty());
    CHECK(found_ids(*store, "kept").size() == 1);
    CHECK(ask_sql(file, "SELECT count(*) FROM entry_text('canary')") == "0");
  }
}

TEST_CASE("a text that was given its place and moved is destroyed like any other", "[store][erasure]") {
  for (const bool is_indexed : {false, true}) {
    const TempFolder folder;
    const auto file = folder / "tincan.db";
    auto store = open_store(file);
    Talk talk, after(1, 2);
    for (std::uint64_t id = 1; id <= 60; ++id) store->append(outgoing(id, secret_text(1)));
    must_commit(*store);
    if (is_indexed) do_all_idle_work(*store);
    const auto log_all = [&](Talk& in) {
      in.next_id = 1;
      std::vector<Logged> all;
      for (int i = 0; i < 60; ++i) all.push_back(in.ours(secret_text(1)));
      for (const auto& logged : all) store->log_message(logged.message, in.conversation(), logged.author, logged.entry);
      must_commit(*store);
      if (is_indexed) do_all_idle_work(*store);
      return all;
    };
    const auto placed = log_all(talk);
    talk.next_id = 61;
    append(*store, talk, talk.made(true, EntryKind::edit, secret_text(2), placed[4].ref()));
    must_commit(*store);
    if (is_indexed) CHECK(found_ids(*store, "number 2") == Ids{5});
    const auto moved = log_all(after);
    CHECK(found_ids(*store, "number 2").empty()); // the edit did not move with it
    CHECK(found_ids(*store, std::string{canary}).size() == 60);
    after.next_id = 62;
    auto edit = after.made(true, EntryKind::edit, secret_text(2), moved[4].ref());
    edit.message.id = {61};
    store->log_message(edit.message, after.conversation(), edit.author, edit.entry);
    must_commit(*store);
    CHECK(found_ids(*store, "number 2") == Ids{5});
    for (const auto& logged : moved) append(*store, after, after.made(true, EntryKind::deletion, "", logged.ref()));
    must_commit(*store);
    do_all_idle_work(*store);
    CHECK(traces(file, canary) == 0);
    CHECK(found_ids(*store, "canary").empty());
    CHECK(ask_sql(file, "SELECT count(*) FROM entry_text('canary')") == "0");
    CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
  }
}

TEST_CASE("no copies of what was deleted stay in pages that were split since", "[store][erasure]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  std::mt19937 random(3); // NOLINT
  const auto text = [](std::uint64_t id) {
    return fmt::format("{}{:05} {}", canary, id, std::string(id * 7 % 700, 'x'));
  };
  constexpr std::uint64_t count = 1500;
  for (std::uint64_t id = 1; id <= count; ++id) store->append(outgoing(id, text(id)));
  must_commit(*store);
  for (int i = 0; i < 500; ++i) { // rows that grow
    store->set_state({1 + random() % count}, MessageState::failed, std::string(random() % 200, 'w'), 1,
                     wire::Dialect::a3_team);
    must_commit(*store);
  }
  Talk talk;
  std::vector<Logged> all;
  for (std::uint64_t id = 1; id <= count; ++id) all.push_back(talk.ours(text(id)));
  for (const auto& logged : all) store->log_message(logged.message, talk.conversation(), logged.author, logged.entry);
  must_commit(*store);
  std::shuffle(all.begin(), all.end(), random);
  all.resize(count / 2);
  for (const auto& logged : all) append(*store, talk, talk.made(true, EntryKind::deletion, "", logged.ref()));
  must_commit(*store);
  do_all_idle_work(*store);
  const auto bytes = read_bytes(file);
  for (const auto& logged : all)
    REQUIRE(bytes.find(logged.message.text.untrusted_bytes().substr(0, canary.size() + 5)) == std::string::npos);
  CHECK(found_ids(*store, std::string{canary}).size() == count / 2);
}

TEST_CASE("what a deletion left to do is done after a restart", "[store][erasure]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  Talk talk;
  {
    auto store = open_store(file);
    const auto text = talk.ours(secret_text(1));
    append(*store, talk, text);
    must_commit(*store);
    do_all_idle_work(*store);
    append(*store, talk, talk.made(true, EntryKind::deletion, "", text.ref()));
    must_commit(*store);
  }
  CHECK(ask_sql(file, "SELECT value FROM meta WHERE name = 'tidy'") == "1");
  auto store = open_store(file);
  do_all_idle_work(*store);
  CHECK(ask_sql(file, "SELECT value FROM meta WHERE name = 'tidy'") == "0");
  CHECK(traces(file, canary) == 0);
}

TEST_CASE("while another program reads the file the journal waits, and is emptied after it", "[store][erasure]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  Talk talk;
  const auto text = talk.ours(secret_text(1));
  append(*store, talk, text);
  must_commit(*store);
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    SQLite::Statement reading(other, "SELECT * FROM entry");
    REQUIRE(reading.executeStep());
    append(*store, talk, talk.made(true, EntryKind::deletion, "", text.ref()));
    must_commit(*store);
    do_all_idle_work(*store);
    CHECK(traces(file, canary) > 0);
  }
  do_all_idle_work(*store);
  CHECK(traces(file, canary) == 0);
}

TEST_CASE("a damaged index does not stop a deletion", "[store][erasure]") {
  for (const std::string damage : {"DELETE FROM entry_text_data WHERE id > 1", "DELETE FROM entry_text_data",
                                   "UPDATE entry_text_data SET block = x'00ff00ff00ff'", "DROP TABLE entry_text"}) {
    INFO(damage);
    const TempFolder folder;
    const auto file = folder / "tincan.db";
    Talk talk;
    auto store = open_store(file);
    const auto text = talk.ours(secret_text(1));
    const auto other = talk.ours("something else");
    append(*store, talk, text);
    append(*store, talk, other);
    must_commit(*store);
    do_all_idle_work(*store);
    store.reset();
    change_by_sql(file, damage);
    store = open_store(file);
    append(*store, talk, talk.made(true, EntryKind::deletion, "", text.ref()));
    must_commit(*store);
    for (int i = 0; i < 50; ++i) static_cast<void>(store->index_some(100));
    CHECK(traces(file, canary) == 0);
    CHECK(found_ids(*store, "something") == Ids{other.id()});
  }
}

TEST_CASE("erasing from a large index goes in small steps", "[store][erasure]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  Talk talk;
  std::mt19937 random(8); // NOLINT
  std::vector<Logged> secrets;
  for (int i = 0; i < 4000; ++i) {
    if (i % 400 == 0) secrets.push_back(talk.ours(secret_text(i)));
    if (i % 400 == 0) append(*store, talk, secrets.back());
    append(*store, talk, talk.theirs(fmt::format("{:x} {:x} {:x}", random(), random(), random())));
  }
  must_commit(*store);
  do_all_idle_work(*store);
  for (const auto& secret : secrets) append(*store, talk, talk.made(true, EntryKind::deletion, "", secret.ref()));
  must_commit(*store);
  do_all_idle_work(*store);
  CHECK(traces(file, canary) == 0);
  CHECK(ask_sql(file, "SELECT count(*) FROM entry_text('canary')") == "0");
}

TEST_CASE("of a deleted line of a room neither what was read nor what travelled stays", "[store][erasure]") {
  for (const bool is_revealed : {false, true}) {
    const TempFolder folder;
    const auto file = folder / "tincan.db";
    auto store = open_store(file);
    RoomTalk talk;
    const auto add = [&](const Logged& logged) {
      store->append_logged(logged.message, talk.conversation(), logged.author, logged.entry);
    };
    const auto text = talk.sealed(1, EntryKind::text, secret_text(1), !is_revealed);
    const auto edit = talk.sealed(1, EntryKind::edit, secret_text(2), !is_revealed, text.ref());
    const auto guest = talk.guest(1, "ada", secret_text(3));
    for (int i = 0; i < 50; ++i) add(talk.line(2, fmt::format("before {}", i)));
    for (const auto& logged : {text, edit, guest}) add(logged);
    must_commit(*store);
    do_all_idle_work(*store);
    if (is_revealed)
      for (const auto* logged : {&text, &edit})
        store->reveal(talk.conversation(), talk.key(1), logged->entry.seq, base::PeerText{secret_text(4)});
    must_commit(*store);
    const auto sealed = text.entry.body.untrusted_bytes(), sealed_edit = edit.entry.body.untrusted_bytes();
    CHECK(found_ids(*store, std::string{canary}) == Ids{text.id(), guest.id()});
    for (const auto& trace : {std::string{canary}, sealed, sealed_edit}) CHECK(traces(file, trace) > 0);
    for (const auto* logged : {&text, &guest}) add(talk.made(1, EntryKind::deletion, "", logged->ref()));
    must_commit(*store);
    do_all_idle_work(*store);
    for (const auto& trace : {std::string{canary}, sealed, sealed_edit}) CHECK(traces(file, trace) == 0);
    CHECK(found_ids(*store, std::string{canary}).empty());
    CHECK(ask_sql(file, "SELECT count(*) FROM entry_text('canary')") == "0");
    for (const auto* logged : {&text, &edit, &guest}) {
      const auto entry = store->read_log(talk.conversation(), talk.key(1), logged->entry.seq, 99, 1)->front();
      CHECK(entry.body_digest == logged->entry.body_digest);
      CHECK((!entry.has_body && entry.body.empty() && entry.salt.is_zero()));
    }
  }
}
