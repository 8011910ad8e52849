#include "tincan/store/search_index.hpp"

#include "tincan/store/rows.hpp"
#include "tincan/store/search.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

namespace tincan::store {

namespace {

constexpr std::size_t full_step = 2000; // entries in one transaction while a search waits: the journal stays small

} // namespace

// A mark beyond the last entry would hide entries that are still to come.
SearchIndex::SearchIndex(Database& database) : database_(database) {
  indexed_up_to_ = database.connection()
                       .execAndGet("SELECT min(coalesce((SELECT value FROM meta WHERE name = 'indexed_up_to'), 0), "
                                   "coalesce((SELECT max(id) FROM entry), 0))")
                       .getInt64();
}

base::Result<std::size_t> SearchIndex::catch_up(std::size_t limit) {
  auto last = indexed_up_to_;
  std::size_t taken = 0;
  auto done = database_.transact("index", [&] { taken = take_in(limit, last); });
  if (!done) return tl::unexpected(done.error());
  indexed_up_to_ = last;
  return taken;
}

base::Result<void> SearchIndex::catch_up_fully() {
  for (;;) {
    const auto taken = catch_up(full_step);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken < full_step) return {};
  }
}

std::size_t SearchIndex::take_in(std::size_t limit, std::int64_t& last) {
  auto& connection = database_.connection();
  SQLite::Statement entries(connection, "SELECT id, body FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2");
  SQLite::Statement insert(connection, "INSERT INTO entry_text (rowid, body) VALUES (?1, ?2)");
  entries.bind(1, last);
  entries.bind(2, static_cast<std::int64_t>(limit));
  std::size_t taken = 0;
  for (; entries.executeStep(); ++taken) {
    last = entries.getColumn(0).getInt64();
    insert.reset();
    insert.bind(1, last);
    insert.bind(2, searchable(bytes_of(entries, 1)));
    insert.exec();
  }
  if (taken == 0) return 0;
  SQLite::Statement mark(connection, "INSERT OR REPLACE INTO meta (name, value) VALUES ('indexed_up_to', ?1)");
  mark.bind(1, last);
  mark.exec();
  return taken;
}

} // namespace tincan::store
