// What waits for one peer, in order, and how far the first of it has come. A value of the outbox; I/O thread.
#pragma once

#include "tincan/chat/exchange.hpp"
#include "tincan/chat/message.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

// Something to be said to a peer.
struct Job {
  enum class Kind : std::uint8_t { message, announcement, acceptance, farewell, staying };
  Kind kind{};
  Message message{};         // of Kind::message
  base::RequestId request{}; // who asked
  std::string target{};      // of an announcement: as asked for
};

struct Lane {
  enum class Phase : std::uint8_t {
    idle,     // nothing to do
    dialling, // a link is being opened
    probing,  // it is open and we are silent: a tincan says its banner now
    securing, // it did, and the link is becoming an encrypted one
    talking,  // an exchange runs
    spacing,  // one message went; the peer gets time to read it before the next connection comes
    resting,  // an attempt failed; next_try says when the next is due
  };

  base::PeerId peer{};
  base::Endpoint endpoint;
  wire::Dialect dialect = wire::Dialect::a1;      // of the running attempt, …
  wire::Dialect next_dialect = wire::Dialect::a1; // … and of the next
  std::deque<Job> jobs;
  Phase phase = Phase::idle;
  base::LinkId link{};             // dialled, in use or kept
  bool probes = false;             // what it speaks is not known: the next link begins with a probe
  bool is_no_plain_text = false;   // a tincan was heard there: nothing is said in clear
  bool has_finished = false;       // the peer ended its direction of the link
  base::Tick dialled{};            // when the link was asked for
  bool is_greeted = false;         // the kept link has said who we are
  bool is_theirs = false;          // the link was opened by the peer (A4)
  bool stays = false;              // its link is kept, also while nothing is to be said (C)
  base::Tick opened{};             // when the link was
  bool link_was_kept = false;      // the running exchange began on a link that was open before
  std::vector<std::string> pieces; // of the first job
  std::optional<Exchange> exchange;
  unsigned failures = 0;   // in a row
  bool goes_on = false;    // inside go_on
  base::Tick first_hint{}; // of this minute
  unsigned hints = 0;      // followed since then
  std::optional<base::WallTime> next_try;
};

// Whoever is in a broadcast host's room hears it all the time.
inline bool is_staying(const Lane& lane) { return lane.stays && lane.dialect == wire::Dialect::c; }
inline bool keeps_link(const Lane& lane) {
  return wire::keeps_connection(lane.dialect) && (lane.dialect != wire::Dialect::c || lane.stays);
}
inline bool is_running(const Lane& lane) {
  return lane.phase == Lane::Phase::dialling || lane.phase == Lane::Phase::probing ||
         lane.phase == Lane::Phase::securing || lane.phase == Lane::Phase::talking;
}
inline bool can_use_kept_link(const Lane& lane) {
  return lane.link && lane.is_greeted && wire::keeps_connection(lane.dialect);
}

} // namespace tincan::chat
