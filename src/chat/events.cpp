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
  }
  return "unknown";
}

} // namespace tincan::chat
