// All logs of one room: everyone's changes and everyone's lines. Pure; owned by a Room; I/O thread.
#pragma once

#include "tincan/chat/author_log.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace tincan::chat {

enum class RoomPart : std::uint8_t { changes, lines };

inline constexpr std::size_t max_room_logs = 4'096; // authors of one room, so that a liar cannot make up more

class RoomLogs {
public:
  RoomLogs(const Keys& keys, base::RoomId room, const base::Digest& changes, const base::Digest& lines);
  void load(const LogState& log);

  const base::Digest& id(RoomPart part) const { return parts_[index(part)].id; }
  // The log, begun when there was none. Call only while can_add or has.
  AuthorLog& log(RoomPart part, const base::PublicKey& author);
  AuthorLog* find(RoomPart part, const base::PublicKey& author);
  const AuthorLog* find(RoomPart part, const base::PublicKey& author) const;
  bool can_add(RoomPart part) const { return parts_[index(part)].logs.size() < max_room_logs; }
  const std::map<base::PublicKey, AuthorLog>& all(RoomPart part) const { return parts_[index(part)].logs; }
  // The newest order of all that is here: what is written now comes after it.
  std::int64_t newest_order_us() const { return newest_order_us_; }
  void seen(std::int64_t order_us) { newest_order_us_ = std::max(newest_order_us_, order_us); }

private:
  struct Part {
    base::Digest id;
    std::map<base::PublicKey, AuthorLog> logs;
  };
  static std::size_t index(RoomPart part) { return part == RoomPart::changes ? 0 : 1; }

  const Keys* keys_;
  base::RoomId room_;
  std::array<Part, 2> parts_;
  std::int64_t newest_order_us_ = 0;
};

} // namespace tincan::chat
