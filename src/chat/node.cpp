#include "tincan/chat/node.hpp"

namespace tincan::chat {

Node::Node(Settings settings, Store& store, Entropy& entropy, Keys* keys)
    : settings_(std::move(settings)),
      store_(store),
      keys_(keys),
      outbox_(turn_, entropy, settings_.self),
      mandatory_(settings_.mandatory) {
  outbox_.set_link_source([this] { return new_link(); });
  if (settings_.hosting)
    host_ = std::make_unique<BroadcastHost>(
        turn_, [this](const auto& name, const auto& text, base::Now now) { guest_spoke(name, text, now); });
  if (!settings_.dials) outbox_.hold();
  if (!settings_.speaks_classic) outbox_.refuse_clear();
  if (keys_)
    native_ = std::make_unique<NativeTalk>(NativeTalk::Ground{
        settings_,
        store_,
        *keys_,
        entropy,
        turn_,
        peers_,
        blocks_,
        foci_,
        [this] { return new_link(); },
        [this] { return base::EntryId{++last_entry_}; },
        [this](base::PeerId peer) { note_look_alike(peer); },
        [this](base::RequestId request) { count_announcement(request, -1); },
        [this](base::PeerId tincan, const base::Endpoint& endpoint) { absorb(tincan, endpoint); },
        [this](base::PeerId peer, base::Now now) { rooms_->linked(peer, now); },
        [this](base::PeerId peer, base::Now now) { rooms_->unlinked(peer, now); },
        [this](base::PeerId peer, wire::Frame& frame, base::Now now) { rooms_->hear(peer, frame, now); },
        [this](base::PeerId peer) { rooms_->taken(peer); },
        [this](base::PeerId peer, base::Now now) { rooms_->let_go_by(peer, now); },
        [this](base::PeerId peer, base::Now now) { rooms_->unreachable(peer, now); },
        [this](base::PeerId peer) { return rooms_->needs_link(peer); },
        [this](base::PeerId peer, const wire::Invitation& invitation, base::Now now) {
          rooms_->invited(peer, invitation, now);
        }});
  if (keys_) make_rooms(entropy);
}

void Node::load(Snapshot snapshot, base::Now now) {
  last_entry_ = committed_entry_ = snapshot.last_entry_id;
  peers_.load(snapshot.peers, snapshot.last_peer_id);
  blocks_.load(snapshot.blocked);
  for (const auto peer : peers_.all()) {
    auto& view = peers_.change(peer);
    view.blocked = is_blocked(view.peer);
    if (view.peer.speaks == Speaks::classic) view.peer.speaks = Speaks::unknown; // it may be a tincan by now
  }
  for (auto& message : snapshot.undelivered) {
    if (!peers_.has(message.peer)) message.peer = peers_.know(message.endpoint);
    message.pieces_sent = 0; // what goes into a piece depends on our name and address, which may have changed
    const auto peer = message.peer;
    if (is_native(peer)) continue; // taken up below
    prepare_lane(peer);
    outbox_.add(peer, {.kind = Job::Kind::message, .message = std::move(message)}, now);
  }
  for (const auto peer : peers_.all())
    if (outbox_.has_lane(peer)) peers_.change(peer).queued = outbox_.waiting_for(peer);
  if (!native_) return;
  rooms_->load(snapshot, now);
  native_->load(snapshot, now);
  if (host_) hosted_room_ = rooms_->hosted_room(settings_.hosted_room, now);
  for (auto& message : snapshot.undelivered)
    if (message.id && is_native(message.peer)) native_->adopt(std::move(message), {}, now);
}

Session* Node::session(base::LinkId link) {
  const auto found = sessions_.find(link);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void Node::link_accepted(base::LinkId link, const base::Endpoint& remote, base::Now now) {
  auto& session = *(sessions_[link] = std::make_unique<Session>(link, remote, settings_.self));
  arm(session, now);
  if (host_ && blocks_.is_blocked(remote.address)) return end_session(link, now);
  if (native_ || host_) session_deadlines_.set({link, Timer::banner}, now.tick + banner_after);
}

void Node::link_opened(base::LinkId link, base::Now now) {
  if (native_ && native_->owns(link)) return native_->opened(link, now);
  const auto peer = outbox_.peer_of(link);
  if (!peer || !peers_.has(peer)) return turn_.act(CloseLink{link});
  auto& session = *(sessions_[link] = std::make_unique<Session>(link, peers_.view(peer).peer.endpoint, settings_.self));
  session.was_dialled = true;
  session.peer = peer;
  session.is_broadcast = peers_.view(peer).peer.dialect == wire::Dialect::c;
  if (outbox_.stays(peer) && peers_.view(peer).trouble.empty()) tell_change(PeerChanged::What::announced, peer, now);
  if (wire::keeps_connection(peers_.view(peer).peer.dialect)) {
    session.counts = true;
    ++peers_.change(peer).links;
  }
  outbox_.link_opened(link, now);
}

void Node::dial_failed(base::LinkId link, const base::Error& error, base::Now now) {
  if (native_ && native_->owns(link)) return native_->failed(link, DialStage::tcp, error, now);
  outbox_.dial_failed(link, error, now);
}

void Node::bytes_received(base::LinkId link, std::string_view bytes, base::Now now) {
  if (native_ && native_->owns(link)) return native_->bytes(link, bytes, now);
  if (host_ && hear_guest(link, bytes, now)) return;
  auto* found = session(link);
  if (!found || !read_probe(*found, bytes, now)) return;
  if (found->is_broadcast) return hear_broadcast(*found, bytes, now);
  const bool is_answer = outbox_.swallows_replies(link);
  outbox_.replied(link, now);
  if (is_answer) return;
  found->reader.bytes(bytes);
  drain(*found, now);
}

void Node::peer_finished(base::LinkId link, base::Now now) {
  if (native_ && native_->owns(link)) {
    turn_.act(CloseLink{link});
    return native_->closed(link, {base::ErrorCode::reset, "the peer closed the link"}, now);
  }
  if (host_ && host_->has(link)) {
    host_->closed(link, now);
    return turn_.act(CloseLink{link});
  }
  auto* found = session(link);
  if (!found) return;
  if (found->is_securing) return end_session(link, now);
  found->has_ended = true;
  found->reader.end();
  drain(*found, now);
  outbox_.peer_finished(link, now);
  if (!outbox_.owns(link)) end_session(link, now);
}

void Node::link_closed(base::LinkId link, const base::Error& error, base::Now now) {
  if (native_ && native_->owns(link)) return native_->closed(link, error, now);
  if (host_ && host_->has(link)) return host_->closed(link, now);
  hear_out(link, now);
  outbox_.link_closed(link, error, now);
  drop_session(link, now);
}

void Node::bytes_taken(base::LinkId link, base::Now now) {
  if (native_ && native_->owns(link)) return native_->taken(link);
  if (host_ && host_->has(link)) return host_->taken(link, now);
  outbox_.taken(link, now);
}

void Node::time_passed(base::Now now) {
  while (const auto due = session_deadlines_.take_due(now.tick)) {
    const auto [link, timer] = *due;
    if (auto* found = session(link)) time_out(*found, timer, now);
  }
  for (const auto& request : std::exchange(postponed_, {})) command(request, now);
  outbox_.time_passed(now);
  if (host_) host_->time_passed(now);
  if (native_) native_->time_passed(now);
  if (rooms_) rooms_->time_passed(now);
  send_mandatory(now);
  check_quit(now);
}

PeerBook::Changes Node::finish_turn(base::Now now) {
  take_reports(now);
  check_quit(now);
  for (const auto link : std::exchange(securing_, {}))
    if (auto* found = session(link))
      turn_.act(SecureLink{link, SecureLink::Role::server, std::exchange(found->early, {})});
  now_ = now;
  if (rooms_) rooms_->finish_turn(now);
  if (host_) host_->finish_turn(now);
  if (native_) native_->finish_turn(now);
  take_native_reports(now);
  auto changes = peers_.write_changes(store_);
  outbox_.forget(changes.forgotten);
  for (const auto peer : changes.forgotten) shapes_.erase(peer);
  if (native_) native_->forgotten(changes.forgotten, now);
  return changes;
}

void Node::committed() {
  committed_entry_ = last_entry_;
  outbox_.written();
  if (rooms_) rooms_->committed(now_);
  if (native_) native_->committed();
  for (const auto& question : std::exchange(questions_, {})) {
    auto page = store_.history(question.query);
    if (!page) {
      turn_.tell(Failed{page.error()}, question.request);
    } else {
      if (native_) native_->mark_sent(*page);
      if (rooms_) rooms_->complete(*page);
      turn_.tell(HistoryRead{std::move(*page)}, question.request);
      turn_.tell(Done{}, question.request);
    }
  }
  for (const auto& [request, entry] : std::exchange(version_questions_, {})) {
    auto forms = store_.forms_of(entry);
    if (!forms) {
      turn_.tell(Failed{forms.error()}, request);
      continue;
    }
    turn_.tell(VersionsRead{entry, std::move(*forms)}, request);
    turn_.tell(Done{}, request);
  }
  turn_.release();
}

std::optional<base::Tick> Node::next_deadline() const {
  auto next = earlier(session_deadlines_.next(), outbox_.next_deadline());
  if (!quit_deadline_) next = earlier(next, mandatory_.next_deadline());
  if (native_) next = earlier(next, native_->next_deadline());
  if (rooms_) next = earlier(next, rooms_->next_deadline());
  if (host_) next = earlier(next, host_->next_deadline());
  if (!postponed_.empty()) return base::Tick::min();
  return earlier(next, quit_deadline_);
}

void Node::check_quit(base::Now now) {
  if (quit_deadline_ && (outbox_.is_quiet() || now.tick >= *quit_deadline_)) is_finished_ = true;
}

// --- the life of a session

void Node::arm(const Session& session, base::Now now) {
  const std::pair silence(session.link, Timer::silence);
  const std::pair patience(session.link, Timer::patience);
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

void Node::time_out(Session& session, Timer timer, base::Now now) {
  const auto link = session.link;
  switch (timer) {
  case Timer::silence: session.reader.silence(); return drain(session, now);
  case Timer::patience: hear_out(link, now); return end_session(link, now);
  case Timer::banner:
    if (host_) return welcome(link, now);
    return turn_.act(SendBytes{link, std::string(wire::native_banner)});
  case Timer::secured: return end_session(link, now);
  }
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
  for (const auto timer : {Timer::silence, Timer::patience, Timer::banner, Timer::secured})
    session_deadlines_.clear({link, timer});
  sessions_.erase(found);
  outbox_.peer_finished(link, now);
}

} // namespace tincan::chat
