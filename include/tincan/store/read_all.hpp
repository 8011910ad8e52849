// All rows of a question that make sense, as values. Used by the readers of store/, on the I/O thread. Everything here
// may throw SQLite::Exception.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tincan::store {

// Others are counted in `skipped`.
template<class Value>
std::vector<Value> read_all(SQLite::Statement& rows, std::optional<Value> (*read)(SQLite::Statement&),
                            std::uint64_t& skipped) {
  std::vector<Value> values;
  while (rows.executeStep()) {
    if (auto value = read(rows))
      values.push_back(std::move(*value));
    else
      ++skipped;
  }
  return values;
}

template<class Value>
std::vector<Value> read_all(SQLite::Database& connection, const std::string& question,
                            std::optional<Value> (*read)(SQLite::Statement&), std::uint64_t& skipped) {
  SQLite::Statement rows(connection, question);
  return read_all(rows, read, skipped);
}

} // namespace tincan::store
