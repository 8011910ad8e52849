#include "tincan/store/writer.hpp"

#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <concepts>
#include <string_view>
#include <variant>

namespace tincan::store {

namespace {

using SQLite::Statement;

struct Blob {
  std::string_view bytes;
};
struct Text {
  std::string_view bytes;
};

void bind_value(Statement& statement, int index, std::int64_t value) { statement.bind(index, value); }
void bind_value(Statement& statement, int index, bool value) { statement.bind(index, value ? 1 : 0); }
void bind_value(Statement& statement, int index, Blob value) {
  statement.bindNoCopy(index, static_cast<const void*>(value.bytes.data()), static_cast<int>(value.bytes.size()));
}
void bind_value(Statement& statement, int index, Text value) { statement.bind(index, std::string{value.bytes}); }
template<class T> void bind_value(Statement& statement, int index, const std::optional<T>& value) {
  if (value)
    bind_value(statement, index, *value);
  else
    statement.bind(index);
}

template<class... Values> void bind_all(Statement& statement, const Values&... values) {
  statement.tryReset(); // it may stand where an earlier commit failed
  int index = 0;
  (bind_value(statement, ++index, values), ...);
}

template<class... Values> void run(Statement& statement, const Values&... values) {
  bind_all(statement, values...);
  statement.exec();
  statement.tryReset();
}

template<class Tag> std::int64_t number(base::Id<Tag> id) { return static_cast<std::int64_t>(id.value); }
std::int64_t number(std::integral auto value) { return static_cast<std::int64_t>(value); }

std::int64_t port_of(const chat::BlockRule& rule) { return rule.port ? number(*rule.port) : whole_host; }

} // namespace

struct Writer::Statements {
  explicit Statements(SQLite::Database& on);

  Statement find_conversation;
  Statement add_conversation;
  Statement put_peer;
  Statement forget_peer;
  Statement forget_conversation;
  Statement append;
  Statement set_state;
  Statement cancel_mandatory;
  Statement add_block;
  Statement remove_block;
};

Writer::Statements::Statements(SQLite::Database& on)
    : find_conversation(on, "SELECT 1 FROM conversation WHERE id = ?1"),
      add_conversation(on, "INSERT INTO conversation (id, kind) VALUES (?1, ?2)"),
      put_peer(on, "INSERT OR REPLACE INTO classic_peer (conversation, address, port, host_name, team, dialect, "
                   "dialect_fixed, claimed_address, last_heard_ms, has_left, unread) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      forget_peer(on, "DELETE FROM classic_peer WHERE conversation = ?1"),
      forget_conversation(on, "DELETE FROM conversation WHERE id = ?1 AND NOT EXISTS "
                              "(SELECT 1 FROM entry WHERE conversation = ?1)"),
      append(on, "INSERT INTO entry (id, conversation, direction, kind, state, time_ms, address, port, dialect, clear, "
                 "was_cut, pieces_sent, why, team, body) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"),
      set_state(on, "UPDATE entry SET state = ?2, why = ?3, pieces_sent = ?4, dialect = ?5 WHERE id = ?1"),
      cancel_mandatory(on, "UPDATE entry SET state = ?3, why = 'the program was started again' "
                           "WHERE id <= ?1 AND state IN (1, 2) AND kind = ?2"),
      add_block(on, "INSERT OR IGNORE INTO block_rule (address, port) VALUES (?1, ?2)"),
      remove_block(on, "DELETE FROM block_rule WHERE address = ?1 AND port = ?2") {}

Writer::Writer(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
Writer::~Writer() = default;

void Writer::write(const Operation& operation) {
  std::visit([this](const auto& one) { carry_out(one); }, operation);
}

void Writer::ensure_conversation(base::PeerId peer) {
  auto& find = statements_->find_conversation;
  bind_all(find, number(peer));
  const bool is_there = find.executeStep();
  find.tryReset();
  if (!is_there) run(statements_->add_conversation, number(peer), classic_conversation);
}

void Writer::carry_out(const PutPeer& put) {
  const auto& peer = put.peer;
  ensure_conversation(peer.id);
  const auto address = peer.endpoint.address.text();
  const auto claimed = peer.claimed_address ? peer.claimed_address->text() : std::string{};
  run(statements_->put_peer, number(peer.id), Text{address}, number(peer.endpoint.port), Text{peer.host_name},
      Blob{peer.team.untrusted_bytes()}, Text{wire::name(peer.dialect)}, peer.dialect_fixed,
      peer.claimed_address ? std::optional{Text{claimed}} : std::nullopt,
      peer.last_heard ? std::optional{peer.last_heard->ms} : std::nullopt, peer.has_left, number(peer.unread));
}

void Writer::carry_out(const ForgetPeer& forget) {
  run(statements_->forget_peer, number(forget.peer));
  run(statements_->forget_conversation, number(forget.peer));
}

void Writer::carry_out(const Append& append) {
  const auto& message = append.message;
  ensure_conversation(message.peer);
  const auto address = message.endpoint.address.text();
  run(statements_->append, number(message.id), number(message.peer), stored(stored_directions, message.direction),
      stored(stored_kinds, message.kind), stored(stored_states, message.state), message.time.ms, Text{address},
      number(message.endpoint.port), Text{wire::name(message.dialect)}, message.clear, message.was_cut,
      number(message.pieces_sent), Text{message.why}, Blob{message.team.untrusted_bytes()},
      Blob{message.text.untrusted_bytes()});
}

void Writer::carry_out(const SetState& set) {
  run(statements_->set_state, number(set.entry), stored(stored_states, set.state), Text{set.why},
      number(set.pieces_sent), Text{wire::name(set.dialect)});
}

void Writer::carry_out(const CancelMandatory& cancel) {
  run(statements_->cancel_mandatory, number(cancel.last), stored(stored_kinds, chat::MessageKind::mandatory),
      stored(stored_states, chat::MessageState::cancelled));
}

void Writer::carry_out(const AddBlock& add) {
  run(statements_->add_block, Text{add.rule.address.text()}, port_of(add.rule));
}

void Writer::carry_out(const RemoveBlock& remove) {
  run(statements_->remove_block, Text{remove.rule.address.text()}, port_of(remove.rule));
}

} // namespace tincan::store
