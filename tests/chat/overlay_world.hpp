// A room whose members dial whom their overlays want, come, vanish and are parted, and what becomes of what they say.
#pragma once

#include "overlay_net.hpp"

#include <set>

namespace tincan::chat::test {

class OverlayWorld : public OverlayNet {
public:
  OverlayWorld(std::size_t count, std::uint64_t seed) : OverlayNet(seed) { grow(count); }

  void grow(std::size_t count) {
    for (std::size_t index = members_.size(); index < count; ++index) {
      members_.push_back(std::make_unique<Member>(key_of(index), random_));
      keys_.push_back(key_of(index));
    }
    tell_members();
  }
  // They dial until nobody wants anybody any more, at most so many rounds of five seconds.
  void settle(int rounds = 12) {
    for (bool has_changed = true; rounds > 0 && has_changed; --rounds) {
      has_changed = false;
      for (std::size_t index = 0; index < members_.size(); ++index)
        if (is_here(index) && meet_wanted(index)) has_changed = true;
      pass(base::Millis(5'000));
    }
  }
  void pass(base::Millis time) { now_ms_ += time.count(); }
  // Entries one after the other, each when the one before has come everywhere.
  void say_calmly(std::size_t count, const std::vector<std::size_t>& authors) {
    for (std::size_t entry = 0; entry < count; ++entry) {
      say(authors[entry % authors.size()]);
      run();
    }
  }
  // They are gone without a word; the others notice by their links. The first one stays.
  std::vector<std::size_t> vanish(std::size_t percent) {
    std::vector<std::size_t> gone;
    while (gone.size() < members_.size() * percent / 100) {
      const auto index = 1 + static_cast<std::size_t>(random_.next() % (members_.size() - 1));
      if (!is_here(index)) continue;
      members_[index]->is_here = false;
      gone.push_back(index);
    }
    for (const auto index : gone)
      for (const auto& key : overlay(index).links()) overlay(index_of(key)).unlinked(key_of(index), now());
    return gone;
  }
  void forget(const std::vector<std::size_t>& gone) {
    for (const auto index : gone) std::erase(keys_, key_of(index));
    tell_members();
  }
  void come_back(const std::vector<std::size_t>& gone) {
    for (const auto index : gone) {
      for (const auto& key : overlay(index).links()) cut(index, index_of(key));
      members_[index] = std::make_unique<Member>(key_of(index), random_);
      overlay(index).set_members(keys_, now());
    }
  }
  // A wall between the even and the odd ones.
  void part() {
    is_parted_ = true;
    for (std::size_t one = 0; one < members_.size(); ++one)
      for (const auto& key : overlay(one).links())
        if ((index_of(key) + one) % 2 == 1) cut(one, index_of(key));
  }
  void heal() { is_parted_ = false; }
  void never_link(std::size_t one, std::size_t other) {
    walls_.insert(std::minmax(one, other));
    cut(one, other);
  }

  bool is_connected() {
    std::set<std::size_t> seen{0};
    for (std::vector<std::size_t> todo{0}; !todo.empty();) {
      const auto index = todo.back();
      todo.pop_back();
      for (const auto& key : overlay(index).links())
        if (seen.insert(index_of(key)).second) todo.push_back(index_of(key));
    }
    const auto here =
        std::count_if(members_.begin(), members_.end(), [](const auto& member) { return member->is_here; });
    return seen.size() == static_cast<std::size_t>(here);
  }
  std::size_t most_links_held() {
    std::size_t most = 0;
    for (auto& member : members_) most = std::max(most, member->overlay.links().size());
    return most;
  }
  double mean_links() {
    std::size_t links = 0;
    for (auto& member : members_) links += member->overlay.links().size();
    return static_cast<double>(links) / static_cast<double>(members_.size());
  }

private:
  void tell_members() {
    for (auto& member : members_) member->overlay.set_members(keys_, now());
  }
  void cut(std::size_t one, std::size_t other) {
    overlay(one).unlinked(key_of(other), now());
    overlay(other).unlinked(key_of(one), now());
  }
  bool can_meet(std::size_t one, std::size_t other) const {
    if (is_parted_ && (one + other) % 2 == 1) return false;
    return is_here(other) && !walls_.contains(std::minmax(one, other));
  }
  bool meet_wanted(std::size_t index) {
    bool has_changed = false;
    const auto wanted = overlay(index).wanted(now());
    const std::set<base::PublicKey> kept(wanted.begin(), wanted.end());
    for (const auto& key : overlay(index).links())
      if (!kept.contains(key)) cut(index, index_of(key)), has_changed = true;
    for (const auto& key : wanted)
      if (!overlay(index).is_linked(key)) meet(index, index_of(key)), has_changed = true;
    return has_changed;
  }
  void meet(std::size_t one, std::size_t other) {
    if (!can_meet(one, other)) return overlay(one).unreachable(key_of(other), now());
    overlay(one).linked(key_of(other), now());
    overlay(other).linked(key_of(one), now());
  }

  std::vector<base::PublicKey> keys_;
  std::set<std::pair<std::size_t, std::size_t>> walls_;
  bool is_parted_ = false;
};

} // namespace tincan::chat::test
