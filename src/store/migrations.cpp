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

// A tincan's messages are elements of logs (wire/log_entry.hpp). What follows from other columns is not stored: the
// hash before it is that of seq - 1, author and conversation are those of the log, the digest of a body that is here is
// computed. Plain text is ordered by the time at which it came.
constexpr const char* with_logs = R"sql(
ALTER TABLE classic_peer RENAME TO peer;
ALTER TABLE peer ADD COLUMN speaks INTEGER NOT NULL DEFAULT 0;       -- 0 unknown, 1 classic, 2 native
ALTER TABLE peer ADD COLUMN petname TEXT NOT NULL DEFAULT '';
ALTER TABLE peer ADD COLUMN key BLOB;
ALTER TABLE peer ADD COLUMN changed_key BLOB;
ALTER TABLE peer ADD COLUMN is_verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peer ADD COLUMN endpoints TEXT NOT NULL DEFAULT '';      -- a line each: source, last worked or -, endpoint

CREATE TABLE blocked_key (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  id            INTEGER PRIMARY KEY,
  conversation  INTEGER NOT NULL REFERENCES conversation (id),
  shared_id     BLOB NOT NULL,             -- of the conversation, the same at both ends
  author        BLOB NOT NULL,
  last          INTEGER NOT NULL,
  last_hash     BLOB NOT NULL,
  last_order_us INTEGER NOT NULL,
  head          BLOB,
  acked         INTEGER NOT NULL,
  read          INTEGER NOT NULL,
  bytes         INTEGER NOT NULL,
  is_frozen     INTEGER NOT NULL,
  island_first  INTEGER,                   -- NULL: there is none
  island_last   INTEGER,
  island_prev   BLOB,
  island_hash   BLOB,
  island_order_us       INTEGER,
  island_first_order_us INTEGER,
  UNIQUE (shared_id, author)
) STRICT;
CREATE INDEX log_of_conversation ON log (conversation);

ALTER TABLE entry ADD COLUMN log INTEGER;                            -- NULL: plain text, and all that follows
ALTER TABLE entry ADD COLUMN seq INTEGER;
ALTER TABLE entry ADD COLUMN order_us INTEGER;
ALTER TABLE entry ADD COLUMN wall_ms INTEGER;
ALTER TABLE entry ADD COLUMN hash BLOB;
ALTER TABLE entry ADD COLUMN salt BLOB;
ALTER TABLE entry ADD COLUMN signature BLOB;
ALTER TABLE entry ADD COLUMN target BLOB;                            -- author, seq (big-endian), hash
ALTER TABLE entry ADD COLUMN heads BLOB;                             -- the same, one after the other
ALTER TABLE entry ADD COLUMN body_digest BLOB;                       -- only where the body is gone
ALTER TABLE entry ADD COLUMN entry_kind INTEGER;                     -- only where it does not follow from kind
ALTER TABLE entry ADD COLUMN is_late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN is_doubtful INTEGER NOT NULL DEFAULT 0; -- its author's clock
DROP INDEX entry_of_conversation;
CREATE INDEX entry_of_conversation ON entry (conversation) WHERE log IS NULL;
CREATE INDEX entry_by_order ON entry (conversation, coalesce(order_us, time_ms * 1000));
CREATE UNIQUE INDEX entry_of_log ON entry (log, seq) WHERE log IS NOT NULL;
CREATE INDEX entry_changing ON entry (target) WHERE target IS NOT NULL AND kind IN (2, 3, 4);
)sql";

// A room's entries are those of logs, too. What stands in `body` is what is shown and searched; where its author wrote
// something else on the wire (sealed, or with a guest's name), that stands in `wire_body`.
constexpr const char* with_rooms = R"sql(
CREATE TABLE room (
  conversation  INTEGER PRIMARY KEY REFERENCES conversation (id),
  room          BLOB NOT NULL,             -- its id on the wire
  creator       BLOB NOT NULL,
  name          BLOB NOT NULL,
  is_private    INTEGER NOT NULL,
  phase         INTEGER NOT NULL,
  unread        INTEGER NOT NULL,
  mentions      INTEGER NOT NULL,
  since_ms      INTEGER NOT NULL,
  ticket        BLOB,
  acquaintances BLOB NOT NULL,             -- keys, one after the other
  is_hosted     INTEGER NOT NULL
) STRICT;

CREATE TABLE room_key (
  id           INTEGER PRIMARY KEY,        -- order of arrival here
  conversation INTEGER NOT NULL REFERENCES conversation (id),
  epoch        BLOB NOT NULL,
  key          BLOB NOT NULL,
  UNIQUE (conversation, epoch)
) STRICT;

CREATE TABLE room_seen (
  conversation INTEGER NOT NULL REFERENCES conversation (id),
  member       BLOB NOT NULL,
  up_to        INTEGER NOT NULL,
  PRIMARY KEY (conversation, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE line_spans (                  -- which entries of a log count; without a row: all. They may come before the log
  shared_id BLOB NOT NULL,
  author    BLOB NOT NULL,
  spans     BLOB NOT NULL,                 -- first, last (big-endian), one after the other
  PRIMARY KEY (shared_id, author)
) STRICT, WITHOUT ROWID;

ALTER TABLE log ADD COLUMN is_room INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN wire_body BLOB;                         -- NULL: as `body`
ALTER TABLE entry ADD COLUMN is_guest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN is_readable INTEGER NOT NULL DEFAULT 1; -- 0: sealed, and the key is not here
ALTER TABLE entry ADD COLUMN is_void INTEGER NOT NULL DEFAULT 0;     -- outside of the spans of its log
CREATE INDEX entry_unreadable ON entry (log, seq) WHERE is_readable = 0 AND body_digest IS NULL;
)sql";

constexpr std::array schema_steps{first_schema, with_logs, with_rooms};

std::int64_t answer_to(SQLite::Database& connection, const char* question) {
  return connection.execAndGet(question).getInt64();
}

} // namespace

std::int32_t newest_schema_version() { return static_cast<std::int32_t>(schema_steps.size()); }

base::Result<void> check_schema(SQLite::Database& connection, const std::filesystem::path& file) {
  const auto version = answer_to(connection, "PRAGMA user_version");
  const bool is_ours = answer_to(connection, "PRAGMA application_id") == application_id;
  const bool is_empty = version == 0 && answer_to(connection, "SELECT count(*) FROM sqlite_schema") == 0;
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
  for (auto version = answer_to(connection, "PRAGMA user_version"); version < newest_schema_version(); ++version) {
    SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::IMMEDIATE);
    connection.exec(schema_steps.at(static_cast<std::size_t>(version)));
    connection.exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, version + 1));
    transaction.commit();
  }
}

} // namespace tincan::store
