// Entries: what we write, what the other side wrote, and what each has of the other.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/native_talk.hpp"
#include "tincan/chat/node.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <unordered_set>

namespace tincan::chat {

namespace {

using base::ErrorCode;
using wire::ByeCode;
using wire::EntryKind;

constexpr std::size_t max_reaction_bytes = 64;            // a few emoji, or a word
constexpr std::size_t max_recent_bytes = 2 * 1024 * 1024; // of our entries kept for sending, for each conversation
constexpr std::uint64_t row_bytes = 256;                  // what an entry without a text costs the disk, about
constexpr std::int64_t earliest_ms = 946'684'800'000;     // the year 2000: no clock of today shows less

MessageKind kind_of(EntryKind kind) {
  switch (kind) {
  case EntryKind::text: return MessageKind::text;
  case EntryKind::edit: return MessageKind::edit;
  case EntryKind::deletion: return MessageKind::deletion;
  case EntryKind::reaction: return MessageKind::reaction;
  case EntryKind::read: return MessageKind::read_marker;
  }
  return MessageKind::unknown;
}

std::size_t burst_size(const wire::LogEntry& entry) { return wire::encoded_size(entry); }

void drop_body(wire::LogEntry& entry) {
  entry.has_body = false;
  entry.body = {};
  entry.salt = {};
}

} // namespace

NativeTalk::Talk& NativeTalk::talk(base::PeerId peer) {
  const auto found = talks_.find(peer);
  if (found != talks_.end()) return found->second;
  auto& fresh = talks_.try_emplace(peer, ground_.keys, peer, *ground_.peers.view(peer).peer.key).first->second;
  take_up(fresh);
  if (fresh.conversation.own().last > 0) ground_.peers.keep(peer);
  return fresh;
}

// A peer that was forgotten, or that has its former key again, has logs here.
void NativeTalk::take_up(Talk& known) {
  const auto peer = known.conversation.peer();
  const auto logs = ground_.store.find_logs(known.conversation.id());
  if (!logs) return;
  for (const auto& log : *logs) {
    known.conversation.load(log);
    if (log.peer != peer) ground_.store.merge_peer(log.peer, peer);
  }
  known.conversation.set_peer(peer);
  known.committed_last = known.conversation.own().last;
}

NativeTalk::Talk* NativeTalk::talk_of(base::PeerId peer) {
  const auto found = talks_.find(peer);
  return found == talks_.end() ? nullptr : &found->second;
}

const NativeTalk::Talk* NativeTalk::talk_of(base::PeerId peer) const {
  const auto found = talks_.find(peer);
  return found == talks_.end() ? nullptr : &found->second;
}

// --- what we write

// Chained at once, signed when the burst ends.
wire::LogEntry& NativeTalk::write(base::PeerId peer, Message message, EntryKind kind,
                                  std::optional<wire::EntryRef> target, base::Now now) {
  auto& known = talk(peer);
  auto entry = known.conversation.write(kind, message.text, std::move(target), ground_.entropy, now.wall);
  message.order_us = entry.order_us;
  burst_.push_back({peer, std::move(message), std::move(entry)});
  touched_.insert(peer);
  ground_.peers.keep(peer);
  return burst_.back().entry;
}

// The last of each conversation is signed, and so many before it that a frame can always end with a signature.
void NativeTalk::close_burst() {
  std::map<base::PeerId, std::pair<std::size_t, std::size_t>> unsigned_since; // entries and bytes
  std::map<base::PeerId, std::size_t> last;
  for (std::size_t i = 0; i < burst_.size(); ++i) last[burst_[i].peer] = i;
  for (std::size_t i = 0; i < burst_.size(); ++i) {
    auto& [peer, message, entry, is_adopted] = burst_[i];
    auto& known = talk(peer);
    auto& [count, bytes] = unsigned_since[peer];
    bytes += burst_size(entry);
    if (last[peer] == i || ++count >= wire::max_burst_entries || bytes >= frame_target_bytes) {
      known.conversation.sign(entry);
      count = bytes = 0;
    }
    const auto& log = known.conversation.own();
    if (is_adopted)
      ground_.store.log_message(std::move(message), log.conversation, log.author, entry);
    else
      ground_.store.append_logged(std::move(message), log.conversation, log.author, entry);
    known.recent_bytes += burst_size(entry);
    known.recent.push_back(std::move(entry));
    while (known.recent_bytes > max_recent_bytes) {
      known.recent_bytes -= burst_size(known.recent.front());
      known.recent.pop_front();
    }
  }
  burst_.clear();
}

base::Result<Message> NativeTalk::say(base::PeerId peer, const std::string& text, MessageKind kind,
                                      base::EntryId reply_to, base::RequestId request, base::Now now) {
  auto& known = talk(peer);
  if (known.conversation.own().is_frozen)
    return base::fail(ErrorCode::refused,
                      "this profile was restored from a backup: nothing can be written to that peer "
                      "any more (tincan id --renew makes a new key)");
  std::optional<wire::EntryRef> target;
  if (reply_to) {
    auto whom = peer;
    const auto place = target_of(reply_to, whom);
    if (!place) return tl::unexpected(place.error());
    if (whom != peer) return base::fail(ErrorCode::bad_argument, "that message belongs to another conversation");
    target = *place;
  }
  const auto& view = ground_.peers.view(peer);
  Message message;
  message.id = ground_.new_entry();
  message.peer = peer;
  message.endpoint = view.peer.endpoint;
  message.direction = Direction::out;
  message.kind = kind;
  message.state = MessageState::queued;
  message.team = base::PeerText(ground_.settings.self.team);
  message.text = base::PeerText(base::to_valid_utf8(text));
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = now.wall;
  message.about = reply_to;
  const auto& entry = write(peer, message, EntryKind::text, target, now);
  message.order_us = entry.order_us;
  known.unacked.push_back({entry.seq, message.id, kind, request});
  ground_.turn.tell(MessageAdded{message, view.peer.team, std::nullopt}, request);
  return message;
}

void NativeTalk::adopt(Message message, base::RequestId request, base::Now now) {
  const auto peer = message.peer;
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.state = MessageState::queued;
  message.why.clear();
  message.pieces_sent = 0;
  auto& known = talk(peer);
  const auto id = message.id;
  const auto kind = message.kind;
  const auto& entry = write(peer, std::move(message), EntryKind::text, std::nullopt, now);
  burst_.back().is_adopted = true;
  known.unacked.push_back({entry.seq, id, kind, request});
  tell_state(known, known.unacked.back(), MessageState::queued);
}

base::Result<wire::EntryRef> NativeTalk::target_of(base::EntryId entry, base::PeerId& peer) {
  const auto message = ground_.store.find_message(entry);
  if (!message) return tl::unexpected(message.error());
  const auto place = ground_.store.place_of(entry);
  if (!place) return tl::unexpected(place.error());
  if (!*place || !is_line(message->kind))
    return base::fail(ErrorCode::bad_argument,
                      "that message is plain text: only tincans know replies, edits and reactions");
  if (message->is_deleted) return base::fail(ErrorCode::bad_argument, "that message was deleted");
  peer = message->peer;
  if (!ground_.peers.has(peer) || !ground_.peers.view(peer).peer.key)
    return base::fail(ErrorCode::unknown_peer, "its peer is not known any more");
  return **place;
}

void NativeTalk::change(base::PeerId peer, EntryKind kind, MessageKind message_kind, const std::string& text,
                        const wire::EntryRef& target, MessageChanged::What what, base::RequestId request,
                        base::Now now) {
  Message message;
  message.id = ground_.new_entry();
  message.peer = peer;
  message.endpoint = ground_.peers.view(peer).peer.endpoint;
  message.direction = Direction::out;
  message.kind = message_kind;
  message.state = MessageState::queued;
  message.team = base::PeerText(ground_.settings.self.team);
  message.text = base::PeerText(base::to_valid_utf8(text));
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = now.wall;
  const auto& log = talk(peer).conversation.own();
  const auto& entry = write(peer, std::move(message), kind, target, now);
  changes_.push_back({what, true, peer, log.conversation, {log.author, entry.seq, entry.hash}, target, request});
}

base::Result<void> NativeTalk::edit(const Edit& command, base::RequestId request, base::Now now) {
  base::PeerId peer;
  const auto target = target_of(command.entry, peer);
  if (!target) return tl::unexpected(target.error());
  if (target->author != ground_.keys.own())
    return base::fail(ErrorCode::bad_argument, "only what you wrote yourself can be edited");
  if (talk(peer).conversation.own().is_frozen)
    return base::fail(ErrorCode::refused, "nothing can be written to that peer");
  change(peer, EntryKind::edit, MessageKind::edit, command.text, *target, MessageChanged::What::edited, request, now);
  return {};
}

base::Result<void> NativeTalk::erase(base::EntryId entry, base::RequestId request, base::Now now) {
  base::PeerId peer;
  const auto target = target_of(entry, peer);
  if (!target) return tl::unexpected(target.error());
  if (target->author != ground_.keys.own())
    return base::fail(ErrorCode::bad_argument, "only what you wrote yourself can be deleted");
  auto& known = talk(peer);
  if (known.conversation.own().is_frozen) return base::fail(ErrorCode::refused, "nothing can be written to that peer");
  // What is still in memory to be sent goes without its text.
  for (auto& recent : known.recent)
    if (recent.seq == target->seq || (recent.kind == EntryKind::edit && recent.target == *target)) drop_body(recent);
  change(peer, EntryKind::deletion, MessageKind::deletion, {}, *target, MessageChanged::What::deleted, request, now);
  return {};
}

base::Result<void> NativeTalk::react(const React& command, base::RequestId request, base::Now now) {
  base::PeerId peer;
  const auto target = target_of(command.entry, peer);
  if (!target) return tl::unexpected(target.error());
  if (command.text.size() > max_reaction_bytes)
    return base::fail(ErrorCode::bad_argument, "a reaction is an emoji or a short word");
  if (talk(peer).conversation.own().is_frozen)
    return base::fail(ErrorCode::refused, "nothing can be written to that peer");
  change(peer, EntryKind::reaction, MessageKind::reaction, command.text, *target, MessageChanged::What::reacted,
         request, now);
  return {};
}

void NativeTalk::tell_read(base::PeerId peer, base::Now now) {
  if (!ground_.settings.tells_read) return;
  auto* known = talk_of(peer);
  if (!known || known->conversation.own().is_frozen) return;
  const auto& line = known->newest_line; // never a read marker, or two peers would answer each other for ever
  if (line.seq <= known->conversation.theirs().read) return;
  known->conversation.read_told(line.seq);
  Message message;
  message.id = ground_.new_entry();
  message.peer = peer;
  message.endpoint = ground_.peers.view(peer).peer.endpoint;
  message.direction = Direction::out;
  message.kind = MessageKind::read_marker;
  message.state = MessageState::queued;
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = now.wall;
  write(peer, std::move(message), EntryKind::read, line, now);
}

base::EntryId NativeTalk::waiting_mandatory(base::PeerId peer) const {
  const auto* known = talk_of(peer);
  if (!known) return {};
  for (const auto& line : known->unacked)
    if (line.kind == MessageKind::mandatory) return line.message;
  return {};
}

std::vector<base::EntryId> NativeTalk::waiting(base::PeerId peer) const {
  std::vector<base::EntryId> result;
  if (const auto* known = talk_of(peer))
    for (const auto& line : known->unacked) result.push_back(line.message);
  return result;
}

bool NativeTalk::waits(base::EntryId entry) const {
  return std::any_of(talks_.begin(), talks_.end(), [&](const auto& one) {
    return std::any_of(one.second.unacked.begin(), one.second.unacked.end(),
                       [&](const Unacked& line) { return line.message == entry; });
  });
}

std::uint32_t NativeTalk::waiting_count(base::PeerId peer) const {
  const auto* known = talk_of(peer);
  return known ? static_cast<std::uint32_t>(known->unacked.size()) : 0;
}

// All entries, also edits and reactions.
std::uint32_t NativeTalk::unacknowledged(base::PeerId peer) const {
  const auto* known = talk_of(peer);
  if (!known) return 0;
  const auto& own = known->conversation.own();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(own.last - own.acked, UINT32_MAX));
}

// --- what they have of ours

void NativeTalk::hear_have(NativeLink& link, const wire::Have& have, base::Now now) {
  if (!have.conversation.is_zero()) return; // of rooms, which we do not know yet
  auto& known = talk(link.peer);
  for (const auto& log : have.logs) {
    if (log.author != ground_.keys.own()) continue;
    auto& own = known.conversation;
    const auto newest = std::max(log.up_to, log.island_last);
    if (newest > own.own().last || is_not_ours(known, log)) return own_log_is_other_elsewhere(link, now);
    if (!link.sender.has_begun()) {
      link.sender.begin(log, own.own().last);
    } else if (!link.sender.acknowledged(log)) {
      return end(link.link, ByeCode::too_much, "an acknowledgement was taken back", now);
    }
    if (own.acknowledge(log.up_to)) {
      // *Delivered* is true without our writing it down: after a crash it is learnt anew. It can wait for company.
      lazy_.insert(link.peer);
      if (!lazy_due_) lazy_due_ = now.tick + lazy_write;
      update_view(link.peer);
      release_recent(known);
      delivered(known);
    }
    busy_links_.insert(link.link);
  }
}

// The last one that the peer has stays: what follows it names its hash.
void NativeTalk::release_recent(Talk& known) {
  auto& recent = known.recent;
  while (!recent.empty() && recent.front().seq < known.conversation.own().acked) {
    known.recent_bytes -= burst_size(recent.front());
    recent.pop_front();
  }
}

// In the place up to which it has our log stands another entry than here.
bool NativeTalk::is_not_ours(const Talk& known, const wire::LogExtent& extent) {
  const auto& own = known.conversation.own();
  if (extent.hash.is_zero() || extent.up_to == 0) return false;
  if (extent.up_to == own.last) return extent.hash != own.last_hash;
  const auto& recent = known.recent;
  if (!recent.empty() && recent.front().seq <= extent.up_to)
    return extent.hash != recent.at(extent.up_to - recent.front().seq).hash;
  const auto stored = ground_.store.find_logged(own.conversation, own.author, extent.up_to);
  return stored && *stored && (*stored)->hash != extent.hash;
}

// Somebody has entries that we signed and do not have: this profile is older than it was, or a copy.
void NativeTalk::own_log_is_other_elsewhere(NativeLink& link, base::Now) {
  auto& known = talk(link.peer);
  if (!known.conversation.own().is_frozen) {
    known.conversation.freeze_own();
    touched_.insert(link.peer);
    // It is a claim without a proof: a stranger's is not worth a new key. Who writes to that stranger is told then.
    if (!ground_.peers.is_contact(link.peer)) return;
    notice(
        Notice::What::restored_backup, link.peer,
        fmt::format("{} has messages from you that are not in this profile: it seems to be restored from a backup. "
                    "What you write to {} cannot be told apart from what you wrote before, so nothing is sent there. "
                    "Make a new key with: tincan id --renew",
                    shown_name(link.peer), shown_name(link.peer)));
  }
}

// Lines that the peer's disk has are delivered; those that it has not are not, whatever was true before.
void NativeTalk::delivered(Talk& known) {
  const auto acked = known.conversation.own().acked;
  while (!known.unacked.empty() && known.unacked.front().seq <= acked) {
    tell_state(known, known.unacked.front(), MessageState::delivered);
    known.unacked.pop_front();
  }
}

void NativeTalk::tell_state(const Talk& known, const Unacked& line, MessageState state) {
  Message message;
  message.id = line.message;
  message.peer = known.conversation.peer();
  message.direction = Direction::out;
  message.kind = line.kind;
  message.state = state;
  message.dialect = wire::Dialect::native;
  message.clear = false;
  StateChanged event{std::move(message), {}, {}};
  if (ground_.peers.has(known.conversation.peer())) {
    const auto& peer = ground_.peers.view(known.conversation.peer()).peer;
    event.message.endpoint = peer.endpoint;
    event.peer_team = peer.team;
  }
  if (line.kind == MessageKind::mandatory) state_reports_.push_back(event.message);
  ground_.turn.tell(std::move(event), line.request);
}

void NativeTalk::not_sent(Talk& known) {
  for (const auto& line : known.unacked) {
    if (line.seq > known.sent_up_to) break;
    tell_state(known, line, MessageState::queued);
  }
  known.sent_up_to = 0;
}

void NativeTalk::mark_sent(HistoryPage& page) const {
  std::unordered_set<base::EntryId> sent, waiting;
  for (const auto& [peer, known] : talks_)
    for (const auto& line : known.unacked) {
      if (line.seq <= known.sent_up_to) sent.insert(line.message);
      if (lazy_.contains(peer))
        waiting.insert(line.message);
      else if (line.seq > known.sent_up_to)
        break;
    }
  for (auto& message : page.messages) {
    if (message.state != MessageState::queued || message.dialect != wire::Dialect::native) continue;
    if (sent.contains(message.id))
      message.state = MessageState::sent;
    else if (lazy_.contains(message.peer) && !waiting.contains(message.id))
      message.state = MessageState::delivered;
  }
}

// --- sending

void NativeTalk::hear_want(NativeLink& link, const wire::Want& want, base::Now now) {
  if (!want.conversation.is_zero() || want.author != ground_.keys.own()) return;
  if (!link.sender.wants(want, talk(link.peer).committed_last))
    return end(link.link, ByeCode::too_much, "it asked for what it has, or for what there is not", now);
  busy_links_.insert(link.link);
}

// After a commit: what we have of theirs, then what they lack of ours.
void NativeTalk::push(NativeLink& link) {
  auto* known = talk_of(link.peer);
  if (!known) return;
  if (std::exchange(link.owes_have, false)) {
    wire::encode(known->conversation.have(), link.out);
    const auto missing = known->conversation.missing();
    if (missing && !link.wants_older) {
      link.wants_older = true;
      wire::encode(*missing, link.out);
    }
    if (!missing) link.wants_older = false;
  }
  if (known->conversation.own().is_frozen) return;
  while (const auto range = link.sender.next(known->committed_last))
    if (!push_range(link, *known, *range)) return;
}

bool NativeTalk::push_range(NativeLink& link, Talk& known, LogSender::Range range) {
  auto entries = entries_from(known, range);
  if (entries.empty()) return false;
  const auto& own = known.conversation.own();
  if (!entries.back().signature) known.conversation.sign(entries.back());
  wire::Entries frame;
  if (range.first > 1) {
    if (!known.recent.empty() && known.recent.front().seq < range.first) {
      frame.prev = known.recent.at(range.first - 1 - known.recent.front().seq).hash;
    } else {
      const auto before = ground_.store.find_logged(own.conversation, own.author, range.first - 1);
      if (!before || !*before) return false;
      frame.prev = (*before)->hash;
    }
  }
  range.last = entries.back().seq;
  frame.entries = std::move(entries);
  const auto size = link.out.size();
  wire::encode(frame, link.out);
  link.sender.sent(range, link.out.size() - size);
  return true;
}

std::vector<wire::LogEntry> NativeTalk::entries_from(Talk& known, LogSender::Range range) {
  std::vector<wire::LogEntry> entries;
  const auto& recent = known.recent;
  if (recent.empty() || recent.front().seq > range.first) {
    const auto& own = known.conversation.own();
    auto read = ground_.store.read_log(own.conversation, own.author, range.first, range.last, frame_target_bytes);
    if (read) entries = std::move(*read);
  } else {
    std::size_t bytes = 0;
    entries.reserve(std::min<std::size_t>(range.last - range.first + 1, wire::max_burst_entries));
    for (auto i = range.first - recent.front().seq; i < recent.size() && recent[i].seq <= range.last; ++i) {
      bytes += burst_size(recent[i]);
      if (!entries.empty() && bytes > frame_target_bytes) break;
      entries.push_back(recent[i]);
    }
  }
  if (entries.size() > wire::max_burst_entries) entries.resize(wire::max_burst_entries);
  return entries;
}

// --- what they write

void NativeTalk::hear_entries(NativeLink& link, wire::Entries entries, base::Now now) {
  if (entries.author.is_zero()) entries.author = link.key;
  if (!entries.conversation.is_zero() || entries.author != link.key) // direct talk carries the peer's own entries only
    return end(link.link, ByeCode::bad_entry, "entries of another author, or of an unknown conversation", now);
  close_burst();
  auto& known = talk(link.peer);
  if (known.conversation.theirs().is_frozen || !has_room(known, entries)) return;
  auto taken = known.conversation.take(std::move(entries));
  if (!taken) return end(link.link, ByeCode::bad_entry, taken.error().text, now);
  const bool is_known = taken->outcome == Conversation::Taken::Outcome::known;
  if (taken->outcome == Conversation::Taken::Outcome::equivocation ||
      (is_known && was_signed_differently(known, taken->newest)))
    return freeze(known, now);
  link.owes_have = true;
  busy_links_.insert(link.link);
  if (taken->outcome != Conversation::Taken::Outcome::fresh) return;
  touched_.insert(link.peer);
  for (auto& entry : taken->entries) store_entry(known, std::move(entry), taken->is_late, now);
  if (link.peer == ground_.focus) tell_read(link.peer, now);
}

bool NativeTalk::has_room(Talk& known, const wire::Entries& entries) {
  const auto& own = known.conversation.own();
  const auto peer = known.conversation.peer();
  const auto& view = ground_.peers.view(peer);
  const bool is_contact = own.last > 0 || view.peer.is_verified || !view.peer.petname.empty();
  const auto& theirs = known.conversation.theirs();
  const auto stored = theirs.last + (theirs.island ? theirs.island->last - theirs.island->first + 1 : 0);
  auto bytes = theirs.bytes + (stored + entries.entries.size()) * row_bytes;
  for (const auto& entry : entries.entries) bytes += entry.body.untrusted_bytes().size();
  if (bytes <= (is_contact ? contact_bytes : stranger_bytes)) return true;
  if (!std::exchange(known.has_warned_full, true))
    notice(Notice::What::too_much, peer,
           fmt::format("{} has sent more than is kept for {}; what it writes now is not taken (write to it, give it a "
                       "name with tincan rename, or block it)",
                       shown_name(peer), is_contact ? "one peer" : "somebody you never wrote to"));
  return false;
}

// The same place, signed again, with another hash?
bool NativeTalk::was_signed_differently(const Talk& known, const wire::EntryRef& newest) {
  const auto stored = ground_.store.find_logged(known.conversation.id(), newest.author, newest.seq);
  return stored && *stored && (*stored)->hash != newest.hash;
}

void NativeTalk::freeze(Talk& known, base::Now) {
  known.conversation.freeze_theirs();
  touched_.insert(known.conversation.peer());
  notice(
      Notice::What::log_frozen, known.conversation.peer(),
      fmt::format("{} has signed two different messages for the same place: its program was copied or restored from a "
                  "backup, or somebody else has its key. What it writes is not taken any more; ask its owner.",
                  shown_name(known.conversation.peer())));
}

void NativeTalk::notice(Notice::What what, base::PeerId peer, std::string text) {
  ground_.turn.tell(Notice{what, peer, std::move(text)});
}

Message NativeTalk::message_of(const Talk& known, const wire::LogEntry& entry, base::Now now) const {
  const auto peer = known.conversation.peer();
  const auto& view = ground_.peers.view(peer);
  Message message;
  message.peer = peer;
  message.endpoint = view.peer.endpoint;
  message.kind = kind_of(entry.kind);
  message.team = view.peer.team;
  message.text = entry.body;
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.was_cut = !entry.has_body && entry.kind == EntryKind::text;
  message.order_us = entry.order_us;
  message.has_doubtful_time = entry.wall_ms > now.wall.ms + clock_tolerance.count() || entry.wall_ms < earliest_ms;
  message.time = message.has_doubtful_time ? now.wall : base::WallTime{entry.wall_ms};
  return message;
}

void NativeTalk::store_entry(Talk& known, wire::LogEntry entry, bool is_late, base::Now now) {
  if (entry.kind == EntryKind::reaction && entry.body.untrusted_bytes().size() > max_reaction_bytes) drop_body(entry);
  auto message = message_of(known, entry, now);
  const auto peer = message.peer;
  const auto& theirs = known.conversation.theirs();
  message.id = ground_.new_entry();
  const auto late_us = std::chrono::microseconds(late_after).count();
  message.is_late = is_late || entry.order_us + late_us < known.conversation.own().last_order_us;
  if (entry.target && entry.kind == EntryKind::text)
    if (const auto target = ground_.store.find_logged(theirs.conversation, entry.target->author, entry.target->seq);
        target && *target && (*target)->hash == entry.target->hash)
      message.about = (*target)->message;
  if (entry.kind == EntryKind::read) hear_read(known, entry);
  const bool changes =
      entry.kind == EntryKind::edit || entry.kind == EntryKind::deletion || entry.kind == EntryKind::reaction;
  if (changes && entry.target) {
    const auto what = entry.kind == EntryKind::edit       ? MessageChanged::What::edited
                      : entry.kind == EntryKind::deletion ? MessageChanged::What::deleted
                                                          : MessageChanged::What::reacted;
    changes_.push_back(
        {what, false, peer, theirs.conversation, {theirs.author, entry.seq, entry.hash}, *entry.target, {}});
  }
  const bool is_shown = is_line(message.kind) && (entry.has_body || message.was_cut);
  if (is_shown && entry.seq > known.newest_line.seq) known.newest_line = {theirs.author, entry.seq, entry.hash};
  ground_.store.append_logged(message, theirs.conversation, theirs.author, std::move(entry));
  if (!is_shown) return;
  if (peer != ground_.focus) ++ground_.peers.change(peer).peer.unread;
  ground_.turn.tell(MessageAdded{std::move(message), ground_.peers.view(peer).peer.team, std::nullopt});
}

void NativeTalk::hear_read(Talk& known, const wire::LogEntry& entry) {
  const auto& own = known.conversation.own();
  if (!entry.target || entry.target->author != own.author) return;
  const auto before = own.read;
  if (!known.conversation.mark_read(entry.target->seq)) return;
  constexpr std::uint64_t most_told = 200; // lines that may still be on a screen
  const auto last = entry.target->seq;
  for (auto seq = std::max(before + 1, last > most_told ? last - most_told : 1); seq <= last; ++seq)
    if (const auto line = ground_.store.find_logged(own.conversation, own.author, seq);
        line && *line && is_line((*line)->kind) && !(*line)->is_deleted)
      tell_state(known, {seq, (*line)->message, (*line)->kind, {}}, MessageState::read);
}

// --- after a commit

// What edits, deletions and reactions made of the messages they are about: told once of each, however often the other
// side did it in this turn.
void NativeTalk::tell_changes() {
  const auto changes = std::exchange(changes_, {});
  std::map<std::tuple<base::Digest, wire::EntryRef, MessageChanged::What>, std::size_t> last;
  for (std::size_t i = 0; i < changes.size(); ++i)
    last[{changes[i].conversation, changes[i].target, changes[i].what}] = i;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i];
    if (change.by_us || last.at({change.conversation, change.target, change.what}) == i) tell_change(change);
    if (change.request) ground_.turn.tell(Done{}, change.request);
  }
}

void NativeTalk::tell_change(const Change& change) {
  const bool may = change.what == MessageChanged::What::reacted || change.author_place.author == change.target.author;
  const auto place = ground_.store.find_logged(change.conversation, change.target.author, change.target.seq);
  if (!may || !place || !*place || (*place)->hash != change.target.hash) return;
  auto message = ground_.store.find_message((*place)->message);
  if (!message || !is_line(message->kind)) return;
  HistoryPage page;
  page.messages.push_back(std::move(*message));
  mark_sent(page);
  base::PeerText team;
  if (ground_.peers.has(change.peer)) team = ground_.peers.view(change.peer).peer.team;
  ground_.turn.tell(MessageChanged{change.what, change.by_us, std::move(page.messages.front()), team}, change.request);
}

} // namespace tincan::chat
