// The peers as everybody may read them: the one thing that the I/O thread and the console thread share, under a mutex.
// Owned by app's Engine; written by the I/O thread after each turn. Values in, values out: nothing is called under its
// lock.
#pragma once

#include "tincan/base/mutex.hpp"
#include "tincan/chat/peer.hpp"

#include <map>
#include <optional>
#include <vector>

namespace tincan::chat {

class PeerTable {
public:
  void update(const PeerView& view) TINCAN_EXCLUDES(mutex_);
  void remove(base::PeerId peer) TINCAN_EXCLUDES(mutex_);
  // All peers by their numbers, each with its presence as of `now`.
  std::vector<PeerView> list(base::WallTime now) const TINCAN_EXCLUDES(mutex_);
  std::optional<PeerView> find(base::PeerId peer, base::WallTime now) const TINCAN_EXCLUDES(mutex_);
  std::optional<PeerView> find_by_key(const base::PublicKey& key, base::WallTime now) const TINCAN_EXCLUDES(mutex_);

private:
  mutable base::Mutex mutex_;
  std::map<base::PeerId, PeerView> views_ TINCAN_GUARDED_BY(mutex_);
};

} // namespace tincan::chat
