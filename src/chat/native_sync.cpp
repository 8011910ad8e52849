// Who has what: acknowledgements, and which entries of ours go out next.
#include "tincan/chat/native_talk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace tincan::chat {

namespace {

using wire::ByeCode;

} // namespace

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
    known.recent_bytes -= wire::encoded_size(recent.front());
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
      bytes += wire::encoded_size(recent[i]);
      if (!entries.empty() && bytes > frame_target_bytes) break;
      entries.push_back(recent[i]);
    }
  }
  if (entries.size() > wire::max_burst_entries) entries.resize(wire::max_burst_entries);
  return entries;
}

} // namespace tincan::chat
