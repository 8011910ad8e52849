#include "tincan/store/snapshot.hpp"

#include "tincan/store/read_all.hpp"
#include "tincan/store/room_rows.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace tincan::store {

namespace {

std::uint64_t greatest(SQLite::Database& connection, const std::string& column, std::string_view table) {
  const auto question =
      fmt::format("SELECT coalesce(max({0}), 0) FROM {1} WHERE {0} BETWEEN 1 AND {2}", column, table, max_id);
  return static_cast<std::uint64_t>(connection.execAndGet(question).getInt64());
}

std::uint64_t last_peer_id(SQLite::Database& connection) {
  const auto living = greatest(connection, "id", "conversation");
  const auto ever =
      connection.execAndGet("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'conversation'");
  return std::max(living, id_from(ever.getInt64()).value_or(0));
}

// Two records of one peer: the first counts.
class Distinct {
public:
  bool is_new(const chat::Peer& peer) {
    const bool is_other = peer.key ? keys_.insert(*peer.key).second : endpoints_.insert(peer.endpoint).second;
    return is_other && ids_.insert(peer.id).second;
  }

private:
  std::unordered_set<base::PublicKey> keys_;
  std::unordered_set<base::Endpoint> endpoints_;
  std::unordered_set<base::PeerId> ids_;
};

// When there are too many, those stay for whom something waits, whether or not they were ever heard, and those that the
// user gave a name or verified. Of a log of ours the entry after the last acknowledged one waits.
constexpr std::string_view peers_question =
    "SELECT {} FROM peer ORDER BY conversation IN (SELECT conversation FROM entry WHERE state IN (1, 2) UNION SELECT "
    "log.conversation FROM log JOIN entry ON entry.log = log.id AND entry.seq = log.acked + 1 AND entry.direction = 1 "
    "WHERE log.is_room = 0) DESC, (petname <> '' OR is_verified <> 0) DESC, last_heard_ms DESC, conversation DESC";

std::vector<chat::Peer> read_peers(SQLite::Database& connection, std::size_t max_peers, std::uint64_t& skipped) {
  SQLite::Statement rows(connection, fmt::format(peers_question, peer_columns));
  std::vector<chat::Peer> peers;
  Distinct distinct;
  while (peers.size() < max_peers && rows.executeStep()) {
    auto peer = peer_from(rows);
    if (peer && distinct.is_new(*peer))
      peers.push_back(std::move(*peer));
    else
      ++skipped;
  }
  std::stable_sort(peers.begin(), peers.end(),
                   [](const auto& a, const auto& b) { return a.last_heard > b.last_heard; });
  return peers;
}

std::vector<chat::BlockRule> read_block_rules(SQLite::Database& connection, std::uint64_t& skipped) {
  auto rules = read_all(connection, "SELECT NULL, address, port FROM block_rule ORDER BY address, port",
                        block_rule_from, skipped);
  const auto keys =
      read_all(connection, "SELECT key, NULL, NULL FROM blocked_key ORDER BY key", block_rule_from, skipped);
  rules.insert(rules.end(), keys.begin(), keys.end());
  return rules;
}

std::vector<chat::LogState> read_logs(SQLite::Database& connection, std::uint64_t& skipped) {
  return read_all(connection, fmt::format("SELECT {} FROM log ORDER BY conversation, id", log_state_columns),
                  log_state_from, skipped);
}

// Columns: conversation, seq, id, kind, digest of the conversation.
std::optional<chat::Unacknowledged> unacknowledged_from(SQLite::Statement& row) {
  const auto peer = id_from(row.getColumn(0).getInt64());
  const auto seq = seq_from(row.getColumn(1).getInt64());
  const auto id = id_from(row.getColumn(2).getInt64());
  const auto kind = unstored(stored_kinds, row.getColumn(3).getInt64());
  const auto digest = base::Digest::from(row.getColumn(4).getString());
  if (!peer || !seq || !id || !kind || !digest) return std::nullopt;
  chat::Unacknowledged line;
  line.peer = {*peer};
  line.conversation.bytes = digest->bytes;
  line.seq = *seq;
  line.message = {*id};
  line.kind = *kind;
  return line;
}

std::vector<chat::Unacknowledged> read_unacknowledged(SQLite::Database& connection, std::uint64_t& skipped) {
  return read_all(connection,
                  "SELECT log.conversation, entry.seq, entry.id, entry.kind, log.shared_id FROM log JOIN entry ON "
                  "entry.log = log.id "
                  "AND entry.seq > log.acked AND entry.direction = 1 AND entry.kind IN (0, 1, 6, 7) "
                  "WHERE log.is_room = 0 "
                  "ORDER BY log.conversation, entry.seq",
                  unacknowledged_from, skipped);
}

std::vector<chat::Message> read_undelivered(SQLite::Database& connection, std::uint64_t& skipped) {
  SQLite::Statement rows(connection, fmt::format("SELECT {} FROM {} WHERE entry.state IN (1, 2) AND entry.kind <> {} "
                                                 "ORDER BY entry.id",
                                                 message_columns, message_tables,
                                                 stored(stored_kinds, chat::MessageKind::mandatory)));
  std::vector<chat::Message> messages;
  while (rows.executeStep()) {
    auto stored = message_from(rows);
    const bool is_ours = stored && stored->message.direction == chat::Direction::out && !stored->place &&
                         is_undelivered(stored->message.state);
    if (is_ours && !messages.empty() && stored->message.id <= messages.back().id)
      throw SQLite::Exception("rows are out of order", SQLITE_CORRUPT);
    if (is_ours)
      messages.push_back(std::move(stored->message));
    else
      ++skipped;
  }
  return messages;
}

} // namespace

std::vector<chat::LogState> read_logs_of(SQLite::Database& connection, const base::Digest& conversation,
                                         std::uint64_t& skipped) {
  SQLite::Statement rows(connection,
                         fmt::format("SELECT {} FROM log WHERE shared_id = ?1 ORDER BY id", log_state_columns));
  rows.bindNoCopy(1, static_cast<const void*>(conversation.bytes.data()), static_cast<int>(base::Digest::size));
  return read_all(rows, log_state_from, skipped);
}

chat::Snapshot read_snapshot(SQLite::Database& connection, std::size_t max_peers, std::uint64_t& skipped) {
  chat::Snapshot snapshot;
  snapshot.peers = read_peers(connection, max_peers, skipped);
  snapshot.blocked = read_block_rules(connection, skipped);
  snapshot.undelivered = read_undelivered(connection, skipped);
  snapshot.logs = read_logs(connection, skipped);
  snapshot.unacknowledged = read_unacknowledged(connection, skipped);
  snapshot.rooms = read_rooms(connection, skipped);
  snapshot.room_keys = read_room_keys(connection, skipped);
  snapshot.room_seen = read_room_seen(connection, skipped);
  snapshot.last_peer_id = last_peer_id(connection);
  snapshot.last_entry_id = last_entry_id(connection);
  return snapshot;
}

bool has_stale_mandatory(SQLite::Database& connection) {
  return connection
             .execAndGet(fmt::format("SELECT EXISTS (SELECT 1 FROM entry WHERE state IN (1, 2) AND kind = {})",
                                     stored(stored_kinds, chat::MessageKind::mandatory)))
             .getInt() != 0;
}

std::uint64_t last_entry_id(SQLite::Database& connection) { return greatest(connection, "id", "entry"); }

} // namespace tincan::store
