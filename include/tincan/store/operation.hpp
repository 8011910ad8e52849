// What the heart asked to be written, as values that wait for the next commit. Owned by SqliteStore, on the I/O thread.
// An operation says what to do, never how: that is Writer.
#pragma once

#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"

#include <cstddef>
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

using Operation = std::variant<PutPeer, ForgetPeer, Append, SetState, CancelMandatory, AddBlock, RemoveBlock>;

// The operations in their order, except that what overwrites a waiting operation on the same peer or entry replaces it:
// a busy turn then writes each peer once, and each message in its last state.
class PendingOperations {
public:
  void add(Operation operation);
  void clear();
  bool empty() const { return operations_.empty(); }
  const std::vector<Operation>& all() const { return operations_; }

private:
  bool merge(PutPeer& put);
  bool merge(SetState& set);
  void remember(const Operation& operation);

  std::vector<Operation> operations_;
  std::unordered_map<base::PeerId, std::size_t> puts_;     // where the PutPeer of a peer waits
  std::unordered_map<base::EntryId, std::size_t> appends_; // where the Append of an entry waits
};

} // namespace tincan::store
