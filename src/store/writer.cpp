#include "tincan/store/writer.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <optional>
#include <string>
#include <variant>

namespace tincan::store {

namespace {

using SQLite::Statement;

std::int64_t port_of(const chat::BlockRule& rule) { return rule.port ? number(*rule.port) : whole_host; }

} // namespace

struct Writer::Statements {
  explicit Statements(SQLite::Database& on);

  Statement put_peer;
  Statement forget_peer;
  Statement forget_conversation;
  Statement move_entries;
  Statement move_logs;
  Statement append;
  Statement set_state;
  Statement cancel_mandatory;
  Statement add_block;
  Statement remove_block;
  Statement add_blocked_key;
  Statement remove_blocked_key;
};

Writer::Statements::Statements(SQLite::Database& on)
    : put_peer(on, "INSERT OR REPLACE INTO peer (conversation, address, port, host_name, team, dialect, "
                   "dialect_fixed, claimed_address, last_heard_ms, has_left, unread, speaks, petname, key, "
                   "changed_key, is_verified, endpoints) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                   "?13, ?14, ?15, ?16, ?17)"),
      forget_peer(on, "DELETE FROM peer WHERE conversation = ?1"),
      forget_conversation(on, "DELETE FROM conversation WHERE id = ?1 AND NOT EXISTS "
                              "(SELECT 1 FROM entry WHERE conversation = ?1) AND NOT EXISTS "
                              "(SELECT 1 FROM log WHERE conversation = ?1)"),
      move_entries(on, "UPDATE entry SET conversation = ?2 WHERE conversation = ?1"),
      move_logs(on, "UPDATE log SET conversation = ?2 WHERE conversation = ?1"),
      append(on, "INSERT INTO entry (id, conversation, direction, kind, state, time_ms, address, port, dialect, clear, "
                 "was_cut, pieces_sent, why, team, body, order_us, is_late, is_doubtful) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"),
      set_state(on, "UPDATE entry SET state = ?2, why = ?3, pieces_sent = ?4, dialect = ?5 "
                    "WHERE id = ?1 AND log IS NULL"),
      cancel_mandatory(on, "UPDATE entry SET state = ?3, why = 'the program was started again' "
                           "WHERE id <= ?1 AND state IN (1, 2) AND kind = ?2"),
      add_block(on, "INSERT OR IGNORE INTO block_rule (address, port) VALUES (?1, ?2)"),
      remove_block(on, "DELETE FROM block_rule WHERE address = ?1 AND port = ?2"),
      add_blocked_key(on, "INSERT OR IGNORE INTO blocked_key (key) VALUES (?1)"),
      remove_blocked_key(on, "DELETE FROM blocked_key WHERE key = ?1") {}

Writer::Writer(SQLite::Database& connection, Eraser& eraser)
    : statements_(std::make_unique<Statements>(connection)),
      rows_(connection),
      logs_(connection, rows_, eraser),
      rooms_(connection, rows_, eraser) {}
Writer::~Writer() = default;

void Writer::write(const std::vector<Operation>& operations) {
  for (const auto& operation : operations) {
    if (!std::holds_alternative<AppendLogged>(operation)) logs_.flush();
    std::visit([this](const auto& one) { carry_out(one); }, operation);
  }
  logs_.flush();
}

void Writer::forget() {
  rows_.forget();
  logs_.forget();
}

void Writer::carry_out(const PutPeer& put) {
  const auto& peer = put.peer;
  rows_.ensure_conversation(owner(peer.id));
  const auto address = peer.endpoint.address.text();
  const auto claimed = peer.claimed_address ? peer.claimed_address->text() : std::string{};
  const auto endpoints = packed(peer.endpoints);
  const auto key = [](const auto& of) { return of ? std::optional{Blob{of->view()}} : std::nullopt; };
  run(statements_->put_peer, number(peer.id), Text{address}, number(peer.endpoint.port), Text{peer.host_name},
      Blob{peer.team.untrusted_bytes()}, Literal{wire::name(peer.dialect)}, peer.dialect_fixed,
      peer.claimed_address ? std::optional<Text>{Text{claimed}} : std::nullopt,
      peer.last_heard ? std::optional{peer.last_heard->ms} : std::nullopt, peer.has_left, number(peer.unread),
      stored(stored_speaks, peer.speaks), Text{peer.petname}, key(peer.key), key(peer.changed_key), peer.is_verified,
      Text{endpoints});
}

void Writer::carry_out(const ForgetPeer& forget) {
  run(statements_->forget_peer, number(forget.peer));
  run(statements_->forget_conversation, number(forget.peer));
  rows_.forget();
}

void Writer::carry_out(const MergePeer& merge) {
  rows_.ensure_conversation(owner(merge.to));
  run(statements_->move_entries, number(merge.from), number(merge.to));
  run(statements_->move_logs, number(merge.from), number(merge.to));
  carry_out(ForgetPeer{merge.from});
}

void Writer::carry_out(const Append& append) {
  const auto& message = append.message;
  rows_.ensure_conversation(owner(message.peer));
  const auto address = message.endpoint.address.text();
  run(statements_->append, number(message.id), number(message.peer), stored(stored_directions, message.direction),
      stored(stored_kinds, message.kind), stored(stored_states, message.state), message.time.ms, Text{address},
      number(message.endpoint.port), Literal{wire::name(message.dialect)}, message.clear, message.was_cut,
      number(message.pieces_sent), Text{message.why}, Blob{message.team.untrusted_bytes()},
      Blob{message.text.untrusted_bytes()}, message.order_us == 0 ? std::nullopt : std::optional{message.order_us},
      message.is_late, message.has_doubtful_time);
}

void Writer::carry_out(const AppendLogged& logged) { logs_.append(logged); }
void Writer::carry_out(const LogMessage& placed) { logs_.give_place(placed.logged); }
void Writer::carry_out(const PutLog& put) { logs_.put(put.log); }

void Writer::carry_out(const PutRoom& put) { rooms_.put(put.room); }
void Writer::carry_out(const PutRoomKey& put) { rooms_.put(put.key); }
void Writer::carry_out(const PutRoomSeen& put) { rooms_.put(put.seen); }
void Writer::carry_out(const Reveal& reveal) { rooms_.reveal(reveal); }
void Writer::carry_out(const PutSpans& put) { rooms_.put(put); }

void Writer::carry_out(const SetState& set) {
  run(statements_->set_state, number(set.entry), stored(stored_states, set.state), Text{set.why},
      number(set.pieces_sent), Literal{wire::name(set.dialect)});
}

void Writer::carry_out(const CancelMandatory& cancel) {
  run(statements_->cancel_mandatory, number(cancel.last), stored(stored_kinds, chat::MessageKind::mandatory),
      stored(stored_states, chat::MessageState::cancelled));
}

void Writer::carry_out(const AddBlock& add) {
  if (add.rule.key) return run(statements_->add_blocked_key, Blob{add.rule.key->view()});
  run(statements_->add_block, Text{add.rule.address.text()}, port_of(add.rule));
}

void Writer::carry_out(const RemoveBlock& remove) {
  if (remove.rule.key) return run(statements_->remove_blocked_key, Blob{remove.rule.key->view()});
  run(statements_->remove_block, Text{remove.rule.address.text()}, port_of(remove.rule));
}

} // namespace tincan::store
