#include "tincan/chat/peer_book.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

std::string comparable(std::string_view name) {
  auto folded = base::fold_case(base::trim(name));
  std::replace(folded.begin(), folded.end(), ' ', '_');
  return folded;
}

} // namespace

bool PeerBook::is_contact(const Record& record) {
  const auto& peer = record.view.peer;
  const auto is_typed = [](const KnownEndpoint& known) { return known.source == KnownEndpoint::Source::typed; };
  return record.was_written_to || !peer.petname.empty() || peer.is_verified ||
         std::any_of(peer.endpoints.begin(), peer.endpoints.end(), is_typed);
}

// What the user wrote to, waits for or named stays; strangers go first, the longest unheard before others.
std::pair<bool, std::int64_t> PeerBook::importance(const Record& record) {
  const auto& view = record.view;
  const bool wanted = is_contact(record) || view.queued > 0 || view.peer.dialect_fixed ||
                      !view.peer.host_name.empty() || view.links > 0 || view.peer.changed_key;
  return {wanted, view.peer.last_heard ? view.peer.last_heard->ms : 0};
}

void PeerBook::load(const std::vector<Peer>& peers, std::uint64_t last_id) {
  last_id_ = last_id;
  for (const auto& peer : peers) {
    auto& record = records_[peer.id];
    record.view.peer = record.stored = peer;
    by_endpoint_.try_emplace(peer.endpoint, peer.id);
    if (peer.key) by_key_[*peer.key] = peer.id;
    changed_.insert(peer.id);
    last_id_ = std::max(last_id_, peer.id.value);
  }
}

PeerBook::Record& PeerBook::add(const base::Endpoint& endpoint) {
  make_room_for(endpoint);
  const base::PeerId id{++last_id_};
  auto& record = records_[id];
  record.view.peer.id = id;
  record.view.peer.endpoint = endpoint;
  by_endpoint_.try_emplace(endpoint, id);
  changed_.insert(id);
  return record;
}

base::PeerId PeerBook::know(const base::Endpoint& endpoint) {
  if (const auto known = find(endpoint)) return known;
  return add(endpoint).view.peer.id;
}

base::PeerId PeerBook::know(const base::PublicKey& key, const base::Endpoint& endpoint) {
  if (const auto known = find(key)) return known;
  const auto peer = add(endpoint).view.peer.id;
  set_key(peer, key);
  return peer;
}

base::PeerId PeerBook::find(const base::PublicKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? base::PeerId{} : found->second;
}

void PeerBook::set_key(base::PeerId peer, const std::optional<base::PublicKey>& key) {
  auto& known = change(peer).peer;
  if (known.key) by_key_.erase(*known.key);
  known.key = key;
  known.speaks = key ? Speaks::native : Speaks::unknown;
  if (key) by_key_[*key] = peer;
}

void PeerBook::set_endpoint(base::PeerId peer, const base::Endpoint& endpoint) {
  auto& known = change(peer).peer;
  if (known.endpoint == endpoint) return;
  if (find(known.endpoint) == peer) by_endpoint_.erase(known.endpoint);
  known.endpoint = endpoint;
  by_endpoint_.try_emplace(endpoint, peer);
}

void PeerBook::merge(base::PeerId from, base::PeerId to) {
  auto& kept = change(to).peer;
  const auto& gone = records_.at(from).view.peer;
  if (records_.at(from).was_written_to) keep(to);
  if (kept.petname.empty()) kept.petname = gone.petname;
  if (kept.host_name.empty()) kept.host_name = gone.host_name;
  kept.unread += gone.unread;
  const auto endpoint = gone.endpoint;
  forget(from);
  by_endpoint_.try_emplace(endpoint, to);
  set_endpoint(to, endpoint);
}

void PeerBook::forget(base::PeerId peer) {
  const auto& known = records_.at(peer).view.peer;
  if (find(known.endpoint) == peer) by_endpoint_.erase(known.endpoint);
  if (known.key && find(*known.key) == peer) by_key_.erase(*known.key);
  records_.erase(peer);
  changed_.erase(peer);
  forgotten_.push_back(peer);
}

base::PeerId PeerBook::find(const base::Endpoint& endpoint) const {
  const auto found = by_endpoint_.find(endpoint);
  return found == by_endpoint_.end() ? base::PeerId{} : found->second;
}

std::vector<base::PeerId> PeerBook::named(std::string_view name) const {
  const auto wanted = comparable(name);
  std::vector<base::PeerId> result;
  if (wanted.empty()) return result;
  for (const auto& [id, record] : records_) {
    const auto& peer = record.view.peer;
    const bool fits =
        peer.petname.empty() ? comparable(peer.team.untrusted_bytes()) == wanted : comparable(peer.petname) == wanted;
    if (fits || comparable(peer.host_name) == wanted) result.push_back(id);
  }
  return result;
}

std::vector<base::PeerId> PeerBook::at_address(const base::Address& address) const {
  std::vector<base::PeerId> result;
  for (auto it = by_endpoint_.lower_bound({address, 0}); it != by_endpoint_.end() && it->first.address == address; ++it)
    result.push_back(it->second);
  return result;
}

std::vector<base::PeerId> PeerBook::all() const {
  std::vector<base::PeerId> result;
  for (const auto& entry : records_) result.push_back(entry.first);
  return result;
}

bool PeerBook::is_tincans(const base::Endpoint& endpoint) const {
  const auto is_there = [&](const KnownEndpoint& known) {
    const bool was_heard = known.last_worked || known.source == KnownEndpoint::Source::connected;
    return known.endpoint == endpoint && was_heard;
  };
  return std::any_of(records_.begin(), records_.end(), [&](const auto& entry) {
    const auto& endpoints = entry.second.view.peer.endpoints;
    return entry.second.view.peer.key && std::any_of(endpoints.begin(), endpoints.end(), is_there);
  });
}

PeerView& PeerBook::change(base::PeerId peer) {
  changed_.insert(peer);
  return records_.at(peer).view;
}

PeerBook::Changes PeerBook::write_changes(Store& store) {
  Changes changes;
  for (const auto id : changed_) {
    const auto found = records_.find(id);
    if (found == records_.end()) continue;
    auto& record = found->second;
    if (record.stored != record.view.peer) store.put_peer(record.stored = record.view.peer);
    changes.changed.push_back(record.view);
  }
  for (const auto id : forgotten_) store.forget_peer(id);
  changed_.clear();
  changes.forgotten = std::exchange(forgotten_, {});
  return changes;
}

void PeerBook::make_room_for(const base::Endpoint& newcomer) {
  if (const auto neighbours = at_address(newcomer.address); neighbours.size() >= max_peers_per_address)
    forget_least(neighbours);
  if (records_.size() < max_known_peers) return;
  const auto least = std::min_element(records_.begin(), records_.end(), [](const auto& a, const auto& b) {
    return importance(a.second) < importance(b.second);
  });
  forget(least->first);
}

void PeerBook::forget_least(const std::vector<base::PeerId>& candidates) {
  const auto least = *std::min_element(candidates.begin(), candidates.end(), [this](auto a, auto b) {
    return importance(records_.at(a)) < importance(records_.at(b));
  });
  forget(least);
}

} // namespace tincan::chat
