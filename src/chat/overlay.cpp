#include "tincan/chat/overlay.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

constexpr std::size_t most_relayed = full_mesh_members * full_mesh_members;
constexpr std::size_t most_ways = 64;     // authors whose way is known; the tree is one for all of them
constexpr std::uint32_t prune_again = 16; // duplicates on: a graft that crossed our Prune has undone it

} // namespace

Overlay::Overlay(const base::PublicKey& own, Entropy& entropy) : own_(own), entropy_(entropy) {}

// --- who flows where

void Overlay::set_members(std::vector<base::PublicKey> members, base::Now now) {
  if (!std::is_sorted(members.begin(), members.end())) std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  std::erase(members, own_);
  members_ = std::move(members);
  for (auto& [key, link] : links_) link.counts = is_member(key);
  std::erase_if(shunned_, [this](const auto& item) { return !is_member(item.first); });
  std::erase_if(ways_, [this](const auto& item) { return !is_member(item.first); });
  const bool stays_mesh = members_.size() + 1 <= (is_mesh_ ? full_mesh_members : mesh_again_members);
  if (stays_mesh == is_mesh_) return;
  is_mesh_ = stays_mesh;
  relayed_.clear();
  ways_.clear();
  choices_.clear();
  feel_next_ = now.tick + base::Millis(chance(2 * static_cast<std::size_t>(feel_every.count())));
  for (auto& [key, link] : links_) link.is_eager = true;
}

bool Overlay::is_member(const base::PublicKey& key) const {
  return std::binary_search(members_.begin(), members_.end(), key);
}

Overlay::Link* Overlay::find(const base::PublicKey& member) {
  const auto place = links_.find(member);
  return place != links_.end() && place->second.counts ? &place->second : nullptr;
}

const Overlay::Link* Overlay::find(const base::PublicKey& member) const {
  return const_cast<Overlay*>(this)->find(member);
}

bool Overlay::is_linked(const base::PublicKey& member) const { return find(member) != nullptr; }

std::vector<base::PublicKey> Overlay::links() const {
  std::vector<base::PublicKey> result;
  for (const auto& [key, link] : links_)
    if (link.counts) result.push_back(key);
  return result;
}

std::size_t Overlay::count_links() const {
  return static_cast<std::size_t>(
      std::count_if(links_.begin(), links_.end(), [](const auto& item) { return item.second.counts; }));
}

std::vector<base::PublicKey> Overlay::eager(const base::PublicKey& author, const base::PublicKey& from) const {
  std::vector<base::PublicKey> result;
  for (const auto& [key, link] : links_) {
    if (key == author || key == from || !link.counts) continue;
    if (is_mesh_ ? author == own_ || relayed_.contains({author, key}) : link.is_eager) result.push_back(key);
  }
  return result;
}

bool Overlay::is_eager(const base::PublicKey& member) const {
  const auto* link = find(member);
  if (link == nullptr) return false;
  if (!is_mesh_) return link->is_eager;
  return std::any_of(relayed_.begin(), relayed_.end(), [&](const auto& item) { return item.second == member; });
}

// --- what the entries themselves teach

void Overlay::fresh(const base::PublicKey& author, const base::PublicKey& from, std::uint32_t hops) {
  auto* link = find(from);
  if (is_mesh_ || link == nullptr) return;
  link->is_eager = true;
  link->owes = false;
  link->repeats = 0;
  if (hops == 0)
    ways_.erase(author);
  else if (ways_.size() < most_ways || ways_.contains(author))
    ways_[author] = {from, hops};
}

bool Overlay::duplicate(const base::PublicKey& author, const base::PublicKey& from) {
  auto* link = find(from);
  if (link == nullptr || (is_mesh_ && author == from)) return false; // in a mesh the author itself brings it
  const bool was_eager = std::exchange(link->is_eager, false);
  link->repeats = was_eager ? 0 : link->repeats + 1;
  return link->repeats % prune_again == 0;
}

void Overlay::pruned_by(const base::PublicKey& member) {
  if (auto* link = find(member)) link->is_eager = false;
  std::erase_if(relayed_, [&](const auto& item) { return item.second == member; });
}

void Overlay::grafted_by(const base::PublicKey& member, const base::PublicKey& author) {
  auto* link = find(member);
  if (link == nullptr) return;
  if (!is_mesh_)
    link->is_eager = true;
  else if (relayed_.size() < most_relayed)
    relayed_.insert({author, member});
}

void Overlay::grafts(const base::PublicKey& member) {
  auto* link = find(member);
  if (link == nullptr || is_mesh_) return;
  link->is_eager = true;
  link->repeats = 0;
}

std::optional<base::PublicKey> Overlay::shorten(const base::PublicKey& author, const base::PublicKey& member,
                                                std::uint32_t hops) {
  const auto way = ways_.find(author);
  auto* link = find(member);
  if (is_mesh_ || link == nullptr || link->is_eager || link->owes || way == ways_.end()) return std::nullopt;
  if (hops == 0 && member != author) return std::nullopt;
  if (way->second.hops <= short_way) return std::nullopt;
  auto* parent = find(way->second.parent);
  if (parent == nullptr || !parent->is_eager || way->second.hops < hops + 1 + shorten_by) return std::nullopt;
  parent->is_eager = false;
  link->is_eager = link->owes = true; // who only boasts is not believed a second time
  return std::exchange(way->second, {member, hops + 1}).parent;
}

} // namespace tincan::chat
