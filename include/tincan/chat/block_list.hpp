// Whom the user does not want to hear. Owned by the node; I/O thread. It never tells a blocked peer anything.
#pragma once

#include "tincan/chat/peer.hpp"

#include <set>
#include <vector>

namespace tincan::chat {

class BlockList {
public:
  void load(const std::vector<BlockRule>& rules) { rules_ = {rules.begin(), rules.end()}; }
  bool add(const BlockRule& rule) { return rules_.insert(rule).second; } // false: it was there
  bool remove(const BlockRule& rule) { return rules_.erase(rule) > 0; }  // false: it was not there
  bool has(const BlockRule& rule) const { return rules_.contains(rule); }
  bool is_blocked(const base::Address& host) const { return rules_.contains({host, std::nullopt}); }
  bool is_blocked(const base::Endpoint& peer) const {
    return is_blocked(peer.address) || rules_.contains({peer.address, peer.port});
  }
  bool is_blocked(const base::PublicKey& key) const { return rules_.contains({{}, std::nullopt, key}); }
  std::vector<BlockRule> rules() const { return {rules_.begin(), rules_.end()}; }

private:
  std::set<BlockRule> rules_;
};

} // namespace tincan::chat
