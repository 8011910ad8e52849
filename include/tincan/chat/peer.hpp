// What is known of one plain-text peer. Keyed by (address, listening port), never by a source port. Values; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/dialect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::chat {

enum class Presence : std::uint8_t {
  unheard,     // we know its address only
  active,      // heard within active_window, or a link is open
  silent,      // heard, but not lately
  unreachable, // the last attempt to reach it failed, and nothing was heard since
  left,        // it said goodbye
};

inline constexpr base::Millis active_window = std::chrono::minutes(10); // classic peers say nothing between messages

struct Peer {
  base::PeerId id{};
  base::Endpoint endpoint;
  std::string host_name;                        // the name under which the user reached it, or empty
  base::PeerText team;                          // as last claimed; empty when never
  wire::Dialect dialect = wire::Dialect::a1;    // what we speak to it
  bool dialect_fixed = false;                   // set by hand: what it speaks does not change it
  std::optional<base::Address> claimed_address; // its header names another address than its connection comes from
  std::optional<base::WallTime> last_heard;
  bool has_left = false;
  std::uint32_t unread = 0;
  bool operator==(const Peer&) const = default;
};

// A peer with what is true of it only in this run.
struct PeerView {
  Peer peer{};
  Presence presence = Presence::unheard; // as of when the view was made; see presence_at
  std::uint32_t links = 0;               // kept connections with it that are open
  std::string trouble{};                 // why the last attempt to reach it failed; empty when it did not
  bool blocked = false;
  std::uint32_t queued = 0;                 // messages waiting for it
  std::optional<base::WallTime> next_try{}; // when the queue is tried again
  bool operator==(const PeerView&) const = default;
};

Presence presence_at(const PeerView& view, base::WallTime now);
std::string_view name(Presence presence); // "unheard", "active", …

// Whom the user does not want to hear: one peer, or everybody at an address.
struct BlockRule {
  base::Address address;
  std::optional<std::uint16_t> port; // none: the whole host

  auto operator<=>(const BlockRule&) const = default;
  std::string text() const; // "10.0.0.7" or "10.0.0.7:4100"
};

} // namespace tincan::chat
