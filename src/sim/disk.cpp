#include "tincan/sim/disk.hpp"

#include <algorithm>

namespace tincan::sim {

using wire::EntryKind;

namespace {

bool is_change(EntryKind kind) {
  return kind == EntryKind::edit || kind == EntryKind::deletion || kind == EntryKind::reaction;
}

void destroy_body(wire::LogEntry& entry) {
  entry.body = {};
  entry.salt = {};
  entry.has_body = false;
}

} // namespace

void Disk::append(const chat::Message& message) {
  messages[message.id] = message;
  last_entry_id = std::max(last_entry_id, message.id.value);
}

void Disk::enter(const chat::Message& message, const LogName& log, const wire::LogEntry& entry) {
  leave_place(message.id);
  append(message);
  const Place place{log, entry.seq};
  entries[log][entry.seq] = {message.id, entry};
  places[message.id] = place;
  if (is_change(entry.kind) && entry.target) changes[entry.target->hash].push_back(place);
  if (entry.kind == EntryKind::text) destroy_if_deleted(place);
  if (entry.kind != EntryKind::edit && entry.kind != EntryKind::deletion) return;
  if (const auto target = target_of(place)) destroy_if_deleted(*target);
}

void Disk::leave_place(base::EntryId message) {
  const auto found = places.find(message);
  if (found == places.end()) return;
  const auto& place = found->second;
  const auto* old = logged(place.log, place.seq);
  if (old && old->message == message) {
    if (old->entry.target)
      std::erase_if(changes[old->entry.target->hash],
                    [&](const auto& change) { return change.log == place.log && change.seq == place.seq; });
    entries[place.log].erase(place.seq);
  }
  places.erase(found);
}

// A body that its author deleted is gone in every form.
void Disk::destroy(const Place& target) {
  auto& logged = entries[target.log][target.seq];
  destroy_body(logged.entry);
  messages[logged.message].text = {};
}

void Disk::destroy_if_deleted(const Place& text) {
  if (!is_deleted(text)) return;
  destroy(text);
  for (const auto& edit : changes_of(text, EntryKind::edit, true)) destroy(edit);
}

bool Disk::is_deleted(const Place& text) const { return !changes_of(text, EntryKind::deletion, true).empty(); }

void Disk::merge(base::PeerId from, base::PeerId to) {
  for (auto& [id, message] : messages)
    if (message.peer == from) message.peer = to;
  for (auto& [name, log] : logs)
    if (log.peer == from) log.peer = to;
}

const Disk::Logged* Disk::logged(const LogName& log, std::uint64_t seq) const {
  const auto found = entries.find(log);
  if (found == entries.end()) return nullptr;
  const auto entry = found->second.find(seq);
  return entry == found->second.end() ? nullptr : &entry->second;
}

const Disk::Logged* Disk::logged(base::EntryId message) const {
  const auto place = places.find(message);
  return place == places.end() ? nullptr : logged(place->second.log, place->second.seq);
}

std::optional<Disk::Place> Disk::target_of(const Place& change) const {
  const auto& target = logged(change.log, change.seq)->entry.target;
  if (!target) return std::nullopt;
  const Place place{{change.log.first, target->author}, target->seq};
  const auto* text = logged(place.log, place.seq);
  if (!text || text->entry.kind != EntryKind::text || text->entry.hash != target->hash) return std::nullopt;
  return place;
}

// In the order of their authors, then of their places in the log.
std::vector<Disk::Place> Disk::changes_of(const Place& text, EntryKind kind, bool by_its_author) const {
  std::vector<Place> result;
  const auto* about = logged(text.log, text.seq);
  const auto found = about ? changes.find(about->entry.hash) : changes.end();
  if (found == changes.end()) return result;
  for (const auto& change : found->second) {
    const auto target = target_of(change);
    if (!target || target->log != text.log || target->seq != text.seq) continue;
    if (logged(change.log, change.seq)->entry.kind != kind) continue;
    if (!by_its_author || change.log == text.log) result.push_back(change);
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return std::tie(a.log, a.seq) < std::tie(b.log, b.seq); });
  return result;
}

chat::MessageState Disk::state_of(const Place& place, const chat::Message& message) const {
  if (message.direction == chat::Direction::in) return chat::MessageState::received;
  const auto log = logs.find(place.log);
  if (log == logs.end()) return chat::MessageState::queued;
  if (place.seq <= log->second.read) return chat::MessageState::read;
  return place.seq <= log->second.acked ? chat::MessageState::delivered : chat::MessageState::queued;
}

// The newest of each side; an empty one was taken back. Ours first.
void Disk::add_reactions(const Place& text, chat::Message& message) const {
  std::optional<chat::Reaction> ours, theirs;
  for (const auto& place : changes_of(text, EntryKind::reaction, false)) {
    const auto& change = messages.at(logged(place.log, place.seq)->message);
    const bool is_own = change.direction == chat::Direction::out;
    (is_own ? ours : theirs) = chat::Reaction{is_own, change.text};
  }
  message.reactions.clear();
  for (const auto& reaction : {ours, theirs})
    if (reaction && !reaction->text.empty()) message.reactions.push_back(*reaction);
}

std::optional<chat::Message> Disk::shown(base::EntryId id) const {
  const auto found = messages.find(id);
  if (found == messages.end()) return std::nullopt;
  auto message = found->second;
  const auto place = places.find(id);
  if (place == places.end()) return message;
  const auto& entry = logged(id)->entry;
  message.state = state_of(place->second, message);
  message.order_us = entry.order_us;
  if (entry.target)
    if (const auto* target = logged({place->second.log.first, entry.target->author}, entry.target->seq))
      if (target->entry.hash == entry.target->hash) message.about = target->message;
  if (entry.kind != EntryKind::text) return message;
  const auto edits = changes_of(place->second, EntryKind::edit, true);
  message.is_deleted = is_deleted(place->second);
  message.is_edited = !edits.empty() && !message.is_deleted;
  if (message.is_edited) message.text = messages.at(logged(edits.back().log, edits.back().seq)->message).text;
  add_reactions(place->second, message);
  return message;
}

std::vector<chat::MessageForm> Disk::forms(base::EntryId id) const {
  const auto found = messages.find(id);
  if (found == messages.end()) return {};
  std::vector<chat::MessageForm> result{{found->second.text, found->second.time}};
  const auto place = places.find(id);
  if (place == places.end() || is_deleted(place->second)) return result;
  for (const auto& edit : changes_of(place->second, EntryKind::edit, true)) {
    const auto& form = messages.at(logged(edit.log, edit.seq)->message);
    result.push_back({form.text, form.time});
  }
  return result;
}

base::EntryId Disk::last_own_line(base::PeerId peer) const {
  for (auto it = messages.rbegin(); it != messages.rend(); ++it) {
    const auto& [id, message] = *it;
    if (message.peer != peer || message.direction != chat::Direction::out || !chat::is_line(message.kind)) continue;
    if (!shown(id)->is_deleted) return id;
  }
  return {};
}

Disk::Rank Disk::rank(const chat::Message& message) const {
  if (const auto* entry = logged(message.id)) return {entry->entry.order_us, entry->entry.hash, message.id};
  return {message.order_us != 0 ? message.order_us : message.time.ms * 1'000, {}, message.id};
}

} // namespace tincan::sim
