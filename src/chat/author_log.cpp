#include "tincan/chat/author_log.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

namespace {

constexpr std::int64_t last_shown_ms = wire::max_order_us / 1000;

base::Salt random_salt(Entropy& entropy) {
  base::Salt salt;
  for (std::size_t at = 0; at < base::Salt::size; at += 8) {
    const auto bits = entropy.next();
    for (std::size_t i = 0; i < 8; ++i) salt.bytes.at(at + i) = static_cast<std::uint8_t>(bits >> (8 * i));
  }
  return salt;
}

tl::unexpected<base::Error> impossible(std::string why) {
  return base::fail(base::ErrorCode::bad_bytes, std::move(why));
}

} // namespace

wire::EntryRef AuthorLog::newest() const {
  if (state_.island) return {state_.author, state_.island->last, state_.island->hash};
  return {state_.author, state_.last, state_.last_hash};
}

std::int64_t AuthorLog::newest_order_us() const {
  return state_.island ? state_.island->order_us : state_.last_order_us;
}

bool AuthorLog::has(std::uint64_t seq) const {
  return seq <= state_.last || (state_.island && seq >= state_.island->first && seq <= state_.island->last);
}

base::Digest AuthorLog::hash_of(const base::Digest& prev, wire::LogEntry& entry) const {
  if (entry.has_body) entry.body_digest = keys_->digest(wire::body_bytes(entry.salt, entry.body));
  return keys_->digest(wire::header_bytes({state_.conversation, state_.author, prev}, entry));
}

wire::LogEntry AuthorLog::write(const Draft& draft, const MakeBody& body, Entropy& entropy, base::WallTime now) {
  wire::LogEntry entry;
  entry.seq = state_.last + 1;
  entry.wall_ms = now.ms;
  const auto seen = std::max(state_.last_order_us, draft.seen_us);
  entry.order_us = std::max(std::clamp<std::int64_t>(now.ms, 0, last_shown_ms) * 1000, seen + 1);
  entry.order_us = std::min(entry.order_us, wire::max_order_us);
  entry.kind = draft.kind;
  entry.target = draft.target;
  if (draft.head && draft.head->seq > 0 && state_.head != draft.head) {
    entry.heads.push_back(*draft.head);
    state_.head = draft.head;
  }
  entry.salt = random_salt(entropy);
  entry.body = body(entry.seq);
  state_.bytes += entry.body.untrusted_bytes().size();
  entry.hash = hash_of(state_.last_hash, entry);
  state_.last = entry.seq;
  state_.last_hash = entry.hash;
  state_.last_order_us = entry.order_us;
  return entry;
}

// The signature of the last covers the whole chain before it.
base::Result<AuthorLog::Taken> AuthorLog::take(wire::Entries frame) {
  auto& entries = frame.entries;
  if (entries.empty() || !entries.back().signature) return impossible("entries without a signature at their end");
  auto hash = frame.prev;
  std::int64_t order = 0;
  for (auto& entry : entries) {
    hash = entry.hash = hash_of(hash, entry);
    if (entry.order_us <= order) return impossible("an entry that is older than the one before it");
    order = entry.order_us;
  }
  const wire::EntryRef newest{state_.author, entries.back().seq, hash};
  // What stands here already under the same hash was verified when it came. Signatures on the way are stored too, and a
  // later answer of ours may end with one: a false one would make us the liar.
  const bool is_newest_here = newest == this->newest();
  for (const auto& entry : entries) {
    const bool is_last = &entry == &entries.back();
    if (!entry.signature || (is_last ? is_newest_here : has(entry.seq))) continue;
    if (!keys_->verify(state_.author, entry.hash, *entry.signature))
      return impossible("a signature that is not its author's");
  }
  if (contradicts(frame)) return Taken{Taken::Outcome::equivocation, {}, false, {}};
  if (!is_in_order(frame)) return impossible("an entry that is older than the one before it");
  auto taken = keep_new(std::move(frame));
  taken.newest = newest;
  return taken;
}

// Where the frame touches what we have, it must be the same.
bool AuthorLog::contradicts(const wire::Entries& frame) const {
  const auto first = frame.entries.front().seq;
  const auto differs = [&](std::uint64_t seq, const base::Digest& known) {
    if (seq + 1 < first || seq > frame.entries.back().seq) return false;
    return (seq + 1 == first ? frame.prev : frame.entries.at(seq - first).hash) != known;
  };
  const auto& island = state_.island;
  return differs(state_.last, state_.last_hash) ||
         (island && (differs(island->last, island->hash) || differs(island->first - 1, island->prev)));
}

bool AuthorLog::is_in_order(const wire::Entries& frame) const {
  const auto& first = frame.entries.front();
  const auto& last = frame.entries.back();
  const auto& island = state_.island;
  if (first.seq > state_.last && first.order_us <= state_.last_order_us) return false;
  if (island && first.seq > island->last && first.order_us <= island->order_us) return false;
  return !(island && last.seq + 1 == island->first && last.order_us >= island->first_order_us);
}

AuthorLog::Taken AuthorLog::keep_new(wire::Entries frame) {
  const auto first = frame.entries.front().seq;
  const auto& island = state_.island;
  const bool continues = first <= state_.last + 1;
  const bool extends_island = island && first >= island->first && first <= island->last + 1;
  if (!continues && !extends_island && island) return Taken{Taken::Outcome::apart, {}, false, {}};
  Taken taken{Taken::Outcome::known, {}, continues && island, {}};
  for (auto& entry : frame.entries) {
    if (has(entry.seq)) continue;
    if (entry.has_body && entry.body.untrusted_bytes().size() > wire::max_body_bytes) wire::drop_body(entry);
    state_.bytes += entry.body.untrusted_bytes().size();
    taken.entries.push_back(std::move(entry));
  }
  if (taken.entries.empty()) return taken;
  taken.outcome = Taken::Outcome::fresh;
  if (!continues && !island) {
    const auto& front = taken.entries.front();
    state_.island = LogState::Island{front.seq, front.seq, frame.prev, front.hash, front.order_us, front.order_us};
  }
  for (const auto& entry : taken.entries) advance(entry, continues);
  join_island();
  return taken;
}

void AuthorLog::advance(const wire::LogEntry& entry, bool continues) {
  if (!continues) {
    state_.island->last = entry.seq;
    state_.island->hash = entry.hash;
    state_.island->order_us = entry.order_us;
    return;
  }
  join_island();
  state_.last = entry.seq;
  state_.last_hash = entry.hash;
  state_.last_order_us = entry.order_us;
}

void AuthorLog::join_island() {
  if (!state_.island || state_.last + 1 < state_.island->first) return;
  state_.last = state_.island->last;
  state_.last_hash = state_.island->hash;
  state_.last_order_us = state_.island->order_us;
  state_.island.reset();
}

wire::LogExtent AuthorLog::extent() const {
  wire::LogExtent extent{state_.author, state_.last, 0, 0, state_.last_hash};
  if (state_.island) {
    extent.island_first = state_.island->first;
    extent.island_last = state_.island->last;
  }
  return extent;
}

} // namespace tincan::chat
