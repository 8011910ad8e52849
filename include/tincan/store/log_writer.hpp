// Writes entries of logs and the state of logs. Owned by Writer, on the I/O thread. What its entries do to others
// (edits and deletions) is in Eraser and in the readers. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/store/entry_rows.hpp"
#include "tincan/store/operation.hpp"

#include <memory>

namespace SQLite {
class Database;
}

namespace tincan::store {

class Eraser;
class RowIds;

class LogWriter {
public:
  LogWriter(SQLite::Database& connection, RowIds& rows, Eraser& eraser);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Its row may wait for others, at most until flush(): `logged` must live until then.
  void append(const AppendLogged& logged);
  void flush();
  void forget();                               // a transaction was taken back
  void give_place(const AppendLogged& logged); // to a message that is there already
  void put(const chat::LogState& log);

private:
  struct Statements;
  bool joins_waiting(const AppendLogged& logged) const;
  void apply_changes(const AppendLogged& logged, std::int64_t log, bool counts, bool may_come_after_its_deletion);

  std::unique_ptr<Statements> statements_;
  EntryRows entries_;
  const AppendLogged* last_ = nullptr; // of those that wait; null: none does
  RowIds& rows_;
  Eraser& eraser_;
};

} // namespace tincan::store
