#include "tincan/store/row_ids.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <optional>

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
                    "bytes, is_frozen) VALUES (?1, ?2, ?3, 0, zeroblob(32), 0, 0, 0, 0, 0) RETURNING id") {}

  SQLite::Statement find_conversation;
  SQLite::Statement add_conversation;
  SQLite::Statement find_log;
  SQLite::Statement add_log;
};

RowIds::RowIds(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
RowIds::~RowIds() = default;

void RowIds::ensure_conversation(base::PeerId peer) {
  if (conversations_.contains(peer)) return;
  const bool is_there = Reading(statements_->find_conversation, number(peer)).next();
  if (!is_there) run(statements_->add_conversation, number(peer), one_to_one_conversation);
  if (conversations_.size() >= max_remembered) conversations_.clear();
  conversations_.insert(peer);
}

RowIds::Log& RowIds::log(const base::Digest& conversation, const base::PublicKey& author, base::PeerId peer) {
  const LogName name{conversation, author};
  if (const auto found = logs_.find(name); found != logs_.end()) return found->second;
  const auto made = find_or_make(name, peer);
  if (logs_.size() >= max_remembered) logs_.clear();
  return logs_.emplace(name, made).first->second;
}

RowIds::Log RowIds::find_or_make(const LogName& name, base::PeerId peer) {
  const auto read = [](SQLite::Statement& row) { return row.getColumn(0).getInt64(); };
  {
    auto& find = statements_->find_log;
    Reading reading(find, Blob{name.conversation.view()}, Blob{name.author.view()});
    if (reading.next()) return {read(find), find.getColumn(1).getInt64()};
  }
  ensure_conversation(peer);
  auto& add = statements_->add_log;
  Reading adding(add, number(peer), Blob{name.conversation.view()}, Blob{name.author.view()});
  adding.next();
  return {read(add), 0};
}

void RowIds::forget() {
  conversations_.clear();
  logs_.clear();
}

} // namespace tincan::store
