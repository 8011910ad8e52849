// What we write: chained at once, signed and recorded when the burst ends.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/native_talk.hpp"
#include "tincan/chat/settings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using base::ErrorCode;
using wire::EntryKind;

constexpr std::size_t max_recent_bytes = 2 * 1024 * 1024; // of our entries kept for sending, for each conversation

std::string why_invitation_stays(const base::PeerText& body) {
  const auto invitation = wire::decode_invitation(body.untrusted_bytes());
  if (!invitation || !invitation->is_private)
    return "an invitation cannot be changed or cancelled: into a public room everybody may come (/remove puts a member "
           "out)";
  return fmt::format("an invitation cannot be changed or cancelled: in #{} /remove takes it back",
                     base::safe_name(invitation->name).str());
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
                                  const std::optional<wire::EntryRef>& target, base::Now now) {
  auto& known = talk(peer);
  auto entry = known.conversation.write(kind, message.text, target, ground_.entropy, now.wall);
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
    bytes += wire::encoded_size(entry);
    if (last[peer] == i || ++count >= wire::max_burst_entries || bytes >= frame_target_bytes) {
      known.conversation.sign(entry);
      count = bytes = 0;
    }
    const auto& log = known.conversation.own();
    if (is_adopted)
      ground_.store.log_message(std::move(message), log.conversation, log.author, entry);
    else
      ground_.store.append_logged(std::move(message), log.conversation, log.author, entry);
    known.recent_bytes += wire::encoded_size(entry);
    known.recent.push_back(std::move(entry));
    while (known.recent_bytes > max_recent_bytes) {
      known.recent_bytes -= wire::encoded_size(known.recent.front());
      known.recent.pop_front();
    }
  }
  burst_.clear();
}

Message NativeTalk::draft(base::PeerId peer, MessageKind kind, std::string text, base::Now now) {
  auto message = native_draft(ground_.new_entry(), kind, ground_.settings.self.team, std::move(text), now);
  message.peer = peer;
  message.endpoint = ground_.peers.view(peer).peer.endpoint;
  return message;
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
    const auto found = target_of(reply_to);
    if (!found) return tl::unexpected(found.error());
    if (found->message.peer != peer)
      return base::fail(ErrorCode::bad_argument, "that message belongs to another conversation");
    target = found->place;
  }
  const auto& view = ground_.peers.view(peer);
  auto message = draft(peer, kind, base::to_valid_utf8(text), now);
  message.about = reply_to;
  const auto& entry = write(peer, message, EntryKind::text, target, now);
  message.order_us = entry.order_us;
  known.unacked.push_back({entry.seq, message.id, kind, request});
  ground_.turn.tell(MessageAdded{message, view.peer.team, std::nullopt}, request);
  return message;
}

void NativeTalk::invite(base::PeerId peer, const wire::Invitation& invitation, base::Now now) {
  auto& known = talk(peer);
  if (known.conversation.own().is_frozen) return;
  auto message = draft(peer, MessageKind::invitation, wire::encode(invitation), now);
  const auto& entry = write(peer, message, EntryKind::invitation, std::nullopt, now);
  message.order_us = entry.order_us;
  known.unacked.push_back({entry.seq, message.id, message.kind, {}});
  ground_.turn.tell(MessageAdded{std::move(message), ground_.peers.view(peer).peer.team, std::nullopt});
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

base::Result<NativeTalk::Target> NativeTalk::target_of(base::EntryId entry) const {
  auto message = ground_.store.find_message(entry);
  if (!message) return tl::unexpected(message.error());
  const auto place = ground_.store.place_of(entry);
  if (!place) return tl::unexpected(place.error());
  if (!*place || !is_line(message->kind))
    return base::fail(ErrorCode::bad_argument,
                      "that message is plain text: only tincans know replies, edits and reactions");
  if (message->is_deleted) return base::fail(ErrorCode::bad_argument, "that message was deleted");
  if (!ground_.peers.has(message->peer) || !ground_.peers.view(message->peer).peer.key)
    return base::fail(ErrorCode::unknown_peer, "its peer is not known any more");
  return Target{std::move(*message), **place};
}

base::Result<NativeTalk::Target> NativeTalk::own_text(base::EntryId entry) {
  auto target = target_of(entry);
  if (!target) return target;
  const auto& message = target->message;
  const bool is_own = target->place.author == ground_.keys.own();
  if (is_own && message.kind == MessageKind::invitation)
    return base::fail(ErrorCode::bad_argument, why_invitation_stays(message.text));
  if (!is_own || !is_text(message.kind))
    return base::fail(ErrorCode::bad_argument, "only words that you wrote yourself can be edited or deleted");
  if (talk(message.peer).conversation.own().is_frozen)
    return base::fail(ErrorCode::refused, "nothing can be written to that peer");
  return target;
}

void NativeTalk::change(base::PeerId peer, EntryKind kind, MessageKind message_kind, const std::string& text,
                        const wire::EntryRef& target, MessageChanged::What what, base::RequestId request,
                        base::Now now) {
  auto message = draft(peer, message_kind, base::to_valid_utf8(text), now);
  const auto& log = talk(peer).conversation.own();
  const auto& entry = write(peer, std::move(message), kind, target, now);
  changes_.push_back({what, true, peer, log.conversation, {log.author, entry.seq, entry.hash}, target, request});
}

base::Result<void> NativeTalk::edit(const Edit& command, base::RequestId request, base::Now now) {
  const auto target = own_text(command.entry);
  if (!target) return tl::unexpected(target.error());
  change(target->message.peer, EntryKind::edit, MessageKind::edit, command.text, target->place,
         MessageChanged::What::edited, request, now);
  return {};
}

base::Result<void> NativeTalk::erase(base::EntryId entry, base::RequestId request, base::Now now) {
  const auto target = own_text(entry);
  if (!target) return tl::unexpected(target.error());
  const auto& [message, place] = *target;
  auto& known = talk(message.peer);
  // What is still in memory to be sent goes without its text.
  for (auto& recent : known.recent)
    if (recent.seq == place.seq || (recent.kind == EntryKind::edit && recent.target == place)) wire::drop_body(recent);
  change(message.peer, EntryKind::deletion, MessageKind::deletion, {}, place, MessageChanged::What::deleted, request,
         now);
  return {};
}

base::Result<void> NativeTalk::react(const React& command, base::RequestId request, base::Now now) {
  const auto target = target_of(command.entry);
  if (!target) return tl::unexpected(target.error());
  if (command.text.size() > max_reaction_bytes)
    return base::fail(ErrorCode::bad_argument, "a reaction is an emoji or a short word");
  const auto peer = target->message.peer;
  if (talk(peer).conversation.own().is_frozen)
    return base::fail(ErrorCode::refused, "nothing can be written to that peer");
  change(peer, EntryKind::reaction, MessageKind::reaction, command.text, target->place, MessageChanged::What::reacted,
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
  auto message = draft(peer, MessageKind::read_marker, {}, now);
  write(peer, std::move(message), EntryKind::read, line, now);
}

base::EntryId NativeTalk::first_waiting(base::PeerId peer, MessageKind kind) const {
  const auto* known = talk_of(peer);
  if (!known) return {};
  for (const auto& line : known->unacked)
    if (line.kind == kind) return line.message;
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

} // namespace tincan::chat
