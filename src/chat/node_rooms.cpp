// What the user wants of rooms.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"

#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;

namespace {

MemberView guest_view(base::PeerText name) {
  MemberView view;
  view.name = std::move(name);
  view.phase = MemberView::Phase::guest;
  return view;
}

} // namespace

void Node::make_rooms(Entropy& entropy) {
  rooms_ = std::make_unique<RoomTalk>(RoomTalk::Ground{
      settings_,
      store_,
      *keys_,
      entropy,
      turn_,
      peers_,
      blocks_,
      foci_,
      [this] { return base::EntryId{++last_entry_}; },
      [this](base::PeerId peer, std::string_view frames) { native_->send(peer, frames); },
      [this](base::PeerId peer, std::string_view frames) { native_->send_now(peer, frames); },
      [this](base::PeerId peer) { return native_->is_linked(peer); },
      [this](base::PeerId peer) { return native_->exporter(peer); },
      [this](base::PeerId peer) { return native_->backlog(peer); },
      [this](base::PeerId peer, base::Now now) { native_->need(peer, now); },
      [this](base::PeerId peer, wire::ByeCode code, std::string_view why, base::Now now) {
        native_->end_link(peer, code, why, now);
      },
      [this](base::PeerId peer, base::Now now) { return native_->let_go(peer, now); },
      [this](base::PeerId peer, const KnownEndpoint& endpoint) { native_->learn_endpoint(peer, endpoint); },
      [this](base::PeerId peer) { return native_->endpoints_of(peer); },
      [this](base::PeerId peer, const wire::Invitation& invitation, base::Now now) {
        native_->invite(peer, invitation, now);
      },
      [this](const Message& line) { tell_guests(line); }});
}

bool Node::is_room(std::string_view typed) const { return rooms_ && base::trim(typed).starts_with('#'); }

base::RoomId Node::room_for(std::string_view typed, base::RequestId request) {
  if (!rooms_) {
    refuse(request, {ErrorCode::bad_argument, "this peer has no key: rooms are for tincans"});
    return {};
  }
  const auto room = rooms_->resolve(typed);
  if (!room) refuse(request, room.error());
  return room.value_or(base::RoomId{});
}

void Node::answer(const base::Result<void>& done, base::RequestId request) {
  if (!done) return refuse(request, done.error());
  turn_.tell(Done{}, request);
}

std::optional<Message> Node::room_message(base::EntryId entry) {
  if (!rooms_) return std::nullopt;
  auto message = store_.find_message(entry);
  if (!message || !message->room) return std::nullopt;
  return std::move(*message);
}

void Node::send_to_room(const Send& command, base::RequestId request, base::Now now) {
  const auto room = room_for(command.peer, request);
  if (!room || (command.reply_to && postpone(command.reply_to, {request, command}))) return;
  if (auto said = rooms_->say(room, command.text, command.reply_to, request, now); !said)
    return refuse(request, said.error());
  turn_.tell(Done{}, request);
}

// --- the commands

void Node::carry_out(const CreateRoom& command, base::RequestId request, base::Now now) {
  if (!rooms_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key: rooms are for tincans"});
  if (auto made = rooms_->create(command, request, now); !made) return refuse(request, made.error());
  turn_.tell(Done{}, request);
}

void Node::carry_out(const ListRooms&, base::RequestId request, base::Now now) {
  turn_.tell(rooms_ ? rooms_->list(now) : RoomsListed{}, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const JoinRoom& command, base::RequestId request, base::Now now) {
  if (!rooms_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key: rooms are for tincans"});
  if (auto joining = rooms_->join(command.what, request, now); !joining) return refuse(request, joining.error());
  turn_.tell(Done{}, request);
}

void Node::carry_out(const LeaveRoom& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request)) answer(rooms_->leave(room, request, now), request);
}

void Node::carry_out(const Invite& command, base::RequestId request, base::Now now) {
  const auto room = room_for(command.room, request);
  if (!room) return;
  const auto target = resolve(command.peer);
  if (!target) return refuse(request, target.error());
  if (!target->peer && !target->key)
    return refuse(request, {ErrorCode::unknown_peer, "that peer is not known yet: connect to it first"});
  answer(rooms_->invite(room, meet(*target), request, now), request);
}

void Node::carry_out(const MakeTicket& command, base::RequestId request, base::Now now) {
  const auto room = room_for(command.room, request);
  if (!room) return;
  auto made = rooms_->make_ticket(room, command, now);
  if (!made) return refuse(request, made.error());
  turn_.tell(std::move(*made), request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const RevokeTicket& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request))
    answer(rooms_->revoke_ticket(room, command.ticket, now), request);
}

void Node::carry_out(const ListTickets& command, base::RequestId request, base::Now) {
  const auto room = room_for(command.room, request);
  if (!room) return;
  turn_.tell(rooms_->tickets(room), request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const SetTopic& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request)) answer(rooms_->set_topic(room, command.topic, now), request);
}

void Node::carry_out(const ListMembers& command, base::RequestId request, base::Now) {
  const auto room = room_for(command.room, request);
  if (!room) return;
  auto list = rooms_->members(room);
  if (host_ && room == hosted_room_)
    for (auto& name : host_->guests()) list.members.push_back(guest_view(std::move(name)));
  turn_.tell(std::move(list), request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const SetRole& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request))
    answer(rooms_->set_role(room, command.member, command.role, now), request);
}

void Node::carry_out(const MuteMember& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request))
    answer(rooms_->mute(room, command.member, command.is_muted, now), request);
}

void Node::carry_out(const RemoveMember& command, base::RequestId request, base::Now now) {
  if (const auto room = room_for(command.room, request)) answer(rooms_->remove(room, command.member, now), request);
}

void Node::carry_out(const WhoHas& command, base::RequestId request, base::Now) {
  if (postpone(command.entry, {request, command})) return;
  const auto message = room_message(command.entry);
  if (!message)
    return refuse(request,
                  {ErrorCode::bad_argument,
                   "that is no line of a room (for a line to one peer its state says who has it, and “why” explains)"});
  auto list = rooms_->who_has(*message);
  if (!list) return refuse(request, list.error());
  turn_.tell(std::move(*list), request);
  turn_.tell(Done{}, request);
}

} // namespace tincan::chat
