#include "tincan/store/row_ids.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <optional>
#include <utility>

namespace tincan::store {

namespace {

constexpr std::size_t max_remembered = 20'000; // above all peers and logs of an ordinary profile

} // namespace

struct RowIds::Statements {
  explicit Statements(SQLite::Database& on)
      : find_conversation(on, "SELECT 1 FROM conversation WHERE id = ?1"),
        add_conversation(on, "INSERT INTO conversation (id, kind) VALUES (?1, ?2)"),
        find_log(on, "SELECT id, (SELECT coalesce(max(seq), 0) FROM entry WHERE entry.log = log.id) "
                     "FROM log WHERE shared_id = ?1 AND author = ?2"),
        add_log(on, "INSERT INTO log (conversation, shared_id, author, last, last_hash, last_order_us, acked, read, "
                    "bytes, is_frozen, is_room) VALUES (?1, ?2, ?3, 0, zeroblob(32), 0, 0, 0, 0, 0, ?4) RETURNING id"),
        spans(on, "SELECT spans FROM line_spans WHERE shared_id = ?1 AND author = ?2") {}

  SQLite::Statement find_conversation;
  SQLite::Statement add_conversation;
  SQLite::Statement find_log;
  SQLite::Statement add_log;
  SQLite::Statement spans;
};

RowIds::RowIds(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
RowIds::~RowIds() = default;

void RowIds::ensure_conversation(Owner owner) {
  if (conversations_.contains(owner.number)) return;
  const bool is_there = Reading(statements_->find_conversation, owner.number).next();
  if (!is_there)
    run(statements_->add_conversation, owner.number, owner.is_room ? room_conversation : one_to_one_conversation);
  if (conversations_.size() >= max_remembered) conversations_.clear();
  conversations_.insert(owner.number);
}

RowIds::Log& RowIds::log(const base::Digest& conversation, const base::PublicKey& author, Owner owner) {
  if (auto* found = find_log(conversation, author)) return *found;
  const LogName name{conversation, author};
  return remember(name, make(name, owner));
}

RowIds::Log* RowIds::find_log(const base::Digest& conversation, const base::PublicKey& author) {
  const LogName name{conversation, author};
  if (const auto known = logs_.find(name); known != logs_.end()) return &known->second;
  auto found = find(name);
  return found ? &remember(name, std::move(*found)) : nullptr;
}

RowIds::Log& RowIds::remember(const LogName& name, Log log) {
  if (logs_.size() >= max_remembered) logs_.clear();
  return logs_.emplace(name, std::move(log)).first->second;
}

std::optional<RowIds::Log> RowIds::find(const LogName& name) {
  auto& row = statements_->find_log;
  Reading reading(row, Blob{name.conversation.view()}, Blob{name.author.view()});
  if (!reading.next()) return std::nullopt;
  return Log{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), spans(name)};
}

// Nothing that makes sense is as good as nothing: whoever put it puts it anew.
std::optional<std::vector<chat::LineSpan>> RowIds::spans(const LogName& name) {
  auto& row = statements_->spans;
  Reading reading(row, Blob{name.conversation.view()}, Blob{name.author.view()});
  if (!reading.next()) return std::nullopt;
  return spans_from(bytes_of(row, 0));
}

RowIds::Log RowIds::make(const LogName& name, Owner owner) {
  ensure_conversation(owner);
  auto& add = statements_->add_log;
  Reading adding(add, owner.number, Blob{name.conversation.view()}, Blob{name.author.view()}, owner.is_room);
  adding.next();
  return {add.getColumn(0).getInt64(), 0, spans(name)};
}

void RowIds::forget() {
  conversations_.clear();
  logs_.clear();
}

} // namespace tincan::store
