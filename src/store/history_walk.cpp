#include "tincan/store/history_walk.hpp"

#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <limits>
#include <sqlite3.h>

namespace tincan::store {

namespace {

constexpr std::string_view hash_expression = "coalesce(entry.hash, x'')";

std::int64_t bounded(const std::optional<base::EntryId>& entry, std::int64_t otherwise) {
  if (!entry) return otherwise;
  return entry->value > static_cast<std::uint64_t>(max_id) ? max_id + 1 : static_cast<std::int64_t>(entry->value);
}

// The number of the conversation that is asked for.
std::optional<std::int64_t> conversation_of(const chat::HistoryQuery& query) {
  if (query.room) return static_cast<std::int64_t>(query.room->value);
  if (query.peer) return static_cast<std::int64_t>(query.peer->value);
  return std::nullopt;
}

bool has_logs(SQLite::Database& connection, std::int64_t conversation) {
  SQLite::Statement ask(connection, "SELECT 1 FROM log WHERE conversation = ?1");
  ask.bind(1, conversation);
  return ask.executeStep();
}

} // namespace

HistoryWalk::HistoryWalk(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words,
                         SearchBy by)
    : is_forward_(query.after.has_value()),
      conversation_(conversation_of(query)),
      by_place_(conversation_ && has_logs(connection, *conversation_)) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  Place after{std::numeric_limits<std::int64_t>::min(), "", bounded(query.after, 0)};
  Place before{most, "", bounded(query.before, max_id + 1)};
  if (by_place_ && query.after) after = place_of(connection, after.id, false, after);
  if (by_place_ && query.before) before = place_of(connection, before.id, true, before);
  rows_.emplace(connection, statement_text(by));
  bind(after, before);
  if (conversation_) rows_->bind(":conversation", *conversation_);
  if (by == SearchBy::index) rows_->bind(":words", words.index_expression());
}

// CROSS JOIN fixes the order of the loops: the index chooses the rows, and they come in the order of their ids.
std::string HistoryWalk::statement_text(SearchBy by) const {
  const bool by_index = by == SearchBy::index;
  const auto* id = by_index ? "entry_text.rowid" : "entry.id";
  const auto* from = by_index ? "entry_text CROSS JOIN entry ON entry.id = entry_text.rowid" : "entry";
  auto where = fmt::format("{}{}", by_index ? "entry_text MATCH :words AND " : "", lines_only);
  if (conversation_) where += " AND entry.conversation = :conversation";
  if (conversation_ && !by_place_) where += " AND entry.log IS NULL";
  const auto* way = is_forward_ ? "ASC" : "DESC";
  if (!by_place_)
    return fmt::format("SELECT {0} FROM {1} WHERE {2} AND {0} > :after AND {0} < :before ORDER BY {0} {3}", id, from,
                       where, way);
  return fmt::format("SELECT entry.id, {0}, {1} FROM {2} WHERE {3} AND {0} BETWEEN :after_order AND :before_order AND "
                     "({0}, {1}, entry.id) > (:after_order, :after_hash, :after) AND "
                     "({0}, {1}, entry.id) < (:before_order, :before_hash, :before) "
                     "ORDER BY {0} {4}, {1} {4}, entry.id {4}",
                     order_expression, hash_expression, from, where, way);
}

void HistoryWalk::bind(const Place& after, const Place& before) {
  rows_->bind(":after", after.id);
  rows_->bind(":before", before.id);
  if (!by_place_) return;
  rows_->bind(":after_order", after.order_us);
  rows_->bind(":before_order", before.order_us);
  rows_->bind(":after_hash", static_cast<const void*>(after.hash.data()), static_cast<int>(after.hash.size()));
  rows_->bind(":before_hash", static_cast<const void*>(before.hash.data()), static_cast<int>(before.hash.size()));
}

HistoryWalk::Place HistoryWalk::place_in(SQLite::Statement& row) {
  if (row.getColumnCount() == 1) return {0, "", row.getColumn(0).getInt64()};
  return {row.getColumn(1).getInt64(), std::string{bytes_of(row, 2)}, row.getColumn(0).getInt64()};
}

// Of an entry that is not there, its neighbour's, so that nothing is left out.
HistoryWalk::Place HistoryWalk::place_of(SQLite::Database& connection, std::int64_t id, bool or_later,
                                         Place otherwise) {
  SQLite::Statement row(connection, fmt::format("SELECT id, {}, {} FROM entry WHERE id {} ?1 ORDER BY id {} LIMIT 1",
                                                order_expression, hash_expression,
                                                or_later ? ">=" : "<=", or_later ? "ASC" : "DESC"));
  row.bind(1, id);
  return row.executeStep() ? place_in(row) : otherwise;
}

std::optional<std::int64_t> HistoryWalk::next() {
  if (!rows_->executeStep()) return std::nullopt;
  auto place = place_in(*rows_);
  if (last_ && (is_forward_ ? place <= *last_ : place >= *last_))
    throw SQLite::Exception("rows are out of order", SQLITE_CORRUPT);
  last_ = std::move(place);
  return last_->id;
}

} // namespace tincan::store
