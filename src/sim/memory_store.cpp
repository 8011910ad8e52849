#include "tincan/sim/memory_store.hpp"

#include <algorithm>
#include <utility>

namespace tincan::sim {

using chat::Message;

base::Result<chat::Snapshot> MemoryStore::load() {
  chat::Snapshot snapshot;
  for (const auto& [id, peer] : disk_.peers) snapshot.peers.push_back(peer);
  snapshot.blocked = {disk_.blocked.begin(), disk_.blocked.end()};
  take_up_undelivered(snapshot);
  take_up_logs(snapshot);
  take_up_rooms(snapshot);
  snapshot.last_peer_id = disk_.last_peer_id;
  snapshot.last_entry_id = disk_.last_entry_id;
  return snapshot;
}

void MemoryStore::take_up_undelivered(chat::Snapshot& snapshot) {
  for (auto& [id, message] : disk_.messages) {
    if (!chat::is_undelivered(message.state) || disk_.places.contains(id)) continue;
    if (message.kind == chat::MessageKind::mandatory)
      message.state = chat::MessageState::cancelled;
    else
      snapshot.undelivered.push_back(message);
  }
}

void MemoryStore::take_up_logs(chat::Snapshot& snapshot) const {
  for (const auto& [name, log] : disk_.logs) {
    snapshot.logs.push_back(log);
    const auto entries = disk_.entries.find(name);
    if (log.room || entries == disk_.entries.end()) continue;
    for (auto it = entries->second.upper_bound(log.acked); it != entries->second.end(); ++it) {
      const auto& message = disk_.messages.at(it->second.message);
      if (message.direction == chat::Direction::out && chat::is_line(message.kind))
        snapshot.unacknowledged.push_back({log.peer, log.conversation, it->first, message.id, message.kind});
    }
  }
}

void MemoryStore::put_peer(const chat::Peer& peer) {
  record([peer](Disk& disk) {
    disk.peers[peer.id] = peer;
    disk.last_peer_id = std::max(disk.last_peer_id, peer.id.value);
  });
}

void MemoryStore::forget_peer(base::PeerId peer) {
  record([peer](Disk& disk) { disk.peers.erase(peer); });
}

void MemoryStore::append(const Message& message) {
  record([message](Disk& disk) { disk.append(message); });
}

void MemoryStore::set_state(base::EntryId entry, chat::MessageState state, const std::string& why,
                            std::uint32_t pieces_sent, wire::Dialect dialect) {
  record([=](Disk& disk) {
    auto& message = disk.messages.at(entry);
    message.state = state;
    message.why = why;
    message.pieces_sent = pieces_sent;
    message.dialect = dialect;
  });
}

void MemoryStore::add_block(const chat::BlockRule& rule) {
  record([rule](Disk& disk) { disk.blocked.insert(rule); });
}

void MemoryStore::remove_block(const chat::BlockRule& rule) {
  record([rule](Disk& disk) { disk.blocked.erase(rule); });
}

void MemoryStore::append_logged(Message message, const base::Digest& conversation, const base::PublicKey& author,
                                wire::LogEntry entry) {
  record([message = std::move(message), conversation, author, entry = std::move(entry)](Disk& disk) {
    disk.enter(message, {conversation, author}, entry);
  });
}

void MemoryStore::log_message(Message message, const base::Digest& conversation, const base::PublicKey& author,
                              wire::LogEntry entry) {
  append_logged(std::move(message), conversation, author, std::move(entry));
}

void MemoryStore::put_log(const chat::LogState& log) {
  record([log](Disk& disk) { disk.logs[{log.conversation, log.author}] = log; });
}

void MemoryStore::merge_peer(base::PeerId from, base::PeerId to) {
  record([from, to](Disk& disk) { disk.merge(from, to); });
}

base::Result<void> MemoryStore::commit() {
  if (is_full) return base::fail(base::ErrorCode::no_space, "the disk is full");
  ++commits;
  for (const auto& change : std::exchange(pending_, {})) change(disk_);
  return {};
}

namespace {

// The lines between the two ends of the query, both of which are lines of the same order.
template<class Rank>
bool is_between(const Rank& rank, const std::optional<Rank>& after, const std::optional<Rank>& before) {
  return !(after && rank <= *after) && !(before && rank >= *before);
}

} // namespace

// Lines of one peer or room stand by their places; those of all as they came.
std::vector<Message> MemoryStore::ranked(const chat::HistoryQuery& query) const {
  const auto rank_of = [&](base::EntryId id) -> Disk::Rank {
    const auto found = disk_.messages.find(id);
    if ((!query.peer && !query.room) || found == disk_.messages.end()) return {0, {}, id};
    return disk_.rank(found->second);
  };
  const auto before = query.before ? std::optional(rank_of(*query.before)) : std::nullopt;
  const auto after = query.after ? std::optional(rank_of(*query.after)) : std::nullopt;
  std::vector<std::pair<Disk::Rank, Message>> lines;
  for (const auto& [id, message] : disk_.messages) {
    const bool is_asked_for = query.room   ? message.room == *query.room
                              : query.peer ? message.peer == *query.peer
                                           : true;
    if (!is_asked_for || !chat::is_line(message.kind) || !disk_.counts(id)) continue;
    const auto rank = rank_of(id);
    if (!is_between(rank, after, before)) continue;
    auto shown = *disk_.shown(id);
    if (shown.text.untrusted_bytes().find(query.search) == std::string::npos) continue;
    lines.emplace_back(rank, std::move(shown));
  }
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Message> result;
  for (auto& [rank, message] : lines) result.push_back(std::move(message));
  return result;
}

base::Result<chat::HistoryPage> MemoryStore::history(const chat::HistoryQuery& query) {
  chat::HistoryPage page{ranked(query), false};
  page.has_more = page.messages.size() > query.limit;
  if (!page.has_more) return page;
  const auto surplus = static_cast<std::ptrdiff_t>(page.messages.size() - query.limit);
  if (query.after)
    page.messages.erase(page.messages.end() - surplus, page.messages.end());
  else
    page.messages.erase(page.messages.begin(), page.messages.begin() + surplus);
  return page;
}

base::Result<Message> MemoryStore::find_message(base::EntryId entry) {
  auto message = disk_.shown(entry);
  if (!message || (chat::is_line(message->kind) && !disk_.counts(entry)))
    return base::fail(base::ErrorCode::bad_argument, "there is no such message");
  return std::move(*message);
}

base::Result<std::vector<wire::LogEntry>> MemoryStore::read_log(const base::Digest& conversation,
                                                                const base::PublicKey& author, std::uint64_t first,
                                                                std::uint64_t last, std::size_t max_bytes) {
  std::vector<wire::LogEntry> result;
  std::size_t bytes = 0;
  for (auto seq = first; seq <= last; ++seq) {
    const auto* logged = disk_.logged({conversation, author}, seq);
    if (!logged || (!result.empty() && bytes >= max_bytes)) break;
    bytes += 120 + logged->entry.body.untrusted_bytes().size(); // about what its header and signature take
    result.push_back(logged->entry);
  }
  return result;
}

base::Result<std::vector<chat::LogState>> MemoryStore::find_logs(const base::Digest& conversation) {
  std::vector<chat::LogState> logs;
  for (const auto& [name, log] : disk_.logs)
    if (log.conversation == conversation) logs.push_back(log);
  return logs;
}

base::Result<std::optional<chat::LoggedMessage>>
MemoryStore::find_logged(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq) {
  const auto* logged = disk_.logged({conversation, author}, seq);
  if (!logged) return std::nullopt;
  const auto message = *disk_.shown(logged->message);
  return chat::LoggedMessage{message.id,   logged->entry.hash, logged->entry.order_us,
                             message.kind, message.direction,  message.is_deleted};
}

base::Result<std::optional<wire::EntryRef>> MemoryStore::place_of(base::EntryId message) {
  const auto place = disk_.places.find(message);
  if (place == disk_.places.end()) return std::nullopt;
  return wire::EntryRef{place->second.log.second, place->second.seq, disk_.logged(message)->entry.hash};
}

base::Result<std::vector<chat::MessageForm>> MemoryStore::forms_of(base::EntryId message) {
  auto forms = disk_.forms(message);
  if (forms.empty()) return base::fail(base::ErrorCode::bad_argument, "there is no such message");
  return forms;
}

} // namespace tincan::sim
