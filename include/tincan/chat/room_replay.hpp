// What a room's changes do when they are played in their order, while certain removals count and all others do not.
// Which of them count is decided by settled_removals (room_removals.hpp). The rules stand in room_state.hpp.
// Pure; owned by a RoomState; I/O thread.
#pragma once

#include "tincan/chat/line_span.hpp"
#include "tincan/chat/room_log.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::chat {

using wire::Role;

struct RoomMember {
  enum class Phase : std::uint8_t { invited, present, left, removed };
  base::PublicKey key;
  Phase phase = Phase::invited;
  Role role = Role::member;
  bool is_muted = false;
  base::PeerText name{};                  // as it wants to be known
  std::vector<LineSpan> lines{};          // which of its lines count; ascending, apart
  std::vector<wire::EntryRef> removals{}; // those that count or counted, for `knows`
  base::PublicKey changed_by{};           // who admitted, removed or muted it last; zero: itself
  bool operator==(const RoomMember&) const = default;
};

class RoomReplay {
public:
  using Number = RoomLog::Number;
  using Place = std::uint32_t;
  static constexpr Place nowhere = ~Place{0};

  // Strict: the rules as they are. Trusting: mutes and used-up tickets do not keep anybody from admitting, and of two
  // promotions the one from nearer to the creator holds. In that way the removals to be settled are found, so that a
  // change which a removal is going to void cannot hide or weaken that removal.
  enum class Reading : std::uint8_t { strict, trusting };

  struct TicketState {
    wire::Ticket ticket;
    base::PublicKey author;
    std::uint32_t used = 0; // by admitted newcomers
    bool is_revoked = false;
    bool operator==(const TicketState&) const = default;
  };
  // A removal whose author had the right to it, and which is not among those that count.
  struct Candidate {
    Place place = nowhere;
    Role by = Role::member;  // its author's role there …
    std::uint32_t steps = 0; // … and by how many promotions that came from the creator
  };
  // A departure, of whoever left or was removed.
  struct Departure {
    Number author = RoomLog::nobody;
    std::uint64_t seq = 0;
  };
  // What a change rests on: its author's Join and SetRole, the Admit before a Join, the ticket of an Admit.
  using Supports = std::array<Place, 3>;

  // `counted`: places of removals, ascending.
  RoomReplay(const RoomLog& log, const base::PublicKey& creator, bool is_private, std::vector<Place> counted,
             Reading reading);
  RoomReplay(RoomReplay&&) = default;
  RoomReplay& operator=(RoomReplay&&) = default;

  // Plays what is not yet played.
  void play(const RoomLog& log);

  // Why a change of `author` has no effect now; empty: it has. A ticket's proof is not looked at.
  std::string_view refusal(const base::PublicKey& author, const wire::RoomChange& change) const;

  const std::map<base::PublicKey, RoomMember>& members() const { return members_; }
  const RoomMember* member(const base::PublicKey& key) const;
  std::size_t present_count() const { return present_; }
  Place topic() const { return topic_; } // nowhere: there never was one
  const std::map<base::PublicKey, TicketState>& tickets() const { return tickets_; }
  const std::vector<Candidate>& candidates() const { return candidates_; }
  const std::vector<Place>& epochs() const { return epochs_; } // by members
  const std::vector<Departure>& departures() const { return departures_; }
  const Supports& supports(Place place) const { return supports_[place]; } // of one that had effect

private:
  // Up to where the removals of a member leave its changes, for those before the last of these removals.
  struct Cut {
    Place last = nowhere;
    std::uint64_t seq = 0;
  };
  struct Slot {
    RoomMember* member = nullptr;
    Place joined = nowhere, admitted = nowhere, promoted = nowhere;
    std::uint32_t steps = 0; // of promotions, from the creator
    std::uint64_t first_free_line = 1;
    std::vector<LineSpan> lines_before; // its removal
    std::uint64_t lines_left = 0;       // by its removals
    std::vector<Cut> cuts;
    std::size_t cuts_passed = 0;
  };
  struct Case {
    const base::PublicKey& author_key;
    const RoomMember* author;
    const RoomMember* subject;
  };

  void cut_logs(const RoomLog& log);
  bool is_void(const RoomLog::One& one, Place place);
  void play_one(const RoomLog& log, Place place);
  bool is_repeated(const RoomLog::One& removal) const;
  void propose(const RoomLog& log, Place place);
  void know_numbers(const RoomLog& log);
  RoomMember& known(const RoomLog& log, Number number);

  bool has_right_to_moderate(const Case& c) const;
  bool knows_removals(const Case& c, const std::vector<wire::EntryRef>& knows) const;
  std::string_view refusal(const Case& c, const wire::RoomChange& change) const;
  std::string_view refusal_of(const Case& c, const std::monostate&) const;
  std::string_view refusal_of(const Case& c, const wire::Genesis&) const;
  std::string_view refusal_of(const Case& c, const wire::Admit& admit) const;
  std::string_view refusal_of(const Case& c, const wire::Join&) const;
  std::string_view refusal_of(const Case& c, const wire::Leave&) const;
  std::string_view refusal_of(const Case& c, const wire::SetRole& change) const;
  std::string_view refusal_of(const Case& c, const wire::Remove&) const;
  std::string_view refusal_of(const Case& c, const wire::Mute& mute) const;
  std::string_view refusal_of(const Case& c, const wire::Topic&) const;
  std::string_view refusal_of(const Case& c, const wire::Epoch&) const;
  std::string_view refusal_of(const Case& c, const wire::Ticket& ticket) const;
  std::string_view refusal_of(const Case& c, const wire::RevokeTicket& ticket) const;

  struct Effect; // of one change at its place
  void open_lines(Slot& slot, std::uint64_t first);
  void close_lines(Slot& slot, std::uint64_t last);
  void remove(const RoomLog& log, Place place);
  void step_out(Slot& slot, RoomMember::Phase phase);

  base::PublicKey creator_;
  bool is_private_ = false;
  Reading reading_;
  std::vector<Place> counted_;
  std::size_t counted_passed_ = 0;
  Place played_ = 0;

  std::map<base::PublicKey, RoomMember> members_; // a Slot points into it
  std::vector<Slot> slots_;                       // by number
  std::size_t present_ = 0;
  Place topic_ = nowhere;
  bool has_topic_ = false;
  std::map<base::PublicKey, TicketState> tickets_;
  std::map<base::PublicKey, Place> ticket_places_;
  std::vector<Candidate> candidates_;
  std::set<std::pair<Number, Number>> proposed_; // author and subject of these
  std::vector<Place> epochs_;
  std::vector<Departure> departures_;
  std::vector<Supports> supports_; // by place
};

} // namespace tincan::chat
