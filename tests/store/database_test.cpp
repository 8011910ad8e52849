#include "store_fixture.hpp"
#include "tincan/store/database.hpp"
#include "tincan/store/migrations.hpp"

#include <sqlite3.h>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

std::string refusal(const fs::path& file) {
  const auto database = Database::open(file);
  if (database) FAIL("it was opened");
  CHECK(database.error().code == base::ErrorCode::storage);
  return database.error().text;
}

} // namespace

TEST_CASE("a database is durable, private and distrusted", "[store][database]") {
  const TempFolder folder;
  const auto database = Database::open(folder / "tincan.db");
  REQUIRE(database);
  auto& connection = (*database)->connection();
  const auto pragma = [&](const std::string& name) { return connection.execAndGet("PRAGMA " + name).getString(); };
  CHECK(pragma("journal_mode") == "wal");
  CHECK(pragma("synchronous") == "2");
  CHECK(pragma("foreign_keys") == "1");
  CHECK(pragma("secure_delete") == "1");
  CHECK(pragma("trusted_schema") == "0");
  CHECK(pragma("cell_size_check") == "1");
  CHECK(pragma("busy_timeout") == "2000");
  CHECK(pragma("wal_autocheckpoint") == "1000");
  CHECK(pragma("journal_size_limit") == "8388608");
  CHECK(pragma("user_version") == std::to_string(newest_schema_version()));
  CHECK(sqlite3_limit(connection.getHandle(), SQLITE_LIMIT_ATTACHED, -1) == 0);
  CHECK(sqlite3_limit(connection.getHandle(), SQLITE_LIMIT_LENGTH, -1) == 64 << 20);
}

TEST_CASE("the journal stays small and goes when the database is closed", "[store][database]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 400; ++id) {
    store->append(incoming(id, std::string(100'000, 'x')));
    must_commit(*store);
  }
  CHECK(fs::file_size(folder / "tincan.db") > 30'000'000);
  CHECK(fs::file_size(folder / "tincan.db-wal") < 12'000'000);
  store.reset();
  CHECK_FALSE(fs::exists(folder / "tincan.db-wal"));
}

TEST_CASE("opening again migrates nothing twice", "[store][database]") {
  const TempFolder folder;
  for (int i = 0; i < 3; ++i) CHECK(Database::open(folder / "tincan.db"));
  CHECK(ask_sql(folder / "tincan.db", "SELECT count(*) FROM meta") == "1");
}

TEST_CASE("a database of a newer program is refused and left as it is", "[store][database]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  open_store(file);
  change_by_sql(file, "PRAGMA user_version=99");
  const auto before = read_bytes(file);
  CHECK_THAT(refusal(file), Catch::Contains("a newer tincan wrote it (version 99") && Catch::Contains("tincan.db"));
  CHECK(read_bytes(file) == before);
}

TEST_CASE("somebody else's database is refused and left as it is", "[store][database]") {
  const TempFolder folder;
  const auto file = folder / "other.db";
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE notes (text)");
  const auto before = read_bytes(file);
  CHECK_THAT(refusal(file), Catch::Contains("is not a database of tincan"));
  CHECK(read_bytes(file) == before);
}

TEST_CASE("a damaged file is refused with advice and left as it is", "[store][database]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  const auto bytes = std::string(5000, 'z');
  write_bytes(file, bytes);
  CHECK_THAT(refusal(file),
             Catch::Contains(file.string()) && Catch::Contains("damaged") && Catch::Contains("move it away"));
  CHECK(read_bytes(file) == bytes);
}

TEST_CASE("a folder in place of the database is refused", "[store][database]") {
  const TempFolder folder;
  fs::create_directory(folder / "tincan.db");
  CHECK_THAT(refusal(folder / "tincan.db"), Catch::Contains("not a plain file"));
  CHECK_THAT(refusal(folder / "missing" / "tincan.db"), Catch::Contains("No such file or directory"));
}

TEST_CASE("control characters of a path do not reach the terminal", "[store][database]") {
  const TempFolder folder;
  fs::create_directory(folder / "a\x1b[2J");
  write_bytes(folder / "a\x1b[2J" / "tincan.db", std::string(4096, 'z'));
  CHECK(refusal(folder / "a\x1b[2J" / "tincan.db").find('\x1b') == std::string::npos);
}

TEST_CASE("a failed transaction leaves nothing behind", "[store][database]") {
  const TempFolder folder;
  const auto database = Database::open(folder / "tincan.db");
  REQUIRE(database);
  auto& connection = (*database)->connection();
  const auto done = (*database)->transact("save", [&] {
    connection.exec("INSERT INTO meta VALUES ('x', 1)");
    connection.exec("INSERT INTO meta VALUES ('x', 2)");
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().code == base::ErrorCode::storage);
  CHECK(connection.execAndGet("SELECT count(*) FROM meta").getInt() == 1);
  CHECK((*database)->transact("save", [&] { connection.exec("INSERT INTO meta VALUES ('x', 3)"); }));
}

TEST_CASE("a program that locks the file for long is named as the reason", "[store][database]") {
  const TempFolder folder;
  const auto file = folder / "tincan.db";
  auto store = open_store(file);
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    store->append(incoming(1, "hi"));
    const auto done = store->commit();
    REQUIRE_FALSE(done);
    CHECK_THAT(done.error().text, Catch::Contains("another program is using the file"));
  }
  must_commit(*store);
  CHECK(found_ids(*store, "hi") == std::vector<std::uint64_t>{1});
}
