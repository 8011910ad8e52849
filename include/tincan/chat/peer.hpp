// What is known of one peer. A tincan is its key; a plain-text peer is (address, listening port), never a source port.
// Values; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/dialect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

enum class Presence : std::uint8_t {
  unheard,     // we know its address only
  active,      // heard within active_window, or a link is open
  silent,      // heard, but not lately
  unreachable, // the last attempt to reach it failed, and nothing was heard since
  left,        // it said goodbye
};

inline constexpr base::Millis active_window = std::chrono::minutes(10); // classic peers say nothing between messages

// What it speaks, as far as that was found out.
enum class Speaks : std::uint8_t {
  unknown, // asked again by a moment of silence when we next connect to it
  classic, // plain text, in `dialect`
  native,  // tincan/1: it has a key, and is never spoken to in clear again
};

// Where a tincan may be reached, and how we know. None is believed: the key decides.
struct KnownEndpoint {
  enum class Source : std::uint8_t {
    typed,     // by our user
    connected, // it connected from that address and said that port
    announced, // it said so
    hinted,    // a common contact heard it there
  };
  base::Endpoint endpoint;
  Source source{};
  std::optional<base::WallTime> last_worked{}; // its key answered there
  bool operator==(const KnownEndpoint&) const = default;
};

std::string_view name(KnownEndpoint::Source source); // "typed", "connected", …

inline constexpr std::size_t max_known_endpoints = 8; // of one peer: the best are kept

struct Peer {
  base::PeerId id{};
  base::Endpoint endpoint;                      // of a tincan: the one that worked last, or is tried first
  std::string host_name;                        // the name under which the user reached it, or empty
  base::PeerText team;                          // as last claimed; empty when never
  wire::Dialect dialect = wire::Dialect::a1;    // what we speak to it
  bool dialect_fixed = false;                   // set by hand: what it speaks does not change it
  std::optional<base::Address> claimed_address; // its header names another address than its connection comes from
  std::optional<base::WallTime> last_heard;
  bool has_left = false;
  std::uint32_t unread = 0;
  Speaks speaks = Speaks::unknown;
  std::string petname{};                        // given by the user; empty when none
  std::optional<base::PublicKey> key{};         // pinned at first contact
  std::optional<base::PublicKey> changed_key{}; // somebody else answered where it should: nothing is sent until decided
  bool is_verified = false;                     // the user compared the number
  std::vector<KnownEndpoint> endpoints{};       // of a tincan; at most max_known_endpoints, the best first
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
  bool is_encrypted = false;                // a link to its key is open
  std::optional<base::Millis> round_trip{}; // of the open link, as last measured
  std::optional<base::Endpoint> path{};     // the far end of the open link
  base::PeerId look_alike{};                // another peer whose shown name looks the same
  bool operator==(const PeerView&) const = default;
};

Presence presence_at(const PeerView& view, base::WallTime now);
std::string_view name(Presence presence); // "unheard", "active", …

// Whom the user does not want to hear: one peer, or everybody at an address.
struct BlockRule {
  base::Address address;
  std::optional<std::uint16_t> port;    // none: the whole host
  std::optional<base::PublicKey> key{}; // set: whoever holds it, wherever it is; the rest is then empty

  auto operator<=>(const BlockRule&) const = default;
  std::string text() const; // "10.0.0.7", "10.0.0.7:4100" or a key
};

} // namespace tincan::chat
