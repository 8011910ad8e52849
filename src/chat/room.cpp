#include "tincan/chat/room.hpp"

namespace tincan::chat {

std::string_view name(RoomPhase phase) {
  switch (phase) {
  case RoomPhase::invited: return "invited";
  case RoomPhase::joining: return "joining";
  case RoomPhase::joined: return "joined";
  case RoomPhase::left: return "left";
  case RoomPhase::removed: return "removed";
  }
  return "unknown";
}

std::string_view name(MemberView::Phase phase) {
  switch (phase) {
  case MemberView::Phase::invited: return "invited";
  case MemberView::Phase::present: return "present";
  case MemberView::Phase::left: return "left";
  case MemberView::Phase::removed: return "removed";
  case MemberView::Phase::guest: return "guest";
  }
  return "unknown";
}

std::string_view name(wire::Role role) {
  switch (role) {
  case wire::Role::member: return "member";
  case wire::Role::moderator: return "moderator";
  case wire::Role::creator: return "creator";
  }
  return "unknown";
}

} // namespace tincan::chat
