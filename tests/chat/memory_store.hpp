// A store in memory with the two lives of a disk: what was committed survives a crash, the rest does not.
// It can be told to be full. Used by every test of the heart.
#pragma once

#include "tincan/chat/ports.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace tincan::chat::test {

class MemoryStore : public Store {
public:
  struct Disk {
    std::map<base::PeerId, Peer> peers;
    std::set<BlockRule> blocked;
    std::map<base::EntryId, Message> messages;
    std::uint64_t last_peer_id = 0;
    std::uint64_t last_entry_id = 0;
  };

  bool is_full = false;
  unsigned commits = 0;

  const Disk& disk() const { return disk_; }
  // The process ended: whatever was not committed is gone.
  void crash() { pending_.clear(); }

  base::Result<Snapshot> load() override {
    Snapshot snapshot;
    for (const auto& [id, peer] : disk_.peers) snapshot.peers.push_back(peer);
    snapshot.blocked = {disk_.blocked.begin(), disk_.blocked.end()};
    for (auto& [id, message] : disk_.messages) {
      if (!is_undelivered(message.state)) continue;
      if (message.kind == MessageKind::mandatory)
        message.state = MessageState::cancelled;
      else
        snapshot.undelivered.push_back(message);
    }
    snapshot.last_peer_id = disk_.last_peer_id;
    snapshot.last_entry_id = disk_.last_entry_id;
    return snapshot;
  }

  void put_peer(const Peer& peer) override {
    record([peer](Disk& disk) {
      disk.peers[peer.id] = peer;
      disk.last_peer_id = std::max(disk.last_peer_id, peer.id.value);
    });
  }
  void forget_peer(base::PeerId peer) override {
    record([peer](Disk& disk) { disk.peers.erase(peer); });
  }
  void append(const Message& message) override {
    record([message](Disk& disk) {
      disk.messages[message.id] = message;
      disk.last_entry_id = std::max(disk.last_entry_id, message.id.value);
    });
  }
  void set_state(base::EntryId entry, MessageState state, const std::string& why, std::uint32_t pieces_sent,
                 wire::Dialect dialect) override {
    record([=](Disk& disk) {
      auto& message = disk.messages.at(entry);
      message.state = state;
      message.why = why;
      message.pieces_sent = pieces_sent;
      message.dialect = dialect;
    });
  }
  void add_block(const BlockRule& rule) override {
    record([rule](Disk& disk) { disk.blocked.insert(rule); });
  }
  void remove_block(const BlockRule& rule) override {
    record([rule](Disk& disk) { disk.blocked.erase(rule); });
  }

  void append_logged(const Message& message, const base::Digest&, const base::PublicKey&,
                     const wire::LogEntry&) override {
    append(message);
  }
  void log_message(const Message&, const base::Digest&, const base::PublicKey&, const wire::LogEntry&) override {}
  void put_log(const LogState&) override {}
  void merge_peer(base::PeerId, base::PeerId) override {}
  base::Result<std::vector<wire::LogEntry>> read_log(const base::Digest&, const base::PublicKey&, std::uint64_t,
                                                     std::uint64_t, std::size_t) override {
    return std::vector<wire::LogEntry>{};
  }
  base::Result<std::optional<LoggedMessage>> find_logged(const base::Digest&, const base::PublicKey&,
                                                         std::uint64_t) override {
    return std::nullopt;
  }
  base::Result<std::optional<wire::EntryRef>> place_of(base::EntryId) override { return std::nullopt; }
  base::Result<base::EntryId> last_own_line(base::PeerId) override { return base::EntryId{}; }
  base::Result<std::vector<MessageForm>> forms_of(base::EntryId) override { return std::vector<MessageForm>{}; }

  base::Result<void> commit() override {
    if (is_full) return base::fail(base::ErrorCode::no_space, "the disk is full");
    ++commits;
    for (const auto& change : std::exchange(pending_, {})) change(disk_);
    return {};
  }
  bool has_uncommitted() const override { return !pending_.empty(); }

  base::Result<HistoryPage> history(const HistoryQuery& query) override {
    HistoryPage page;
    for (const auto& [id, message] : disk_.messages) {
      if (query.peer && message.peer != *query.peer) continue;
      if (message.text.untrusted_bytes().find(query.search) == std::string::npos) continue;
      if ((query.before && id >= *query.before) || (query.after && id <= *query.after)) continue;
      page.messages.push_back(message);
    }
    page.has_more = page.messages.size() > query.limit;
    if (!page.has_more) return page;
    if (query.after)
      page.messages.resize(query.limit);
    else
      page.messages.erase(page.messages.begin(), page.messages.end() - static_cast<std::ptrdiff_t>(query.limit));
    return page;
  }
  base::Result<Message> find_message(base::EntryId entry) override {
    const auto found = disk_.messages.find(entry);
    if (found == disk_.messages.end()) return base::fail(base::ErrorCode::bad_argument, "there is no such message");
    return found->second;
  }

private:
  void record(std::function<void(Disk&)> change) { pending_.push_back(std::move(change)); }

  Disk disk_;
  std::vector<std::function<void(Disk&)>> pending_;
};

// Always the same answer: no jitter where it is 0.
class FixedEntropy : public Entropy {
public:
  explicit FixedEntropy(std::uint64_t value = 0) : value_(value) {}
  std::uint64_t next() override { return value_; }

private:
  std::uint64_t value_;
};

} // namespace tincan::chat::test
