#include "faulty_disk.hpp"
#include "log_fixture.hpp"

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using Ids = std::vector<std::uint64_t>;

Ids one_to(std::uint64_t last) {
  Ids result;
  for (std::uint64_t id = 1; id <= last; ++id) result.push_back(id);
  return result;
}

void append_range(SqliteStore& store, std::uint64_t first, std::uint64_t last, std::size_t bytes) {
  for (auto id = first; id <= last; ++id) store.append(outgoing(id, std::string(bytes, 'x')));
}

Ids all_ids(SqliteStore& store) { return ids(page(store, {{}, "", {}, {}, 1000}).messages); }

bool limit_file_size(rlim_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
  limit.rlim_cur = bytes;
  return ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

// In a child, because the limit holds for the whole process. The exit status is the number of the step that failed.
[[noreturn]] void fill_up_under_limit(const fs::path& file) {
  std::signal(SIGXFSZ, SIG_IGN);
  auto opened = SqliteStore::open(file);
  if (!opened) ::_exit(1);
  auto& store = **opened;
  append_range(store, 1, 10, 100);
  if (!store.commit()) ::_exit(2);
  if (!limit_file_size(fs::file_size(file.string() + "-wal") + 6000)) ::_exit(3);
  append_range(store, 11, 200, 1000);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto done = store.commit();
    if (done || done.error().code != base::ErrorCode::no_space) ::_exit(4);
  }
  if (all_ids(store) != one_to(10)) ::_exit(5);
  if (!limit_file_size(RLIM_INFINITY)) ::_exit(6);
  if (!store.commit() || store.has_uncommitted()) ::_exit(7);
  ::_exit(all_ids(store) == one_to(200) ? 0 : 8);
}

struct Outcome {
  std::uint64_t committed = 0; // what commit() said was on disk
  std::uint64_t written = 0;
};

// Six turns of three messages with searches between; what fails is tried again with the next turn.
Outcome work_on(SqliteStore& store) {
  Outcome outcome;
  static_cast<void>(store.load());
  for (int turn = 0; turn < 6; ++turn) {
    append_range(store, outcome.written + 1, outcome.written + 3, 900);
    outcome.written += 3;
    store.set_state({outcome.written}, MessageState::sent, "", 1, wire::Dialect::a1);
    store.put_peer(known_peer(1));
    if (store.commit()) outcome.committed = outcome.written;
    const auto found = store.history({{}, "xxx", {}, {}, 1000});
    if (found) CHECK(ids(found->messages) == one_to(outcome.committed));
  }
  return outcome;
}

// One life with a fault at the n-th change. False when so many changes did not happen.
bool survive_fault(FaultyDisk& disk, long n, bool for_ever, bool crashes) {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  disk.fail_at(n, for_ever);
  auto opened = SqliteStore::open(file);
  Outcome outcome;
  if (opened) {
    outcome = work_on(**opened);
    if (!crashes) {
      disk.heal();
      must_commit(**opened);
      outcome.committed = outcome.written;
      CHECK(all_ids(**opened) == one_to(outcome.written));
    }
    opened->reset();
  } else {
    CHECK(disk.has_failed());
    CHECK_FALSE(opened.error().text.empty());
  }
  disk.heal();
  const auto there = all_ids(*open_store(file));
  CHECK(there == one_to(there.size()));
  CHECK(there.size() >= outcome.committed);
  CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
  return disk.has_failed();
}

} // namespace

TEST_CASE("a full database says so, keeps what waits, and goes on when there is space", "[store][full]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  append_range(*store, 1, 10, 100);
  must_commit(*store);
  store->limit_pages(30);
  append_range(*store, 11, 200, 1000);
  store->set_state({3}, MessageState::sent, "", 1, wire::Dialect::a1);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto done = store->commit();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == base::ErrorCode::no_space);
    CHECK_THAT(done.error().text, Catch::Contains("there is no space left"));
    CHECK(store->has_uncommitted());
    CHECK(all_ids(*store) == one_to(10));
    CHECK(store->find_message({3})->state == MessageState::queued);
  }
  store->limit_pages(0);
  must_commit(*store);
  CHECK(all_ids(*store) == one_to(200));
  CHECK(store->find_message({3})->state == MessageState::sent);
}

TEST_CASE("a search answers although there is no space for its index", "[store][full]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  append_range(*store, 1, 500, 200);
  must_commit(*store);
  store->limit_pages(1);
  CHECK(store->index_some(500).error().code == base::ErrorCode::no_space);
  CHECK(found_ids(*store, "xxxx") == one_to(500));
  store->limit_pages(0);
  CHECK(store->index_some(500) == 500u);
  CHECK(found_ids(*store, "xxxx") == one_to(500));
}

TEST_CASE("a file that may not grow is a full disk", "[store][full]") {
  const TempFolder folder;
  const auto pid = ::fork();
  if (pid == 0) fill_up_under_limit(folder / "tincan.db");
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(ask_sql(folder / "tincan.db", "PRAGMA integrity_check") == "ok");
}

TEST_CASE("whichever write or synchronisation fails, nothing is lost or doubled", "[store][full]") {
  FaultyDisk disk;
  for (const bool for_ever : {false, true})
    for (const bool crashes : {false, true}) {
      long n = 1;
      while (survive_fault(disk, n, for_ever, crashes)) ++n;
      CHECK(n > 60);
    }
}

TEST_CASE("logs and deletions survive whichever write fails", "[store][full]") {
  FaultyDisk disk;
  bool did_fail = true;
  for (long n = 1; did_fail; n += 3) {
    const TempFolder folder;
    const auto file = folder / "tincan.db";
    auto store = open_store(file);
    Talk talk;
    std::vector<Logged> kept;
    disk.fail_at(n, false);
    for (int turn = 0; turn < 4; ++turn) {
      const auto text = talk.ours("SecretOfTheLog");
      kept.push_back(talk.ours(fmt::format("kept {}", turn)));
      append(*store, talk, text);
      append(*store, talk, kept.back());
      static_cast<void>(store->commit());
      static_cast<void>(store->index_some(100));
      append(*store, talk, talk.made(true, wire::EntryKind::deletion, "", text.ref()));
      store->put_log(talk.state(true));
      static_cast<void>(store->commit());
      static_cast<void>(store->index_some(100));
    }
    did_fail = disk.has_failed();
    disk.heal();
    must_commit(*store);
    do_all_idle_work(*store);
    CHECK(store->load()->logs == std::vector{talk.state(true)});
    const auto entries = store->read_log(talk.conversation(), talk.our_key(), 1, 99, 1 << 20);
    REQUIRE(entries->size() == 12);
    for (std::size_t i = 0; i < kept.size(); ++i) CHECK((*entries)[i * 3 + 1] == kept[i].entry);
    CHECK(found_ids(*store, "SecretOfTheLog").empty());
    CHECK(found_ids(*store, "kept").size() == 4);
    store.reset();
    CHECK(read_bytes(file).find("SecretOfTheLog") == std::string::npos);
    CHECK(ask_sql(file, "PRAGMA integrity_check") == "ok");
  }
}

TEST_CASE("a commit returns only when the journal was synchronised", "[store][durability]") {
  const TempFolder folder;
  const FaultyDisk disk;
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 50; ++id) {
    append_range(*store, id, id, 2000);
    must_commit(*store);
    CHECK(disk.unsynchronised() == 0);
  }
}
