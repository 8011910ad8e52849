// What the heart wants done on the network, carried out by net/ after the store has committed. Values.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace tincan::chat {

// Answered by link_opened or dial_failed.
struct DialLink {
  base::LinkId link{};
  base::Endpoint to;
  std::optional<std::uint16_t> source_port; // wanted, not demanded: an ephemeral one serves when it cannot be had
};

// In order, after everything sent before. bytes_taken(link) follows when the peer's TCP stack has acknowledged all of
// it.
struct SendBytes {
  base::LinkId link{};
  std::string bytes;
};

struct FinishSending {
  base::LinkId link{};
}; // half-close, after what was sent before
struct CloseLink {
  base::LinkId link{};
}; // likewise, then the link is gone; no input follows

// Answered by name_resolved or name_failed with the same number.
struct ResolveName {
  base::RequestId query{};
  std::string host;
};

// From now on the link carries TLS 1.3 with both keys shown; answered by link_secured or link_refused. After
// link_secured all bytes sent and received on the link are those inside TLS.
struct SecureLink {
  enum class Role : std::uint8_t { client, server };
  base::LinkId link{};
  Role role{};
  std::string early; // what the link has already received of it
};

using Effect = std::variant<DialLink, SendBytes, FinishSending, CloseLink, ResolveName, SecureLink>;

} // namespace tincan::chat
