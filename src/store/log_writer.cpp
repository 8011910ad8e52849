#include "tincan/store/log_writer.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/eraser.hpp"
#include "tincan/store/row_ids.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Database.h>
#include <algorithm>

namespace tincan::store {

struct LogWriter::Statements {
  explicit Statements(SQLite::Database& on)
      : put(on, "UPDATE log SET conversation = ?2, last = ?3, last_hash = ?4, last_order_us = ?5, head = ?6, "
                "acked = ?7, read = ?8, bytes = ?9, is_frozen = ?10, island_first = ?11, island_last = ?12, "
                "island_prev = ?13, island_hash = ?14, island_order_us = ?15, island_first_order_us = ?16 "
                "WHERE id = ?1") {}

  SQLite::Statement put;
};

LogWriter::LogWriter(SQLite::Database& connection, RowIds& rows, Eraser& eraser)
    : statements_(std::make_unique<Statements>(connection)),
      entries_(connection),
      rows_(rows),
      eraser_(eraser) {}
LogWriter::~LogWriter() = default;

// A text above all of its log touches nothing else, and can wait for others.
void LogWriter::append(const AppendLogged& logged) {
  if (!joins_waiting(logged)) flush();
  const auto owner = owner_of(logged.message);
  rows_.ensure_conversation(owner);
  auto& log = rows_.log(logged.conversation, logged.author, owner);
  const bool counts = log.counts(logged.entry.seq);
  const auto seq = number(logged.entry.seq);
  const bool has_later = seq <= log.highest_seq;
  log.highest_seq = std::max(log.highest_seq, seq);
  entries_.add({&logged, log.id, !counts});
  last_ = &logged;
  if (logged.entry.kind == wire::EntryKind::text && !has_later) return;
  flush();
  apply_changes(logged, log.id, counts, has_later);
}

// Only entries of one log wait: what is known of another may have to be read.
bool LogWriter::joins_waiting(const AppendLogged& logged) const {
  return last_ && last_->author == logged.author && last_->conversation == logged.conversation;
}

void LogWriter::flush() {
  if (!last_) return;
  entries_.flush();
  last_ = nullptr;
}

void LogWriter::forget() {
  entries_.forget();
  last_ = nullptr;
}

void LogWriter::give_place(const AppendLogged& logged) {
  const auto owner = owner_of(logged.message);
  rows_.ensure_conversation(owner);
  auto& log = rows_.log(logged.conversation, logged.author, owner);
  const bool counts = log.counts(logged.entry.seq);
  eraser_.change_texts(logged, log.id, [&] { entries_.replace({&logged, log.id, !counts}); });
  log.highest_seq = std::max(log.highest_seq, number(logged.entry.seq));
  apply_changes(logged, log.id, counts, true);
}

// Whichever comes first, the text or its deletion: nothing of the text stays, whether or not the text itself counts.
void LogWriter::apply_changes(const AppendLogged& logged, std::int64_t log, bool counts,
                              bool may_come_after_its_deletion) {
  const auto& entry = logged.entry;
  if (entry.kind == wire::EntryKind::deletion && entry.target && counts) eraser_.erase(log, *entry.target);
  if (entry.kind == wire::EntryKind::edit && entry.target) eraser_.erase_if_deleted(log, *entry.target);
  const bool is_text = entry.kind == wire::EntryKind::text || entry.kind == wire::EntryKind::guest;
  if (is_text && may_come_after_its_deletion) eraser_.erase_if_deleted(log, {logged.author, entry.seq, entry.hash});
}

void LogWriter::put(const chat::LogState& log) {
  using Number = std::optional<std::int64_t>;
  const auto owner = owner_of(log);
  rows_.ensure_conversation(owner);
  const auto id = rows_.log(log.conversation, log.author, owner).id;
  const auto head = log.head ? packed(*log.head) : std::string{};
  const auto* island = log.island ? &*log.island : nullptr;
  run(statements_->put, id, owner.number, number(log.last), Blob{log.last_hash.view()}, log.last_order_us,
      unless_empty(head), number(log.acked), number(log.read), number(log.bytes), log.is_frozen,
      island ? Number{number(island->first)} : Number{}, island ? Number{number(island->last)} : Number{},
      island ? std::optional{Blob{island->prev.view()}} : std::nullopt,
      island ? std::optional{Blob{island->hash.view()}} : std::nullopt, island ? Number{island->order_us} : Number{},
      island ? Number{island->first_order_us} : Number{});
}

} // namespace tincan::store
