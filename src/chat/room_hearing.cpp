// What others write in rooms: whether it may be taken, what it says, and what becomes of what was said before.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/mention.hpp"
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"
#include "tincan/chat/settings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using wire::ByeCode;
using wire::EntryKind;

constexpr base::Millis wrong_clock_pause{60'000}; // then it may be right, or time may have passed
constexpr base::Millis full_pause{600'000};       // of an author that filled what we keep of it
constexpr base::Millis news_age{300'000};         // older entries are history: no measure for them
constexpr std::size_t max_offered_keys = 4'096;   // that may be of this room
constexpr std::size_t revealed_at_once = 1'000;   // lines whose key came, in one turn
constexpr base::Millis reveal_pause{1'000};       // after the store could not be read

MessageKind kind_in_room(EntryKind kind) {
  switch (kind) {
  case EntryKind::text:
  case EntryKind::guest: return MessageKind::text;
  case EntryKind::edit: return MessageKind::edit;
  case EntryKind::deletion: return MessageKind::deletion;
  case EntryKind::reaction: return MessageKind::reaction;
  case EntryKind::change: return MessageKind::change;
  case EntryKind::read: return MessageKind::read_marker;
  case EntryKind::invitation: break; // it belongs between two
  }
  return MessageKind::unknown;
}

std::int64_t micros(base::Millis span) { return std::chrono::microseconds(span).count(); }

} // namespace

// Changes come from whoever is, was or may become a member; lines up to the last that counts: those between that do not
// count are part of the chain, and stay hidden.
bool RoomTalk::may_take(const Room& room, RoomPart part, const base::PublicKey& author, std::uint64_t seq) const {
  if (author == ground_.keys.own()) return false;
  const auto phase = room.record.phase;
  const bool may_be_undone = phase == RoomPhase::removed && part == RoomPart::changes;
  if (phase != RoomPhase::joined && phase != RoomPhase::joining && !may_be_undone) return false;
  if (!room.logs.find(part, author) && !room.logs.can_add(part)) return false;
  const auto* member = room.state.member(author);
  if (part == RoomPart::changes) {
    if (seq > RoomLog::max_changes_of_one) return false; // no room keeps more
    if (author == room.record.creator) return true;
    return room.state.is_founded() && (member || !room.record.is_private);
  }
  return member && !member->lines.empty() && seq <= member->lines.back().last;
}

// So much at once, then so much in a second: what is more waits at its author's, and is asked for later. A newcomer
// wants all of it, and what is old is history.
bool RoomTalk::is_measured(const Room& room, const wire::LogEntry& newest, base::Now now) {
  return room.was_caught_up && newest.order_us >= now.wall.ms * 1000 - micros(news_age);
}

bool RoomTalk::is_in_measure(Room& room, const wire::Entries& entries, base::Now now) {
  if (!is_measured(room, entries.entries.back(), now)) return true;
  auto& flow = room.flows[entries.author];
  const auto seconds = std::chrono::duration<double>(now.tick - flow.at).count();
  if (flow.at != base::Tick{}) flow.lines = std::min(author_burst, flow.lines + seconds * author_rate);
  flow.at = now.tick;
  if (flow.lines <= 0) {
    const auto wait = std::chrono::milliseconds(static_cast<std::int64_t>((200 - flow.lines) / author_rate * 1000));
    room.sync.slow_down(RoomPart::lines, entries.author, now.tick + wait);
    return false;
  }
  return true;
}

// Only what its author signed, and once: nobody else can use up what it may say.
void RoomTalk::count_to_measure(Room& room, const base::PublicKey& author, const std::vector<wire::LogEntry>& taken,
                                base::Now now) {
  if (is_measured(room, taken.back(), now)) room.flows[author].lines -= static_cast<double>(taken.size());
}

// Whether a frame of somebody else's may be taken at this moment; if not, when it is asked for again.
bool RoomTalk::may_come_now(Room& room, RoomPart part, const wire::Entries& entries, base::Now now) {
  const auto& author = entries.author;
  const auto first = entries.entries.front().seq;
  const auto* log = room.logs.find(part, author);
  if (!may_take(room, part, author, first)) return false;
  if (part == RoomPart::changes && first > (log ? log->state().last : 0) + 1) return false;
  if (entries.entries.back().order_us > now.wall.ms * 1000 + micros(clock_ahead)) {
    room.sync.slow_down(part, author, now.tick + wrong_clock_pause);
    if (!std::exchange(room.has_warned_clock, true))
      ground_.turn.tell(Notice{Notice::What::too_much, peer_of(author),
                               fmt::format("the clock of {} in {} is more than a day ahead: what it writes waits",
                                           member_name(room.record.id, author), alias_of(room.record))});
    return false;
  }
  if (part == RoomPart::changes) return true;
  std::uint64_t bytes = log ? log->state().bytes : 0;
  for (const auto& entry : entries.entries) bytes += entry.body.untrusted_bytes().size();
  if (bytes > room_author_bytes) {
    room.sync.slow_down(part, author, now.tick + full_pause);
    return false;
  }
  return is_in_measure(room, entries, now);
}

// Entries that we signed and do not have: this profile is older than it was, or a copy. Their signature is the proof.
void RoomTalk::hear_own(Room& room, RoomPart part, const base::PublicKey& from, wire::Entries entries, base::Now now) {
  auto& log = room.logs.log(part, ground_.keys.own());
  if (log.state().is_frozen) return;
  auto copy = log;
  const auto taken = copy.take(std::move(entries));
  if (!taken) return ground_.end_link(peer_of(from), ByeCode::bad_entry, taken.error().text, now);
  using Outcome = AuthorLog::Taken::Outcome;
  if (taken->outcome == Outcome::fresh || taken->outcome == Outcome::equivocation) freeze_own(room, part, from);
}

void RoomTalk::hear_entries(const base::PublicKey& from, wire::Entries entries, base::Now now) {
  const auto found = find(entries.conversation);
  auto* const room = found.first;
  const auto part = found.second;
  if (!room)
    return ground_.end_link(peer_of(from), ByeCode::bad_entry,
                            "entries of another author, or of an unknown conversation", now);
  if (!room->links.contains(from) || entries.entries.empty()) return;
  const auto author = entries.author.is_zero() ? from : entries.author;
  entries.author = author;
  const auto first = entries.entries.front().seq;
  const bool is_answer = entries.is_answer;
  const auto hops = std::min(entries.hops, max_receipt_hops);
  if (is_answer) room->sync.answered(from, part, author, now);
  if (author == ground_.keys.own()) return hear_own(*room, part, from, std::move(entries), now);
  const auto* known = room->logs.find(part, author);
  const auto here = known ? known->state().last : 0;
  if (!may_come_now(*room, part, entries, now)) // it is asked for when it can be taken
    return room->sync.showed(from, part, author, entries.entries.back().seq, now);
  auto& log = room->logs.log(part, author);
  if (log.state().is_frozen) return;
  auto prev = entries.prev;
  const auto hash_here = log.state().last_hash;
  auto taken = log.take(std::move(entries));
  using Outcome = AuthorLog::Taken::Outcome;
  if (!taken) return ground_.end_link(peer_of(from), ByeCode::bad_entry, taken.error().text, now);
  if (taken->outcome == Outcome::equivocation) return freeze(*room, log);
  if (taken->outcome == Outcome::apart) return room->sync.showed(from, part, author, taken->newest.seq, now);
  if (taken->outcome == Outcome::known) {
    if (!is_answer && room->overlay.duplicate(author, from)) put(from, wire::Prune{room->record.room});
    return;
  }
  if (is_answer)
    room->sync.brought(from, part, author);
  else
    room->sync.flows(part, author, now);
  const bool is_way_known = hops > 0 || from == author;
  if (!is_answer) room->overlay.fresh(author, from, is_way_known ? hops + 1 : 0);
  if (part == RoomPart::lines) room->hops[author] = is_way_known ? hops + 1 : 0;
  if (part == RoomPart::lines) count_to_measure(*room, author, taken->entries, now);
  room->came_from[author] = from;
  room->touched.insert({part, author});
  room->fresh.insert({part, author});
  room->untold.insert({part, author});
  // What does not stand in one piece, from a known hash to a signature, is not passed on: others ask for it.
  const auto begins = taken->entries.front().seq;
  if (begins != first) prev = begins == here + 1 ? hash_here : base::Digest{};
  const bool is_whole = taken->entries.back().seq - begins + 1 == taken->entries.size() &&
                        taken->entries.back().signature && (begins == 1 || !prev.is_zero());
  if (!is_whole)
    for (auto& link : room->links) link.second.lacks_some = true;
  if (is_whole && !room->overlay.eager(author, from).empty())
    room->pushes.push_back({part, author, prev, taken->entries, from, is_way_known ? hops + 1 : 0});
  for (auto& entry : taken->entries) {
    if (part == RoomPart::changes)
      store_change(*room, author, std::move(entry), now);
    else
      store_line(*room, author, std::move(entry), taken->is_late, now);
  }
}

void RoomTalk::freeze(Room& room, AuthorLog& log) {
  log.state().is_frozen = true;
  const auto& author = log.state().author;
  for (const auto part : {RoomPart::changes, RoomPart::lines})
    if (room.logs.find(part, author) == &log) room.touched.insert({part, author});
  ground_.turn.tell(Notice{
      Notice::What::log_frozen, peer_of(author),
      fmt::format("{} has signed two different messages for the same place in {}: its program was copied or restored "
                  "from a backup, or somebody else has its key. What it writes there is not taken any more.",
                  member_name(room.record.id, author), alias_of(room.record))});
}

void RoomTalk::store_change(Room& room, const base::PublicKey& author, wire::LogEntry entry, base::Now now) {
  room.logs.seen(entry.order_us);
  auto message = draft(room, MessageKind::change, entry.body.untrusted_bytes(), now);
  message.author = author;
  message.direction = Direction::in;
  message.state = MessageState::received;
  message.team = {};
  message.order_us = entry.order_us;
  take_change(room, author, entry);
  ground_.store.append_logged(std::move(message), room.record.room, author, std::move(entry));
}

void RoomTalk::take_change(Room& room, const base::PublicKey& author, const wire::LogEntry& entry) {
  const auto& body = entry.body.untrusted_bytes();
  auto change = wire::decode_room_change(body);
  if (!change) return;
  const auto* admit = std::get_if<wire::Admit>(&*change);
  if (admit && admit->member == ground_.keys.own() && !admit->sealed.empty())
    if (const auto opened = ground_.keys.unseal(admit->sealed))
      if (const auto keys = wire::decode_keys(*opened); keys && room.offered.size() < max_offered_keys)
        room.offered.insert(keys->begin(), keys->end());
  room.state.add({{author, entry.seq, entry.hash}, entry.order_us, std::move(*change)}, body);
}

// What a body says to us; none when its key is not here. A guest's name goes into `guest`.
std::optional<base::PeerText> RoomTalk::readable(const Room& room, const base::PublicKey& author,
                                                 const wire::LogEntry& entry, base::PeerText& guest) const {
  if (!entry.has_body) return base::PeerText{};
  auto plain = entry.body;
  if (room.record.is_private && !plain.empty()) {
    const EpochKeys::Place place{room.logs.id(RoomPart::lines), author, entry.seq, entry.kind};
    auto opened = room.keys.open_body(place, plain.untrusted_bytes());
    if (!opened) return std::nullopt;
    plain = base::PeerText(std::move(*opened));
  }
  if (entry.kind != EntryKind::guest) return plain;
  auto line = wire::decode_guest_line(plain.untrusted_bytes());
  if (!line) return base::PeerText{};
  guest = std::move(line->name);
  return std::move(line->text);
}

void RoomTalk::store_line(Room& room, const base::PublicKey& author, wire::LogEntry entry, bool is_late,
                          base::Now now) {
  if (entry.kind == EntryKind::reaction && !room.record.is_private &&
      entry.body.untrusted_bytes().size() > max_reaction_bytes)
    wire::drop_body(entry);
  auto message = draft(room, kind_in_room(entry.kind), {}, now);
  message.author = author;
  message.direction = Direction::in;
  message.state = MessageState::received;
  const auto* member = room.state.member(author);
  message.team = member ? member->name : base::PeerText{};
  message.is_guest = message.clear = entry.kind == EntryKind::guest;
  base::PeerText guest;
  const auto text = readable(room, author, entry, guest);
  message.is_readable = text.has_value();
  if (!text) room.hides = true;
  if (text) message.text = *text;
  if (message.is_guest) message.team = guest;
  message.was_cut = !entry.has_body && (entry.kind == EntryKind::text || entry.kind == EntryKind::guest);
  message.order_us = entry.order_us;
  message.has_doubtful_time = entry.wall_ms > now.wall.ms + clock_tolerance.count() || entry.wall_ms < earliest_ms;
  message.time = message.has_doubtful_time ? now.wall : base::WallTime{entry.wall_ms};
  message.is_late =
      room.was_caught_up && (is_late || entry.order_us + micros(late_after) < room.logs.newest_order_us());
  room.logs.seen(entry.order_us);
  const auto& lines = room.logs.id(RoomPart::lines);
  if (entry.target && entry.kind == EntryKind::text)
    if (const auto target = ground_.store.find_logged(lines, entry.target->author, entry.target->seq);
        target && *target && (*target)->hash == entry.target->hash)
      message.about = (*target)->message;
  const bool changes =
      entry.kind == EntryKind::edit || entry.kind == EntryKind::deletion || entry.kind == EntryKind::reaction;
  if (changes && entry.target) {
    const auto what = entry.kind == EntryKind::edit       ? MessageChanged::What::edited
                      : entry.kind == EntryKind::deletion ? MessageChanged::What::deleted
                                                          : MessageChanged::What::reacted;
    room.changes.push_back({what, false, lines, author, entry.seq, *entry.target, {}});
  }
  const bool counts = member && is_within(member->lines, entry.seq);
  const bool is_shown =
      is_line(message.kind) && (entry.has_body || message.was_cut) && counts && !ground_.blocks.is_blocked(author);
  ground_.store.append_logged(message, lines, author, std::move(entry));
  if (!is_shown) return;
  if (!ground_.foci.has(room.record.id)) {
    ++room.record.unread;
    if (mentions(message.text.untrusted_bytes(), ground_.settings.self.team)) ++room.record.mentions;
    room.is_record_changed = true;
  }
  if (room.record.is_hosted && !message.is_guest && ground_.hosted_line) ground_.hosted_line(message);
  auto team = message.team;
  ground_.turn.tell(MessageAdded{std::move(message), std::move(team), std::nullopt});
}

// Lines that came before their key did.
void RoomTalk::reveal(Room& room) {
  const bool hides = std::exchange(room.hides, false); // what came in this turn is found only after its commit
  const bool is_due = room.reveals_after && now_.tick >= *room.reveals_after;
  if (is_due) room.reveals_after.reset();
  if (!std::exchange(room.reveals, false) && !is_due) return;
  const auto& lines = room.logs.id(RoomPart::lines);
  const auto hidden = ground_.store.unreadable_lines(lines, revealed_at_once + room.unrevealed);
  if (!hidden) {
    room.reveals_after = now_.tick + reveal_pause;
    return;
  }
  std::size_t revealed = 0, left = 0;
  for (const auto& [author, seq] : *hidden) {
    const auto entries = ground_.store.read_log(lines, author, seq, seq, 1);
    if (!entries) room.reveals_after = now_.tick + reveal_pause;
    if (!entries || entries->empty()) continue;
    base::PeerText guest;
    auto text = readable(room, author, entries->front(), guest);
    if (!text) {
      ++left;
      continue;
    }
    const auto kind = entries->front().kind;
    const bool is_about_us = mentions(text->untrusted_bytes(), ground_.settings.self.team);
    if (is_about_us && !ground_.foci.has(room.record.id) && room.record.unread > 0) {
      ++room.record.mentions;
      room.is_record_changed = true;
    }
    ground_.store.reveal(lines, author, seq, std::move(*text));
    ++revealed;
    const bool is_text = kind == EntryKind::text || kind == EntryKind::guest;
    const auto target =
        is_text || !entries->front().target ? wire::EntryRef{author, seq, {}} : *entries->front().target;
    const auto what = is_text                   ? MessageChanged::What::revealed
                      : kind == EntryKind::edit ? MessageChanged::What::edited
                                                : MessageChanged::What::reacted;
    room.changes.push_back({what, false, lines, author, seq, target, {}});
  }
  room.unrevealed = left;
  room.reveals = hides || (hidden->size() >= revealed_at_once && revealed > 0);
}

// --- after a commit

// What edits, deletions, reactions and removals made of lines: the last of each kind for each line.
void RoomTalk::tell_changes(Room& room) {
  const auto changes = std::exchange(room.changes, {});
  std::map<std::tuple<base::PublicKey, std::uint64_t, MessageChanged::What>, std::size_t> last;
  for (std::size_t i = 0; i < changes.size(); ++i)
    last[{changes[i].target.author, changes[i].target.seq, changes[i].what}] = i;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i];
    if (change.by_us || last.at({change.target.author, change.target.seq, change.what}) == i) tell_change(room, change);
    if (change.request) ground_.turn.tell(Done{}, change.request);
  }
}

void RoomTalk::tell_change(Room& room, const Change& change) {
  using LineChange = MessageChanged::What;
  const auto* by = room.state.member(change.by);
  const bool counts = by && is_within(by->lines, change.by_seq);
  const bool is_about_span = change.what == LineChange::voided || change.what == LineChange::counted;
  const bool is_about_words = change.what == LineChange::edited || change.what == LineChange::deleted;
  if (is_about_words && change.by != change.target.author) return;
  if (!is_about_span && (!counts || ground_.blocks.is_blocked(change.by))) return;
  const auto place = ground_.store.find_logged(change.conversation, change.target.author, change.target.seq);
  if (!place || !*place || (!change.target.hash.is_zero() && (*place)->hash != change.target.hash)) return;
  auto message = ground_.store.find_message((*place)->message);
  if (!message || !is_line(message->kind) || ground_.blocks.is_blocked(change.target.author)) return;
  if (is_about_words && !is_text(message->kind)) return;
  complete(*message);
  auto team = message->team;
  ground_.turn.tell(MessageChanged{change.what, change.by_us, std::move(*message), std::move(team)}, change.request);
}

} // namespace tincan::chat
