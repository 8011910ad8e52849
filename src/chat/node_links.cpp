// Which dialect a link speaks: the first byte of an accepted one, the banner on a dialled one; and whose key it shows.
#include "tincan/base/look_alike.hpp"
#include "tincan/chat/node.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;

// False when the bytes were no plain text, or there is nothing more to do with them.
bool Node::read_probe(Session& session, std::string_view bytes, base::Now now) {
  if (!native_) return true;
  const auto link = session.link;
  session_deadlines_.clear({link, Timer::banner});
  if (session.is_securing) {
    session.early += bytes; // net takes over at the end of this turn
    return false;
  }
  const bool is_first = !std::exchange(session.has_received, true);
  if (is_first && !session.was_dialled && bytes.starts_with('\x16')) {
    begin_securing(session, bytes, now);
    return false;
  }
  if (!session.was_dialled && !settings_.speaks_classic) {
    end_session(link, now);
    return false;
  }
  if (!outbox_.is_probing(link)) return true;
  session.probed += bytes;
  if (wire::native_banner.starts_with(session.probed) && session.probed.size() < wire::native_banner.size())
    return false;
  if (session.probed.starts_with(wire::native_banner)) {
    session.is_securing = true;
    outbox_.banner_heard(link, now);
    turn_.act(SecureLink{link, SecureLink::Role::client, session.probed.substr(wire::native_banner.size())});
    return false;
  }
  outbox_.probe_over(link, now); // it speaks first, and plain text
  auto* still = this->session(link);
  if (!still || !settings_.speaks_classic) return false;
  still->reader.bytes(std::exchange(still->probed, {}));
  drain(*still, now);
  return false;
}

void Node::begin_securing(Session& session, std::string_view bytes, base::Now now) {
  session.is_securing = true;
  session.early = bytes;
  securing_.push_back(session.link);
  session_deadlines_.clear({session.link, Timer::patience});
  session_deadlines_.set({session.link, Timer::secured}, now.tick + greeting_patience);
  handshakes_.push_back(session.link);
  while (!handshakes_.empty() && (handshakes_.size() > max_handshakes || !this->session(handshakes_.front()))) {
    end_session(handshakes_.front(), now);
    handshakes_.pop_front();
  }
}

void Node::link_refused(base::LinkId link, const base::Error& error, base::Now now) {
  if (native_ && native_->owns(link)) return native_->failed(link, DialStage::tls, error, now);
  outbox_.link_closed(link, error, now);
  drop_session(link, now);
}

void Node::link_secured(base::LinkId link, const base::PublicKey& key, const base::Digest& exporter, base::Now now) {
  if (!native_) return turn_.act(CloseLink{link});
  if (native_->owns(link)) return secured_dial(link, key, exporter, now);
  auto* found = session(link);
  if (!found) return turn_.act(CloseLink{link});
  if (found->was_dialled) return secured_probe(*found, key, exporter, now);
  secured_accepted(*found, key, exporter, now);
}

// We dialled a tincan whose key we know.
void Node::secured_dial(base::LinkId link, const base::PublicKey& key, const base::Digest& exporter, base::Now now) {
  const auto peer = native_->dialled_peer(link);
  const auto* at = native_->dialled_endpoint(link);
  if (!at || !peers_.has(peer)) return turn_.act(CloseLink{link});
  const auto known = *at;
  if (peers_.view(peer).peer.key == key) return native_->begin(link, peer, key, exporter, known.endpoint, true, now);
  turn_.act(CloseLink{link});
  if (key == keys_->own())
    return native_->failed(link, DialStage::key, {ErrorCode::refused, "this program itself answers there"}, now);
  // Where it was before, or where the user said, that is news; anywhere else it was only a bad hint.
  const bool was_its_place = known.source == KnownEndpoint::Source::typed || known.last_worked;
  native_->failed(link, DialStage::key,
                  {ErrorCode::refused, fmt::format("another key answers there ({})", key.short_text())}, now);
  if (was_its_place) native_->key_changed(peer, key, known.endpoint, now);
}

// We dialled an address, and a tincan answered: whoever it is, it is the one that the user meant.
void Node::secured_probe(Session& session, const base::PublicKey& key, const base::Digest& exporter, base::Now now) {
  const auto link = session.link;
  const auto endpoint = session.remote;
  const auto peer = outbox_.peer_of(link);
  const bool is_self = key == keys_->own();
  if (is_self || !peer || blocks_.is_blocked(key)) {
    turn_.act(CloseLink{link});
    outbox_.link_closed(link, {ErrorCode::refused, is_self ? "that is this program itself" : "it is blocked"}, now);
    return drop_session(link, now);
  }
  auto jobs = outbox_.hand_over(peer, now);
  drop_session(link, now);
  auto tincan = peers_.find(key);
  if (!peers_.has(peer)) { // it was forgotten meanwhile
    tincan = peers_.know(key, endpoint);
  } else if (tincan && tincan != peer) {
    peers_.merge(peer, tincan);
    store_.merge_peer(peer, tincan);
  } else {
    tincan = peer;
    peers_.set_key(peer, key);
  }
  native_->learn_endpoint(tincan, {endpoint, KnownEndpoint::Source::typed, now.wall});
  native_->begin(link, tincan, key, exporter, endpoint, true, now);
  become_native(tincan, std::move(jobs), now);
}

void Node::become_native(base::PeerId peer, std::vector<Job> jobs, base::Now now) {
  for (auto& job : jobs) {
    if (job.kind == Job::Kind::announcement) native_->connect(peer, job.request, job.target, now);
    if (job.kind != Job::Kind::message) continue;
    job.message.peer = peer;
    native_->adopt(std::move(job.message), job.request, now);
  }
}

void Node::secured_accepted(Session& session, const base::PublicKey& key, const base::Digest& exporter, base::Now now) {
  const auto link = session.link;
  const auto remote = session.remote;
  drop_session(link, now);
  if (key == keys_->own() || blocks_.is_blocked(key) || blocks_.is_blocked(remote.address))
    return turn_.act(CloseLink{link});
  const bool is_new = !peers_.find(key);
  const auto peer = peers_.know(key, {remote.address, 0});
  if (is_new) tell_change(PeerChanged::What::appeared, peer, now);
  native_->begin(link, peer, key, exporter, remote, false, now);
}

// A tincan says that it listens where somebody is known of whom we know nothing but that address. Who waits for a
// message there is asked first: an address alone could be claimed by anybody on that machine.
void Node::absorb(base::PeerId tincan, const base::Endpoint& endpoint) {
  const auto other = peers_.find(endpoint);
  if (!other || other == tincan) return;
  const auto& view = peers_.view(other);
  if (view.peer.key) return;
  if (view.queued > 0 || view.peer.last_heard || view.peer.unread > 0) {
    if (outbox_.has_lane(other)) prepare_lane(other); // what waits goes no more in clear
    return;
  }
  peers_.merge(other, tincan);
  store_.merge_peer(other, tincan);
}

const std::string& Node::shape_of(base::PeerId peer) {
  const auto& known = peers_.view(peer).peer;
  const auto& name = known.petname.empty() ? known.team.untrusted_bytes() : known.petname;
  auto& shape = shapes_[peer];
  if (shape.name != name) shape = {name, base::skeleton(name)};
  return shape.skeleton;
}

// A name that looks like that of somebody whose key we know.
void Node::note_look_alike(base::PeerId peer) {
  auto& view = peers_.change(peer);
  view.look_alike = {};
  if (!view.peer.petname.empty() || view.peer.team.empty()) return;
  const auto shape = shape_of(peer);
  if (shape.empty()) return;
  for (const auto other : peers_.all()) {
    const auto& known = peers_.view(other).peer;
    if (other == peer || !known.key || shape_of(other) != shape) continue;
    if (known.petname.empty() && known.id > peer) continue; // who came first keeps the name
    view.look_alike = other;
    return;
  }
}

} // namespace tincan::chat
