#include "tincan/store/room_writer.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/eraser.hpp"
#include "tincan/store/row_ids.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <set>
#include <vector>

namespace tincan::store {

namespace {

bool is_edit(std::int64_t kind) { return kind == stored(stored_kinds, chat::MessageKind::edit); }

} // namespace

struct RoomWriter::Statements {
  explicit Statements(SQLite::Database& on)
      : put_room(on, "INSERT OR REPLACE INTO room (conversation, room, creator, name, is_private, phase, unread, "
                     "mentions, since_ms, ticket, acquaintances, is_hosted) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
        put_key(on, "INSERT INTO room_key (conversation, epoch, key) VALUES (?1, ?2, ?3) "
                    "ON CONFLICT (conversation, epoch) DO UPDATE SET key = excluded.key"),
        put_seen(on, "INSERT OR REPLACE INTO room_seen (conversation, member, up_to) VALUES (?1, ?2, ?3)"),
        put_spans(on, "INSERT OR REPLACE INTO line_spans (shared_id, author, spans) VALUES (?1, ?2, ?3)"),
        unreadable(on, "SELECT id, kind, target FROM entry WHERE log = ?1 AND seq = ?2 AND is_readable = 0 "
                       "AND body_digest IS NULL"),
        reveal(on, "UPDATE entry SET body = ?2, is_readable = 1 WHERE id = ?1"),
        affected(on, "SELECT kind, target FROM entry WHERE log = ?1 AND seq BETWEEN ?2 AND ?3 AND is_void <> ?4 "
                     "AND kind IN (2, 3)"),
        mark(on, "UPDATE entry SET is_void = ?4 WHERE log = ?1 AND seq BETWEEN ?2 AND ?3 AND is_void <> ?4") {}

  SQLite::Statement put_room;
  SQLite::Statement put_key;
  SQLite::Statement put_seen;
  SQLite::Statement put_spans;
  SQLite::Statement unreadable;
  SQLite::Statement reveal;
  SQLite::Statement affected;
  SQLite::Statement mark;
};

// What entries of a range do to others.
struct RoomWriter::Affected {
  std::set<std::int64_t> edited;       // messages
  std::vector<wire::EntryRef> deleted; // texts
};

RoomWriter::RoomWriter(SQLite::Database& connection, RowIds& rows, Eraser& eraser)
    : statements_(std::make_unique<Statements>(connection)),
      rows_(rows),
      eraser_(eraser) {}
RoomWriter::~RoomWriter() = default;

void RoomWriter::put(const chat::RoomRecord& room) {
  rows_.ensure_conversation(owner(room.id));
  const auto acquaintances = packed(room.acquaintances);
  run(statements_->put_room, number(room.id), Blob{room.room.view()}, Blob{room.creator.view()},
      Blob{room.name.untrusted_bytes()}, room.is_private, stored(stored_phases, room.phase), number(room.unread),
      number(room.mentions), room.since.ms, room.ticket ? std::optional{Blob{room.ticket->view()}} : std::nullopt,
      Blob{acquaintances}, room.is_hosted);
}

void RoomWriter::put(const chat::RoomKey& key) {
  rows_.ensure_conversation(owner(key.room));
  run(statements_->put_key, number(key.room), Blob{key.epoch.view()}, Blob{key.key.view()});
}

void RoomWriter::put(const chat::RoomSeen& seen) {
  rows_.ensure_conversation(owner(seen.room));
  run(statements_->put_seen, number(seen.room), Blob{seen.member.view()}, number(seen.up_to));
}

void RoomWriter::reveal(const Reveal& reveal) {
  const auto* log = rows_.find_log(reveal.conversation, reveal.author);
  if (!log) return;
  std::int64_t message = 0;
  std::set<std::int64_t> shown; // whose text becomes another
  {
    auto& row = statements_->unreadable;
    Reading reading(row, log->id, number(reveal.seq));
    if (!reading.next()) return;
    message = row.getColumn(0).getInt64();
    const auto target = ref_from(bytes_of(row, 2));
    if (!is_edit(row.getColumn(1).getInt64())) shown.insert(message);
    if (is_edit(row.getColumn(1).getInt64()) && target) shown.insert(eraser_.text_at(log->id, *target));
  }
  eraser_.change_texts(shown, [&] { run(statements_->reveal, message, Blob{reveal.text.untrusted_bytes()}); });
}

void RoomWriter::put(const PutSpans& put) {
  auto* log = rows_.find_log(put.conversation, put.author); // with the spans as they were
  const auto bytes = packed(put.spans);
  run(statements_->put_spans, Blob{put.conversation.view()}, Blob{put.author.view()}, Blob{bytes});
  if (!log) return;
  for (const auto& change : span_changes(log->spans, put.spans)) mark(log->id, change);
  log->spans = put.spans;
}

// A deletion that begins to count destroys what it deletes. One that ceases to cannot bring it back.
void RoomWriter::mark(std::int64_t log, const SpanChange& change) {
  const auto affected = affected_by(log, change);
  eraser_.change_texts(affected.edited, [&] {
    run(statements_->mark, log, number(change.range.first), number(change.range.last), !change.counts);
  });
  if (!change.counts) return;
  for (const auto& text : affected.deleted) eraser_.erase(log, text);
}

RoomWriter::Affected RoomWriter::affected_by(std::int64_t log, const SpanChange& change) {
  Affected affected;
  auto& row = statements_->affected;
  Reading reading(row, log, number(change.range.first), number(change.range.last), !change.counts);
  while (reading.next()) {
    const auto target = ref_from(bytes_of(row, 1));
    if (!target) continue;
    if (is_edit(row.getColumn(0).getInt64()))
      affected.edited.insert(eraser_.text_at(log, *target));
    else
      affected.deleted.push_back(*target);
  }
  return affected;
}

} // namespace tincan::store
