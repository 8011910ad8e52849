// Values into prepared statements, without copying them. Used by the writers of store/, on the I/O thread. Everything
// here may throw SQLite::Exception.
#pragma once

#include "tincan/base/ids.hpp"

#include <SQLiteCpp/Statement.h>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::store {

struct Blob {
  std::string_view bytes; // its data() must not be null
};
inline std::optional<Blob> unless_empty(const std::string& bytes) {
  return bytes.empty() ? std::nullopt : std::optional{Blob{bytes}};
}
struct Text {
  const std::string& bytes;
};
struct Literal {
  std::string_view text; // ends in NUL
};

inline void bind_value(SQLite::Statement& statement, int index, std::int64_t value) { statement.bind(index, value); }
inline void bind_value(SQLite::Statement& statement, int index, bool value) { statement.bind(index, value ? 1 : 0); }
inline void bind_value(SQLite::Statement& statement, int index, Blob value) {
  statement.bindNoCopy(index, static_cast<const void*>(value.bytes.data()), static_cast<int>(value.bytes.size()));
}
inline void bind_value(SQLite::Statement& statement, int index, Text value) {
  statement.bindNoCopy(index, value.bytes);
}
inline void bind_value(SQLite::Statement& statement, int index, Literal value) {
  statement.bindNoCopy(index, value.text.data());
}
template<class T> void bind_value(SQLite::Statement& statement, int index, const std::optional<T>& value) {
  if (value)
    bind_value(statement, index, *value);
  else
    statement.bind(index); // NULL
}

// What is bound must live until the statement was carried out. `index` is that of the value before, 0 at the beginning.
template<class... Values> void bind_next(SQLite::Statement& statement, int& index, const Values&... values) {
  (bind_value(statement, ++index, values), ...);
}
template<class... Values> void bind_all(SQLite::Statement& statement, const Values&... values) {
  statement.tryReset(); // it may stand where an earlier commit failed
  int index = 0;
  bind_next(statement, index, values...);
}

template<class... Values> void run(SQLite::Statement& statement, const Values&... values) {
  bind_all(statement, values...);
  statement.exec();
  statement.tryReset();
}

// Ends a reading statement however its reader leaves, so that it holds no lock.
class Reading {
public:
  template<class... Values>
  explicit Reading(SQLite::Statement& statement, const Values&... values) : statement_(statement) {
    bind_all(statement, values...);
  }
  ~Reading() { statement_.tryReset(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  bool next() { return statement_.executeStep(); }

private:
  SQLite::Statement& statement_;
};

template<class Tag> std::int64_t number(base::Id<Tag> id) { return static_cast<std::int64_t>(id.value); }
std::int64_t number(std::integral auto value) { return static_cast<std::int64_t>(value); }

} // namespace tincan::store
