// Who has what in rooms: what is new goes along the tree, what members lack to them, and what we lack is asked for.
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

constexpr std::size_t most_read = 192 * 1024; // of a log at once: between two signatures there is less
constexpr std::size_t answers_per_turn = 8;   // of one link

// How many of these go into one frame: up to the last signature.
std::size_t signed_part(const std::vector<wire::LogEntry>& entries) {
  std::size_t bytes = 0, kept = 0;
  for (std::size_t i = 0; i < entries.size() && i < wire::max_burst_entries; ++i) {
    bytes += wire::encoded_size(entries[i]);
    if (kept > 0 && bytes > room_frame_bytes) break;
    if (entries[i].signature) kept = i + 1;
    if (bytes > most_read) break;
  }
  return kept;
}

} // namespace

// --- what we have

void RoomTalk::tell_all(Room& room, const base::PublicKey& to) {
  auto& link = room.links.at(to);
  const auto* member = room.state.member(to);
  if (member && member->phase == RoomMember::Phase::removed) room.outcasts.insert(to);
  if (link.was_told_all || !room.state.may_read(to)) return;
  link.was_told_all = true;
  for (const auto part : {RoomPart::changes, RoomPart::lines}) tell_logs(room, to, part);
}

void RoomTalk::tell_logs(Room& room, const base::PublicKey& to, RoomPart part) {
  wire::Have have{room.logs.id(part), {}};
  for (const auto& entry : room.logs.all(part)) {
    have.logs.push_back(entry.second.extent());
    if (have.logs.size() < wire::max_logs_in_have) continue;
    put(to, have);
    have.logs.clear();
  }
  if (!have.logs.empty()) put(to, have);
}

// When a removed member was removed, by the last of its removals; none: it is no removed member.
std::optional<std::int64_t> RoomTalk::removal_of(const Room& room, const base::PublicKey& key) const {
  const auto* member = room.state.member(key);
  if (!member || member->phase != RoomMember::Phase::removed) return std::nullopt;
  std::optional<std::int64_t> last;
  for (const auto& removal : member->removals)
    if (const auto stored = ground_.store.find_logged(room.record.room, removal.author, removal.seq); stored && *stored)
      last = std::max(last.value_or(0), (*stored)->order_us);
  return last;
}

// Whoever was removed learns that there are changes which it should ask for, and it gets those up to its removal.
void RoomTalk::tell_outcasts(Room& room) {
  for (const auto& key : std::exchange(room.outcasts, {})) {
    if (room.links.contains(key) && removal_of(room, key)) tell_logs(room, key, RoomPart::changes);
  }
}

// Its author learns at once that we have something, the others after a while, all together.
void RoomTalk::tell_authors(Room& room, base::Now now) {
  for (const auto& [part, author] : std::exchange(room.fresh, {})) {
    if (part != RoomPart::lines || ground_.blocks.is_blocked(author)) continue;
    const auto* log = room.logs.find(part, author);
    if (!log) continue;
    if (room.links.contains(author))
      put(author, wire::Have{room.logs.id(part), {log->extent()}});
    else
      room.unreceipted.insert(author);
  }
  if (!room.untold.empty() && !room.have_due) {
    room.have_due = now.tick + (room.overlay.is_full_mesh() ? lazy_have : lazy_tree_have);
    if (!room.overlay.is_full_mesh()) room.have_due = std::max(*room.have_due, room.told_lazily + busy_tree_have);
  }
  if (!room.unreceipted.empty() && !room.receipt_due)
    room.receipt_due = std::max(now.tick + receipt_delay, room.receipted + busy_receipts);
  if (!room.receipt_due || now.tick < *room.receipt_due) return;
  room.receipt_due.reset();
  if (room.unreceipted.empty()) return;
  room.receipted = now.tick;
  sign_receipt(room);
}

void RoomTalk::tell_lazily(Room& room) {
  room.have_due.reset();
  room.told_lazily = now_.tick;
  std::array<std::vector<wire::Have>, 2> haves;
  for (const auto& [part, author] : std::exchange(room.untold, {})) {
    const auto* log = room.logs.find(part, author);
    if (!log) continue;
    auto& frames = haves.at(part == RoomPart::changes ? 0 : 1);
    if (frames.empty() || frames.back().logs.size() >= wire::max_logs_in_have)
      frames.push_back({room.logs.id(part), {}});
    frames.back().logs.push_back(log->extent());
    if (const auto way = room.hops.find(author); part == RoomPart::lines && way != room.hops.end())
      frames.back().logs.back().hops = way->second;
  }
  std::string bytes;
  for (const auto& frames : haves)
    for (const auto& have : frames) wire::encode(have, bytes);
  if (bytes.empty()) return;
  for (auto& [key, link] : room.links) {
    // In a tree its branches carry the entries themselves.
    const bool lacks_some = std::exchange(link.lacks_some, false);
    const bool is_branch = !room.overlay.is_full_mesh() && room.overlay.is_eager(key) && !lacks_some;
    const auto peer = is_branch || !room.state.may_read(key) ? base::PeerId{} : peer_of(key);
    if (peer) ground_.send(peer, bytes);
  }
}

// --- along the tree

void RoomTalk::push(Room& room) {
  auto pushes = std::exchange(room.pushes, {});
  std::stable_sort(pushes.begin(), pushes.end(), [](const auto& a, const auto& b) { return a.part < b.part; });
  bool gave_keys = false;
  for (auto& push : pushes) {
    if (push.part == RoomPart::lines && !std::exchange(gave_keys, true)) give_new_keys(room);
    send_along(room, std::move(push), false);
  }
  if (!gave_keys) give_new_keys(room);
}

// What others signed may be passed on before it is on our disk: it says nothing of what we have.
void RoomTalk::relay(Room& room) {
  const auto own = ground_.keys.own();
  auto pushes = std::exchange(room.pushes, {});
  for (auto& push : pushes) {
    if (push.author == own || push.part != RoomPart::lines)
      room.pushes.push_back(std::move(push));
    else
      send_along(room, std::move(push), true);
  }
}

void RoomTalk::send_along(Room& room, Push push, bool is_now) {
  std::string bytes;
  wire::Entries frame{room.logs.id(push.part), push.author, push.prev, std::move(push.entries), false, push.hops};
  for (const auto& key : room.overlay.eager(push.author, push.from)) {
    const auto peer = peer_of(key);
    if (!peer || !room.links.contains(key) || !room.state.may_read(key)) continue;
    if (ground_.backlog(peer) > max_link_backlog) { // it asks for it when it can take it
      room.links.at(key).lacks_some = true;
      continue;
    }
    if (bytes.empty()) wire::encode(frame, bytes);
    (is_now ? ground_.send_now : ground_.send)(peer, bytes);
    if (push.part == RoomPart::lines) hand(room, key, frame);
  }
}

// How far our lines went to a link without a gap; what its member had before counts too.
void RoomTalk::hand(Room& room, const base::PublicKey& to, const wire::Entries& lines) {
  const auto link = room.links.find(to);
  if (lines.author != ground_.keys.own() || link == room.links.end()) return;
  auto& handed = link->second.handed;
  if (const auto seen = room.seen.find(to); seen != room.seen.end()) handed = std::max(handed, seen->second);
  if (lines.entries.front().seq <= handed + 1) handed = std::max(handed, lines.entries.back().seq);
}

// --- questions of others

void RoomTalk::hear_want(const base::PublicKey& from, const wire::Want& want, base::Now) {
  auto [room, part] = find(want.conversation);
  if (!room || !room->links.contains(from)) return;
  auto& link = room->links.at(from);
  if (link.wants.size() >= max_waiting_wants) return; // it asks again
  if (want.grafts) room->overlay.grafted_by(from, want.author);
  link.wants.push_back(want);
  room->served.insert(from);
}

void RoomTalk::hear_newest(const base::PublicKey& from, const wire::Newest& newest) {
  auto [room, part] = find(newest.conversation);
  if (!room || part != RoomPart::lines || !room->links.contains(from)) return;
  room->links.at(from).newest = newest.lines;
  room->served.insert(from);
}

void RoomTalk::serve(Room& room, const base::PublicKey& to, Link& link) {
  const auto peer = peer_of(to);
  if (!peer) return;
  if (link.newest && ground_.backlog(peer) <= max_link_backlog)
    serve_newest(room, to, *std::exchange(link.newest, std::nullopt));
  for (std::size_t i = 0; i < answers_per_turn && !link.wants.empty(); ++i) {
    if (ground_.backlog(peer) > max_link_backlog) break;
    const auto want = link.wants.front();
    link.wants.pop_front();
    serve_want(room, to, want);
  }
  if (!link.wants.empty() || link.newest) room.served.insert(to);
}

// Whoever was removed gets the changes up to that, so that it learns it, and nothing else.
void RoomTalk::serve_want(Room& room, const base::PublicKey& to, const wire::Want& want) {
  const auto part = find(want.conversation).second;
  const bool may_read = room.state.may_read(to);
  const auto removal = may_read || part == RoomPart::lines ? std::nullopt : removal_of(room, to);
  if (!may_read && !removal) return;
  auto entries = entries_of(room, part, want.author, want.first, want.last);
  if (!entries) return;
  if (removal) {
    auto& all = entries->entries;
    std::erase_if(all, [&](const auto& entry) { return entry.order_us > *removal; });
    while (!all.empty() && !all.back().signature) all.pop_back();
    if (all.empty()) return;
  }
  if (part == RoomPart::lines) hand(room, to, *entries);
  put(to, *entries);
}

// Consecutive entries that end with a signature: where there is none up to `last`, with the first one after it. (An
// island may begin between two signatures.)
std::optional<wire::Entries> RoomTalk::entries_of(Room& room, RoomPart part, const base::PublicKey& author,
                                                  std::uint64_t first, std::uint64_t last) {
  const auto* log = room.logs.find(part, author);
  if (!log || first < 1 || !log->has(first)) return std::nullopt;
  const auto& conversation = room.logs.id(part);
  auto entries = ground_.store.read_log(conversation, author, first, last, most_read);
  if (!entries || entries->empty()) return std::nullopt;
  auto kept = signed_part(*entries);
  const auto end = first + entries->size() - 1;
  if (kept == 0 && end == last && log->has(last + 1)) {
    entries = ground_.store.read_log(conversation, author, first, last + wire::max_burst_entries, most_read);
    if (!entries || entries->empty()) return std::nullopt;
    const auto found = std::find_if(entries->begin(), entries->end(), [](const auto& one) { return one.signature; });
    if (found != entries->end()) entries->erase(found + 1, entries->end());
    kept = signed_part(*entries);
  }
  if (kept == 0 && author == ground_.keys.own()) {
    kept = std::min(entries->size(), wire::max_burst_entries);
    log->sign(entries->at(kept - 1));
  }
  if (kept == 0) return std::nullopt;
  entries->resize(kept);
  wire::Entries frame{conversation, author, {}, std::move(*entries), true};
  if (first == 1) return frame;
  const auto before = ground_.store.find_logged(conversation, author, first - 1);
  if (before && *before)
    frame.prev = (*before)->hash;
  else if (log->state().island && log->state().island->first == first)
    frame.prev = log->state().island->prev;
  else
    return std::nullopt;
  return frame;
}

// The newest lines, whoever wrote them: of each author from the oldest of these on. What a slow link does not take now
// is asked for later.
void RoomTalk::serve_newest(Room& room, const base::PublicKey& to, std::uint32_t count) {
  if (!room.state.may_read(to)) return;
  const auto newest = ground_.store.newest_lines(room.logs.id(RoomPart::lines), count);
  if (!newest) return;
  std::map<base::PublicKey, std::uint64_t> from;
  for (const auto& [author, seq] : *newest) {
    const auto found = from.try_emplace(author, seq).first;
    found->second = std::min(found->second, seq);
  }
  for (const auto& [author, seq] : from) {
    const auto* log = room.logs.find(RoomPart::lines, author);
    const auto end = log ? log->newest().seq : 0;
    for (auto next = seq; next <= end;) {
      auto entries = entries_of(room, RoomPart::lines, author, next, end);
      if (!entries || ground_.backlog(peer_of(to)) > max_link_backlog) break;
      next = entries->entries.back().seq + 1;
      hand(room, to, *entries);
      put(to, *entries);
    }
  }
}

// --- questions of ours

void RoomTalk::ask(Room& room, base::Now now) {
  if (!asks_members(room.record.phase)) return;
  const auto may = [&](RoomPart part, const base::PublicKey& author, std::uint64_t seq) {
    return may_take(room, part, author, seq);
  };
  for (const auto& question : room.sync.questions(may, now)) {
    if (!question.want) {
      put(question.whom, wire::Newest{room.logs.id(RoomPart::lines), newest_lines});
      continue;
    }
    if (question.want->grafts) room.overlay.grafts(question.whom);
    put(question.whom, *question.want);
  }
  const bool is_caught_up = room.record.phase == RoomPhase::joined && room.sync.is_caught_up();
  if (is_caught_up && !std::exchange(room.was_caught_up, true)) tell(room, RoomChanged::What::caught_up);
}

void RoomTalk::hear_have(const base::PublicKey& from, const wire::Have& have, base::Now now) {
  auto [room, part] = find(have.conversation);
  if (!room || !room->links.contains(from)) return;
  room->sync.heard_from(from);
  for (const auto& extent : have.logs) {
    if (extent.author != ground_.keys.own()) {
      hear_extent(*room, part, from, extent, now);
      continue;
    }
    const auto* own = room->logs.find(part, ground_.keys.own());
    const auto last = own ? own->state().last : 0;
    if (extent.up_to > last) { // a claim: the entries themselves would prove it
      put(from, wire::Want{room->logs.id(part), extent.author, last + 1, extent.up_to});
      continue;
    }
    if (part == RoomPart::lines) has_ours(*room, from, extent.up_to, extent.hash);
  }
}

void RoomTalk::hear_extent(Room& room, RoomPart part, const base::PublicKey& from, const wire::LogExtent& extent,
                           base::Now now) {
  room.sync.told(from, part, extent, now);
  if (part == RoomPart::lines) take_shorter_way(room, from, extent);
  // The same length with another end: one of the two of us holds what the other should see.
  const auto* log = room.logs.find(part, extent.author);
  if (!log || log->state().is_frozen || extent.hash.is_zero()) return;
  const bool differs = extent.up_to == log->state().last && extent.up_to > 0 && extent.hash != log->state().last_hash;
  if (differs) put(from, wire::Want{room.logs.id(part), extent.author, extent.up_to, extent.up_to});
}

// A neighbour off the tree was told much earlier than we were: it is our parent from now on. What it would send is
// here.
void RoomTalk::take_shorter_way(Room& room, const base::PublicKey& from, const wire::LogExtent& extent) {
  const auto* log = room.logs.find(RoomPart::lines, extent.author);
  if (!log || extent.up_to == 0 || extent.up_to > log->state().last || extent.up_to >= INT64_MAX) return;
  const auto former = room.overlay.shorten(extent.author, from, extent.hops);
  if (!former) return;
  put(from, wire::Want{room.logs.id(RoomPart::lines), extent.author, extent.up_to + 1, extent.up_to + 1, true});
  put(*former, wire::Prune{room.record.room});
}

void RoomTalk::freeze_own(Room& room, RoomPart part, const base::PublicKey& from) {
  auto& log = room.logs.log(part, ground_.keys.own());
  log.state().is_frozen = true;
  room.touched.insert({part, ground_.keys.own()});
  ground_.turn.tell(Notice{
      Notice::What::restored_backup, peer_of(from),
      fmt::format("{} has messages from you in {} that are not in this profile: it seems to be restored from a backup. "
                  "Nothing more is written to that room. Make a new key with: tincan id --renew",
                  member_name(room.record.id, from), alias_of(room.record))});
}

} // namespace tincan::chat
