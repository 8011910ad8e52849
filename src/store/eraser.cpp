#include "tincan/store/eraser.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/database.hpp"
#include "tincan/store/identity.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/search_index.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>
#include <utility>
#include <vector>

namespace tincan::store {

namespace {

// What is left to do in idle time after a deletion.
constexpr std::int64_t nothing = 0;
constexpr std::int64_t begin_merging = 1;
constexpr std::int64_t merging = 2;
constexpr std::int64_t full_journal = 3;
constexpr std::int64_t old_pages = 4;

constexpr std::int64_t max_pages_to_rewrite = 16 << 8; // 16 MiB: a fifth of a second; more would be felt

} // namespace

struct Eraser::Statements {
  explicit Statements(SQLite::Database& on)
      : text_at(on, "SELECT id FROM entry WHERE log = ?1 AND seq = ?2 AND hash = ?3 AND kind IN (0, 1)"),
        // "+log": of the two indexes that would do, that of the log would be walked from end to end.
        deletion_of(on, "SELECT 1 FROM entry WHERE target = ?1 AND kind IN (2, 3, 4) AND kind = 3 AND is_void = 0 "
                        "AND +log = ?2"),
        edits_of(on, "SELECT id, salt, coalesce(wire_body, body) FROM entry WHERE target = ?1 AND kind IN (2, 3, 4) "
                     "AND kind = 2 "
                     "AND +log = ?2 AND body_digest IS NULL"),
        text(on, "SELECT id, salt, coalesce(wire_body, body) FROM entry WHERE id = ?1 AND body_digest IS NULL"),
        destroy(on, "UPDATE entry SET body = x'', wire_body = NULL, salt = NULL, body_digest = ?2 WHERE id = ?1"),
        old_target(on, "SELECT log, target FROM entry WHERE id = ?1 AND kind = 2"),
        stage(on, "SELECT value FROM meta WHERE name = 'tidy'"),
        set_stage(on, "INSERT OR REPLACE INTO meta (name, value) VALUES ('tidy', ?1)") {}

  SQLite::Statement text_at;
  SQLite::Statement deletion_of;
  SQLite::Statement edits_of;
  SQLite::Statement text;
  SQLite::Statement destroy;
  SQLite::Statement old_target;
  SQLite::Statement stage;
  SQLite::Statement set_stage;
};

Eraser::Eraser(Database& database, SearchIndex& index, const Hasher& hasher)
    : database_(database),
      index_(index),
      hasher_(hasher),
      statements_(std::make_unique<Statements>(database.connection())) {}
Eraser::~Eraser() = default;

std::int64_t Eraser::text_at(std::int64_t log, const wire::EntryRef& text) {
  auto& row = statements_->text_at;
  Reading reading(row, log, number(text.seq), Blob{text.hash.view()});
  return reading.next() ? row.getColumn(0).getInt64() : 0;
}

void Eraser::erase(std::int64_t log, const wire::EntryRef& text) {
  const auto message = text_at(log, text);
  const auto before = index_.text_of(message);
  if (!destroy_forms(message, log, packed(text))) return;
  index_.replace(message, before, {});
  run(statements_->set_stage, begin_merging);
  stage_ = begin_merging;
  is_stage_known_ = true;
}

void Eraser::erase_if_deleted(std::int64_t log, const wire::EntryRef& text) {
  const bool is_deleted = Reading(statements_->deletion_of, Blob{packed(text)}, log).next();
  if (is_deleted) erase(log, text);
}

bool Eraser::destroy_forms(std::int64_t message, std::int64_t log, const std::string& ref) {
  std::vector<std::pair<std::int64_t, base::Digest>> forms;
  const auto collect = [&](SQLite::Statement& row, const auto&... values) {
    for (Reading reading(row, values...); reading.next();) {
      const auto salt = base::Salt::from(bytes_of(row, 1)).value_or(base::Salt{});
      const auto body = wire::body_bytes(salt, base::PeerText{std::string{bytes_of(row, 2)}});
      forms.emplace_back(row.getColumn(0).getInt64(), hasher_.digest(body));
    }
  };
  collect(statements_->text, message);
  collect(statements_->edits_of, Blob{ref}, log);
  for (const auto& [id, digest] : forms) run(statements_->destroy, id, Blob{digest.view()});
  return !forms.empty();
}

void Eraser::change_texts(const AppendLogged& logged, std::int64_t log, const std::function<void()>& change) {
  std::set<std::int64_t> messages{number(logged.message.id)};
  auto& row = statements_->old_target;
  if (Reading reading(row, number(logged.message.id)); reading.next())
    if (const auto old = ref_from(bytes_of(row, 1))) messages.insert(text_at(row.getColumn(0).getInt64(), *old));
  if (logged.entry.target) messages.insert(text_at(log, *logged.entry.target));
  change_texts(messages, change);
}

void Eraser::change_texts(const std::set<std::int64_t>& messages, const std::function<void()>& change) {
  std::vector<std::pair<std::int64_t, std::string>> before;
  for (const auto message : messages) before.emplace_back(message, index_.text_of(message));
  change();
  for (const auto& [message, text] : before) index_.replace(message, text, index_.text_of(message));
}

void Eraser::forget() {
  index_.forget();
  is_stage_known_ = false;
}

std::int64_t Eraser::stage() {
  if (is_stage_known_) return stage_;
  auto& row = statements_->stage;
  Reading reading(row);
  stage_ = reading.next() ? row.getColumn(0).getInt64() : nothing;
  is_stage_known_ = true;
  return stage_;
}

base::Result<void> Eraser::set_stage(std::int64_t stage) {
  auto done = database_.transact("tidy", [&] { run(statements_->set_stage, stage); });
  if (done) stage_ = stage;
  return done;
}

base::Result<bool> Eraser::tidy_some() {
  auto now = nothing;
  if (const auto read = database_.attempt("tidy", [&] { now = stage(); }); !read) return tl::unexpected(read.error());
  switch (now) {
  case begin_merging:
  case merging: return merge_index();
  case old_pages: return rewrite_pages();
  case full_journal: return empty_journal();
  default: return false;
  }
}

// A damaged index is no reason to keep the journal.
base::Result<bool> Eraser::merge_index() {
  bool has_more = false;
  const auto merged = database_.transact("tidy", [&] { has_more = index_.merge_some(stage_ == begin_merging); });
  if (!merged && merged.error().code == base::ErrorCode::no_space) return tl::unexpected(merged.error());
  const auto next = merged && has_more ? merging : old_pages;
  if (next == stage_) return true;
  if (const auto set = set_stage(next); !set) return tl::unexpected(set.error());
  return true;
}

// SQLite wipes what it deletes, but not what it leaves behind when a page is split: where rows grew, copies of rows
// that were beside them stay in unused parts of pages. Only writing the whole file anew gets rid of those for certain;
// that is left out where it would take too long.
base::Result<bool> Eraser::rewrite_pages() {
  const auto done = database_.attempt("tidy", [&] {
    auto& connection = database_.connection();
    if (connection.execAndGet("PRAGMA page_count").getInt64() > max_pages_to_rewrite) return;
    sqlite3_limit(connection.getHandle(), SQLITE_LIMIT_ATTACHED, 1); // VACUUM builds the new file in such a one
    const int result = connection.tryExec("VACUUM");
    sqlite3_limit(connection.getHandle(), SQLITE_LIMIT_ATTACHED, 0);
    if (result != SQLITE_OK) throw SQLite::Exception(connection.getHandle(), result);
  });
  if (!done && done.error().code == base::ErrorCode::no_space) return tl::unexpected(done.error());
  if (const auto set = set_stage(full_journal); !set) return tl::unexpected(set.error());
  return true;
}

// The journal holds old pages until it is emptied. That must wait while another program reads the file.
base::Result<bool> Eraser::empty_journal() {
  bool is_busy = true;
  const auto done = database_.attempt(
      "tidy", [&] { is_busy = database_.connection().execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0; });
  if (!done) return tl::unexpected(done.error());
  if (is_busy) return false;
  if (const auto set = set_stage(nothing); !set) return tl::unexpected(set.error());
  return false;
}

} // namespace tincan::store
