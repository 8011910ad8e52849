#include "tincan/chat/conversation.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

namespace {

constexpr std::string_view conversation_domain{"tincan/1 direct\0", 16};

LogState empty_log(const Keys& keys, base::PeerId peer, const base::PublicKey& other, const base::PublicKey& author) {
  LogState log;
  log.peer = peer;
  log.conversation = direct_conversation(keys, keys.own(), other);
  log.author = author;
  return log;
}

} // namespace

base::Digest direct_conversation(const Keys& keys, const base::PublicKey& one, const base::PublicKey& other) {
  std::string bytes(conversation_domain);
  bytes += std::min(one, other).view();
  bytes += std::max(one, other).view();
  return keys.digest(bytes);
}

Conversation::Conversation(const Keys& keys, base::PeerId peer, const base::PublicKey& other)
    : own_(keys, empty_log(keys, peer, other, keys.own())),
      theirs_(keys, empty_log(keys, peer, other, other)) {}

void Conversation::load(const LogState& log) { (log.author == own_.state().author ? own_ : theirs_).state() = log; }

wire::LogEntry Conversation::write(wire::EntryKind kind, base::PeerText body,
                                   const std::optional<wire::EntryRef>& target, Entropy& entropy, base::WallTime now) {
  const AuthorLog::Draft draft{kind, target, theirs_.newest_order_us(), theirs_.newest()};
  return own_.write(
      draft, [&](std::uint64_t) { return std::move(body); }, entropy, now);
}

bool Conversation::acknowledge(std::uint64_t up_to) {
  auto& own = own_.state();
  if (up_to == own.acked) return false;
  own.acked = up_to;
  return true;
}

bool Conversation::mark_read(std::uint64_t up_to) {
  auto& own = own_.state();
  if (up_to <= own.read || up_to > own.last) return false;
  own.read = up_to;
  return true;
}

wire::Have Conversation::have() const { return {{}, {theirs_.extent(), own_.extent()}}; }

std::optional<wire::Want> Conversation::missing() const {
  const auto& theirs = theirs_.state();
  if (!theirs.island || theirs.is_frozen) return std::nullopt;
  return wire::Want{{}, theirs.author, theirs.last + 1, theirs.island->first - 1};
}

} // namespace tincan::chat
