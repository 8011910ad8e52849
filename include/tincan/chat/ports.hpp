// What the heart asks of the world: a store and randomness. Implemented by store/ and app/, and by the tests.
// Called on the I/O thread only.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

struct HistoryQuery {
  std::optional<base::PeerId> peer;    // none: all
  std::string search;                  // none when empty; else messages whose text holds all its words
  std::optional<base::EntryId> before; // only older ones
  std::optional<base::EntryId> after;  // only newer ones, and the oldest of them first in line
  std::size_t limit = 20;              // 1..1000
};

struct HistoryPage {
  std::vector<Message> messages; // oldest first
  bool has_more = false;         // beyond the page, in the direction of the query
};

// Everything that the heart needs of an earlier run.
struct Snapshot {
  std::vector<Peer> peers; // at most max_known_peers (peer_book.hpp), the lately heard first
  std::vector<BlockRule> blocked;
  std::vector<Message>
      undelivered; // queued or failed, oldest first; mandatory ones of earlier runs are cancelled, not here
  std::uint64_t last_peer_id = 0; // of all ever given, also to peers that were forgotten
  std::uint64_t last_entry_id = 0;
};

class Store {
public:
  virtual ~Store() = default;

  virtual base::Result<Snapshot> load() = 0;

  // Recorded at once, on disk after commit(). They cannot fail.
  virtual void put_peer(const Peer& peer) = 0;
  virtual void forget_peer(base::PeerId peer) = 0; // its messages stay
  virtual void append(const Message& message) = 0;
  virtual void set_state(base::EntryId entry, MessageState state, const std::string& why, std::uint32_t pieces_sent,
                         wire::Dialect dialect) = 0;
  virtual void add_block(const BlockRule& rule) = 0;
  virtual void remove_block(const BlockRule& rule) = 0;

  // Puts all that was recorded on disk, all or nothing, synchronously (fdatasync). On an error (no_space, storage) all
  // of it stays recorded, and commit() may be called again.
  virtual base::Result<void> commit() = 0;
  virtual bool has_uncommitted() const = 0;

  // A question about what was committed.
  virtual base::Result<HistoryPage> history(const HistoryQuery& query) = 0;
  virtual base::Result<Message> find_message(base::EntryId entry) = 0;
};

class Entropy {
public:
  virtual ~Entropy() = default;
  virtual std::uint64_t next() = 0; // uniform over all 64-bit values
};

} // namespace tincan::chat
