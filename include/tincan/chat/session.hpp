// One open link and what is read on it. A value of the node; I/O thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/wire/classic_reader.hpp"

#include <string>
#include <utility>

namespace tincan::chat {

struct Session {
  Session(base::LinkId id, const base::Endpoint& far_end, wire::Self self)
      : link(id),
        remote(far_end),
        reader(std::move(self)) {}

  base::LinkId link;
  base::Endpoint remote;     // of the socket: the source port for accepted links
  bool was_dialled = false;  // by us
  bool is_lingering = false; // we said all: it stays a moment for what the peer may answer
  bool has_spoken = false;   // something was heard on it
  bool has_ended = false;    // the peer finished sending
  bool is_broadcast = false; // we dialled a broadcast host: what comes is read as it comes
  bool counts = false;       // it makes its peer count as linked
  bool has_received = false; // anything at all
  bool is_securing = false;  // TLS has begun
  std::string early{};       // what came of TLS before net took over
  std::string probed{};      // what came of a banner
  base::PeerId peer{};       // once known
  wire::ClassicReader reader;
};

} // namespace tincan::chat
