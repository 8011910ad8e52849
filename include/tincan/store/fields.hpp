// The values in one row of an answer, read from left to right, none of which is believed. Used by the readers of rows,
// on the I/O thread. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <cstdint>
#include <optional>
#include <string>

namespace tincan::store {

// Remembers whether one of the columns was impossible.
class Fields {
public:
  Fields(SQLite::Statement& row, int first) : row_(row), next_(first) {}

  std::int64_t number() { return row_.getColumn(next_++).getInt64(); }
  std::string bytes() { return std::string{bytes_of(row_, next_++)}; }
  bool is_null() { return row_.getColumn(next_).isNull(); }
  void skip() { ++next_; }
  template<class T> T take(std::optional<T> value) {
    if (!value) is_sane_ = false;
    return value.value_or(T{});
  }
  // Whatever `read` makes of the next column, or none where it is NULL.
  template<class Read> auto unless_null(Read read) -> std::optional<decltype(read())> {
    if (!is_null()) return read();
    skip();
    return std::nullopt;
  }
  // Where no port is known, it is 0.
  base::Endpoint endpoint() {
    const auto address = take(base::Address::parse(bytes()));
    const auto port = number();
    return {address, port == 0 ? std::uint16_t{0} : take(port_from(port))};
  }
  bool flag() { return take(flag_from(number())); }
  std::uint64_t seq() { return take(seq_from(number())); }
  std::int64_t order() { return take(order_from(number())); }
  template<class Bytes> Bytes fixed() { return take(Bytes::from(bytes_of(row_, next_++))); }
  wire::EntryRef ref() { return take(ref_from(bytes_of(row_, next_++))); }
  void demand(bool is_so) {
    if (!is_so) is_sane_ = false;
  }
  bool is_sane() const { return is_sane_; }

private:
  SQLite::Statement& row_;
  int next_;
  bool is_sane_ = true;
};

} // namespace tincan::store
