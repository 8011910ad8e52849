// The rows of logged messages. Several go in with one statement where they come in a row: that takes two thirds of the
// time. Owned by LogWriter, on the I/O thread. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/store/operation.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace SQLite {
class Database;
}

namespace tincan::store {

class EntryRows {
public:
  struct Row {
    const AppendLogged* logged = nullptr;
    std::int64_t log = 0;
    bool is_void = false;
  };

  explicit EntryRows(SQLite::Database& connection);
  ~EntryRows();
  EntryRows(const EntryRows&) = delete;
  EntryRows& operator=(const EntryRows&) = delete;

  // It is in the table after flush() at the latest; what it points to must live until then.
  void add(const Row& row);
  void flush();
  void replace(const Row& row); // of a message that is there already
  void forget() { waiting_.clear(); }

private:
  struct Statements;
  std::unique_ptr<Statements> statements_;
  std::vector<Row> waiting_;
};

} // namespace tincan::store
