#include "tincan/store/search_index.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/search.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>

namespace tincan::store {

namespace {

constexpr std::size_t full_step = 2000; // entries in one transaction while a search waits: the journal stays small
constexpr int merge_pages = 250;        // in one step of merging: about a megabyte
constexpr int least_changes = 2;        // of a merge that did something (sqlite.org/fts5.html, 6.8)

bool is_damage(const SQLite::Exception& exception) {
  const int primary = exception.getErrorCode() & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT;
}

} // namespace

struct SearchIndex::Statements {
  explicit Statements(SQLite::Database& on)
      : entries(on, "SELECT id, kind, log, target FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2"),
        message(on, fmt::format("SELECT entry.kind, entry.body, entry.log, entry.seq, entry.hash, log.author FROM {} "
                                "WHERE entry.id = ?1",
                                message_tables)),
        newest_edit(
            on, "SELECT body FROM entry WHERE target = ?1 AND kind IN (2, 3, 4) AND kind = 2 AND +log = ?2 "
                "AND id <= ?3 AND body_digest IS NULL AND is_void = 0 AND is_readable = 1 ORDER BY seq DESC LIMIT 1"),
        at_place(on, "SELECT id FROM entry WHERE log = ?1 AND seq = ?2 AND hash = ?3"),
        mark(on, "INSERT OR REPLACE INTO meta (name, value) VALUES ('indexed_up_to', ?1)") {}

  SQLite::Statement entries;
  SQLite::Statement message;
  SQLite::Statement newest_edit;
  SQLite::Statement at_place;
  SQLite::Statement mark;
};

// What one step takes in: new messages, and those that are in the index but were edited since.
struct SearchIndex::Range {
  std::vector<std::int64_t> messages{};
  std::vector<std::int64_t> edited{};
  std::int64_t last = 0;
  std::size_t taken = 0;
};

SearchIndex::SearchIndex(Database& database)
    : database_(database),
      statements_(std::make_unique<Statements>(database.connection())) {
  indexed_up_to();
}
SearchIndex::~SearchIndex() = default;

// A mark beyond the last entry would hide entries that are still to come.
std::int64_t SearchIndex::indexed_up_to() {
  if (is_known_) return indexed_up_to_;
  indexed_up_to_ = database_.connection()
                       .execAndGet("SELECT min(coalesce((SELECT value FROM meta WHERE name = 'indexed_up_to'), 0), "
                                   "coalesce((SELECT max(id) FROM entry), 0))")
                       .getInt64();
  is_known_ = true;
  return indexed_up_to_;
}

base::Result<std::size_t> SearchIndex::catch_up(std::size_t limit) {
  std::int64_t last = 0;
  std::size_t taken = 0;
  auto done = database_.transact("index", [&] { taken = take_in(limit, last); });
  if (!done) return tl::unexpected(done.error());
  if (taken > 0) indexed_up_to_ = last;
  return taken;
}

base::Result<void> SearchIndex::catch_up_fully() {
  for (;;) {
    const auto taken = catch_up(full_step);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken < full_step) return {};
  }
}

SearchIndex::Range SearchIndex::next_range(std::int64_t first, std::size_t limit) {
  Range range;
  auto& row = statements_->entries;
  for (Reading reading(row, first, number(limit)); reading.next(); ++range.taken) {
    range.last = row.getColumn(0).getInt64();
    const auto kind = unstored(stored_kinds, row.getColumn(1).getInt64());
    if (!kind || chat::is_line(*kind)) range.messages.push_back(range.last);
    const auto target = ref_from(bytes_of(row, 3));
    if (kind != chat::MessageKind::edit || !target) continue;
    auto& place = statements_->at_place;
    Reading at(place, row.getColumn(2).getInt64(), number(target->seq), Blob{target->hash.view()});
    if (at.next()) range.edited.push_back(place.getColumn(0).getInt64());
  }
  std::sort(range.edited.begin(), range.edited.end());
  range.edited.erase(std::unique(range.edited.begin(), range.edited.end()), range.edited.end());
  return range;
}

// Of the texts of an edited message the index holds one: the newest among the entries that it has taken in.
std::size_t SearchIndex::take_in(std::size_t limit, std::int64_t& last) {
  const auto before = indexed_up_to();
  const auto range = next_range(before, limit);
  if (range.taken == 0) return 0;
  last = range.last;
  for (const auto id : range.edited)
    if (id <= before) exchange(id, text_of(id, before), text_of(id, last));
  SQLite::Statement insert(database_.connection(), "INSERT INTO entry_text (rowid, body) VALUES (?1, ?2)");
  for (const auto id : range.messages) run(insert, id, Text{text_of(id, last)});
  run(statements_->mark, last);
  return range.taken;
}

std::string SearchIndex::text_of(std::int64_t message) {
  const auto up_to = indexed_up_to();
  return message > up_to ? std::string{} : text_of(message, up_to);
}

std::string SearchIndex::text_of(std::int64_t message, std::int64_t up_to) {
  auto& row = statements_->message;
  Reading reading(row, message);
  if (!reading.next()) return {};
  const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
  if (kind && !chat::is_line(*kind)) return {};
  const auto author = base::PublicKey::from(bytes_of(row, 5));
  const auto hash = base::Digest::from(bytes_of(row, 4));
  if (!kind || !chat::is_text(*kind) || !author || !hash) return searchable(bytes_of(row, 1));
  const auto ref = packed(wire::EntryRef{*author, static_cast<std::uint64_t>(row.getColumn(3).getInt64()), *hash});
  auto& edit = statements_->newest_edit;
  Reading newest(edit, Blob{ref}, row.getColumn(2).getInt64(), up_to);
  return searchable(newest.next() ? bytes_of(edit, 0) : bytes_of(row, 1));
}

void SearchIndex::replace(std::int64_t message, const std::string& before, const std::string& after) {
  try {
    exchange(message, before, after);
  } catch (const SQLite::Exception& exception) {
    if (!is_damage(exception)) throw;
    start_anew();
  }
}

// Without content of its own, the index must be told what it holds.
void SearchIndex::exchange(std::int64_t message, const std::string& before, const std::string& after) {
  if (before == after) return;
  auto& connection = database_.connection();
  SQLite::Statement take_out(connection, "INSERT INTO entry_text (entry_text, rowid, body) VALUES ('delete', ?1, ?2)");
  run(take_out, message, Text{before});
  SQLite::Statement put_in(connection, "INSERT INTO entry_text (rowid, body) VALUES (?1, ?2)");
  run(put_in, message, Text{after});
}

void SearchIndex::start_anew() {
  auto& connection = database_.connection();
  connection.tryExec("INSERT INTO entry_text (entry_text) VALUES ('delete-all')");
  run(statements_->mark, std::int64_t{0});
  indexed_up_to_ = 0;
}

bool SearchIndex::merge_some(bool begins) {
  auto& connection = database_.connection();
  const auto before = connection.getTotalChanges();
  SQLite::Statement merge(connection, "INSERT INTO entry_text (entry_text, rank) VALUES ('merge', ?1)");
  run(merge, std::int64_t{begins ? -merge_pages : merge_pages});
  return connection.getTotalChanges() - before >= least_changes;
}

} // namespace tincan::store
