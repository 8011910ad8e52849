#include "tincan/chat/room_log.hpp"

#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <tuple>

namespace tincan::chat {

namespace {

template<class... Cases> struct Overloaded : Cases... { using Cases::operator()...; };
template<class... Cases> Overloaded(Cases...) -> Overloaded<Cases...>;

const base::PublicKey* subject_of(const wire::RoomChange& change) {
  return std::visit(Overloaded{[](const wire::Admit& admit) { return &admit.member; },
                               [](const wire::SetRole& role) { return &role.member; },
                               [](const wire::Remove& removal) { return &removal.member; },
                               [](const wire::Mute& mute) { return &mute.member; },
                               [](const auto&) -> const base::PublicKey* { return nullptr; }},
                    change);
}

} // namespace

RoomLog::Added RoomLog::add(PlacedChange change) {
  const auto rank = [](const PlacedChange& one) { return std::tie(one.order_us, one.at.hash); };
  const auto place =
      std::lower_bound(order_.begin(), order_.end(), rank(change),
                       [&](std::uint32_t index, const auto& other) { return rank(all_[index].placed) < other; });
  if (place != order_.end() && rank(all_[*place].placed) == rank(change)) return Added::known;
  if (order_.size() == max_changes || change.at.seq > max_changes_of_one) return Added::refused;

  One one;
  one.author = take_number(change.at.author);
  if (const auto* subject = subject_of(change.change)) one.subject = take_number(*subject);
  newest_seqs_[one.author] = std::max(newest_seqs_[one.author], change.at.seq);
  one.placed = std::move(change);
  const auto is_newest = place == order_.end();
  order_.insert(place, static_cast<std::uint32_t>(all_.size()));
  all_.push_back(std::move(one));
  return is_newest ? Added::newest : Added::between;
}

bool RoomLog::is_proven(std::size_t place) const {
  const auto& one = at(place);
  if (!one.is_proven) one.is_proven = is_proven(std::get<wire::Admit>(one.placed.change));
  return *one.is_proven;
}

bool RoomLog::is_proven(const wire::Admit& admit) const {
  if (!admit.ticket) return true;
  return keys_.verify(*admit.ticket, keys_.digest(wire::knock_bytes(room_, *admit.ticket, admit.member)), admit.proof);
}

RoomLog::Number RoomLog::number_of(const base::PublicKey& key) const {
  const auto found = numbers_.find(key);
  return found == numbers_.end() ? nobody : found->second;
}

std::uint64_t RoomLog::newest_seq(const base::PublicKey& author) const {
  const auto number = number_of(author);
  return number == nobody ? 0 : newest_seqs_[number];
}

RoomLog::Number RoomLog::take_number(const base::PublicKey& key) {
  const auto [found, is_new] = numbers_.try_emplace(key, static_cast<Number>(keys_by_number_.size()));
  if (is_new) {
    keys_by_number_.push_back(key);
    newest_seqs_.push_back(0);
  }
  return found->second;
}

} // namespace tincan::chat
