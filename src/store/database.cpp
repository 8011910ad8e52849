#include "tincan/store/database.hpp"

#include "tincan/store/migrations.hpp"
#include "tincan/store/private_files.hpp"
#include "tincan/store/sqlite_error.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>
#include <utility>

namespace tincan::store {

namespace {

namespace fs = std::filesystem;

constexpr int busy_timeout_ms = 2000;            // a backup program may hold the file for a moment
constexpr std::uint32_t most_pages = 1073741823; // SQLite's own bound

struct Limit {
  int which;
  int value;
};
// Far above what our own statements need, far below what a hostile schema could make SQLite do.
constexpr std::array limits{Limit{SQLITE_LIMIT_LENGTH, 64 << 20},
                            Limit{SQLITE_LIMIT_SQL_LENGTH, 64 << 10},
                            Limit{SQLITE_LIMIT_COLUMN, 64},
                            Limit{SQLITE_LIMIT_EXPR_DEPTH, 64},
                            Limit{SQLITE_LIMIT_COMPOUND_SELECT, 8},
                            Limit{SQLITE_LIMIT_VDBE_OP, 25000},
                            Limit{SQLITE_LIMIT_FUNCTION_ARG, 16},
                            Limit{SQLITE_LIMIT_ATTACHED, 0},
                            Limit{SQLITE_LIMIT_VARIABLE_NUMBER, 256},
                            Limit{SQLITE_LIMIT_TRIGGER_DEPTH, 4},
                            Limit{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1024},
                            Limit{SQLITE_LIMIT_WORKER_THREADS, 0}};

struct Switch {
  int which;
  int value;
};
// The schema may be hostile: no views, no triggers, no double-quoted strings, no writing to the index's own tables.
constexpr std::array switches{Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},   Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                              Switch{SQLITE_DBCONFIG_ENABLE_VIEW, 0}, Switch{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                              Switch{SQLITE_DBCONFIG_ENABLE_FKEY, 1}, Switch{SQLITE_DBCONFIG_DQS_DML, 0},
                              Switch{SQLITE_DBCONFIG_DQS_DDL, 0},     Switch{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};

// secure_delete: deleted text must be gone from the file. The journal stays below about 8 MiB. Nothing goes to /tmp.
constexpr const char* pragmas = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
                                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                                "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=8388608;";

void distrust(SQLite::Database& connection) {
  sqlite3* handle = connection.getHandle();
  for (const auto& limit : limits) sqlite3_limit(handle, limit.which, limit.value);
  for (const auto& option : switches) sqlite3_db_config(handle, option.which, option.value, nullptr);
  connection.exec("PRAGMA cell_size_check=ON");
}

base::Result<void> prepare(SQLite::Database& connection, const fs::path& file) {
  distrust(connection);
  if (auto checked = check_schema(connection, file); !checked) return checked;
  // Only now may anything be written: a refused file keeps every byte, and its journal.
  if (connection.execAndGet("PRAGMA journal_mode=WAL").getString() != "wal")
    return base::fail(base::ErrorCode::storage, fmt::format("cannot use {}: this file system does not allow SQLite's "
                                                            "write-ahead log (use --data-dir DIR on a local disk)",
                                                            shown(file)));
  connection.exec(pragmas);
  migrate(connection);
  sqlite3_db_config(connection.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

// Before SQLite is first used: its count of all memory takes a lock for each piece of it.
void count_no_memory() { [[maybe_unused]] static const int result = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

int last_errno_of(sqlite3_file* file) {
  int error = 0;
  if (file && file->pMethods) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

// sqlite3_system_errno() knows nothing of a COMMIT that failed; the files themselves remember.
int system_errno(sqlite3* handle) {
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle, "main", which, &file);
    if (const int error = last_errno_of(file)) return error;
  }
  return sqlite3_system_errno(handle);
}

// SQLite gives these the mode of the database, but they may come from elsewhere.
base::Result<void> make_files_private(const fs::path& file) {
  for (const auto* suffix : {"-wal", "-shm"}) {
    const fs::path beside = file.string() + suffix;
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(beside, ignored))) continue;
    if (auto made = make_private_file(beside); !made) return made;
  }
  return make_private_file(file);
}

} // namespace

Database::Database(fs::path file, std::unique_ptr<SQLite::Database> connection)
    : file_(std::move(file)),
      connection_(std::move(connection)) {}
Database::~Database() = default;

base::Result<std::unique_ptr<Database>> Database::open(const fs::path& given) {
  std::error_code ignored;
  const auto file = fs::absolute(given, ignored); // "file:…" would be a URI
  if (auto made = make_files_private(file); !made) return tl::unexpected(made.error());
  count_no_memory();
  try {
    auto connection = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                                                         busy_timeout_ms);
    std::unique_ptr<Database> database(new Database(file, std::move(connection)));
    base::Result<void> prepared;
    const auto tried = database->attempt("open", [&] { prepared = prepare(database->connection(), database->file()); });
    if (!tried) return tl::unexpected(tried.error());
    if (!prepared) return tl::unexpected(prepared.error());
    return database;
  } catch (const SQLite::Exception& exception) {
    return tl::unexpected(sqlite_error(exception.getErrorCode(), 0, exception.what(), "open", file));
  }
}

base::Error Database::error_from(const SQLite::Exception& exception, std::string_view doing) const {
  return sqlite_error(exception.getErrorCode(), system_errno(connection_->getHandle()), exception.what(), doing, file_);
}

base::Result<void> Database::attempt(std::string_view doing, const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const SQLite::Exception& exception) {
    return tl::unexpected(error_from(exception, doing));
  }
}

base::Result<void> Database::transact(std::string_view doing, const std::function<void()>& work) {
  auto done = attempt(doing, [&] {
    connection_->exec("BEGIN IMMEDIATE");
    work();
    connection_->exec("COMMIT");
  });
  // SQLite has rolled back by itself after some errors, not after others.
  if (!done && sqlite3_get_autocommit(connection_->getHandle()) == 0) connection_->tryExec("ROLLBACK");
  return done;
}

void Database::limit_pages(std::uint32_t pages) {
  connection_->tryExec(fmt::format("PRAGMA max_page_count={}", pages == 0 ? most_pages : std::min(pages, most_pages)));
}

} // namespace tincan::store
