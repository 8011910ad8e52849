// What the heart asked to be written, as values that wait for the next commit. Owned by SqliteStore, on the I/O thread.
// An operation says what to do, never how: that is Writer.
#pragma once

#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace tincan::store {

struct PutPeer {
  chat::Peer peer;
};
struct ForgetPeer {
  base::PeerId peer;
};
struct Append {
  chat::Message message;
};
struct AppendLogged {
  chat::Message message;
  base::Digest conversation;
  base::PublicKey author;
  wire::LogEntry entry;
};
struct LogMessage {
  AppendLogged logged;
}; // the message is there already
struct PutLog {
  chat::LogState log;
};
struct MergePeer {
  base::PeerId from, to;
};
struct SetState {
  base::EntryId entry;
  chat::MessageState state{};
  std::string why;
  std::uint32_t pieces_sent = 0;
  wire::Dialect dialect{};
};
struct CancelMandatory {
  base::EntryId last;
}; // all undelivered mandatory ones up to that entry
struct AddBlock {
  chat::BlockRule rule;
};
struct RemoveBlock {
  chat::BlockRule rule;
};

struct PutRoom {
  chat::RoomRecord room;
};
struct PutRoomKey {
  chat::RoomKey key;
};
struct PutRoomSeen {
  chat::RoomSeen seen;
};
struct Reveal {
  base::Digest conversation;
  base::PublicKey author;
  std::uint64_t seq = 0;
  base::PeerText text;
};
struct PutSpans {
  base::Digest conversation;
  base::PublicKey author;
  std::vector<chat::LineSpan> spans; // ascending and apart
};

using Operation =
    std::variant<PutPeer, ForgetPeer, Append, AppendLogged, LogMessage, PutLog, MergePeer, SetState, CancelMandatory,
                 AddBlock, RemoveBlock, PutRoom, PutRoomKey, PutRoomSeen, Reveal, PutSpans>;

// The operations in their order, except that what overwrites a waiting operation on the same peer, log, room, member
// or entry replaces it: a busy turn then writes each of them once, and each message in its last state.
class PendingOperations {
public:
  void add(Operation operation);
  void clear();
  bool empty() const { return operations_.empty(); }
  const std::vector<Operation>& all() const { return operations_; }

private:
  bool merge(PutPeer& put);
  bool merge(SetState& set);
  bool merge(const PutLog& put);
  bool merge(PutRoom& put);
  bool merge(const PutRoomSeen& put);
  void remember(const Operation& operation);

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
  using MemberName = std::pair<base::RoomId, base::PublicKey>;
  static MemberName name_of(const PutRoomSeen& put) { return {put.seen.room, put.seen.member}; }
  static LogName name_of(const PutLog& put) { return {put.log.conversation, put.log.author}; }

  std::vector<Operation> operations_;
  std::unordered_map<base::PeerId, std::size_t> puts_;         // where the PutPeer of a peer waits
  std::unordered_map<base::EntryId, std::size_t> appends_;     // where the Append of an entry waits
  std::unordered_map<LogName, std::size_t, HashLogName> logs_; // where the PutLog of a log waits
  std::unordered_map<base::RoomId, std::size_t> rooms_;        // where the PutRoom of a room waits
  std::map<MemberName, std::size_t> seen_;                     // where the PutRoomSeen of a member waits
};

} // namespace tincan::store
