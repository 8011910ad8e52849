#include "tincan/store/rows.hpp"

#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <utility>

namespace tincan::store {

namespace {

// Walks the columns of a row from left to right, and remembers whether one of them was impossible.
class Fields {
public:
  Fields(SQLite::Statement& row, int first) : row_(row), next_(first) {}

  std::int64_t number() { return row_.getColumn(next_++).getInt64(); }
  std::string bytes() { return std::string{bytes_of(row_, next_++)}; }
  bool is_null() { return row_.getColumn(next_).isNull(); }
  void skip() { ++next_; }
  template<class T> T take(std::optional<T> value) {
    if (!value) is_sane_ = false;
    return value.value_or(T{});
  }
  base::Endpoint endpoint() {
    const auto address = take(base::Address::parse(bytes()));
    return {address, take(port_from(number()))};
  }
  bool is_sane() const { return is_sane_; }

private:
  SQLite::Statement& row_;
  int next_;
  bool is_sane_ = true;
};

// Our own sentence once, but the file may have been changed by others since.
std::string washed_line(std::string text) {
  if (text.empty()) return text;
  return base::safe_line(base::PeerText{std::move(text)}).str();
}

std::optional<std::string> host_name_from(std::string text) {
  if (!text.empty() && !base::is_host_name(text)) return std::nullopt;
  return text;
}

} // namespace

std::string_view bytes_of(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  const auto* bytes = static_cast<const char*>(value.getBlob()); // before getBytes: it may convert
  const auto length = static_cast<std::size_t>(value.getBytes());
  return bytes ? std::string_view{bytes, length} : std::string_view{};
}

std::optional<chat::Message> message_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::Message message;
  message.id = {fields.take(id_from(fields.number()))};
  message.peer = {fields.take(id_from(fields.number()))};
  message.endpoint = fields.endpoint();
  message.direction = fields.take(unstored(stored_directions, fields.number()));
  message.kind = fields.take(unstored(stored_kinds, fields.number()));
  message.state = fields.take(unstored(stored_states, fields.number()));
  message.team = base::PeerText{fields.bytes()};
  message.text = base::PeerText{fields.bytes()};
  message.dialect = fields.take(wire::dialect_from_name(fields.bytes()));
  message.clear = fields.take(flag_from(fields.number()));
  message.was_cut = fields.take(flag_from(fields.number()));
  message.time = fields.take(time_from(fields.number()));
  message.why = washed_line(fields.bytes());
  message.pieces_sent = fields.take(count_from(fields.number()));
  if (!fields.is_sane()) return std::nullopt;
  return message;
}

std::optional<chat::Peer> peer_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::Peer peer;
  peer.id = {fields.take(id_from(fields.number()))};
  peer.endpoint = fields.endpoint();
  peer.host_name = fields.take(host_name_from(fields.bytes()));
  peer.team = base::PeerText{fields.bytes()};
  peer.dialect = fields.take(wire::dialect_from_name(fields.bytes()));
  peer.dialect_fixed = fields.take(flag_from(fields.number()));
  if (fields.is_null())
    fields.skip();
  else
    peer.claimed_address = fields.take(base::Address::parse(fields.bytes()));
  if (fields.is_null())
    fields.skip();
  else
    peer.last_heard = fields.take(time_from(fields.number()));
  peer.has_left = fields.take(flag_from(fields.number()));
  peer.unread = fields.take(count_from(fields.number()));
  if (!fields.is_sane()) return std::nullopt;
  return peer;
}

std::optional<chat::BlockRule> block_rule_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::BlockRule rule;
  rule.address = fields.take(base::Address::parse(fields.bytes()));
  if (const auto port = fields.number(); port != whole_host) rule.port = fields.take(port_from(port));
  if (!fields.is_sane()) return std::nullopt;
  return rule;
}

} // namespace tincan::store
