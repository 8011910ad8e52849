// A store in memory with the two lives of a disk: what was committed survives a crash, the rest does not. It can be
// told to be full. Owned by a simulated tincan or by a test; one thread.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/sim/disk.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tincan::sim {

class MemoryStore : public chat::Store {
public:
  using Disk = sim::Disk;

  bool is_full = false;
  bool is_damaged = false; // which lines cannot be read is not to be had from it
  unsigned commits = 0;

  const Disk& disk() const { return disk_; }
  void restore(Disk backup) { disk_ = std::move(backup); } // between two lives of the process
  // The process ended: whatever was not committed is gone.
  void crash() { pending_.clear(); }

  base::Result<chat::Snapshot> load() override;

  void put_peer(const chat::Peer& peer) override;
  void forget_peer(base::PeerId peer) override;
  void append(const chat::Message& message) override;
  void set_state(base::EntryId entry, chat::MessageState state, const std::string& why, std::uint32_t pieces_sent,
                 wire::Dialect dialect) override;
  void add_block(const chat::BlockRule& rule) override;
  void remove_block(const chat::BlockRule& rule) override;
  void append_logged(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                     wire::LogEntry entry) override;
  void log_message(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                   wire::LogEntry entry) override;
  void put_log(const chat::LogState& log) override;
  void merge_peer(base::PeerId from, base::PeerId to) override;

  void put_room(const chat::RoomRecord& room) override;
  void put_room_key(const chat::RoomKey& key) override;
  void put_room_seen(const chat::RoomSeen& seen) override;
  void reveal(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
              base::PeerText text) override;
  void put_spans(const base::Digest& conversation, const base::PublicKey& author,
                 const std::vector<chat::LineSpan>& spans) override;
  base::Result<std::vector<chat::PlacedLine>> newest_lines(const base::Digest& conversation,
                                                           std::size_t count) override;
  base::Result<std::vector<chat::PlacedLine>> unreadable_lines(const base::Digest& conversation,
                                                               std::size_t limit) override;

  base::Result<void> commit() override;
  bool has_uncommitted() const override { return !pending_.empty(); }

  base::Result<chat::HistoryPage> history(const chat::HistoryQuery& query) override;
  base::Result<chat::Message> find_message(base::EntryId entry) override;
  base::Result<std::vector<wire::LogEntry>> read_log(const base::Digest& conversation, const base::PublicKey& author,
                                                     std::uint64_t first, std::uint64_t last,
                                                     std::size_t max_bytes) override;
  base::Result<std::optional<chat::LoggedMessage>>
  find_logged(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq) override;
  base::Result<std::vector<chat::LogState>> find_logs(const base::Digest& conversation) override;
  base::Result<std::optional<wire::EntryRef>> place_of(base::EntryId message) override;
  base::Result<base::EntryId> last_own_line(base::PeerId peer) override { return disk_.last_own_line(peer); }
  base::Result<base::EntryId> last_own_line(base::RoomId room) override { return disk_.last_own_line(room); }
  base::Result<std::vector<chat::MessageForm>> forms_of(base::EntryId message) override;

private:
  void record(std::function<void(Disk&)> change) { pending_.push_back(std::move(change)); }
  void take_up_undelivered(chat::Snapshot& snapshot);
  void take_up_logs(chat::Snapshot& snapshot) const;
  void take_up_rooms(chat::Snapshot& snapshot) const;
  std::vector<chat::Message> ranked(const chat::HistoryQuery& query) const;

  Disk disk_;
  std::vector<std::function<void(Disk&)>> pending_;
};

// Always the same answer: no jitter where it is 0.
class FixedEntropy : public chat::Entropy {
public:
  explicit FixedEntropy(std::uint64_t value = 0) : value_(value) {}
  std::uint64_t next() override { return value_; }

private:
  std::uint64_t value_;
};

} // namespace tincan::sim
