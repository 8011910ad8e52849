// One SQLite file, opened so that it is durable (WAL, synchronous FULL), private (0600) and distrusted (limits,
// defensive). Owned by SqliteStore, on the I/O thread. It knows the schema's version, not its meaning; no SQLite
// exception leaves it.
#pragma once

#include "tincan/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace SQLite {
class Database;
class Exception;
} // namespace SQLite

namespace tincan::store {

class Database {
public:
  // Makes the file or brings it to the newest schema. A damaged, foreign or newer file is refused and left as it is.
  // Errors: storage, no_space.
  static base::Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  SQLite::Database& connection() { return *connection_; }
  const std::filesystem::path& file() const { return file_; }

  // Runs `work`, in which SQLite may throw. `doing` is the verb of the sentence: "cannot {read} the messages in …".
  base::Result<void> attempt(std::string_view doing, const std::function<void()>& work);
  // The same in one transaction: all of it on disk at return, or nothing of it.
  base::Result<void> transact(std::string_view doing, const std::function<void()>& work);

  // Bounds the file to so many pages of 4 KiB; beyond, writing fails with no_space. 0 lifts the bound.
  void limit_pages(std::uint32_t pages);

private:
  Database(std::filesystem::path file, std::unique_ptr<SQLite::Database> connection);
  base::Error error_from(const SQLite::Exception& exception, std::string_view doing) const;
  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> connection_;
};

} // namespace tincan::store
