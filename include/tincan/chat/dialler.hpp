// Reaches tincans whose key is known: which endpoint is tried when, with exponential back-off and jitter, and what came
// of it. Owned by node's native talk; I/O thread. It opens links; what is said on them is not its business.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/chat/turn.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis native_dial_patience{10'000}; // a machine that is there answers a SYN within seconds
inline constexpr base::Millis native_first_retry{1'000};    // protocol.md: 1 s to 5 min
inline constexpr base::Millis native_last_retry{300'000};
inline constexpr unsigned max_dials_per_minute = 12;        // of one peer, whatever others make us believe (R16)
inline constexpr std::size_t max_native_dials_at_once = 64; // descriptors and SYNs in flight stay few

// How far an attempt came.
enum class DialStage : std::uint8_t { address, tcp, tls, key, hello, up };

// The last attempt at one endpoint.
struct Attempt {
  KnownEndpoint at;
  base::WallTime time{};
  DialStage failed_at = DialStage::address; // `up`: it did not fail
  std::string why;                          // one sentence
  bool is_running = false;
};

class Dialler {
public:
  Dialler(Turn& turn, Entropy& entropy, std::function<base::LinkId()> new_link)
      : turn_(turn),
        entropy_(entropy),
        new_link_(std::move(new_link)) {}

  // Somebody wants a link to the peer: it is tried until up() or give_up(), or so many rounds (0: without end).
  void want(base::PeerId peer, const std::vector<KnownEndpoint>& endpoints, unsigned rounds, base::Now now);
  void set_endpoints(base::PeerId peer, const std::vector<KnownEndpoint>& endpoints);
  void hint(base::PeerId peer, base::Now now);  // it seems to be there, or a new endpoint is known: tries at once
  void retry(base::PeerId peer, base::Now now); // the user wants it
  void give_up(base::PeerId peer);              // nobody wants it any more
  void forget(base::PeerId peer);
  void up(base::PeerId peer, base::Now now); // a link to it is open, whoever opened it
  void lost(base::PeerId peer,
            bool had_lasted);      // the link that was up is gone; one that did not last counts as a failure
  void hold() { is_held_ = true; } // nothing is dialled in this run

  bool owns(base::LinkId link) const { return peers_by_link_.contains(link); }
  base::PeerId peer_of(base::LinkId link) const;
  const KnownEndpoint* endpoint_of(base::LinkId link) const;
  base::LinkId link_to(base::PeerId peer) const; // being opened; none when there is none
  bool is_busy(base::PeerId peer) const;
  bool is_endless(base::PeerId peer) const;
  std::optional<base::WallTime> next_try(base::PeerId peer) const;
  unsigned failed_rounds(base::PeerId peer) const;
  const std::vector<Attempt>* attempts(base::PeerId peer) const; // of the last round; null when never tried

  // What happened to a link of ours before it was up.
  void stage(base::LinkId link, DialStage reached, base::Now now);
  void failed(base::LinkId link, DialStage at, const base::Error& error, base::Now now);
  void time_passed(base::Now now);
  std::optional<base::Tick> next_deadline() const { return deadlines_.next(); }

  // All endpoints of a peer were tried in vain.
  struct RoundFailed {
    base::PeerId peer{};
    base::Error error; // of the first endpoint
    std::optional<base::WallTime> next_try;
  };
  std::optional<RoundFailed> next_report();

private:
  struct Course {
    std::vector<KnownEndpoint> endpoints;
    std::size_t at = 0;    // the endpoint that is tried, or tried next
    base::LinkId link{};   // being opened
    unsigned failures = 0; // rounds in a row
    bool is_resting = false;
    unsigned rounds = 0;         // 0: without end
    bool waits_for_turn = false; // for max_native_dials_at_once
    std::optional<base::WallTime> next_try;
    std::optional<base::Error> first_error; // of this round
    base::Tick minute{};
    unsigned dials = 0; // since then
  };

  void go_on(base::PeerId peer, Course& course, base::Now now);
  void dial(base::PeerId peer, Course& course, base::Now now);
  void end_round(base::PeerId peer, Course& course, base::Now now);
  void rest(base::PeerId peer, Course& course, base::Millis wait, base::Now now);
  void drop_link(Course& course);
  void start_waiting(base::Now now);
  Attempt& attempt_at(base::PeerId peer, const KnownEndpoint& endpoint);
  base::Millis back_off(unsigned failures);

  Turn& turn_;
  Entropy& entropy_;
  std::function<base::LinkId()> new_link_;
  std::map<base::PeerId, Course> courses_;
  std::map<base::PeerId, std::vector<Attempt>> attempts_;
  std::map<base::PeerId, unsigned> short_lives_; // links in a row that came up and did not last
  std::unordered_map<base::LinkId, base::PeerId> peers_by_link_;
  Deadlines<base::PeerId> deadlines_;
  std::deque<base::PeerId> waiting_;
  std::deque<RoundFailed> reports_;
  bool is_held_ = false;
};

} // namespace tincan::chat
