// What other tincans write, and what it makes of what was said before.
#include "tincan/chat/native_talk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace tincan::chat {

namespace {

using wire::ByeCode;
using wire::EntryKind;

constexpr std::uint64_t row_bytes = 256; // what an entry without a text costs the disk, about

MessageKind kind_between_two(EntryKind kind) {
  switch (kind) {
  case EntryKind::text: return MessageKind::text;
  case EntryKind::edit: return MessageKind::edit;
  case EntryKind::deletion: return MessageKind::deletion;
  case EntryKind::reaction: return MessageKind::reaction;
  case EntryKind::read: return MessageKind::read_marker;
  case EntryKind::invitation: return MessageKind::invitation;
  case EntryKind::change:
  case EntryKind::guest: return MessageKind::unknown; // they belong into rooms
  }
  return MessageKind::unknown;
}

} // namespace

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
  if (ground_.foci.has(link.peer)) tell_read(link.peer, now);
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
  message.kind = kind_between_two(entry.kind);
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
  if (entry.kind == EntryKind::reaction && entry.body.untrusted_bytes().size() > max_reaction_bytes)
    wire::drop_body(entry);
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
  if (entry.kind == EntryKind::invitation && entry.has_body)
    if (const auto invitation = wire::decode_invitation(entry.body.untrusted_bytes()))
      ground_.invited(peer, *invitation, now);
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
  if (!ground_.foci.has(peer)) ++ground_.peers.change(peer).peer.unread;
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
  if (change.what != MessageChanged::What::reacted && !is_text(message->kind)) return;
  HistoryPage page;
  page.messages.push_back(std::move(*message));
  mark_sent(page);
  base::PeerText team;
  if (ground_.peers.has(change.peer)) team = ground_.peers.view(change.peer).peer.team;
  ground_.turn.tell(MessageChanged{change.what, change.by_us, std::move(page.messages.front()), team}, change.request);
}

} // namespace tincan::chat
