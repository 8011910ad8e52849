#include "tincan/chat/room_removals.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace tincan::chat {

namespace {

using Place = RoomReplay::Place;
using Number = RoomLog::Number;
using Candidates = std::vector<RoomReplay::Candidate>;

// Bounds for hostile rooms; honest ones need a few removals and two or three rounds.
constexpr std::size_t max_rounds = 64;
constexpr std::size_t max_in_round = 2'048;

// Who undoes whom among the candidates of one replay, and what follows.
class Dispute {
public:
  Dispute(const RoomLog& log, const RoomReplay& replay, const Candidates& candidates);
  std::vector<Place> counting(); // consumes it

private:
  using Index = std::uint32_t;
  enum class Verdict : std::uint8_t { open, counts, undone };
  struct Removal {
    Place place;
    std::uint64_t left; // changes of the removed
    Verdict verdict = Verdict::open;
    std::size_t threats = 0; // open ones that undo it
    std::vector<Index> undoes;
  };

  void find_threats(const RoomReplay& replay, Index index);
  void threaten(const RoomLog::One& change, Place place, Index index);
  void count(Index index);
  void close(Index index, Verdict verdict);
  bool undoes_an_open_one(const Removal& removal) const;

  const RoomLog& log_;
  std::vector<Removal> removals_; // the strongest first
  std::unordered_map<Number, std::vector<Index>> by_subject_;
  std::vector<Place> visited_by_; // by place: the index of the last removal that was found to rest on it
  std::vector<Index> threatened_by_;
  std::vector<Index> free_; // nothing open undoes them
};

Dispute::Dispute(const RoomLog& log, const RoomReplay& replay, const Candidates& candidates)
    : log_(log),
      visited_by_(log.size(), RoomReplay::nowhere),
      threatened_by_(candidates.size(), ~Index{0}) {
  for (const auto& one : candidates) {
    by_subject_[log.at(one.place).subject].push_back(static_cast<Index>(removals_.size()));
    removals_.push_back({.place = one.place,
                         .left = std::get<wire::Remove>(log.at(one.place).placed.change).changes_up_to,
                         .undoes = {}});
  }
  for (Index index = 0; index < removals_.size(); ++index) find_threats(replay, index);
  for (Index index = 0; index < removals_.size(); ++index)
    if (removals_[index].threats == 0) free_.push_back(index);
}

// Walks over everything that the removal rests on.
void Dispute::find_threats(const RoomReplay& replay, Index index) {
  std::vector<Place> to_visit{removals_[index].place};
  while (!to_visit.empty()) {
    const auto place = to_visit.back();
    to_visit.pop_back();
    if (place == RoomReplay::nowhere || visited_by_[place] == index) continue;
    visited_by_[place] = index;
    threaten(log_.at(place), place, index);
    for (const auto support : replay.supports(place)) to_visit.push_back(support);
  }
}

void Dispute::threaten(const RoomLog::One& change, Place place, Index index) {
  const auto by = by_subject_.find(change.author);
  if (by == by_subject_.end()) return;
  for (const auto other : by->second) {
    auto& removal = removals_[other];
    if (other == index || threatened_by_[other] == index) continue;
    if (place < removal.place && change.placed.at.seq <= removal.left) continue;
    threatened_by_[other] = index;
    removal.undoes.push_back(index);
    ++removals_[index].threats;
  }
}

std::vector<Place> Dispute::counting() {
  for (Index strongest = 0;;) {
    while (!free_.empty()) {
      const auto index = free_.back();
      free_.pop_back();
      if (removals_[index].verdict == Verdict::open) count(index);
    }
    // Only circles and what hangs on them are left; what undoes nothing hangs.
    while (strongest < removals_.size() &&
           (removals_[strongest].verdict != Verdict::open || !undoes_an_open_one(removals_[strongest])))
      ++strongest;
    if (strongest == removals_.size()) break;
    count(strongest);
  }
  std::vector<Place> places;
  for (const auto& removal : removals_)
    if (removal.verdict == Verdict::counts) places.push_back(removal.place);
  return places;
}

bool Dispute::undoes_an_open_one(const Removal& removal) const {
  return std::any_of(removal.undoes.begin(), removal.undoes.end(),
                     [&](Index index) { return removals_[index].verdict == Verdict::open; });
}

void Dispute::count(Index index) {
  close(index, Verdict::counts);
  for (const auto undone : removals_[index].undoes)
    if (removals_[undone].verdict == Verdict::open) close(undone, Verdict::undone);
}

void Dispute::close(Index index, Verdict verdict) {
  removals_[index].verdict = verdict;
  for (const auto other : removals_[index].undoes)
    if (--removals_[other].threats == 0 && removals_[other].verdict == Verdict::open) free_.push_back(other);
}

// The strongest, the strongest first.
Candidates strongest(const RoomLog& log, Candidates candidates) {
  const auto rank = [&](const RoomReplay::Candidate& one) {
    return std::make_tuple(-static_cast<int>(one.by), one.steps, log.at(one.place).placed.at.hash);
  };
  std::sort(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (candidates.size() > max_in_round) candidates.resize(max_in_round);
  return candidates;
}

} // namespace

std::vector<Place> settled_removals(const RoomLog& log, const base::PublicKey& creator, bool is_private) {
  std::vector<Place> counted;
  for (std::size_t round = 0; round < max_rounds; ++round) {
    RoomReplay replay(log, creator, is_private, counted, RoomReplay::Reading::trusting);
    replay.play(log);
    if (replay.candidates().empty()) break;
    const auto more = Dispute(log, replay, strongest(log, replay.candidates())).counting();
    counted.insert(counted.end(), more.begin(), more.end());
    std::sort(counted.begin(), counted.end());
  }
  return counted;
}

} // namespace tincan::chat
