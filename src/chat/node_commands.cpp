// What the user wants: each command.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"
#include "tincan/wire/classic_bytes.hpp"

#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;

void Node::command(const Request& request, base::Now now) {
  if (quit_deadline_) return refuse(request.id, {ErrorCode::cancelled, "the program is ending"});
  if (const auto* join = std::get_if<JoinRoom>(&request.command); join && join->is_plain)
    return join_plain(*join, request.id, now);
  if (const auto* leave = std::get_if<LeaveRoom>(&request.command); leave && leave_plain(*leave, request.id, now))
    return;
  std::visit([&](const auto& command) { carry_out(command, request.id, now); }, request.command);
}

void Node::refuse(base::RequestId request, const base::Error& error) { turn_.tell(Failed{error}, request); }

std::string Node::display_name(base::PeerId peer) const {
  const auto& known = peers_.view(peer).peer;
  if (!known.petname.empty()) return base::SafeText::own(known.petname).str();
  if (!known.team.empty()) return base::safe_name(known.team).str();
  return known.key && known.endpoint.port == 0 ? known.key->short_text() : known.endpoint.text();
}

void Node::tell_change(PeerChanged::What what, base::PeerId peer, base::Now now, base::RequestId request) {
  auto view = peers_.view(peer);
  view.presence = presence_at(view, now.wall);
  turn_.tell(PeerChanged{what, std::move(view)}, request);
}

void Node::mark_read(base::PeerId peer, base::Now now) {
  if (!peer || !peers_.has(peer) || peers_.view(peer).peer.unread == 0) return;
  peers_.change(peer).peer.unread = 0;
  tell_change(PeerChanged::What::read, peer, now);
}

// --- the commands

void Node::carry_out(const Send& command, base::RequestId request, base::Now now) {
  if (wire::carries_nothing(command.text)) return refuse(request, {ErrorCode::bad_argument, "the message is empty"});
  if (command.text.size() > max_text_bytes)
    return refuse(request, {ErrorCode::limit, "the message is longer than 64 KiB: send it in parts"});
  if (is_room(command.peer)) return send_to_room(command, request, now);
  const auto target = resolve(command.peer);
  if (!target) return refuse(request, target.error());
  if (!target->host.empty() && !target->peer) return look_up(*target, {request, command}, std::nullopt);
  const auto peer = meet(*target);
  if (!is_native(peer) && command.reply_to)
    return refuse(request, {ErrorCode::bad_argument, "plain-text programs know no replies"});
  if (is_native(peer)) {
    if (peers_.view(peer).blocked) return refuse(request, {ErrorCode::refused, "it is blocked: unblock it first"});
    if (native_->waiting_count(peer) >= max_waiting_messages)
      return refuse(request,
                    {ErrorCode::limit, fmt::format("1,000,000 messages wait for {} already", display_name(peer))});
    if (command.reply_to && postpone(command.reply_to, {request, command})) return;
    if (say_native(peer, command.text, MessageKind::text, command.reply_to, request, now, std::nullopt))
      turn_.tell(Done{}, request);
    return;
  }
  if (peers_.view(peer).peer.endpoint.port == 0)
    return refuse(request,
                  {ErrorCode::unknown_peer,
                   fmt::format("where {} listens is not known: give its address and port", display_name(peer))});
  if (outbox_.waiting_for(peer) >= max_jobs_per_lane - 1)
    return refuse(request, {ErrorCode::limit, fmt::format("10,000 messages wait for {} already", display_name(peer))});
  send_text(peer, command.text, MessageKind::text, request, now);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Announce& command, base::RequestId request, base::Now now) {
  auto names = command.peers;
  if (names.empty())
    for (const auto peer : peers_.all())
      if (!peers_.view(peer).blocked && (is_native(peer) || peers_.view(peer).peer.endpoint.port != 0))
        names.push_back(is_native(peer) ? std::to_string(peer.value) : peers_.view(peer).peer.endpoint.text());
  count_announcement(request, static_cast<int>(names.size()) + 1);
  for (const auto& name : names) {
    const auto target = resolve(name);
    const bool has_port =
        target && (!target->peer || is_native(target->peer) || peers_.view(target->peer).peer.endpoint.port != 0);
    if (!target || !has_port) {
      turn_.tell(PeerAnnounced{base::as_typed(name), std::nullopt, false, false,
                               target ? "where it listens is not known" : target.error().text},
                 request);
      count_announcement(request, -1);
    } else if (!target->host.empty() && !target->peer) {
      look_up(*target, {request, Announce{{name}}}, std::nullopt);
    } else {
      announce_to(meet(*target), name, request, now);
    }
  }
  count_announcement(request, -1);
}

void Node::announce_to(base::PeerId peer, const std::string& target, base::RequestId request, base::Now now) {
  if (is_native(peer)) return native_->connect(peer, request, target, now);
  prepare_lane(peer);
  Job job{.kind = Job::Kind::announcement, .request = request, .target = target};
  if (outbox_.add(peer, std::move(job), now)) return;
  turn_.tell(PeerAnnounced{target, peers_.view(peer).peer.endpoint, false, false, "too much waits for it"}, request);
  count_announcement(request, -1);
}

void Node::count_announcement(base::RequestId request, int change) {
  const int open = open_announcements_[request] += change;
  if (open > 0) return;
  open_announcements_.erase(request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const ListPeers&, base::RequestId request, base::Now now) {
  PeersListed list;
  for (const auto peer : peers_.all()) {
    list.peers.push_back(peers_.view(peer));
    list.peers.back().presence = presence_at(list.peers.back(), now.wall);
  }
  turn_.tell(std::move(list), request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const ReadHistory& command, base::RequestId request, base::Now now) {
  Question question{request, command.query};
  if (is_room(command.peer)) {
    question.query.room = room_for(command.peer, request);
    if (!*question.query.room) return;
    rooms_->mark_read(*question.query.room);
  } else if (!base::is_blank(command.peer)) {
    const auto peer = resolve_known(command.peer);
    if (!peer) return refuse(request, peer.error());
    question.query.peer = *peer;
    mark_read(*peer, now);
    if (native_) native_->tell_read(*peer, now);
  }
  questions_.push_back(std::move(question));
}

void Node::carry_out(const Block& command, base::RequestId request, base::Now now) {
  const auto rule = resolve_rule(command.target);
  if (!rule) return refuse(request, rule.error());
  set_block(*rule, true, request, now);
}

void Node::carry_out(const Unblock& command, base::RequestId request, base::Now now) {
  const auto rule = resolve_rule(command.target);
  if (!rule) return refuse(request, rule.error());
  if (!blocks_.has(*rule)) {
    const bool by_host = !rule->key && blocks_.is_blocked(rule->address);
    return refuse(request, {ErrorCode::bad_argument,
                            by_host ? fmt::format("the whole host {0} is blocked: unblock {0}", rule->address.text())
                                    : fmt::format("{} is not blocked", rule->text())});
  }
  set_block(*rule, false, request, now);
}

void Node::carry_out(const ToggleBlock& command, base::RequestId request, base::Now now) {
  const auto rule = resolve_rule(command.target);
  if (!rule) return refuse(request, rule.error());
  const bool is_covered = !rule->key && rule->port && blocks_.is_blocked(rule->address);
  if (is_covered || blocks_.has(*rule)) return carry_out(Unblock{command.target}, request, now);
  set_block(*rule, true, request, now);
}

void Node::set_block(const BlockRule& rule, bool blocked, base::RequestId request, base::Now now) {
  if (blocked ? blocks_.add(rule) : blocks_.remove(rule)) {
    if (blocked)
      store_.add_block(rule);
    else
      store_.remove_block(rule);
  }
  for (const auto peer : peers_.all()) {
    const bool is_now = is_blocked(peers_.view(peer).peer);
    if (peers_.view(peer).blocked == is_now) continue;
    peers_.change(peer).blocked = is_now;
    if (is_now && is_native(peer)) native_->end_links(peer, now);
    if (!is_now && is_native(peer)) native_->retry(peer, now);
    if (rooms_ && is_native(peer)) rooms_->block_changed(peer, now);
    tell_change(PeerChanged::What::blocked, peer, now);
  }
  if (host_ && blocked && !rule.key && !rule.port) host_->dismiss_all(rule.address);
  turn_.tell(BlockChanged{rule, blocked}, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const ListBlocked&, base::RequestId request, base::Now) {
  turn_.tell(BlocksListed{blocks_.rules()}, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const SetDialect& command, base::RequestId request, base::Now now) {
  const bool follow = base::fold_case(command.dialect) == "auto";
  const auto dialect = wire::dialect_from_name(command.dialect);
  if (!dialect && !follow)
    return refuse(request,
                  {ErrorCode::bad_argument,
                   fmt::format("there is no dialect “{}” (A1, A2a, A2b, A3, A3-team, A3-line, A4 to A10, raw, auto)",
                               base::as_typed(command.dialect))});
  const auto target = resolve(command.peer);
  if (!target) return refuse(request, target.error());
  if (!target->host.empty() && !target->peer) return look_up(*target, {request, command}, std::nullopt);
  const auto peer = meet(*target);
  if (is_native(peer))
    return refuse(request, {ErrorCode::refused,
                            fmt::format("{} is a tincan: it is never spoken to in plain text", display_name(peer))});
  auto& view = peers_.change(peer);
  view.peer.dialect_fixed = !follow;
  view.peer.speaks = Speaks::unknown; // where it is left to us, it is found out again
  if (dialect) view.peer.dialect = *dialect;
  if (outbox_.has_lane(peer)) prepare_lane(peer);
  tell_change(PeerChanged::What::dialect, peer, now, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Cancel& command, base::RequestId request, base::Now now) {
  const auto what = base::trim(command.what);
  if (what.starts_with('#')) {
    const auto number = base::as_number(what.substr(1));
    if (number && native_ && native_->waits(base::EntryId{*number})) {
      if (postpone(base::EntryId{*number}, {request, command})) return;
      if (const auto done = native_->erase(base::EntryId{*number}, request, now); !done) refuse(request, done.error());
      return;
    }
    if (!number || !outbox_.cancel_message(base::EntryId{*number}, now))
      return refuse(request, {ErrorCode::bad_argument, fmt::format("no waiting message is {}", base::as_typed(what))});
  } else {
    const auto peer = resolve_known(what);
    if (!peer) return refuse(request, peer.error());
    if (const auto done = give_up_queue(*peer, now); !done) return refuse(request, done.error());
  }
  turn_.tell(Done{}, request);
}

// Errors: nothing waits, or what waits cannot be given up.
base::Result<void> Node::give_up_queue(base::PeerId peer, base::Now now) {
  std::size_t given_up = 0;
  base::Result<void> rest;
  if (is_native(peer)) {
    const auto invitation = native_->first_waiting(peer, MessageKind::invitation);
    for (const auto entry : native_->waiting(peer)) {
      if (entry.value > committed_entry_) continue;
      const auto done = native_->erase(entry, {}, now);
      if (done) ++given_up;
      if (entry == invitation) rest = done;
    }
  }
  given_up += outbox_.cancel_peer(peer, now);
  if (rest && given_up == 0)
    return base::fail(ErrorCode::bad_argument, fmt::format("nothing waits for {}", display_name(peer)));
  return rest;
}

void Node::carry_out(const Retry& command, base::RequestId request, base::Now now) {
  if (base::is_blank(command.peer)) {
    outbox_.retry_all(now);
    for (const auto peer : peers_.all())
      if (is_native(peer)) native_->retry(peer, now);
  } else {
    const auto peer = resolve_known(command.peer);
    if (!peer) return refuse(request, peer.error());
    if (is_native(*peer)) native_->retry(*peer, now);
    outbox_.retry(*peer, now);
  }
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Focus& command, base::RequestId request, base::Now now) {
  foci_.look(command.viewer, {}, {});
  if (is_room(command.peer)) {
    const auto room = room_for(command.peer, request);
    if (!room) return;
    foci_.look(command.viewer, {}, room);
    rooms_->mark_read(room);
  } else if (!base::is_blank(command.peer)) {
    const auto peer = resolve_known(command.peer);
    if (!peer) return refuse(request, peer.error());
    foci_.look(command.viewer, *peer, {});
    mark_read(*peer, now);
    if (native_) native_->tell_read(*peer, now);
  }
  turn_.tell(Done{}, request);
}

void Node::carry_out(const ListMandatory&, base::RequestId request, base::Now) {
  turn_.tell(MandatoryListed{mandatory_.statuses()}, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Quit&, base::RequestId request, base::Now now) {
  quit_deadline_ = now.tick + farewell_patience;
  turn_.tell(Stopping{}, request);
  outbox_.begin_farewells();
  if (native_) native_->leave(now);
  const bool everyone = settings_.farewells == Farewells::everyone;
  for (const auto peer : peers_.all()) {
    const auto& view = peers_.view(peer);
    if (view.peer.endpoint.port == 0 || is_native(peer)) continue;
    const bool is_active = everyone && !view.blocked && presence_at(view, now.wall) == Presence::active;
    if (is_active) prepare_lane(peer);
    outbox_.say_farewell(peer, is_active, now);
  }
}

} // namespace tincan::chat
