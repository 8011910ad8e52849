// How far members have our lines: what they tell themselves, and receipts that others carry.
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

constexpr std::size_t most_passed_on = 20'000; // receipts that are remembered, …
constexpr base::Millis echo_time{2'000};       // … for so long: then the same one comes anew
constexpr std::size_t few_lines = 20;          // on their way: each news of them is told at once
constexpr std::size_t most_told_tallies = 500; // lines of which one look tells

} // namespace

// `hash` is that of our entry `up_to`, or it is another's story.
void RoomTalk::has_ours(Room& room, const base::PublicKey& member, std::uint64_t up_to, const base::Digest& hash) {
  auto& seen = room.seen[member];
  if (up_to <= seen) return;
  const auto own = ground_.keys.own();
  const auto* log = room.logs.find(RoomPart::lines, own);
  if (!log || up_to > log->state().last) return;
  if (up_to == log->state().last) {
    if (hash != log->state().last_hash) return;
  } else {
    const auto stored = ground_.store.find_logged(room.logs.id(RoomPart::lines), own, up_to);
    if (!stored || !*stored || (*stored)->hash != hash) return;
  }
  seen = up_to;
  room.seen_changed.insert(member);
  room.is_tally_changed = true;
}

void RoomTalk::sign_receipt(Room& room) {
  std::map<base::PublicKey, wire::Receipt> by_way; // towards the neighbour who brought it
  for (const auto& author : std::exchange(room.unreceipted, {})) {
    const auto* log = room.logs.find(RoomPart::lines, author);
    const auto* member = room.state.member(author);
    if (!log || log->state().last == 0 || !member || ground_.blocks.is_blocked(author)) continue;
    const auto way = way_to(room, author);
    if (!way) continue;
    auto& receipt = by_way[*way];
    if (receipt.lines.size() < wire::max_logs_in_have)
      receipt.lines.push_back({author, log->state().last, log->state().last_hash});
  }
  for (auto& [way, receipt] : by_way) {
    receipt.member = ground_.keys.own();
    const auto& lines = room.logs.id(RoomPart::lines);
    receipt.signature = ground_.keys.sign(ground_.keys.digest(wire::receipt_bytes(lines, receipt)));
    put(way, wire::Receipts{lines, {std::move(receipt)}, 0});
  }
}

// The neighbour from whom an author's lines come, or else any along the tree.
std::optional<base::PublicKey> RoomTalk::way_to(const Room& room, const base::PublicKey& author) const {
  if (room.links.contains(author)) return author;
  if (const auto from = room.came_from.find(author); from != room.came_from.end() && room.links.contains(from->second))
    return from->second;
  for (const auto& link : room.links)
    if (room.overlay.is_eager(link.first)) return link.first;
  if (!room.links.empty()) return room.links.begin()->first;
  return std::nullopt;
}

void RoomTalk::hear_receipts(const base::PublicKey& from, const wire::Receipts& receipts) {
  auto [room, part] = find(receipts.conversation);
  if (!room || part != RoomPart::lines || !room->links.contains(from)) return;
  const auto own = ground_.keys.own();
  if (room->passed_on.size() >= most_passed_on || now_.tick - room->passed_on_since > echo_time) {
    room->passed_on.clear();
    room->passed_on_since = now_.tick;
  }
  std::map<base::PublicKey, wire::Receipts> onward;
  for (const auto& receipt : receipts.receipts) {
    if (receipt.member == own || !room->state.is_present(receipt.member)) continue;
    bool is_checked = false;
    for (const auto& line : receipt.lines) {
      if (line.author == own) {
        const bool is_news = line.up_to > room->seen[receipt.member];
        if (!is_news) continue;
        if (!std::exchange(is_checked, true) &&
            !ground_.keys.verify(receipt.member,
                                 ground_.keys.digest(wire::receipt_bytes(receipts.conversation, receipt)),
                                 receipt.signature))
          return ground_.end_link(peer_of(from), wire::ByeCode::bad_entry, "a receipt that its member did not sign",
                                  now_);
        has_ours(*room, receipt.member, line.up_to, line.hash);
        continue;
      }
      const auto way = way_to(*room, line.author);
      if (!way || *way == from || receipts.hops >= max_receipt_hops) continue;
      // It names several authors, and goes several ways: on each of them it must not go to all of them again.
      if (!room->passed_on.insert({receipt.signature, line.author}).second) continue;
      auto& frame = onward[*way];
      if (frame.receipts.empty() || frame.receipts.back().member != receipt.member)
        if (frame.receipts.size() < wire::max_receipts_in_frame) frame.receipts.push_back(receipt);
    }
  }
  for (auto& [way, frame] : onward) {
    auto& waiting = room->onward[way];
    waiting.conversation = receipts.conversation;
    waiting.hops = std::max(waiting.hops, receipts.hops + 1);
    for (auto& receipt : frame.receipts) waiting.receipts.push_back(std::move(receipt));
  }
}

void RoomTalk::pass_on_receipts(Room& room, base::Now now) {
  if (!room.onward.empty() && !room.onward_due) room.onward_due = now.tick + receipt_delay / 2;
  if (!room.onward_due || now.tick < *room.onward_due) return;
  room.onward_due.reset();
  for (auto& [way, frame] : std::exchange(room.onward, {})) {
    if (ground_.backlog(peer_of(way)) > max_link_backlog) continue; // they are told again
    wire::Receipts part{frame.conversation, {}, frame.hops};
    std::size_t lines = 0;
    for (auto& receipt : frame.receipts) {
      lines += receipt.lines.size();
      if (lines > wire::max_logs_in_have || part.receipts.size() >= wire::max_receipts_in_frame) {
        put(way, part);
        part.receipts.clear();
        lines = receipt.lines.size();
      }
      part.receipts.push_back(std::move(receipt));
    }
    if (!part.receipts.empty()) put(way, part);
  }
}

Message::Tally RoomTalk::tally(const Room& room, std::uint64_t seq) const {
  Message::Tally tally;
  for (const auto& [key, member] : room.state.members()) {
    if (member.phase != RoomMember::Phase::present || key == ground_.keys.own()) continue;
    ++tally.of;
    const auto seen = room.seen.find(key);
    if (seen != room.seen.end() && seen->second >= seq) ++tally.have;
  }
  return tally;
}

void RoomTalk::tell_tallies(Room& room, base::Now now) {
  for (const auto& member : std::exchange(room.seen_changed, {}))
    ground_.store.put_room_seen({room.record.id, member, room.seen[member]});
  if (room.tally_due && now.tick < *room.tally_due) return;
  room.tally_due.reset(); // also when nothing has changed: a time that has passed would be waited for without end
  if (!room.is_tally_changed) return;
  room.is_tally_changed = false;
  std::vector<std::uint64_t> seen; // ascending: how far each other member is
  for (const auto& [key, member] : room.state.members()) {
    if (member.phase != RoomMember::Phase::present || key == ground_.keys.own()) continue;
    const auto found = room.seen.find(key);
    seen.push_back(found == room.seen.end() ? 0 : found->second);
  }
  std::sort(seen.begin(), seen.end());
  std::size_t told = 0;
  const bool is_quiet = room.own.size() <= few_lines;
  for (auto& line : room.own) {
    const auto lack = std::lower_bound(seen.begin(), seen.end(), line.seq) - seen.begin();
    const Message::Tally tally{static_cast<std::uint32_t>(seen.size() - static_cast<std::size_t>(lack)),
                               static_cast<std::uint32_t>(seen.size())};
    const auto state = tally.have > 0                ? MessageState::delivered
                       : line.seq <= room.sent_up_to ? MessageState::sent
                                                     : MessageState::queued;
    if (tally == line.told && state == line.state) continue;
    if (++told > most_told_tallies) {
      room.is_tally_changed = true;
      break;
    }
    line.told = tally;
    line.state = state;
    tell_tally(room, line);
  }
  while (!room.own.empty() && room.own.front().told.of > 0 && room.own.front().told.have == room.own.front().told.of)
    room.own.pop_front();
  if (told > 0 && !is_quiet) room.tally_due = now.tick + tally_pause;
}

void RoomTalk::tell_tally(const Room& room, const Own& line) {
  StateChanged event;
  event.message.id = line.message;
  event.message.room = room.record.id;
  event.message.author = ground_.keys.own();
  event.message.direction = Direction::out;
  event.message.state = line.state;
  event.message.tally = line.told;
  event.message.dialect = wire::Dialect::native;
  event.message.clear = false;
  ground_.turn.tell(std::move(event), line.request);
}

} // namespace tincan::chat
