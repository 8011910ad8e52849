#include "tincan/chat/conversation.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

namespace {

constexpr std::string_view conversation_domain{"tincan/1 direct\0", 16};
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

base::Digest direct_conversation(const Keys& keys, const base::PublicKey& one, const base::PublicKey& other) {
  std::string bytes(conversation_domain);
  bytes += std::min(one, other).view();
  bytes += std::max(one, other).view();
  return keys.digest(bytes);
}

Conversation::Conversation(const Keys& keys, base::PeerId peer, const base::PublicKey& other) : keys_(keys) {
  own_.peer = theirs_.peer = peer;
  own_.author = keys.own();
  theirs_.author = other;
  own_.conversation = theirs_.conversation = direct_conversation(keys, keys.own(), other);
}

void Conversation::load(const LogState& log) { (log.author == own_.author ? own_ : theirs_) = log; }

base::Digest Conversation::hash_of(const base::PublicKey& author, const base::Digest& prev,
                                   wire::LogEntry& entry) const {
  if (entry.has_body) entry.body_digest = keys_.digest(wire::body_bytes(entry.salt, entry.body));
  return keys_.digest(wire::header_bytes({own_.conversation, author, prev}, entry));
}

wire::LogEntry Conversation::write(wire::EntryKind kind, base::PeerText body,
                                   const std::optional<wire::EntryRef>& target, Entropy& entropy, base::WallTime now) {
  wire::LogEntry entry;
  entry.seq = own_.last + 1;
  entry.wall_ms = now.ms;
  const auto seen = std::max(own_.last_order_us, theirs_.island ? theirs_.island->order_us : theirs_.last_order_us);
  entry.order_us = std::max(std::clamp<std::int64_t>(now.ms, 0, last_shown_ms) * 1000, seen + 1);
  entry.order_us = std::min(entry.order_us, wire::max_order_us);
  entry.kind = kind;
  entry.target = target;
  const wire::EntryRef newest{theirs_.author, theirs_.island ? theirs_.island->last : theirs_.last,
                              theirs_.island ? theirs_.island->hash : theirs_.last_hash};
  if (newest.seq > 0 && own_.head != newest) {
    entry.heads.push_back(newest);
    own_.head = newest;
  }
  entry.salt = random_salt(entropy);
  entry.body = std::move(body);
  own_.bytes += entry.body.untrusted_bytes().size();
  entry.hash = hash_of(own_.author, own_.last_hash, entry);
  own_.last = entry.seq;
  own_.last_hash = entry.hash;
  own_.last_order_us = entry.order_us;
  return entry;
}

// The signature of the last covers the whole chain before it.
base::Result<Conversation::Taken> Conversation::take(wire::Entries frame) {
  auto& entries = frame.entries;
  if (entries.empty() || !entries.back().signature) return impossible("entries without a signature at their end");
  auto hash = frame.prev;
  std::int64_t order = 0;
  for (auto& entry : entries) {
    hash = entry.hash = hash_of(theirs_.author, hash, entry);
    if (entry.order_us <= order) return impossible("an entry that is older than the one before it");
    order = entry.order_us;
  }
  if (!keys_.verify(theirs_.author, hash, *entries.back().signature))
    return impossible("a signature that is not its author's");
  if (contradicts(frame)) return Taken{Taken::Outcome::equivocation, {}, false, {}};
  if (!is_in_order(frame)) return impossible("an entry that is older than the one before it");
  const wire::EntryRef newest{theirs_.author, entries.back().seq, hash};
  auto taken = keep_new(std::move(frame));
  taken.newest = newest;
  return taken;
}

// Where the frame touches what we have, it must be the same.
bool Conversation::contradicts(const wire::Entries& frame) const {
  const auto first = frame.entries.front().seq;
  const auto differs = [&](std::uint64_t seq, const base::Digest& known) {
    if (seq + 1 < first || seq > frame.entries.back().seq) return false;
    return (seq + 1 == first ? frame.prev : frame.entries.at(seq - first).hash) != known;
  };
  const auto& island = theirs_.island;
  return differs(theirs_.last, theirs_.last_hash) ||
         (island && (differs(island->last, island->hash) || differs(island->first - 1, island->prev)));
}

bool Conversation::is_in_order(const wire::Entries& frame) const {
  const auto& first = frame.entries.front();
  const auto& last = frame.entries.back();
  const auto& island = theirs_.island;
  if (first.seq > theirs_.last && first.order_us <= theirs_.last_order_us) return false;
  if (island && first.seq > island->last && first.order_us <= island->order_us) return false;
  return !(island && last.seq + 1 == island->first && last.order_us >= island->first_order_us);
}

Conversation::Taken Conversation::keep_new(wire::Entries frame) {
  const auto first = frame.entries.front().seq;
  const auto& island = theirs_.island;
  const bool continues = first <= theirs_.last + 1;
  const bool extends_island = island && first >= island->first && first <= island->last + 1;
  if (!continues && !extends_island && island) return Taken{Taken::Outcome::apart, {}, false, {}};
  Taken taken{Taken::Outcome::known, {}, continues && island, {}};
  for (auto& entry : frame.entries) {
    const bool is_known =
        entry.seq <= theirs_.last || (island && entry.seq >= island->first && entry.seq <= island->last);
    if (is_known) continue;
    if (entry.has_body && entry.body.untrusted_bytes().size() > wire::max_body_bytes) wire::drop_body(entry);
    theirs_.bytes += entry.body.untrusted_bytes().size();
    taken.entries.push_back(std::move(entry));
  }
  if (taken.entries.empty()) return taken;
  taken.outcome = Taken::Outcome::fresh;
  if (!continues && !island) {
    const auto& front = taken.entries.front();
    theirs_.island = LogState::Island{front.seq, front.seq, frame.prev, front.hash, front.order_us, front.order_us};
  }
  for (const auto& entry : taken.entries) advance(entry, continues);
  join_island();
  return taken;
}

void Conversation::advance(const wire::LogEntry& entry, bool continues) {
  if (!continues) {
    theirs_.island->last = entry.seq;
    theirs_.island->hash = entry.hash;
    theirs_.island->order_us = entry.order_us;
    return;
  }
  join_island();
  theirs_.last = entry.seq;
  theirs_.last_hash = entry.hash;
  theirs_.last_order_us = entry.order_us;
}

void Conversation::join_island() {
  if (!theirs_.island || theirs_.last + 1 < theirs_.island->first) return;
  theirs_.last = theirs_.island->last;
  theirs_.last_hash = theirs_.island->hash;
  theirs_.last_order_us = theirs_.island->order_us;
  theirs_.island.reset();
}

bool Conversation::acknowledge(std::uint64_t up_to) {
  if (up_to == own_.acked) return false;
  own_.acked = up_to;
  return true;
}

bool Conversation::mark_read(std::uint64_t up_to) {
  if (up_to <= own_.read || up_to > own_.last) return false;
  own_.read = up_to;
  return true;
}

wire::Have Conversation::have() const {
  wire::Have have;
  wire::LogExtent theirs{theirs_.author, theirs_.last, 0, 0, theirs_.last_hash};
  if (theirs_.island) {
    theirs.island_first = theirs_.island->first;
    theirs.island_last = theirs_.island->last;
  }
  have.logs = {theirs, {own_.author, own_.last, 0, 0, own_.last_hash}};
  return have;
}

std::optional<wire::Want> Conversation::missing() const {
  if (!theirs_.island || theirs_.is_frozen) return std::nullopt;
  return wire::Want{{}, theirs_.author, theirs_.last + 1, theirs_.island->first - 1};
}

} // namespace tincan::chat
