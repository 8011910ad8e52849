#include "tincan/store/history.hpp"

#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>
#include <utility>

namespace tincan::store {

namespace {

// Who asks for what came after an entry wants the oldest of it; everybody else the newest.
bool is_forward(const chat::HistoryQuery& query) { return query.after.has_value(); }

std::string statement_text(const chat::HistoryQuery& query, SearchBy by) {
  // CROSS JOIN fixes the order of the loops: the index chooses the rows, and they come in the order of their ids.
  const auto* id = by == SearchBy::index ? "entry_text.rowid" : "entry.id";
  const auto* from = by == SearchBy::index ? "entry_text CROSS JOIN entry ON entry.id = entry_text.rowid" : "entry";
  return fmt::format("SELECT {} FROM {} WHERE {}{}{} > ?1 AND {} < ?2 ORDER BY {} {}", message_columns, from,
                     by == SearchBy::index ? "entry_text MATCH ?4 AND " : "",
                     query.peer ? "entry.conversation = ?3 AND " : "", id, id, id, is_forward(query) ? "ASC" : "DESC");
}

std::int64_t bounded(const std::optional<base::EntryId>& entry, std::int64_t otherwise) {
  if (!entry) return otherwise;
  return entry->value > static_cast<std::uint64_t>(max_id) ? max_id + 1 : static_cast<std::int64_t>(entry->value);
}

SQLite::Statement ask(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words,
                      SearchBy by) {
  SQLite::Statement rows(connection, statement_text(query, by));
  rows.bind(1, bounded(query.after, 0));
  rows.bind(2, bounded(query.before, max_id + 1));
  if (query.peer) rows.bind(3, static_cast<std::int64_t>(query.peer->value));
  if (by == SearchBy::index) rows.bind(4, words.index_expression());
  return rows;
}

// A damaged tree can lead in circles; ids that stop going one way give it away.
class OneWay {
public:
  explicit OneWay(bool forward) : forward_(forward) {}
  void check(std::int64_t id) {
    if (seen_ && (forward_ ? id <= last_ : id >= last_))
      throw SQLite::Exception("rows are out of order", SQLITE_CORRUPT);
    seen_ = true;
    last_ = id;
  }

private:
  bool forward_;
  bool seen_ = false;
  std::int64_t last_ = 0;
};

} // namespace

chat::HistoryPage read_history(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words,
                               SearchBy by, std::uint64_t& skipped) {
  const auto limit = std::clamp<std::size_t>(query.limit, 1, max_page_messages);
  auto rows = ask(connection, query, words, by);
  OneWay order(is_forward(query));
  chat::HistoryPage page;
  std::size_t bytes = 0;
  while (!page.has_more && rows.executeStep()) {
    order.check(rows.getColumn(message_id_column).getInt64());
    if (!words.in(bytes_of(rows, message_body_column))) continue;
    auto message = message_from(rows);
    if (!message) {
      ++skipped;
      continue;
    }
    page.has_more = page.messages.size() == limit || bytes > max_page_bytes;
    bytes += message->text.untrusted_bytes().size() + message->team.untrusted_bytes().size();
    if (!page.has_more) page.messages.push_back(std::move(*message));
  }
  if (!is_forward(query)) std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

} // namespace tincan::store
