// What the heart asked to be written, as values that wait for the next commit. Owned by SqliteStore, on the I/O thread.
// An operation says what to do, never how: that is Writer.
#pragma once

#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
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

using Operation = std::variant<PutPeer, ForgetPeer, Append, AppendLogged, LogMessage, PutLog, MergePeer, SetState,
                               CancelMandatory, AddBlock, RemoveBlock>;

// The operations in their order, except that what overwrites a waiting operation on the same peer, log or entry
// replaces it: a busy turn then writes each peer and each log once, and each message in its last state.
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
  static LogName name_of(const PutLog& put) { return {put.log.conversation, put.log.author}; }

  std::vector<Operation> operations_;
  std::unordered_map<base::PeerId, std::size_t> puts_;         // where the PutPeer of a peer waits
  std::unordered_map<base::EntryId, std::size_t> appends_;     // where the Append of an entry waits
  std::unordered_map<LogName, std::size_t, HashLogName> logs_; // where the PutLog of a log waits
};

} // namespace tincan::store
