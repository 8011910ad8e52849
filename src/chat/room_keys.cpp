#include "tincan/chat/room_keys.hpp"

#include "tincan/chat/room_names.hpp"
#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace tincan::chat {

namespace {

std::string_view beginning(const base::Digest& epoch) { return epoch.view().substr(0, wire::SealedBody::epoch_bytes); }

std::string bound_to(const EpochKeys::Place& place) {
  return wire::associated_data(place.conversation, place.author, place.seq, place.kind);
}

} // namespace

base::Digest EpochKeys::add(const base::Secret& key) {
  const auto id = epoch_id(keys_, key);
  by_id_[id] = key;
  return id;
}

std::optional<base::Secret> EpochKeys::find(const base::Digest& epoch) const {
  const auto found = by_id_.find(epoch);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<base::Digest> EpochKeys::choose(const RoomState& state) const {
  const auto& epochs = state.epochs();
  const auto newest = std::find_if(epochs.rbegin(), epochs.rend(),
                                   [&](const auto& epoch) { return epoch.is_safe && by_id_.count(epoch.id) != 0; });
  return newest == epochs.rend() ? std::nullopt : std::optional(newest->id);
}

bool EpochKeys::may_hand(const RoomState& state, const base::Digest& epoch) const {
  const auto& epochs = state.epochs();
  return std::any_of(epochs.begin(), epochs.end(),
                     [&](const auto& one) { return one.id == epoch && one.is_known_enough; });
}

std::vector<base::Digest> EpochKeys::missing(const RoomState& state) const {
  std::vector<base::Digest> ids;
  const auto& epochs = state.epochs();
  for (const bool by_member : {true, false})
    for (auto epoch = epochs.rbegin(); epoch != epochs.rend(); ++epoch)
      if (epoch->is_by_member == by_member && by_id_.count(epoch->id) == 0) ids.push_back(epoch->id);
  return ids;
}

std::vector<base::Secret> EpochKeys::for_newcomer(const RoomState& state) const {
  std::vector<base::Secret> keys;
  const auto& epochs = state.epochs();
  for (auto epoch = epochs.rbegin(); epoch != epochs.rend() && keys.size() < wire::max_keys_in_frame; ++epoch)
    if (const auto key = find(epoch->id); key && epoch->is_known_enough) keys.push_back(*key);
  std::reverse(keys.begin(), keys.end());
  return keys;
}

std::string EpochKeys::seal_body(const base::Digest& epoch, const Place& place, std::string_view plain) const {
  const auto key = find(epoch);
  assert(key);
  std::string random(base::Nonce::size, '\0');
  keys_.randomize(random);
  const auto nonce = *base::Nonce::from(random);
  const auto ciphertext = keys_.encrypt(*key, nonce, bound_to(place), plain);
  return wire::join(wire::SealedBody{beginning(epoch), nonce, ciphertext});
}

base::Result<std::string> EpochKeys::open_body(const Place& place, std::string_view sealed) const {
  if (const auto parts = wire::split_sealed(sealed)) {
    base::Digest first;
    std::memcpy(first.bytes.data(), parts->epoch.data(), parts->epoch.size());
    for (auto one = by_id_.lower_bound(first); one != by_id_.end() && beginning(one->first) == parts->epoch; ++one)
      if (auto plain = keys_.decrypt(one->second, parts->nonce, bound_to(place), parts->ciphertext)) return *plain;
  }
  return base::fail(base::ErrorCode::bad_bytes, "this cannot be read here");
}

} // namespace tincan::chat
