#include "tincan/chat/room_state.hpp"

#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_removals.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <tuple>
#include <unordered_map>

namespace tincan::chat {

namespace {

using Covered = wire::Epoch::Covered;
using Phase = RoomMember::Phase;

// The newest departure that each author knew of; of more authors than an epoch can name, those that were the last.
std::vector<Covered> newest_by_author(const RoomLog& log, const std::vector<RoomReplay::Departure>& departures) {
  std::vector<Covered> newest;
  std::unordered_map<RoomLog::Number, std::size_t> where;
  for (auto departure = departures.rbegin(); departure != departures.rend(); ++departure) {
    const auto [found, is_new] = where.try_emplace(departure->author, newest.size());
    if (!is_new)
      newest[found->second].seq = std::max(newest[found->second].seq, departure->seq);
    else if (newest.size() < wire::max_covered)
      newest.push_back({log.key(departure->author), departure->seq});
    else
      where.erase(found);
  }
  std::sort(newest.begin(), newest.end(), [](const Covered& a, const Covered& b) { return a.author < b.author; });
  return newest;
}

bool covers(const wire::Epoch& epoch, const std::vector<Covered>& departures) {
  std::unordered_map<base::PublicKey, std::uint64_t> covered;
  for (const auto& one : epoch.covers) covered[one.author] = std::max(covered[one.author], one.seq);
  return std::all_of(departures.begin(), departures.end(), [&](const Covered& departure) {
    const auto found = covered.find(departure.author);
    return found != covered.end() && found->second >= departure.seq;
  });
}

} // namespace

RoomState::RoomState(const Keys& keys, const base::Digest& room, const base::PublicKey& creator)
    : keys_(keys),
      room_(room),
      creator_(creator),
      log_(keys, room) {}

bool RoomState::add(PlacedChange change, std::string_view body) {
  const auto* genesis = std::get_if<wire::Genesis>(&change.change);
  const auto founds =
      genesis != nullptr && !genesis_ && change.at.author == creator_ && room_id(keys_, creator_, body) == room_;
  if (founds) genesis_ = *genesis;
  const auto is_removal = std::holds_alternative<wire::Remove>(change.change);
  const auto added = log_.add(std::move(change));
  if (added == RoomLog::Added::refused || added == RoomLog::Added::known) return added == RoomLog::Added::known;
  ++version_;
  // The newest one changes nothing of what was before, unless it is a removal.
  if (founds || is_removal || added != RoomLog::Added::newest) replay_.reset();
  return true;
}

void RoomState::made_by(const base::PublicKey& creator) {
  assert(!genesis_);
  creator_ = creator;
  ++version_;
  replay_.reset();
}

const RoomReplay& RoomState::replay() const {
  const auto is_private = genesis_ && genesis_->is_private;
  if (!replay_) {
    auto counted = genesis_ ? settled_removals(log_, creator_, is_private) : std::vector<RoomReplay::Place>{};
    replay_.emplace(log_, creator_, is_private, std::move(counted), RoomReplay::Reading::strict);
  }
  replay_->play(log_);
  return *replay_;
}

// --- questions

bool RoomState::is_founded() const { return genesis_.has_value(); }

const wire::Genesis& RoomState::genesis() const {
  assert(genesis_);
  return *genesis_;
}

const base::PeerText& RoomState::topic() const {
  static const base::PeerText none;
  if (!genesis_ || replay().topic() == RoomReplay::nowhere) return none;
  return std::get<wire::Topic>(log_.at(replay().topic()).placed.change).text;
}

std::optional<PlacedChange> RoomState::topic_change() const {
  if (!genesis_ || replay().topic() == RoomReplay::nowhere) return std::nullopt;
  return log_.at(replay().topic()).placed;
}

const std::map<base::PublicKey, RoomMember>& RoomState::members() const {
  static const std::map<base::PublicKey, RoomMember> none;
  return genesis_ ? replay().members() : none;
}

const RoomMember* RoomState::member(const base::PublicKey& key) const {
  return genesis_ ? replay().member(key) : nullptr;
}

bool RoomState::is_present(const base::PublicKey& key) const {
  const auto* one = member(key);
  return one != nullptr && one->phase == Phase::present;
}

std::size_t RoomState::present_count() const { return genesis_ ? replay().present_count() : 0; }

bool RoomState::may_read(const base::PublicKey& key) const {
  const auto* one = member(key);
  if (one != nullptr && (one->phase == Phase::present || one->phase == Phase::invited)) return true;
  return genesis_ && !genesis_->is_private && (one == nullptr || one->phase != Phase::removed);
}

bool RoomState::may_join(const base::PublicKey& key) const { return !is_present(key) && check(key, wire::Join{}); }

bool RoomState::may_write(const base::PublicKey& key) const {
  const auto* one = member(key);
  return one != nullptr && one->phase == Phase::present && !one->is_muted;
}

base::Result<void> RoomState::check(const base::PublicKey& author, const wire::RoomChange& change) const {
  const auto refuse = [](std::string_view why) { return base::fail(base::ErrorCode::refused, std::string(why)); };
  if (!genesis_) return refuse("nothing is known of this room yet: no member was met");
  if (const auto why = replay().refusal(author, change); !why.empty()) return refuse(why);
  const auto* admit = std::get_if<wire::Admit>(&change);
  if (admit != nullptr && !log_.is_proven(*admit)) return refuse("whoever knocks has not shown that ticket");
  return {};
}

const std::map<base::PublicKey, RoomState::TicketState>& RoomState::tickets() const {
  static const std::map<base::PublicKey, TicketState> none;
  return genesis_ ? replay().tickets() : none;
}

// --- epochs

const std::vector<RoomState::EpochState>& RoomState::epochs() const {
  list_epochs();
  return epochs_;
}

const std::vector<Covered>& RoomState::to_cover() const {
  list_epochs();
  return to_cover_;
}

// Those of members first, because whoever is none may name the same id.
void RoomState::list_epochs() const {
  if (epochs_of_ == version_) return;
  epochs_of_ = version_;
  epochs_.clear();
  to_cover_.clear();
  if (!genesis_) return;
  to_cover_ = newest_by_author(log_, replay().departures());
  std::set<base::Digest> ids;
  const auto list = [&](std::size_t place, bool is_of_member) {
    const auto& placed = log_.at(place).placed;
    const auto& epoch = std::get<wire::Epoch>(placed.change);
    if (!ids.insert(epoch.id).second) return;
    const auto is_here = [&](const Covered& one) { return log_.newest_seq(one.author) >= one.seq; };
    epochs_.push_back({.id = epoch.id,
                       .at = placed.at,
                       .order_us = placed.order_us,

                       .is_by_member = is_of_member,
                       .is_safe = is_of_member && covers(epoch, to_cover_),
                       .is_known_enough = std::all_of(epoch.covers.begin(), epoch.covers.end(), is_here)});
  };
  for (const auto place : replay().epochs()) list(place, true);
  for (std::size_t place = 0; place < log_.size(); ++place)
    if (std::holds_alternative<wire::Epoch>(log_.at(place).placed.change)) list(place, false);
  std::sort(epochs_.begin(), epochs_.end(), [](const EpochState& a, const EpochState& b) {
    return std::tie(a.order_us, a.at.hash) < std::tie(b.order_us, b.at.hash);
  });
}

} // namespace tincan::chat
