#include "tincan/chat/events.hpp"

namespace tincan::chat {

std::string_view name(PeerChanged::What what) {
  switch (what) {
  case PeerChanged::What::appeared: return "appeared";
  case PeerChanged::What::announced: return "announced";
  case PeerChanged::What::left: return "left";
  case PeerChanged::What::unreachable: return "unreachable";
  case PeerChanged::What::reachable: return "reachable";
  case PeerChanged::What::dialect: return "dialect";
  case PeerChanged::What::blocked: return "blocked";
  case PeerChanged::What::encrypted: return "encrypted";
  case PeerChanged::What::key_changed: return "key_changed";
  case PeerChanged::What::trusted: return "trusted";
  case PeerChanged::What::verified: return "verified";
  case PeerChanged::What::renamed: return "renamed";
  case PeerChanged::What::found: return "found";
  case PeerChanged::What::read: return "read";
  }
  return "unknown";
}

std::string_view name(MessageChanged::What what) {
  switch (what) {
  case MessageChanged::What::edited: return "edited";
  case MessageChanged::What::deleted: return "deleted";
  case MessageChanged::What::voided: return "voided";
  case MessageChanged::What::counted: return "counted";
  case MessageChanged::What::revealed: return "revealed";
  case MessageChanged::What::reacted: return "reacted";
  }
  return "unknown";
}

std::string_view name(Notice::What what) {
  switch (what) {
  case Notice::What::key_changed: return "key_changed";
  case Notice::What::restored_backup: return "restored_backup";
  case Notice::What::log_frozen: return "log_frozen";
  case Notice::What::look_alike: return "look_alike";
  case Notice::What::too_much: return "too_much";
  }
  return "unknown";
}

std::string_view name(RoomChanged::What what) {
  switch (what) {
  case RoomChanged::What::created: return "created";
  case RoomChanged::What::invited: return "invited";
  case RoomChanged::What::joining: return "joining";
  case RoomChanged::What::joined: return "joined";
  case RoomChanged::What::left: return "left";
  case RoomChanged::What::removed: return "removed";
  case RoomChanged::What::denied: return "denied";
  case RoomChanged::What::member_joined: return "member_joined";
  case RoomChanged::What::member_invited: return "member_invited";
  case RoomChanged::What::member_left: return "member_left";
  case RoomChanged::What::member_removed: return "member_removed";
  case RoomChanged::What::role: return "role";
  case RoomChanged::What::muted: return "muted";
  case RoomChanged::What::unmuted: return "unmuted";
  case RoomChanged::What::topic: return "topic";
  case RoomChanged::What::caught_up: return "caught_up";
  case RoomChanged::What::read: return "read";
  }
  return "unknown";
}

} // namespace tincan::chat
