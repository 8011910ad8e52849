// What the user wants of rooms.
#include "tincan/chat/node.hpp"

namespace tincan::chat {

// STUB: to be written (lead)
void Node::carry_out(const CreateRoom&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const ListRooms&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const JoinRoom&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const LeaveRoom&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const Invite&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const MakeTicket&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const RevokeTicket&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const ListTickets&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const SetTopic&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const ListMembers&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const SetRole&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const MuteMember&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const RemoveMember&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}
void Node::carry_out(const WhoHas&, base::RequestId request, base::Now) {
  refuse(request, {base::ErrorCode::refused, "not yet"});
}

} // namespace tincan::chat
