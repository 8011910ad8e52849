// What peers say: who spoke, is it wanted, and what follows from it.
#include "tincan/chat/node.hpp"

#include <algorithm>

namespace tincan::chat {

using wire::Heard;

void Node::drain(Session& session, base::Now now) {
  const auto link = session.link;
  while (auto heard = session.reader.next()) {
    session.has_spoken = true;
    hear(session, *heard, now);
    if (!this->session(link)) return; // it was closed over what it said
  }
  if (session.reader.broken()) return end_session(link, now);
  arm(session, now);
}

void Node::hear(Session& session, Heard& heard, base::Now now) {
  auto endpoint = speaker(session, heard);
  // What comes in clear never comes from a tincan, whatever it claims: it stands for itself.
  if (const auto known = peers_.find(endpoint); known && peers_.view(known).peer.key) endpoint.port = 0;
  if (blocks_.is_blocked(endpoint) || blocks_.is_blocked(session.remote.address)) {
    if (!session.was_dialled) end_session(session.link, now);
    return;
  }
  if (heard.kind == Heard::Kind::ping) return answer(session, heard);
  if (heard.kind == Heard::Kind::query) {
    std::vector<base::Endpoint> active;
    for (const auto peer : peers_.all()) {
      const auto& view = peers_.view(peer);
      if (view.peer.endpoint.port == 0 || view.blocked || presence_at(view, now.wall) != Presence::active) continue;
      active.push_back(view.peer.endpoint);
      if (active.size() == max_peers_in_list) break;
    }
    turn_.act(SendBytes{session.link, wire::peer_list(active)});
    return;
  }
  // Bytes of no dialect: a native hello, or noise. A TLS hello says nothing to people.
  if (heard.kind == Heard::Kind::unreadable && heard.text.untrusted_bytes().starts_with('\x16')) return;
  const auto peer = note_presence(session, heard, endpoint, now);
  switch (heard.kind) {
  case Heard::Kind::text:
  case Heard::Kind::unreadable: take_text(peer, heard, now); break;
  case Heard::Kind::connect:
    tell_change(PeerChanged::What::announced, peer, now);
    if (heard.dialect == wire::Dialect::a4 && !session.was_dialled && !is_native(peer)) {
      prepare_lane(peer);
      outbox_.adopt_link(peer, session.link, now);
    }
    if (heard.wants_accept && heard.dialect == wire::Dialect::a1) call_back(peer, now);
    break;
  case Heard::Kind::leave:
    peers_.change(peer).peer.has_left = true;
    tell_change(PeerChanged::What::left, peer, now);
    break;
  case Heard::Kind::reply:
  case Heard::Kind::query:
  case Heard::Kind::ping: break;
  }
  answer(session, heard);
}

void Node::answer(const Session& session, Heard& heard) {
  if (!heard.reply.empty()) turn_.act(SendBytes{session.link, std::move(heard.reply)});
}

// Where the speaker listens: the socket's own address with the announced port. On one machine a program may listen on
// another loopback address than the one it calls from, so between loopback addresses the announced one is believed.
base::Endpoint Node::speaker(const Session& session, const Heard& heard) const {
  if (heard.port_is_source) return session.remote;
  if (!heard.announced_port) return nameless_speaker(session);
  const auto& source = session.remote.address;
  const bool both_local = heard.announced_ip && heard.announced_ip->is_loopback() && source.is_loopback();
  return {both_local ? *heard.announced_ip : source, *heard.announced_port};
}

base::Endpoint Node::nameless_speaker(const Session& session) const {
  using wire::Dialect;
  if (session.peer && peers_.has(session.peer)) return peers_.view(session.peer).peer.endpoint;
  if (const auto same = peers_.find(session.remote); same && peers_.view(same).peer.dialect == Dialect::a7)
    return session.remote;
  auto candidates = peers_.at_address(session.remote.address);
  std::erase_if(candidates, [this](auto peer) {
    const auto dialect = peers_.view(peer).peer.dialect;
    return dialect != Dialect::raw && dialect != Dialect::a4 && dialect != Dialect::a7;
  });
  return candidates.size() == 1 ? peers_.view(candidates.front()).peer.endpoint
                                : base::Endpoint{session.remote.address, 0};
}

base::PeerId Node::note_presence(Session& session, const Heard& heard, const base::Endpoint& endpoint, base::Now now) {
  const bool is_new = !peers_.find(endpoint);
  const auto peer = peers_.know(endpoint);
  auto& view = peers_.change(peer);
  if (!heard.team.empty() && view.peer.team != heard.team) {
    view.peer.team = heard.team;
    if (native_) note_look_alike(peer);
  }
  view.peer.last_heard = now.wall;
  view.peer.has_left = false;
  view.trouble.clear();
  if (native_ && !view.peer.key) view.peer.speaks = Speaks::classic;
  view.peer.claimed_address.reset();
  if (heard.announced_ip && !heard.announced_ip->is_loopback() && !heard.announced_ip->is_unspecified() &&
      *heard.announced_ip != endpoint.address)
    view.peer.claimed_address = heard.announced_ip;
  learn_dialect(view, heard, session);
  if (!session.was_dialled) session.peer = peer;
  if (!session.counts && !session.was_dialled && session.reader.stays_open()) {
    session.counts = true;
    ++view.links;
  }
  if (is_new) tell_change(PeerChanged::What::appeared, peer, now);
  outbox_.hint(peer, now);
  return peer;
}

void Node::learn_dialect(PeerView& view, const Heard& heard, const Session& session) {
  const bool says_nothing = heard.dialect == wire::Dialect::raw && view.peer.endpoint.port != 0;
  if (view.peer.dialect_fixed || view.peer.dialect == heard.dialect || says_nothing || session.was_dialled) return;
  view.peer.dialect = heard.dialect;
  if (outbox_.has_lane(view.peer.id)) prepare_lane(view.peer.id);
}

void Node::take_text(base::PeerId peer, Heard& heard, base::Now now) {
  if (native_) native_->close_burst();
  auto& view = peers_.change(peer);
  if (!foci_.has(peer)) ++view.peer.unread;
  Message message;
  message.id = base::EntryId{++last_entry_};
  message.peer = peer;
  message.endpoint = view.peer.endpoint;
  message.team = std::move(heard.team); // its own claim, never one that was made before in the same place
  message.text = std::move(heard.text);
  message.dialect = heard.dialect;
  message.was_cut = heard.was_cut;
  message.time = now.wall;
  store_.append(message);
  turn_.tell(MessageAdded{std::move(message), view.peer.team, view.peer.claimed_address});
}

// Rate-limited, or a stranger could make us open connections as often as it likes.
void Node::call_back(base::PeerId peer, base::Now now) {
  if (callbacks_.size() > max_known_peers) callbacks_.clear();
  if (peers_.view(peer).peer.endpoint.port == 0) return;
  auto& calls = callbacks_[peers_.view(peer).peer.endpoint.address];
  if (calls.count == 0 || now.tick - calls.minute >= std::chrono::minutes(1)) calls = {now.tick, 0};
  if (++calls.count > max_callbacks_per_minute) return;
  prepare_lane(peer);
  outbox_.add(peer, {.kind = Job::Kind::acceptance}, now);
}

} // namespace tincan::chat
