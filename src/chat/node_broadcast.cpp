// Rooms of the old kind: plain-text programs that are guests in ours (BroadcastHost), and ourselves as a guest.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"
#include "tincan/wire/broadcast.hpp"

#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;

// --- the host

// A link that said nothing for a moment, or something else than a tincan would.
void Node::welcome(base::LinkId link, base::Now now) {
  const auto remote = session(link)->remote;
  if (!settings_.speaks_classic) return end_session(link, now);
  drop_session(link, now);
  host_->welcome(link, remote);
}

// True when they were a guest's. A tincan may be slow to begin: its first byte still shows it, if nothing was written.
bool Node::hear_guest(base::LinkId link, std::string_view bytes, base::Now now) {
  const bool is_hello = native_ && bytes.starts_with('\x16');
  if (const auto* found = session(link)) {
    if (found->was_dialled || found->has_received || is_hello) return false;
    welcome(link, now);
  } else if (is_hello && host_->has(link) && !host_->has_spoken(link)) {
    if (host_->was_told(link)) {
      host_->dismiss(link);
      return true;
    }
    const auto remote = host_->remote(link);
    host_->forget(link);
    link_accepted(link, remote, now);
    return false;
  }
  if (!host_->has(link)) return !session(link);
  host_->bytes(link, bytes, now);
  return true;
}

void Node::guest_spoke(const base::PeerText& name, const base::PeerText& text, base::Now now) {
  if (hosted_room_) rooms_->say_as_guest(hosted_room_, name, text, now);
}

void Node::tell_guests(const Message& line) {
  if (!host_ || line.room != hosted_room_) return;
  const bool is_own = line.direction == Direction::out;
  host_->say(is_own ? base::PeerText(settings_.self.team) : line.team, line.text);
}

// --- the guest

void Node::join_plain(const JoinRoom& command, base::RequestId request, base::Now now) {
  const auto target = resolve(command.what);
  if (!target) return refuse(request, target.error());
  if (!target->host.empty() && !target->peer) return look_up(*target, {request, command}, std::nullopt);
  const auto peer = meet(*target);
  auto& view = peers_.change(peer);
  if (is_native(peer))
    return refuse(request, {ErrorCode::refused, fmt::format("{} is a tincan: it is never spoken to in plain text "
                                                            "(join its room instead)",
                                                            display_name(peer))});
  if (view.blocked) return refuse(request, {ErrorCode::refused, "it is blocked: unblock it first"});
  if (!settings_.speaks_classic)
    return refuse(request, {ErrorCode::refused, "plain text is switched off here (classic = off)"});
  if (view.peer.endpoint.port == 0)
    return refuse(request, {ErrorCode::bad_argument, "give the host's address and port, like 10.0.0.7:5000"});
  view.peer.dialect = wire::Dialect::c;
  view.peer.dialect_fixed = true;
  view.peer.speaks = Speaks::classic;
  peers_.keep(peer);
  prepare_lane(peer);
  outbox_.stay(peer, now);
  tell_change(PeerChanged::What::dialect, peer, now, request);
  turn_.tell(Done{}, request);
}

// False when it is no broadcast host in whose room we are.
bool Node::leave_plain(const LeaveRoom& command, base::RequestId request, base::Now now) {
  const auto peer = resolve_known(command.room);
  if (!peer || !outbox_.stays(*peer)) return false;
  outbox_.stay_no_more(*peer, now);
  tell_change(PeerChanged::What::left, *peer, now, request);
  turn_.tell(Done{}, request);
  return true;
}

// What comes at once is one line, whoever wrote it: the host passes it on as it is.
void Node::hear_broadcast(Session& session, std::string_view bytes, base::Now now) {
  const auto peer = session.peer;
  if (!peers_.has(peer) || peers_.view(peer).blocked) return;
  if (!std::exchange(session.has_spoken, true) && bytes == wire::name_request)
    return turn_.act(SendBytes{session.link, wire::team_word(settings_.self.team)});
  auto& view = peers_.change(peer);
  view.peer.last_heard = now.wall;
  view.peer.has_left = false;
  view.trouble.clear();
  auto spoken = wire::read_spoken(bytes);
  if (base::is_blank(spoken.text.untrusted_bytes())) return;
  wire::Heard heard;
  heard.dialect = wire::Dialect::c;
  heard.team = std::move(spoken.name);
  heard.text = std::move(spoken.text);
  take_text(peer, heard, now);
}

} // namespace tincan::chat
