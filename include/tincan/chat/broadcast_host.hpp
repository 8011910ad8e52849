// The old kind of room: plain-text programs (family C, wire/broadcast.hpp) connect, and what one writes goes to all
// others as it is. A feature of the node; I/O thread. It greets nobody, waits for nobody, and keeps of a slow guest no
// more than a bounded queue. What guests say is handed on; who else sits in the room it does not know.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/turn.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t max_guests = 4'096;                   // each line is written that often
inline constexpr std::size_t max_lines_apart = 20;                 // that wait for pauses: one second; more go at once
inline constexpr std::size_t max_flight_bytes = 64 * 1024;         // written and not yet taken: net holds 256 KiB
inline constexpr std::size_t max_guest_queue_bytes = 1024 * 1024;  // one copy serves all: a slow guest costs little
inline constexpr std::size_t queue_entry_bytes = 64;               // what a waiting line costs besides its text
inline constexpr std::size_t max_burst_bytes = 256 * 1024;         // of one guest at once, …
inline constexpr std::size_t allowed_bytes_per_second = 16 * 1024; // … and later on: far more than anybody types
inline constexpr std::size_t least_line_cost = 256;                // so many bytes each line counts at least
inline constexpr std::size_t max_lines_at_once = 16;               // of one write that become lines of their own

inline constexpr base::Millis character_wait{200}; // for the rest of a character, with the text before it

class BroadcastHost {
public:
  // Somebody said something, under the name that it gives itself, or its address.
  using Heard = std::function<void(const base::PeerText& name, const base::PeerText& text, base::Now now)>;

  BroadcastHost(Turn& turn, Heard heard) : turn_(turn), heard_(std::move(heard)) {}

  // From now on it hears what is said.
  void welcome(base::LinkId link, const base::Endpoint& remote);
  bool has(base::LinkId link) const { return guests_.contains(link); }
  bool has_spoken(base::LinkId link) const { return !wordless_.contains(link); }
  bool was_told(base::LinkId link) const { return guests_.at(link).was_told; } // something was written to it
  const base::Endpoint& remote(base::LinkId link) const { return guests_.at(link).remote; }

  void bytes(base::LinkId link, std::string_view bytes, base::Now now);
  void taken(base::LinkId link, base::Now now);
  void dismiss(base::LinkId link);                // its link is closed
  void dismiss_all(const base::Address& address); // likewise
  void forget(base::LinkId link);                 // its link is somebody else's now
  void closed(base::LinkId link, base::Now now);  // its link is gone

  // A line of a member of the room; it leaves with finish_turn.
  void say(const base::PeerText& name, const base::PeerText& text);
  void finish_turn(base::Now now);
  void time_passed(base::Now now);
  std::optional<base::Tick> next_deadline() const { return earlier(pauses_.next(), torn_ends_.next()); }

  // By their names, or addresses; in the order of their coming.
  std::vector<base::PeerText> guests() const;

private:
  using Line = std::shared_ptr<const std::string>;
  struct Guest {
    base::Endpoint remote;
    base::PeerText name{};    // that it put before its first words
    bool has_spoken = false;  // words, not only blanks
    bool gives_names = false; // the first of them had a name before them
    bool ends_lines = false;  // it sends LF, so it wants them, too
    bool was_told = false;
    bool is_in_flight = false; // its machine has not taken yet what was written
    base::Tick pause_end{};
    std::string held{}; // what it said, as its last character came without its end
    std::deque<Line> queue{};
    std::size_t queued_bytes = 0;
    std::size_t spent_bytes = 0; // of its allowance, …
    base::Tick spent_since{};    // … which grows back since then
  };

  void pass_on(base::LinkId link, std::string_view text, base::Now now);
  void pass_on_held(base::LinkId link, base::Now now);
  bool spend(Guest& guest, std::size_t bytes, base::Tick now);
  void hand_on(Guest& guest, std::string_view said, base::Now now);
  void tell(Guest& guest, std::string_view line, base::Now now);
  void spread(std::string_view said, base::LinkId author, base::Now now);
  bool put(base::LinkId link, Guest& guest, const std::vector<Line>& lines, base::Now now);
  void write(base::LinkId link, Guest& guest, base::Now now);
  void make_room();

  Turn& turn_;
  Heard heard_;
  std::map<base::LinkId, Guest> guests_;
  std::set<base::LinkId> wordless_; // those that never said anything, the oldest first
  Deadlines<base::LinkId> pauses_;
  Deadlines<base::LinkId> torn_ends_;
  std::vector<std::string> said_; // by members, in this turn
};

} // namespace tincan::chat
