#include "tincan/chat/room_logs.hpp"

#include <algorithm>

namespace tincan::chat {

RoomLogs::RoomLogs(const Keys& keys, base::RoomId room, const base::Digest& changes, const base::Digest& lines)
    : keys_(&keys),
      room_(room),
      parts_{Part{changes, {}}, Part{lines, {}}} {}

void RoomLogs::load(const LogState& log) {
  for (auto& part : parts_) {
    if (part.id != log.conversation) continue;
    const auto& kept = part.logs.insert_or_assign(log.author, AuthorLog(*keys_, log)).first->second;
    seen(kept.newest_order_us());
  }
}

AuthorLog& RoomLogs::log(RoomPart part, const base::PublicKey& author) {
  auto& [id, logs] = parts_[index(part)];
  const auto found = logs.find(author);
  if (found != logs.end()) return found->second;
  LogState fresh;
  fresh.room = room_;
  fresh.conversation = id;
  fresh.author = author;
  return logs.emplace(author, AuthorLog(*keys_, fresh)).first->second;
}

AuthorLog* RoomLogs::find(RoomPart part, const base::PublicKey& author) {
  auto& logs = parts_[index(part)].logs;
  const auto found = logs.find(author);
  return found == logs.end() ? nullptr : &found->second;
}

const AuthorLog* RoomLogs::find(RoomPart part, const base::PublicKey& author) const {
  const auto& logs = parts_[index(part)].logs;
  const auto found = logs.find(author);
  return found == logs.end() ? nullptr : &found->second;
}

} // namespace tincan::chat
