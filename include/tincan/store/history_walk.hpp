// The ids of the messages that a page may hold, in its order: that of arrival here, or, in the conversation with a
// tincan or in a room, that of the lines' places. Used by history.cpp, on the I/O thread. May throw SQLite::Exception.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/store/history.hpp"

#include <SQLiteCpp/Statement.h>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace tincan::store {

class HistoryWalk {
public:
  HistoryWalk(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words, SearchBy by);
  // None: the end. A damaged tree can lead in circles: places that stop going one way give it away (an exception).
  std::optional<std::int64_t> next();
  bool is_forward() const { return is_forward_; }

private:
  // Where a line stands. Without logs the order is that of the ids: then the rest is zero.
  struct Place {
    std::int64_t order_us = 0;
    std::string hash;
    std::int64_t id = 0;
    auto operator<=>(const Place&) const = default;
  };
  static Place place_in(SQLite::Statement& row);
  static Place place_of(SQLite::Database& connection, std::int64_t id, bool or_later, Place otherwise);
  std::string statement_text(SearchBy by) const;
  void bind(const Place& after, const Place& before);

  bool is_forward_;
  std::optional<std::int64_t> conversation_; // none: all
  bool by_place_;
  std::optional<SQLite::Statement> rows_;
  std::optional<Place> last_;
};

} // namespace tincan::store
