#include "tincan/chat/overlay.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

constexpr std::size_t most_seen = 64;     // what others say is remembered of so many members
constexpr std::size_t feeling_links = 12; // with more links nobody is felt for
constexpr std::size_t draws = 32;         // then everybody is looked at

} // namespace

void Overlay::linked(const base::PublicKey& member, base::Now now) {
  if (member == own_ || links_.contains(member)) return;
  Link link{.counts = is_member(member), .age_rank = ++last_rank_, .since = now.tick};
  link.is_eager = count_links() < most_links;
  link.is_feeler = feeler_ == member;
  if (link.is_feeler) feeler_.reset();
  links_.emplace(member, link);
  shunned_.erase(member);
  if (auto* choice = find_choice(member)) choice->failing_since.reset();
}

void Overlay::unlinked(const base::PublicKey& member, base::Now now) {
  const auto place = links_.find(member);
  if (place == links_.end()) return;
  const bool was_short = now.tick - place->second.since < replace_after;
  links_.erase(place);
  std::erase_if(relayed_, [&](const auto& item) { return item.second == member; });
  auto* choice = find_choice(member);
  if (choice == nullptr) return;
  if (was_short)
    give_up(member, now); // it has links enough, perhaps
  else
    choice->failing_since = now.tick;
}

void Overlay::unreachable(const base::PublicKey& member, base::Now now) {
  if (feeler_ == member) feeler_.reset();
  auto* choice = find_choice(member);
  if (choice != nullptr && !choice->failing_since) choice->failing_since = now.tick;
}

void Overlay::seen_by_others(const base::PublicKey& member) {
  if (!is_member(member) || std::find(seen_.begin(), seen_.end(), member) != seen_.end()) return;
  if (seen_.size() < most_seen)
    seen_.push_back(member);
  else
    seen_[chance(seen_.size())] = member;
}

std::vector<base::PublicKey> Overlay::wanted(base::Now now) {
  if (is_mesh_) return members_;
  choose(now);
  const auto gone = surplus();
  std::vector<base::PublicKey> result;
  for (const auto& key : links())
    if (!gone.contains(key)) result.push_back(key);
  const auto add = [&](const base::PublicKey& key) {
    if (result.size() < most_links && !is_linked(key)) result.push_back(key);
  };
  for (const auto& choice : choices_) add(choice.member);
  if (feeler_) add(*feeler_);
  return result;
}

// Feelers that brought nothing new, and the newest lazy links above most_links.
std::set<base::PublicKey> Overlay::surplus() const {
  std::set<base::PublicKey> gone;
  std::map<std::uint64_t, base::PublicKey> lazy;
  auto count = count_links();
  for (const auto& [key, link] : links_) {
    if (link.is_eager || !link.counts) continue;
    if (link.is_feeler && count > dialled_links)
      gone.insert(key), --count;
    else
      lazy.emplace(link.age_rank, key);
  }
  for (auto newest = lazy.rbegin(); newest != lazy.rend() && count > most_links; ++newest, --count)
    gone.insert(newest->second);
  return gone;
}

// --- whom we dial

Overlay::Choice* Overlay::find_choice(const base::PublicKey& member) {
  const auto place =
      std::find_if(choices_.begin(), choices_.end(), [&](const Choice& choice) { return choice.member == member; });
  return place == choices_.end() ? nullptr : &*place;
}

void Overlay::give_up(const base::PublicKey& member, base::Now now) {
  std::erase_if(choices_, [&](const Choice& choice) { return choice.member == member; });
  if (is_member(member)) shunned_[member] = now.tick + shun_for;
}

void Overlay::choose(base::Now now) {
  std::erase_if(choices_, [this](const Choice& choice) { return !is_member(choice.member); });
  replace_failing(now);
  while (lacks_choices()) {
    const auto member = pick(now);
    if (!member) break;
    choices_.push_back({*member});
  }
  feel(now);
}

void Overlay::replace_failing(base::Now now) {
  const bool knows_better = count_links() < dialled_links && !seen_.empty();
  const auto patience = knows_better ? base::Millis(0) : replace_after;
  const auto choices = choices_;
  for (const auto& [member, since] : choices)
    if (since && !is_linked(member) && now.tick - *since >= patience) give_up(member, now);
}

// Our own random choices hold the room together, whoever else has dialled us.
bool Overlay::lacks_choices() const {
  if (choices_.size() < dialled_links) return count_links() < most_links;
  const auto hopeful = std::count_if(choices_.begin(), choices_.end(),
                                     [](const Choice& choice) { return !choice.failing_since.has_value(); });
  return choices_.size() < most_links && count_links() < dialled_links &&
         static_cast<std::size_t>(hopeful) < dialled_links;
}

// After a long partition everybody has links enough, all of them in its own part.
void Overlay::feel(base::Now now) {
  if (feeler_ && (now.tick >= feel_until_ || !is_member(*feeler_))) feeler_.reset();
  if (now.tick < feel_next_) return;
  feel_next_ = now.tick + feel_every / 2 + base::Millis(chance(static_cast<std::size_t>(feel_every.count())));
  if (count_links() >= feeling_links) return;
  feeler_ = pick_any(true);
  feel_until_ = now.tick + replace_after;
}

std::optional<base::PublicKey> Overlay::pick(base::Now now) {
  if (count_links() < dialled_links)
    if (const auto seen = pick_seen()) return seen;
  std::erase_if(shunned_, [&](const auto& item) { return item.second <= now.tick; });
  for (std::size_t draw = 0; draw < draws && !members_.empty(); ++draw) {
    const auto& member = members_[chance(members_.size())];
    if (may_be_picked(member) && !shunned_.contains(member)) return member;
  }
  if (const auto other = pick_any(false)) return other;
  return pick_any(true);
}

std::optional<base::PublicKey> Overlay::pick_seen() {
  while (!seen_.empty()) {
    std::swap(seen_[chance(seen_.size())], seen_.back());
    const auto member = seen_.back();
    seen_.pop_back();
    if (may_be_picked(member)) return member;
  }
  return std::nullopt;
}

std::optional<base::PublicKey> Overlay::pick_any(bool also_shunned) {
  std::vector<base::PublicKey> free;
  std::copy_if(members_.begin(), members_.end(), std::back_inserter(free), [&](const auto& member) {
    return may_be_picked(member) && (also_shunned || !shunned_.contains(member));
  });
  if (free.empty()) return std::nullopt;
  return free[chance(free.size())];
}

bool Overlay::may_be_picked(const base::PublicKey& member) const {
  if (!is_member(member) || is_linked(member) || feeler_ == member) return false;
  return std::none_of(choices_.begin(), choices_.end(), [&](const Choice& choice) { return choice.member == member; });
}

} // namespace tincan::chat
