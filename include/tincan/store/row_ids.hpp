// The rows that others refer to, conversations and logs: found or made, and remembered. Owned by Writer, on the I/O
// thread. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/chat/line_span.hpp"
#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace SQLite {
class Database;
}

namespace tincan::store {

// Whose a conversation is. Peers and rooms are numbers of one count, which are those of the rows.
struct Owner {
  std::int64_t number = 0;
  bool is_room = false;
};
inline Owner owner(base::PeerId peer) { return {static_cast<std::int64_t>(peer.value), false}; }
inline Owner owner(base::RoomId room) { return {static_cast<std::int64_t>(room.value), true}; }
inline Owner owner_of(const chat::Message& of) { return of.room ? owner(of.room) : owner(of.peer); }
inline Owner owner_of(const chat::LogState& of) { return of.room ? owner(of.room) : owner(of.peer); }

class RowIds {
public:
  struct Log {
    std::int64_t id = 0;
    std::int64_t highest_seq = 0; // of all its entries here; what is above cannot have been changed by another yet
    std::optional<std::vector<chat::LineSpan>> spans{}; // of the entries that count; none: all

    bool counts(std::uint64_t seq) const { return !spans || chat::is_within(*spans, seq); }
  };

  explicit RowIds(SQLite::Database& connection);
  ~RowIds();
  RowIds(const RowIds&) = delete;
  RowIds& operator=(const RowIds&) = delete;

  void ensure_conversation(Owner owner);
  // Valid until the next call.
  Log& log(const base::Digest& conversation, const base::PublicKey& author, Owner owner);
  Log* find_log(const base::Digest& conversation, const base::PublicKey& author); // null: there is none
  // Rows may have gone: a transaction was taken back, or a peer forgotten.
  void forget();

private:
  struct Statements;
  struct LogName {
    base::Digest conversation;
    base::PublicKey author;
    bool operator==(const LogName&) const = default;
  };
  struct HashLogName {
    std::size_t operator()(const LogName& name) const {
      return std::hash<base::Digest>{}(name.conversation) ^ std::hash<base::PublicKey>{}(name.author);
    }
  };
  std::optional<Log> find(const LogName& name);
  std::optional<std::vector<chat::LineSpan>> spans(const LogName& name);
  Log make(const LogName& name, Owner owner);
  Log& remember(const LogName& name, Log log);

  std::unique_ptr<Statements> statements_;
  std::unordered_set<std::int64_t> conversations_;
  std::unordered_map<LogName, Log, HashLogName> logs_;
};

} // namespace tincan::store
