// What we say: messages into the queue, and what became of them out of the outbox's reports.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"

namespace tincan::chat {

bool Node::send_text(base::PeerId peer, const std::string& text, MessageKind kind, base::RequestId request,
                     base::Now now, std::optional<std::size_t> mandatory) {
  if (is_native(peer)) return say_native(peer, text, kind, {}, request, now, mandatory);
  if (native_) native_->close_burst();
  auto& view = peers_.change(peer);
  Message message;
  message.id = base::EntryId{++last_entry_};
  message.peer = peer;
  message.endpoint = view.peer.endpoint;
  message.direction = Direction::out;
  message.kind = kind;
  message.state = MessageState::queued;
  message.team = base::PeerText(settings_.self.team);
  message.text = base::PeerText(base::to_valid_utf8(text));
  message.dialect = view.peer.dialect;
  message.time = now.wall;
  store_.append(message);
  turn_.tell(MessageAdded{message, view.peer.team, std::nullopt}, request);
  if (mandatory) {
    mandatory_.queued(*mandatory, message);
    turn_.tell(mandatory_.status(*mandatory));
  }
  prepare_lane(peer);
  outbox_.add(peer, {.kind = Job::Kind::message, .message = std::move(message), .request = request}, now);
  view.queued = outbox_.waiting_for(peer);
  return true;
}

void Node::prepare_lane(base::PeerId peer) {
  const auto& known = peers_.view(peer).peer;
  const bool is_open = known.speaks == Speaks::unknown && !known.dialect_fixed;
  const bool is_tincans = native_ && peers_.is_tincans(known.endpoint);
  outbox_.set_peer(peer, known.endpoint, known.dialect, native_ && (is_open || is_tincans || !settings_.speaks_classic),
                   is_tincans);
}

bool Node::say_native(base::PeerId peer, const std::string& text, MessageKind kind, base::EntryId reply_to,
                      base::RequestId request, base::Now now, std::optional<std::size_t> mandatory) {
  // The mandatory message of an earlier start that still waits is enough.
  if (const auto waiting = mandatory ? native_->first_waiting(peer, MessageKind::mandatory) : base::EntryId{}) {
    if (const auto message = store_.find_message(waiting)) {
      mandatory_.queued(*mandatory, *message);
      turn_.tell(mandatory_.status(*mandatory));
      return true;
    }
  }
  const auto message = native_->say(peer, text, kind, reply_to, request, now);
  if (!message) {
    refuse(request, message.error());
    return false;
  }
  if (mandatory) {
    mandatory_.queued(*mandatory, *message);
    turn_.tell(mandatory_.status(*mandatory));
  }
  return true;
}

void Node::take_native_reports(base::Now now) {
  if (!native_) return;
  for (const auto& message : std::exchange(native_->state_reports(), {}))
    if (auto status = mandatory_.state_changed(message, std::nullopt, now.wall)) turn_.tell(std::move(*status));
}

void Node::send_mandatory(base::Now now) {
  if (quit_deadline_) return;
  while (const auto index = mandatory_.take_due(now.tick)) {
    const auto target = resolve(mandatory_.target(*index));
    if (!target) {
      mandatory_.name_failed(*index, target.error().text, now);
      turn_.tell(mandatory_.status(*index));
    } else if (!target->host.empty()) {
      look_up(*target, {}, index);
    } else {
      const auto peer = meet(*target);
      send_text(peer, settings_.mandatory_text, MessageKind::mandatory, {}, now, index);
    }
  }
}

void Node::take_reports(base::Now now) {
  std::set<base::PeerId> touched;
  while (const auto report = outbox_.next_report()) {
    take_report(*report, now);
    touched.insert(report->peer);
  }
  for (const auto peer : touched) {
    if (!peers_.has(peer) || is_native(peer)) continue;
    auto& view = peers_.change(peer);
    view.queued = outbox_.waiting_for(peer);
    view.next_try = outbox_.next_try(peer);
  }
}

void Node::take_report(const Report& report, base::Now now) {
  const bool is_known = peers_.has(report.peer);
  switch (report.kind) {
  case Report::Kind::message_state: state_changed(report, now); break;
  case Report::Kind::announced: announced(report); break;
  case Report::Kind::plain:
    if (is_known && !peers_.view(report.peer).peer.key) peers_.change(report.peer).peer.speaks = Speaks::classic;
    break;
  case Report::Kind::reached:
    if (is_known && !peers_.view(report.peer).trouble.empty()) {
      peers_.change(report.peer).trouble.clear();
      tell_change(PeerChanged::What::reachable, report.peer, now);
    }
    break;
  case Report::Kind::unreachable:
    if (is_known) {
      auto& view = peers_.change(report.peer);
      const bool is_news = view.trouble != report.error->text;
      view.trouble = report.error->text;
      view.next_try = report.next_try;
      if (is_news) tell_change(PeerChanged::What::unreachable, report.peer, now);
    }
    break;
  case Report::Kind::released:
    if (auto* found = session(report.link)) {
      found->is_lingering = true;
      if (found->has_ended || found->reader.broken())
        end_session(report.link, now);
      else
        session_deadlines_.set({report.link, Timer::patience}, now.tick + linger_patience);
    }
    break;
  case Report::Kind::discarded:
    hear_out(report.link, now);
    turn_.act(CloseLink{report.link});
    drop_session(report.link, now);
    break;
  }
}

void Node::state_changed(const Report& report, base::Now now) {
  const auto& message = report.job.message;
  store_.set_state(message.id, message.state, message.why, message.pieces_sent, message.dialect);
  StateChanged event{message, {}, report.next_try};
  if (peers_.has(report.peer)) event.peer_team = peers_.view(report.peer).peer.team;
  turn_.tell(std::move(event), report.job.request);
  if (auto status = mandatory_.state_changed(message, report.next_try, now.wall)) turn_.tell(std::move(*status));
}

void Node::announced(const Report& report) {
  PeerAnnounced event{report.job.target, std::nullopt, !report.error, report.acknowledged, {}};
  if (peers_.has(report.peer)) event.endpoint = peers_.view(report.peer).peer.endpoint;
  if (report.error) event.why = report.error->text;
  turn_.tell(std::move(event), report.job.request);
  count_announcement(report.job.request, -1);
}

} // namespace tincan::chat
