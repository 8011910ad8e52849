// Brings what we say to plain-text peers: one lane for each peer, its messages in order, tried again with exponential
// back-off and jitter until they went or were cancelled. Owned by the node; I/O thread. It does not read what peers
// say.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/lane.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/chat/turn.hpp"
#include "tincan/wire/self.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis dial_patience{10'000}; // a machine that is there answers a SYN within seconds
inline constexpr base::Millis probe_silence{400};    // protocol.md; on top of the time that the connection took, …
inline constexpr base::Millis probe_distance{600};   // … as far as that is not longer
inline constexpr base::Millis first_retry{1'000};    // protocol.md: 1 s to 5 min
inline constexpr base::Millis last_retry{300'000};
inline constexpr unsigned max_hints_per_minute = 6;      // a peer that talks a lot must not make us dial without end
inline constexpr base::Millis message_spacing{200};      // thread-per-message programs print in order when given this
inline constexpr base::Millis lasting_link{30'000};      // whoever drops us sooner is asked again ever more seldom
inline constexpr std::size_t max_dials_at_once = 128;    // descriptors and SYNs in flight stay few
inline constexpr std::size_t max_jobs_per_lane = 10'000; // a peer that is away for weeks must not fill our memory

// What became of a job, for the node to store and tell.
struct Report {
  enum class Kind : std::uint8_t {
    message_state, // job.message has a new state
    announced,     // an announcement went, or failed for `error`
    reached,       // the peer's machine took something
    unreachable,   // a dial failed for `error`
    plain,         // it said no banner: it speaks plain text
    released,      // `link` is no longer ours: the node may read what still comes and then close it
    discarded,     // `link` broke or was given up: nobody needs it any more
  };
  Kind kind{};
  base::PeerId peer{};
  Job job{};
  base::LinkId link{};
  bool acknowledged = false;
  std::optional<base::Error> error{};
  std::optional<base::WallTime> next_try{};
};

class Outbox {
public:
  Outbox(Turn& turn, Entropy& entropy, wire::Self self) : turn_(turn), entropy_(entropy), self_(std::move(self)) {}

  void hold() { is_held_ = true; }               // nothing is dialled in this run
  void refuse_clear() { refuses_clear_ = true; } // nothing is said in plain text, only found out
  void set_link_source(std::function<base::LinkId()> new_link) { new_link_ = std::move(new_link); }

  // Where and how a peer is reached; call it before add() and whenever it changes.
  // `probes`: whether it is a tincan is not known; `never_clear`: it is one, but which is not known.
  void set_peer(base::PeerId peer, const base::Endpoint& endpoint, wire::Dialect dialect, bool probes = false,
                bool never_clear = false);
  // At the end of each turn: these peers were forgotten. Their lanes go when nothing waits in them any more.
  void forget(const std::vector<base::PeerId>& peers);
  // False when the lane is full; a message is always taken (whoever writes one asks waiting_for before).
  bool add(base::PeerId peer, Job job, base::Now now);
  // The peer seems to be there: a resting lane tries at once, but not more than max_hints_per_minute times.
  void hint(base::PeerId peer, base::Now now);
  // The user wants it tried now.
  void retry(base::PeerId peer, base::Now now);
  void retry_all(base::Now now);
  // Drops waiting messages; one that is on its way goes on. Each is reported with state cancelled.
  std::size_t cancel_peer(base::PeerId peer, base::Now now);
  bool cancel_message(base::EntryId entry, base::Now now);
  // A link that the peer opened and on which its dialect wants our answers (A4).
  void adopt_link(base::PeerId peer, base::LinkId link, base::Now now);
  // A link to it is kept from now on, and opened anew when it is lost (C); until the user leaves.
  void stay(base::PeerId peer, base::Now now);
  bool stays(base::PeerId peer) const;
  void stay_no_more(base::PeerId peer, base::Now now);
  // Nothing but farewells from now on, to the peers for which say_farewell is called.
  void begin_farewells();
  void say_farewell(base::PeerId peer, bool also_fresh, base::Now now);
  bool is_quiet() const; // no job runs or waits to run

  // A link that waits for a banner. It came (the link is being secured), or something else did, or nothing will.
  bool is_probing(base::LinkId link) const;
  void banner_heard(base::LinkId link, base::Now now);
  void probe_over(base::LinkId link, base::Now now);
  // It is a tincan: its link is no longer ours, and neither is what waited for it.
  std::vector<Job> hand_over(base::PeerId peer, base::Now now);

  bool has_lane(base::PeerId peer) const { return lanes_.contains(peer); }
  bool owns(base::LinkId link) const { return lane_of_link_.contains(link); }
  base::PeerId peer_of(base::LinkId link) const;
  // Bytes on this link are answers to us, nothing to be read as chat (A3).
  bool swallows_replies(base::LinkId link) const;
  std::uint32_t waiting_for(base::PeerId peer) const; // messages
  std::optional<base::WallTime> next_try(base::PeerId peer) const;

  // The effects so far are being carried out: only from now on can a peer take or answer what they write.
  void written() { unwritten_.clear(); }
  void link_opened(base::LinkId link, base::Now now);
  void dial_failed(base::LinkId link, const base::Error& error, base::Now now);
  void replied(base::LinkId link, base::Now now);
  void taken(base::LinkId link, base::Now now);
  void peer_finished(base::LinkId link, base::Now now); // also for links released a moment ago
  void link_closed(base::LinkId link, const base::Error& error, base::Now now);
  void time_passed(base::Now now);
  std::optional<base::Tick> next_deadline() const { return deadlines_.next(); }
  std::optional<Report> next_report();

private:
  void change_dialect(Lane& lane);
  void go_on(Lane& lane, base::Now now);
  bool start_next(Lane& lane, base::Now now);
  void dial(Lane& lane, base::Now now);
  void start_exchange(Lane& lane, base::Now now);
  wire::Steps steps_for(const Lane& lane) const;
  void run(Lane& lane, base::Now now);
  void finish_exchange(Lane& lane, base::Now now);
  void finish_piece(Lane& lane, base::Now now);
  void finish_job(Lane& lane, base::Now now);
  void report_outcome(Lane& lane, bool acknowledged);
  void let_go_of_link(Lane& lane, base::Now now);
  void attempt_failed(Lane& lane, const base::Error& error, base::Now now);
  void lost(Lane& lane, const base::Error& error, base::Now now);
  void drop_failed_announcements(Lane& lane, const base::Error& error);
  void rest(Lane& lane, base::Now now);
  void forget_link(Lane& lane);
  void start_waiting_dials(base::Now now);
  base::Millis back_off(unsigned failures);
  Lane* lane_by_link(base::LinkId link);
  bool cancel_in(Lane& lane, base::EntryId entry);
  void report(Report::Kind kind, const Lane& lane);

  Turn& turn_;
  Entropy& entropy_;
  wire::Self self_;
  std::function<base::LinkId()> new_link_;
  std::map<base::PeerId, Lane> lanes_;
  std::unordered_map<base::LinkId, base::PeerId> lane_of_link_;
  std::unordered_map<base::LinkId, base::PeerId> spacing_links_; // released, but their end still paces a lane
  Deadlines<base::PeerId> deadlines_;
  std::deque<base::PeerId> waiting_for_dial_;
  std::size_t dials_ = 0;
  std::deque<Report> reports_;
  std::unordered_set<base::LinkId> unwritten_; // what was said on them waits for the commit
  std::set<base::PeerId> forgotten_;           // whose lanes are still busy
  bool is_held_ = false;
  bool only_farewells_ = false;
  bool refuses_clear_ = false;
};

} // namespace tincan::chat
