#include "tincan/chat/peer_table.hpp"

namespace tincan::chat {

void PeerTable::update(const PeerView& view) {
  const base::Lock lock(mutex_);
  views_.insert_or_assign(view.peer.id, view);
}

void PeerTable::remove(base::PeerId peer) {
  const base::Lock lock(mutex_);
  views_.erase(peer);
}

std::vector<PeerView> PeerTable::list(base::WallTime now) const {
  std::vector<PeerView> result;
  const base::Lock lock(mutex_);
  for (const auto& [id, view] : views_) {
    result.push_back(view);
    result.back().presence = presence_at(view, now);
  }
  return result;
}

std::optional<PeerView> PeerTable::find(base::PeerId peer, base::WallTime now) const {
  const base::Lock lock(mutex_);
  const auto found = views_.find(peer);
  if (found == views_.end()) return std::nullopt;
  auto view = found->second;
  view.presence = presence_at(view, now);
  return view;
}

std::optional<PeerView> PeerTable::find_by_key(const base::PublicKey& key, base::WallTime now) const {
  const base::Lock lock(mutex_);
  for (const auto& [id, known] : views_) {
    if (known.peer.key != key) continue;
    auto view = known;
    view.presence = presence_at(view, now);
    return view;
  }
  return std::nullopt;
}

} // namespace tincan::chat
