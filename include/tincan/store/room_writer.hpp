// Writes what the heart keeps of rooms beside their entries, and what becomes of entries afterwards: their text is
// revealed, or they begin or cease to count. Owned by Writer, on the I/O thread. Everything here may throw
// SQLite::Exception.
#pragma once

#include "tincan/store/operation.hpp"
#include "tincan/store/span_change.hpp"

#include <cstdint>
#include <memory>

namespace SQLite {
class Database;
}

namespace tincan::store {

class Eraser;
class RowIds;

class RoomWriter {
public:
  RoomWriter(SQLite::Database& connection, RowIds& rows, Eraser& eraser);
  ~RoomWriter();
  RoomWriter(const RoomWriter&) = delete;
  RoomWriter& operator=(const RoomWriter&) = delete;

  void put(const chat::RoomRecord& room);
  void put(const chat::RoomKey& key);
  void put(const chat::RoomSeen& seen);
  void reveal(const Reveal& reveal);
  void put(const PutSpans& put);

private:
  struct Statements;
  struct Affected;
  void mark(std::int64_t log, const SpanChange& change);
  Affected affected_by(std::int64_t log, const SpanChange& change);

  std::unique_ptr<Statements> statements_;
  RowIds& rows_;
  Eraser& eraser_;
};

} // namespace tincan::store
