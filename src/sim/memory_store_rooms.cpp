// What a store in memory does for rooms.
#include "tincan/sim/memory_store.hpp"

#include <algorithm>

namespace tincan::sim {

void MemoryStore::take_up_rooms(chat::Snapshot& snapshot) const {
  for (const auto& [id, room] : disk_.rooms) snapshot.rooms.push_back(room);
  snapshot.room_keys = disk_.room_keys;
  std::stable_sort(snapshot.room_keys.begin(), snapshot.room_keys.end(),
                   [](const auto& a, const auto& b) { return a.room < b.room; });
  for (const auto& [whose, up_to] : disk_.room_seen) snapshot.room_seen.push_back({whose.first, whose.second, up_to});
}

void MemoryStore::put_room(const chat::RoomRecord& room) {
  record([room](Disk& disk) {
    disk.rooms[room.id] = room;
    disk.last_peer_id = std::max(disk.last_peer_id, room.id.value);
  });
}

void MemoryStore::put_room_key(const chat::RoomKey& key) {
  record([key](Disk& disk) { disk.put(key); });
}

void MemoryStore::put_room_seen(const chat::RoomSeen& seen) {
  record([seen](Disk& disk) { disk.room_seen[{seen.room, seen.member}] = seen.up_to; });
}

void MemoryStore::reveal(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
                         base::PeerText text) {
  record([=, text = std::move(text)](Disk& disk) { disk.reveal({conversation, author}, seq, text); });
}

void MemoryStore::put_spans(const base::Digest& conversation, const base::PublicKey& author,
                            const std::vector<chat::LineSpan>& spans) {
  record([=](Disk& disk) { disk.put_spans({conversation, author}, spans); });
}

base::Result<std::vector<chat::PlacedLine>> MemoryStore::newest_lines(const base::Digest& conversation,
                                                                      std::size_t count) {
  return disk_.newest_lines(conversation, count);
}

base::Result<std::vector<chat::PlacedLine>> MemoryStore::unreadable_lines(const base::Digest& conversation,
                                                                          std::size_t limit) {
  if (is_damaged) return base::fail(base::ErrorCode::storage, "the disk is damaged");
  return disk_.unreadable_lines(conversation, limit);
}

} // namespace tincan::sim
