#include "tincan/store/room_rows.hpp"

#include "tincan/store/fields.hpp"
#include "tincan/store/read_all.hpp"

#include <unordered_set>
#include <utility>

namespace tincan::store {

namespace {

// Columns: those of the table, then whether the number is a peer's.
std::optional<chat::RoomRecord> room_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::RoomRecord room;
  room.id = {fields.take(id_from(fields.number()))};
  room.room = fields.fixed<base::Digest>();
  room.creator = fields.fixed<base::PublicKey>();
  room.name = base::PeerText{fields.bytes()};
  room.is_private = fields.flag();
  room.phase = fields.take(unstored(stored_phases, fields.number()));
  room.unread = fields.take(count_from(fields.number()));
  room.mentions = fields.take(count_from(fields.number()));
  room.since = fields.take(time_from(fields.number()));
  room.ticket = fields.unless_null([&] { return fields.fixed<base::Seed>(); });
  room.acquaintances = fields.take(keys_from(fields.bytes()));
  room.is_hosted = fields.flag();
  fields.demand(!fields.flag());
  if (!fields.is_sane()) return std::nullopt;
  return room;
}

std::optional<chat::RoomKey> room_key_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::RoomKey key;
  key.room = {fields.take(id_from(fields.number()))};
  key.epoch = fields.fixed<base::Digest>();
  key.key = fields.fixed<base::Secret>();
  if (!fields.is_sane()) return std::nullopt;
  return key;
}

std::optional<chat::RoomSeen> room_seen_from(SQLite::Statement& row) {
  Fields fields(row, 0);
  chat::RoomSeen seen;
  seen.room = {fields.take(id_from(fields.number()))};
  seen.member = fields.fixed<base::PublicKey>();
  seen.up_to = fields.seq();
  if (!fields.is_sane()) return std::nullopt;
  return seen;
}

} // namespace

std::vector<chat::RoomRecord> read_rooms(SQLite::Database& connection, std::uint64_t& skipped) {
  auto rooms = read_all(connection,
                        "SELECT conversation, room, creator, name, is_private, phase, unread, mentions, since_ms, "
                        "ticket, acquaintances, is_hosted, "
                        "EXISTS (SELECT 1 FROM peer WHERE peer.conversation = room.conversation) "
                        "FROM room ORDER BY conversation",
                        room_from, skipped);
  std::unordered_set<base::Digest> known;
  skipped += std::erase_if(rooms, [&](const auto& room) { return !known.insert(room.room).second; });
  return rooms;
}

std::vector<chat::RoomKey> read_room_keys(SQLite::Database& connection, std::uint64_t& skipped) {
  return read_all(connection, "SELECT conversation, epoch, key FROM room_key ORDER BY conversation, id", room_key_from,
                  skipped);
}

std::vector<chat::RoomSeen> read_room_seen(SQLite::Database& connection, std::uint64_t& skipped) {
  return read_all(connection, "SELECT conversation, member, up_to FROM room_seen ORDER BY conversation, member",
                  room_seen_from, skipped);
}

} // namespace tincan::store
