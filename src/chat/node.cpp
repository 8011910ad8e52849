#include "tincan/chat/node.hpp"

namespace tincan::chat {

Node::Node(Settings settings, Store& store, Entropy& entropy, Keys* keys)
    : settings_(std::move(settings)),
      store_(store),
      keys_(keys),
      outbox_(turn_, entropy, settings_.self),
      mandatory_(settings_.mandatory) {
  outbox_.set_link_source([this] { return new_link(); });
  if (!settings_.dials) outbox_.hold();
}

void Node::load(Snapshot snapshot, base::Now now) {
  last_entry_ = snapshot.last_entry_id;
  peers_.load(snapshot.peers, snapshot.last_peer_id);
  blocks_.load(snapshot.blocked);
  for (const auto peer : peers_.all())
    peers_.change(peer).blocked = blocks_.is_blocked(peers_.view(peer).peer.endpoint);
  for (auto& message : snapshot.undelivered) {
    if (!peers_.has(message.peer)) message.peer = peers_.know(message.endpoint);
    message.pieces_sent = 0; // what goes into a piece depends on our name and address, which may have changed
    const auto peer = message.peer;
    prepare_lane(peer);
    outbox_.add(peer, {.kind = Job::Kind::message, .message = std::move(message)}, now);
  }
  for (const auto peer : peers_.all())
    if (outbox_.has_lane(peer)) peers_.change(peer).queued = outbox_.waiting_for(peer);
}

Session* Node::session(base::LinkId link) {
  const auto found = sessions_.find(link);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void Node::link_accepted(base::LinkId link, const base::Endpoint& remote, base::Now now) {
  auto& session = *(sessions_[link] = std::make_unique<Session>(link, remote, settings_.self));
  arm(session, now);
}

void Node::link_opened(base::LinkId link, base::Now now) {
  const auto peer = outbox_.peer_of(link);
  if (!peer || !peers_.has(peer)) return turn_.act(CloseLink{link});
  auto& session = *(sessions_[link] = std::make_unique<Session>(link, peers_.view(peer).peer.endpoint, settings_.self));
  session.was_dialled = true;
  session.peer = peer;
  if (wire::keeps_connection(peers_.view(peer).peer.dialect)) {
    session.counts = true;
    ++peers_.change(peer).links;
  }
  outbox_.link_opened(link, now);
}

void Node::dial_failed(base::LinkId link, const base::Error& error, base::Now now) {
  outbox_.dial_failed(link, error, now);
}

void Node::bytes_received(base::LinkId link, std::string_view bytes, base::Now now) {
  auto* found = session(link);
  if (!found) return;
  const bool is_answer = outbox_.swallows_replies(link);
  outbox_.replied(link, now);
  if (is_answer) return;
  found->reader.bytes(bytes);
  drain(*found, now);
}

void Node::peer_finished(base::LinkId link, base::Now now) {
  auto* found = session(link);
  if (!found) return;
  found->has_ended = true;
  found->reader.end();
  drain(*found, now);
  outbox_.peer_finished(link, now);
  if (!outbox_.owns(link)) end_session(link, now);
}

void Node::link_closed(base::LinkId link, const base::Error& error, base::Now now) {
  hear_out(link, now);
  outbox_.link_closed(link, error, now);
  drop_session(link, now);
}

void Node::link_secured(base::LinkId, const base::PublicKey&, const base::Digest&, base::Now) {}
void Node::link_refused(base::LinkId link, const base::Error& error, base::Now now) { link_closed(link, error, now); }

void Node::bytes_taken(base::LinkId link, base::Now now) { outbox_.taken(link, now); }

void Node::time_passed(base::Now now) {
  while (const auto due = session_deadlines_.take_due(now.tick)) {
    const auto [link, silence] = *due;
    if (auto* found = session(link)) time_out(*found, silence, now);
  }
  outbox_.time_passed(now);
  send_mandatory(now);
  check_quit(now);
}

PeerBook::Changes Node::finish_turn(base::Now now) {
  take_reports(now);
  check_quit(now);
  auto changes = peers_.write_changes(store_);
  outbox_.forget(changes.forgotten);
  return changes;
}

void Node::committed() {
  outbox_.written();
  for (const auto& question : std::exchange(questions_, {})) {
    auto page = store_.history(question.query);
    if (!page) {
      turn_.tell(Failed{page.error()}, question.request);
    } else {
      turn_.tell(HistoryRead{std::move(*page)}, question.request);
      turn_.tell(Done{}, question.request);
    }
  }
  turn_.release();
}

std::optional<base::Tick> Node::next_deadline() const {
  auto next = earlier(session_deadlines_.next(), outbox_.next_deadline());
  if (!quit_deadline_) next = earlier(next, mandatory_.next_deadline());
  return earlier(next, quit_deadline_);
}

void Node::check_quit(base::Now now) {
  if (quit_deadline_ && (outbox_.is_quiet() || now.tick >= *quit_deadline_)) is_finished_ = true;
}

// --- the life of a session

void Node::arm(const Session& session, base::Now now) {
  const std::pair silence(session.link, true);
  const std::pair patience(session.link, false);
  if (session.reader.awaits_silence())
    session_deadlines_.set(silence, now.tick + wire::message_silence);
  else
    session_deadlines_.clear(silence);
  if (session.is_lingering) return;
  if (session.was_dialled || (session.has_spoken && session.reader.stays_open()))
    session_deadlines_.clear(patience);
  else if (session.has_spoken)
    session_deadlines_.set(patience, now.tick + idle_link_patience);
  else if (!session.reader.dialect())
    session_deadlines_.set(patience, now.tick + silent_link_patience);
}

void Node::time_out(Session& session, bool silence, base::Now now) {
  if (!silence) {
    const auto link = session.link;
    hear_out(link, now);
    return end_session(link, now);
  }
  session.reader.silence();
  drain(session, now);
}

// Nothing more comes: what was read so far is all.
void Node::hear_out(base::LinkId link, base::Now now) {
  auto* found = session(link);
  if (!found) return;
  found->reader.end();
  found->has_ended = true;
  drain(*found, now);
}

// We close it.
void Node::end_session(base::LinkId link, base::Now now) {
  if (!session(link)) return;
  turn_.act(CloseLink{link});
  outbox_.link_closed(link, {base::ErrorCode::cancelled, "the connection was closed"}, now);
  drop_session(link, now);
}

void Node::drop_session(base::LinkId link, base::Now now) {
  const auto found = sessions_.find(link);
  if (found == sessions_.end()) return;
  const auto& session = *found->second;
  if (session.counts && peers_.has(session.peer)) {
    auto& view = peers_.change(session.peer);
    if (view.links > 0) --view.links;
  }
  session_deadlines_.clear({link, true});
  session_deadlines_.clear({link, false});
  sessions_.erase(found);
  outbox_.peer_finished(link, now);
}

} // namespace tincan::chat
