#include "tincan/store/log_writer.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/eraser.hpp"
#include "tincan/store/row_ids.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Database.h>
#include <algorithm>

namespace tincan::store {

namespace {

template<class Bytes> std::optional<Blob> unless_zero(const Bytes& bytes) {
  return bytes.is_zero() ? std::nullopt : std::optional{Blob{bytes.view()}};
}

std::optional<Blob> unless_empty(const std::string& bytes) {
  return bytes.empty() ? std::nullopt : std::optional{Blob{bytes}};
}

std::optional<std::int64_t> explicit_kind(const AppendLogged& logged) {
  if (entry_kind_of(logged.message.kind) == logged.entry.kind) return std::nullopt;
  return static_cast<std::int64_t>(logged.entry.kind);
}

// Both statements bind the columns of a logged message in this order, from ?1 on.
void bind_and_run(SQLite::Statement& statement, const AppendLogged& logged, std::int64_t log) {
  const auto& [message, conversation, author, entry] = logged;
  const auto address = message.endpoint.address.text();
  const auto target = entry.target ? packed(*entry.target) : std::string{};
  const auto heads = packed(entry.heads);
  const auto& body = entry.has_body ? entry.body : message.text;
  run(statement, number(message.id), number(message.peer), stored(stored_directions, message.direction),
      stored(stored_kinds, message.kind), state_of_logged, message.time.ms, Text{address},
      number(message.endpoint.port), Literal{wire::name(message.dialect)}, message.clear, message.was_cut,
      number(message.pieces_sent), Text{message.why}, Blob{message.team.untrusted_bytes()},
      Blob{body.untrusted_bytes()}, log, number(entry.seq), entry.order_us, entry.wall_ms, Blob{entry.hash.view()},
      entry.has_body ? unless_zero(entry.salt) : std::nullopt,
      entry.signature ? std::optional{Blob{entry.signature->view()}} : std::nullopt, unless_empty(target),
      unless_empty(heads), entry.has_body ? std::nullopt : std::optional{Blob{entry.body_digest.view()}},
      explicit_kind(logged), message.is_late, message.has_doubtful_time);
}

} // namespace

struct LogWriter::Statements {
  explicit Statements(SQLite::Database& on)
      : append(on, "INSERT INTO entry (id, conversation, direction, kind, state, time_ms, address, port, dialect, "
                   "clear, was_cut, pieces_sent, why, team, body, log, seq, order_us, wall_ms, hash, salt, signature, "
                   "target, heads, body_digest, entry_kind, is_late, is_doubtful) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, "
                   "?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)"),
        give_place(on, "UPDATE entry SET conversation = ?2, direction = ?3, kind = ?4, state = ?5, time_ms = ?6, "
                       "address = ?7, port = ?8, dialect = ?9, clear = ?10, was_cut = ?11, pieces_sent = ?12, "
                       "why = ?13, team = ?14, body = ?15, log = ?16, seq = ?17, order_us = ?18, wall_ms = ?19, "
                       "hash = ?20, salt = ?21, signature = ?22, target = ?23, heads = ?24, body_digest = ?25, "
                       "entry_kind = ?26, is_late = ?27, is_doubtful = ?28 WHERE id = ?1"),
        put(on, "UPDATE log SET conversation = ?2, last = ?3, last_hash = ?4, last_order_us = ?5, head = ?6, "
                "acked = ?7, read = ?8, bytes = ?9, is_frozen = ?10, island_first = ?11, island_last = ?12, "
                "island_prev = ?13, island_hash = ?14, island_order_us = ?15, island_first_order_us = ?16 "
                "WHERE id = ?1") {}

  SQLite::Statement append;
  SQLite::Statement give_place;
  SQLite::Statement put;
};

LogWriter::LogWriter(SQLite::Database& connection, RowIds& rows, Eraser& eraser)
    : statements_(std::make_unique<Statements>(connection)),
      rows_(rows),
      eraser_(eraser) {}
LogWriter::~LogWriter() = default;

void LogWriter::append(const AppendLogged& logged) {
  rows_.ensure_conversation(logged.message.peer);
  auto& log = rows_.log(logged.conversation, logged.author, logged.message.peer);
  bind_and_run(statements_->append, logged, log.id);
  const auto seq = number(logged.entry.seq);
  const bool has_later = seq <= log.highest_seq;
  log.highest_seq = std::max(log.highest_seq, seq);
  apply_changes(logged, log.id, has_later);
}

void LogWriter::give_place(const AppendLogged& logged) {
  rows_.ensure_conversation(logged.message.peer);
  auto& log = rows_.log(logged.conversation, logged.author, logged.message.peer);
  eraser_.change_texts(logged, log.id, [&] { bind_and_run(statements_->give_place, logged, log.id); });
  log.highest_seq = std::max(log.highest_seq, number(logged.entry.seq));
  apply_changes(logged, log.id, true);
}

// Whichever comes first, the text or its deletion: nothing of the text stays.
void LogWriter::apply_changes(const AppendLogged& logged, std::int64_t log, bool may_come_after_its_deletion) {
  const auto kind = logged.entry.kind;
  if (kind == wire::EntryKind::deletion && logged.entry.target) eraser_.erase(log, *logged.entry.target);
  if (kind == wire::EntryKind::edit && logged.entry.target) eraser_.erase_if_deleted(log, *logged.entry.target);
  if (kind == wire::EntryKind::text && may_come_after_its_deletion)
    eraser_.erase_if_deleted(log, {logged.author, logged.entry.seq, logged.entry.hash});
}

void LogWriter::put(const chat::LogState& log) {
  using Number = std::optional<std::int64_t>;
  rows_.ensure_conversation(log.peer);
  const auto id = rows_.log(log.conversation, log.author, log.peer).id;
  const auto head = log.head ? packed(*log.head) : std::string{};
  const auto* island = log.island ? &*log.island : nullptr;
  run(statements_->put, id, number(log.peer), number(log.last), Blob{log.last_hash.view()}, log.last_order_us,
      unless_empty(head), number(log.acked), number(log.read), number(log.bytes), log.is_frozen,
      island ? Number{number(island->first)} : Number{}, island ? Number{number(island->last)} : Number{},
      island ? std::optional{Blob{island->prev.view()}} : std::nullopt,
      island ? std::optional{Blob{island->hash.view()}} : std::nullopt, island ? Number{island->order_us} : Number{},
      island ? Number{island->first_order_us} : Number{});
}

} // namespace tincan::store
