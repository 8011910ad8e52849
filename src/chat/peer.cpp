#include "tincan/chat/peer.hpp"

namespace tincan::chat {

std::string_view name(Presence presence) {
  switch (presence) {
  case Presence::unheard: return "unheard";
  case Presence::active: return "active";
  case Presence::silent: return "silent";
  case Presence::unreachable: return "unreachable";
  case Presence::left: return "left";
  }
  return "unknown";
}

Presence presence_at(const PeerView& view, base::WallTime now) {
  if (view.peer.has_left) return Presence::left;
  if (view.links > 0) return Presence::active;
  if (!view.trouble.empty()) return Presence::unreachable;
  if (!view.peer.last_heard) return Presence::unheard;
  const auto age = base::Millis(now.ms - view.peer.last_heard->ms);
  return age <= active_window ? Presence::active : Presence::silent;
}

std::string_view name(KnownEndpoint::Source source) {
  switch (source) {
  case KnownEndpoint::Source::typed: return "typed";
  case KnownEndpoint::Source::connected: return "connected";
  case KnownEndpoint::Source::announced: return "announced";
  case KnownEndpoint::Source::hinted: return "hinted";
  }
  return "typed";
}

std::string BlockRule::text() const {
  if (key) return key->text();
  return port ? base::Endpoint{address, *port}.text() : address.text();
}

} // namespace tincan::chat
