#include "tincan/store/rows.hpp"

#include "tincan/store/fields.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <utility>

namespace tincan::store {

namespace {

// Our own sentence once, but the file may have been changed by others since.
std::string washed_line(std::string text) {
  if (text.empty()) return text;
  return base::safe_line(base::PeerText{std::move(text)}).str();
}

std::optional<std::string> host_name_from(std::string text) {
  if (!text.empty() && !base::is_host_name(text)) return std::nullopt;
  return text;
}

std::optional<wire::EntryKind> entry_kind_from(std::int64_t number) {
  if (number < 0 || number > 0xffff) return std::nullopt;
  return static_cast<wire::EntryKind>(number);
}

// Of our own: what the other side said of it. Theirs is received, or it would not be here.
chat::MessageState state_in_log(chat::Direction direction, std::uint64_t seq, std::uint64_t acked, std::uint64_t read) {
  if (direction == chat::Direction::in) return chat::MessageState::received;
  if (seq <= read) return chat::MessageState::read;
  return seq <= acked ? chat::MessageState::delivered : chat::MessageState::queued;
}

// In a room the number is the room's, and our own lines are what the members say that they have: the heart knows that.
void belong_to_room(StoredMessage& stored) {
  auto& message = stored.message;
  message.room = {message.peer.value};
  message.peer = {};
  message.author = stored.place->ref.author;
  if (message.direction == chat::Direction::out) message.state = chat::MessageState::queued;
}

// The columns from `log` on.
void take_place(Fields& fields, StoredMessage& stored) {
  StoredPlace place;
  place.log = fields.number();
  place.ref.seq = fields.seq();
  fields.demand(place.ref.seq > 0);
  place.ref.hash = fields.fixed<base::Digest>();
  place.target = fields.unless_null([&] { return fields.ref(); });
  place.ref.author = fields.fixed<base::PublicKey>();
  const auto acked = fields.seq();
  const auto read = fields.seq();
  stored.message.state = state_in_log(stored.message.direction, place.ref.seq, acked, read);
  stored.place = place;
  if (fields.flag()) belong_to_room(stored);
}

chat::LogState::Island take_island(Fields& fields) {
  chat::LogState::Island island;
  island.first = fields.seq();
  island.last = fields.seq();
  island.prev = fields.fixed<base::Digest>();
  island.hash = fields.fixed<base::Digest>();
  island.order_us = fields.order();
  island.first_order_us = fields.order();
  return island;
}

} // namespace

std::string_view bytes_of(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  const auto* bytes = static_cast<const char*>(value.getBlob()); // before getBytes: it may convert
  const auto length = static_cast<std::size_t>(value.getBytes());
  return bytes ? std::string_view{bytes, length} : std::string_view{};
}

std::optional<StoredMessage> message_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::Message message;
  message.id = {fields.take(id_from(fields.number()))};
  message.peer = {fields.take(id_from(fields.number()))};
  message.endpoint = fields.endpoint();
  message.direction = fields.take(unstored(stored_directions, fields.number()));
  message.kind = fields.take(unstored(stored_kinds, fields.number()));
  const auto state = fields.number();
  message.team = base::PeerText{fields.bytes()};
  message.text = base::PeerText{fields.bytes()};
  message.dialect = fields.take(stored_dialect(fields.bytes()));
  message.clear = fields.flag();
  message.was_cut = fields.flag();
  message.time = fields.take(time_from(fields.number()));
  message.why = washed_line(fields.bytes());
  message.pieces_sent = fields.take(count_from(fields.number()));
  message.order_us = fields.unless_null([&] { return fields.order(); }).value_or(0);
  message.is_late = fields.flag();
  message.has_doubtful_time = fields.flag();
  message.is_guest = fields.flag();
  message.is_readable = fields.flag();
  StoredMessage stored{std::move(message)};
  stored.is_void = fields.flag();
  if (fields.is_null()) {
    stored.message.state = fields.take(unstored(stored_states, state));
    fields.demand(stored.message.endpoint.port != 0);
  } else {
    fields.demand(state == state_of_logged);
    take_place(fields, stored);
  }
  if (!fields.is_sane()) return std::nullopt;
  return stored;
}

std::optional<wire::LogEntry> log_entry_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  wire::LogEntry entry;
  entry.seq = fields.seq();
  fields.demand(entry.seq > 0);
  entry.order_us = fields.order();
  entry.wall_ms = fields.number();
  const auto kind = fields.take(unstored(stored_kinds, fields.number()));
  const auto explicit_kind = fields.unless_null([&] { return fields.take(entry_kind_from(fields.number())); });
  entry.kind = explicit_kind ? *explicit_kind : fields.take(entry_kind_of(kind));
  entry.hash = fields.fixed<base::Digest>();
  entry.salt = fields.unless_null([&] { return fields.fixed<base::Salt>(); }).value_or(base::Salt{});
  entry.body = base::PeerText{fields.bytes()};
  const auto digest = fields.unless_null([&] { return fields.fixed<base::Digest>(); });
  entry.signature = fields.unless_null([&] { return fields.fixed<base::Signature>(); });
  entry.target = fields.unless_null([&] { return fields.ref(); });
  entry.heads = fields.take(refs_from(fields.bytes()));
  entry.has_body = !digest;
  if (digest) entry.body_digest = *digest;
  if (digest) entry.body = {};
  if (!fields.is_sane()) return std::nullopt;
  return entry;
}

std::optional<chat::LogState> log_state_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::LogState log;
  const auto owner = fields.take(id_from(fields.number()));
  const bool is_room = fields.flag();
  if (is_room)
    log.room = {owner};
  else
    log.peer = {owner};
  log.conversation = fields.fixed<base::Digest>();
  log.author = fields.fixed<base::PublicKey>();
  log.last = fields.seq();
  log.last_hash = fields.fixed<base::Digest>();
  log.last_order_us = fields.order();
  log.head = fields.unless_null([&] { return fields.ref(); });
  log.acked = fields.seq();
  log.read = fields.seq();
  log.bytes = fields.seq();
  log.is_frozen = fields.flag();
  log.island = fields.unless_null([&] { return take_island(fields); });
  if (log.island) fields.demand(log.island->first > log.last && log.island->first <= log.island->last);
  if (!fields.is_sane()) return std::nullopt;
  return log;
}

std::optional<chat::Peer> peer_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::Peer peer;
  peer.id = {fields.take(id_from(fields.number()))};
  peer.endpoint = fields.endpoint();
  peer.host_name = fields.take(host_name_from(fields.bytes()));
  peer.team = base::PeerText{fields.bytes()};
  peer.dialect = fields.take(stored_dialect(fields.bytes()));
  peer.dialect_fixed = fields.flag();
  peer.claimed_address = fields.unless_null([&] { return fields.take(base::Address::parse(fields.bytes())); });
  peer.last_heard = fields.unless_null([&] { return fields.take(time_from(fields.number())); });
  peer.has_left = fields.flag();
  peer.unread = fields.take(count_from(fields.number()));
  peer.speaks = fields.take(unstored(stored_speaks, fields.number()));
  peer.petname = washed_line(fields.bytes());
  peer.key = fields.unless_null([&] { return fields.fixed<base::PublicKey>(); });
  peer.changed_key = fields.unless_null([&] { return fields.fixed<base::PublicKey>(); });
  peer.is_verified = fields.flag();
  peer.endpoints = fields.take(endpoints_from(fields.bytes()));
  fields.demand(peer.key || peer.endpoint.port != 0);
  if (!fields.is_sane()) return std::nullopt;
  return peer;
}

std::optional<chat::BlockRule> block_rule_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::BlockRule rule;
  rule.key = fields.unless_null([&] { return fields.fixed<base::PublicKey>(); });
  if (rule.key) return fields.is_sane() ? std::optional{rule} : std::nullopt;
  rule.address = fields.take(base::Address::parse(fields.bytes()));
  if (const auto port = fields.number(); port != whole_host) rule.port = fields.take(port_from(port));
  if (!fields.is_sane()) return std::nullopt;
  return rule;
}

} // namespace tincan::store
