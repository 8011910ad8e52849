#include "tincan/sim/disk.hpp"

#include <algorithm>

namespace tincan::sim {

using wire::EntryKind;

namespace {

bool is_change(EntryKind kind) {
  return kind == EntryKind::edit || kind == EntryKind::deletion || kind == EntryKind::reaction;
}

bool is_text(EntryKind kind) { return kind == EntryKind::text || kind == EntryKind::guest; }

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
  if (is_text(entry.kind)) destroy_if_deleted(log, {log.second, entry.seq, entry.hash});
  const bool may_destroy = entry.kind == EntryKind::edit || entry.kind == EntryKind::deletion;
  if (may_destroy && entry.target) destroy_if_deleted(log, *entry.target);
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

// The author of the log deleted that text of its own, which may still be to come.
void Disk::destroy_if_deleted(const LogName& log, const wire::EntryRef& text) {
  std::vector<Place> edits;
  bool is_deleted = false;
  for (const auto& change : changes[text.hash]) {
    const auto& entry = logged(change.log, change.seq)->entry;
    if (change.log != log || *entry.target != text) continue;
    if (entry.kind == EntryKind::edit) edits.push_back(change);
    if (entry.kind == EntryKind::deletion && counts(change)) is_deleted = true;
  }
  if (!is_deleted) return;
  for (const auto& edit : edits) destroy(edit);
  const auto* here = logged(log, text.seq);
  if (here && is_text(here->entry.kind) && here->entry.hash == text.hash) destroy({log, text.seq});
}

bool Disk::is_deleted(const Place& text) const { return !effects_on(text, EntryKind::deletion, true).empty(); }

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
  const auto& entry = logged(change.log, change.seq)->entry;
  if (!entry.target) return std::nullopt;
  const Place place{{change.log.first, entry.target->author}, entry.target->seq};
  const auto* about = logged(place.log, place.seq);
  if (!about || about->entry.hash != entry.target->hash) return std::nullopt;
  const bool is_reaction = entry.kind == EntryKind::reaction;
  const bool may_be = is_reaction ? chat::is_line(messages.at(about->message).kind) : is_text(about->entry.kind);
  return may_be ? std::optional(place) : std::nullopt;
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

std::vector<Disk::Place> Disk::effects_on(const Place& text, EntryKind kind, bool by_its_author) const {
  auto result = changes_of(text, kind, by_its_author);
  std::erase_if(result, [this](const auto& change) { return !has_effect(change); });
  return result;
}

chat::MessageState Disk::state_of(const Place& place, const chat::Message& message) const {
  if (message.direction == chat::Direction::in) return chat::MessageState::received;
  const auto log = logs.find(place.log);
  if (message.room || log == logs.end()) return chat::MessageState::queued;
  if (place.seq <= log->second.read) return chat::MessageState::read;
  return place.seq <= log->second.acked ? chat::MessageState::delivered : chat::MessageState::queued;
}

// The newest of each author; an empty one was taken back. Ours first.
void Disk::add_reactions(const Place& text, chat::Message& message) const {
  std::map<std::pair<bool, base::PublicKey>, base::PeerText> newest;
  for (const auto& place : effects_on(text, EntryKind::reaction, false)) {
    const auto& change = messages.at(logged(place.log, place.seq)->message);
    newest[{change.direction != chat::Direction::out, place.log.second}] = change.text;
  }
  message.reactions.clear();
  for (const auto& [whose, reaction] : newest)
    if (!reaction.empty())
      message.reactions.push_back({!whose.first, reaction, message.room ? whose.second : base::PublicKey{}});
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
  if (message.room) message.author = place->second.log.second;
  if (entry.target)
    if (const auto* target = logged({place->second.log.first, entry.target->author}, entry.target->seq))
      if (target->entry.hash == entry.target->hash && counts(target->message)) message.about = target->message;
  if (!chat::is_line(message.kind)) return message;
  add_reactions(place->second, message);
  if (!is_text(entry.kind)) return message;
  const auto edits = effects_on(place->second, EntryKind::edit, true);
  message.is_deleted = is_deleted(place->second);
  message.is_edited = !edits.empty() && !message.is_deleted;
  if (message.is_edited) message.text = messages.at(logged(edits.back().log, edits.back().seq)->message).text;
  if (message.is_edited) message.is_readable = true;
  return message;
}

std::vector<chat::MessageForm> Disk::forms(base::EntryId id) const {
  const auto found = messages.find(id);
  if (found == messages.end()) return {};
  std::vector<chat::MessageForm> result{{found->second.text, found->second.time}};
  const auto place = places.find(id);
  if (place == places.end() || is_deleted(place->second)) return result;
  for (const auto& edit : effects_on(place->second, EntryKind::edit, true)) {
    const auto& form = messages.at(logged(edit.log, edit.seq)->message);
    result.push_back({form.text, form.time});
  }
  return result;
}

Disk::Rank Disk::rank(const chat::Message& message) const {
  if (const auto* entry = logged(message.id)) return {entry->entry.order_us, entry->entry.hash, message.id};
  return {message.order_us != 0 ? message.order_us : message.time.ms * 1'000, {}, message.id};
}

} // namespace tincan::sim
