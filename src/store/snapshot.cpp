#include "tincan/store/snapshot.hpp"

#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>
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

// When there are too many, those for whom something waits stay, whether or not they were ever heard.
std::vector<chat::Peer> read_peers(SQLite::Database& connection, std::size_t max_peers, std::uint64_t& skipped) {
  SQLite::Statement rows(connection,
                         fmt::format("SELECT {} FROM classic_peer ORDER BY conversation IN (SELECT conversation FROM "
                                     "entry WHERE state IN (1, 2)) DESC, last_heard_ms DESC, conversation DESC",
                                     peer_columns));
  std::vector<chat::Peer> peers;
  std::unordered_set<base::Endpoint> endpoints;
  std::unordered_set<base::PeerId> ids;
  while (peers.size() < max_peers && rows.executeStep()) {
    auto peer = peer_from(rows);
    const bool is_new = peer && endpoints.insert(peer->endpoint).second && ids.insert(peer->id).second;
    if (is_new)
      peers.push_back(std::move(*peer));
    else
      ++skipped;
  }
  std::stable_sort(peers.begin(), peers.end(),
                   [](const auto& a, const auto& b) { return a.last_heard > b.last_heard; });
  return peers;
}

std::vector<chat::BlockRule> read_block_rules(SQLite::Database& connection, std::uint64_t& skipped) {
  SQLite::Statement rows(connection, "SELECT address, port FROM block_rule ORDER BY address, port");
  std::vector<chat::BlockRule> rules;
  while (rows.executeStep()) {
    if (auto rule = block_rule_from(rows))
      rules.push_back(*rule);
    else
      ++skipped;
  }
  return rules;
}

std::vector<chat::Message> read_undelivered(SQLite::Database& connection, std::uint64_t& skipped) {
  SQLite::Statement rows(connection,
                         fmt::format("SELECT {} FROM entry WHERE state IN (1, 2) AND kind <> {} ORDER BY id",
                                     message_columns, stored(stored_kinds, chat::MessageKind::mandatory)));
  std::vector<chat::Message> messages;
  while (rows.executeStep()) {
    auto message = message_from(rows);
    const bool is_ours = message && message->direction == chat::Direction::out && is_undelivered(message->state);
    if (is_ours && !messages.empty() && message->id <= messages.back().id)
      throw SQLite::Exception("rows are out of order", SQLITE_CORRUPT);
    if (is_ours)
      messages.push_back(std::move(*message));
    else
      ++skipped;
  }
  return messages;
}

} // namespace

chat::Snapshot read_snapshot(SQLite::Database& connection, std::size_t max_peers, std::uint64_t& skipped) {
  chat::Snapshot snapshot;
  snapshot.peers = read_peers(connection, max_peers, skipped);
  snapshot.blocked = read_block_rules(connection, skipped);
  snapshot.undelivered = read_undelivered(connection, skipped);
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
