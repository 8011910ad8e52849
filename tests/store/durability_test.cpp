#include "log_fixture.hpp"

#include <chrono>
#include <csignal>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

std::string text_of(std::uint64_t id) { return fmt::format("message {} {}", id, std::string(id % 700, 'x')); }

// Writes for ever, and reports each entry once commit() has said that it is on disk.
[[noreturn]] void write_until_killed(const fs::path& file, int report) {
  auto store = SqliteStore::open(file);
  if (!store) ::_exit(1);
  const auto snapshot = (*store)->load();
  if (!snapshot) ::_exit(1);
  for (auto id = snapshot->last_entry_id + 1;;) {
    for (int i = 0; i < 1 + static_cast<int>(id % 3); ++i, ++id) {
      (*store)->append(outgoing(id, text_of(id)));
      if (id % 2 == 0) (*store)->set_state({id}, MessageState::sent, "", 1, wire::Dialect::a1);
    }
    if (!(*store)->commit()) ::_exit(1);
    if (id % 16 == 0 && !(*store)->index_some(50)) ::_exit(1);
    const auto last = id - 1;
    if (::write(report, &last, sizeof last) != sizeof last) ::_exit(1);
  }
}

// Starts a writer, kills it `delay` after its start or after its first report, and tells the last entry that it
// reported (0: none).
std::uint64_t last_reported_before_kill(void (*write_until_it_is)(const fs::path&, int), const fs::path& file,
                                        std::chrono::microseconds delay, bool after_report) {
  int report[2];
  REQUIRE(::pipe(report) == 0);
  const auto pid = ::fork();
  if (pid == 0) write_until_it_is(file, report[1]);
  ::close(report[1]);
  std::uint64_t last = 0;
  if (after_report) CHECK(::read(report[0], &last, sizeof last) == sizeof last);
  ::usleep(static_cast<useconds_t>(delay.count()));
  ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  CHECK(WIFSIGNALED(status)); // else it met an error
  for (std::uint64_t id = 0; ::read(report[0], &id, sizeof id) == sizeof id;) last = id;
  ::close(report[0]);
  return last;
}

std::uint64_t check_entries_after(SqliteStore& store, std::uint64_t last) {
  chat::HistoryQuery query{{}, "", {}, base::EntryId{last}, 1000};
  for (bool has_more = true; has_more;) {
    const auto found = page(store, query);
    for (const auto& message : found.messages) {
      REQUIRE(message.id.value == ++last);
      REQUIRE(message.text.untrusted_bytes() == text_of(last));
      REQUIRE(message.state == (last % 2 == 0 ? MessageState::sent : MessageState::queued));
    }
    query.after = base::EntryId{last};
    has_more = found.has_more;
  }
  return last;
}

// Entries of one log for ever: every third is edited, every fifth deleted. Reports the last seq of each commit.
[[noreturn]] void log_until_killed(const fs::path& file, int report) {
  auto store = SqliteStore::open(file);
  if (!store) ::_exit(1);
  const auto snapshot = (*store)->load();
  if (!snapshot) ::_exit(1);
  Talk talk;
  while (talk.next_id <= snapshot->last_entry_id) talk.ours("");
  for (;;) {
    const auto text = talk.ours(text_of(talk.next_id));
    append(**store, talk, text);
    append(**store, talk,
           talk.made(true, text.entry.seq % 3 ? wire::EntryKind::edit : wire::EntryKind::deletion, "new", text.ref()));
    const auto last = talk.state(true).last;
    (*store)->put_log(talk.state(true, last / 2));
    if (!(*store)->commit() || !(*store)->index_some(5)) ::_exit(1);
    if (::write(report, &last, sizeof last) != sizeof last) ::_exit(1);
  }
}

} // namespace

TEST_CASE("kill -9 at any moment leaves logs whole, and their state true", "[store][durability]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  std::mt19937 random(20261121); // NOLINT
  std::uint64_t known = 0;
  for (int round = 0; round < 20; ++round) {
    const auto delay = std::chrono::microseconds(std::uniform_int_distribution<int>(500, 60'000)(random));
    const auto reported = last_reported_before_kill(log_until_killed, file, delay, round % 2 == 1);
    auto store = open_store(file);
    const auto snapshot = store->load();
    REQUIRE(snapshot);
    const Talk talk;
    const auto entries = store->read_log(talk.conversation(), talk.our_key(), 1, 1'000'000, 1 << 30);
    REQUIRE(entries);
    REQUIRE(entries->size() >= std::max(known, reported));
    known = entries->size();
    if (known > 0) REQUIRE(snapshot->logs.size() == 1);
    if (known > 0) CHECK(snapshot->logs[0].last == known);
    if (known > 0) CHECK(snapshot->logs[0].last_hash == entries->back().hash);
    for (const auto& entry : *entries)
      if (entry.seq % 2 == 1) CHECK(entry.has_body == ((entry.seq) % 3 != 0));
    for (const auto& message : page_of_peer(*store).messages) {
      CHECK(message.is_deleted != message.is_edited);
      CHECK(message.text.untrusted_bytes() == (message.is_deleted ? "" : "new"));
    }
    CHECK(found_ids(*store, "message").empty());
    CHECK(store->skipped_rows() == 0);
    store.reset();
    REQUIRE(ask_sql(file, "PRAGMA integrity_check") == "ok");
  }
  CHECK(known > 20);
}

TEST_CASE("kill -9 at any moment loses nothing that was committed", "[store][durability]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  std::mt19937 random(20261120); // NOLINT: the same moments in every run
  std::uint64_t checked = 0;
  int rounds_that_wrote = 0;
  for (int round = 0; round < 40; ++round) {
    const auto delay = std::chrono::microseconds(std::uniform_int_distribution<int>(500, 60'000)(random));
    const auto reported = last_reported_before_kill(write_until_killed, file, delay, round % 2 == 1);
    auto store = open_store(file);
    const auto there = check_entries_after(*store, checked);
    REQUIRE(there >= reported);
    if (reported > checked) ++rounds_that_wrote;
    checked = there;
    REQUIRE(store->skipped_rows() == 0);
    store.reset();
    REQUIRE(ask_sql(file, "PRAGMA integrity_check") == "ok");
  }
  CHECK(rounds_that_wrote >= 20);
  auto store = open_store(file);
  CHECK(check_entries_after(*store, 0) == checked);
  chat::HistoryQuery query{{}, "message", {}, base::EntryId{0}, 1000};
  CHECK(page(*store, query).messages.size() == std::min<std::uint64_t>(checked, 1000));
}
