#include "tincan/store/migrations.hpp"

#include "tincan/store/private_files.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>
#include <array>
#include <fmt/format.h>
#include <string>

namespace tincan::store {

namespace {

// AUTOINCREMENT keeps the greatest conversation id ever given, also of forgotten ones (sqlite_sequence). Peers may send
// any bytes: what they chose is BLOB. The numbers of direction, kind and state are those of stored_values.hpp.
constexpr const char* first_schema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL                    -- 0 classic
) STRICT;

CREATE TABLE classic_peer (
  conversation    INTEGER PRIMARY KEY REFERENCES conversation (id),
  address         TEXT NOT NULL,
  port            INTEGER NOT NULL,
  host_name       TEXT NOT NULL,
  team            BLOB NOT NULL,
  dialect         TEXT NOT NULL,
  dialect_fixed   INTEGER NOT NULL,
  claimed_address TEXT,
  last_heard_ms   INTEGER,
  has_left        INTEGER NOT NULL,
  unread          INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
  id           INTEGER PRIMARY KEY,        -- order of arrival here
  conversation INTEGER NOT NULL REFERENCES conversation (id),
  direction    INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  time_ms      INTEGER NOT NULL,
  address      TEXT NOT NULL,              -- of the peer at that time: it may be forgotten before its messages
  port         INTEGER NOT NULL,
  dialect      TEXT NOT NULL,
  clear        INTEGER NOT NULL,
  was_cut      INTEGER NOT NULL,
  pieces_sent  INTEGER NOT NULL,
  why          TEXT NOT NULL,
  team         BLOB NOT NULL,
  body         BLOB NOT NULL
) STRICT;
CREATE INDEX entry_of_conversation ON entry (conversation);
CREATE INDEX entry_undelivered ON entry (state) WHERE state IN (1, 2);

CREATE TABLE block_rule (
  address TEXT NOT NULL,
  port    INTEGER NOT NULL,                -- 0: the whole host
  PRIMARY KEY (address, port)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE entry_text USING fts5(
  body, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO meta (name, value) VALUES ('indexed_up_to', 0);
)sql";

constexpr std::array steps{first_schema};

std::int64_t number(SQLite::Database& connection, const char* question) {
  return connection.execAndGet(question).getInt64();
}

} // namespace

std::int32_t newest_schema_version() { return static_cast<std::int32_t>(steps.size()); }

base::Result<void> check_schema(SQLite::Database& connection, const std::filesystem::path& file) {
  const auto version = number(connection, "PRAGMA user_version");
  const bool is_ours = number(connection, "PRAGMA application_id") == application_id;
  const bool is_empty = version == 0 && number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_ours && !is_empty)
    return base::fail(base::ErrorCode::storage,
                      fmt::format("cannot use {}: it is not a database of tincan (move it away)", shown(file)));
  if (version < 0 || version > newest_schema_version())
    return base::fail(base::ErrorCode::storage,
                      fmt::format("cannot use {}: a newer tincan wrote it (version {}, this program knows up to {}); "
                                  "use that program, or --profile NAME",
                                  shown(file), version, newest_schema_version()));
  return {};
}

void migrate(SQLite::Database& connection) {
  for (auto version = number(connection, "PRAGMA user_version"); version < newest_schema_version(); ++version) {
    SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::IMMEDIATE);
    connection.exec(steps.at(static_cast<std::size_t>(version)));
    connection.exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, version + 1));
    transaction.commit();
  }
}

} // namespace tincan::store
