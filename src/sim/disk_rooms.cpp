// What a disk holds of rooms, and which entries of a log count.
#include "tincan/sim/disk.hpp"

#include <algorithm>

namespace tincan::sim {

using wire::EntryKind;

void Disk::put(const chat::RoomKey& key) {
  const auto known = std::find_if(room_keys.begin(), room_keys.end(), [&](const auto& other) {
    return other.room == key.room && other.epoch == key.epoch;
  });
  if (known == room_keys.end())
    room_keys.push_back(key);
  else
    *known = key;
}

void Disk::reveal(const LogName& log, std::uint64_t seq, const base::PeerText& text) {
  const auto* entry = logged(log, seq);
  if (!entry || !entry->entry.has_body) return;
  auto& message = messages.at(entry->message);
  if (message.is_readable) return;
  message.text = text;
  message.is_readable = true;
}

// A deletion that begins to count destroys what it deletes.
void Disk::put_spans(const LogName& log, const std::vector<chat::LineSpan>& now) {
  if (const auto known = spans.find(log); known != spans.end() && known->second == now) return;
  spans[log] = now;
  const auto found = entries.find(log);
  if (found == entries.end()) return;
  for (const auto& [seq, logged] : found->second)
    if (logged.entry.kind == EntryKind::deletion && logged.entry.target) destroy_if_deleted(log, *logged.entry.target);
}

bool Disk::counts(const Place& place) const {
  const auto of_log = spans.find(place.log);
  return of_log == spans.end() || chat::is_within(of_log->second, place.seq);
}

bool Disk::counts(base::EntryId message) const {
  const auto place = places.find(message);
  return place == places.end() || counts(place->second);
}

bool Disk::has_effect(const Place& change) const {
  const auto* entry = logged(change.log, change.seq);
  if (!counts(change)) return false;
  return entry->entry.kind == EntryKind::deletion || (entry->entry.has_body && messages.at(entry->message).is_readable);
}

base::EntryId Disk::last_own_line(const std::function<bool(const chat::Message&)>& is_there) const {
  std::optional<Rank> last;
  for (const auto& [id, message] : messages) {
    const bool is_own = message.direction == chat::Direction::out && !message.is_guest && counts(id);
    if (!is_own || !chat::is_text(message.kind) || !is_there(message) || shown(id)->is_deleted) continue;
    if (const auto place = rank(message); !last || place > *last) last = place;
  }
  return last ? last->id : base::EntryId{};
}

base::EntryId Disk::last_own_line(base::PeerId peer) const {
  return last_own_line([peer](const chat::Message& message) { return message.peer == peer && !message.room; });
}

base::EntryId Disk::last_own_line(base::RoomId room) const {
  return last_own_line([room](const chat::Message& message) { return message.room == room; });
}

// Oldest first.
std::vector<chat::PlacedLine> Disk::find_lines(const base::Digest& conversation,
                                               const std::function<bool(const Place&)>& is_wanted) const {
  std::vector<std::pair<Rank, chat::PlacedLine>> ranked;
  for (auto log = entries.lower_bound({conversation, {}}); log != entries.end() && log->first.first == conversation;
       ++log)
    for (const auto& [seq, entry] : log->second)
      if (is_wanted({log->first, seq})) ranked.push_back({rank(messages.at(entry.message)), {log->first.second, seq}});
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<chat::PlacedLine> result;
  for (const auto& [rank, line] : ranked) result.push_back(line);
  return result;
}

std::vector<chat::PlacedLine> Disk::newest_lines(const base::Digest& conversation, std::size_t count) const {
  auto lines = find_lines(conversation, [this](const Place& place) {
    return counts(place) && chat::is_line(messages.at(logged(place.log, place.seq)->message).kind);
  });
  std::reverse(lines.begin(), lines.end());
  lines.resize(std::min(lines.size(), count));
  return lines;
}

std::vector<chat::PlacedLine> Disk::unreadable_lines(const base::Digest& conversation, std::size_t limit) const {
  auto lines = find_lines(conversation, [this](const Place& place) {
    const auto* entry = logged(place.log, place.seq);
    return entry->entry.has_body && !messages.at(entry->message).is_readable;
  });
  lines.resize(std::min(lines.size(), limit));
  return lines;
}

} // namespace tincan::sim
