// What the linked members of a room have that we lack, and whom to ask for it: one question at a time for each log, the
// newest lines first when much is missing, what the tree should bring only when it does not come. Pure; owned by a
// Room; I/O thread. Source: shared/design/protocol.md, "Sync" and "Rooms".
#pragma once

#include "tincan/chat/room_logs.hpp"
#include "tincan/wire/frame.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis answer_patience{5'000}; // then another member is asked
inline constexpr base::Millis tree_patience{300};     // what we were told of comes along the tree within this, mostly
inline constexpr std::size_t max_questions = 8;       // at once, about lines
inline constexpr std::uint64_t much_missing = 500;    // lines; then the newest are asked for first
inline constexpr std::uint32_t newest_lines = 100;    // of these
inline constexpr base::Millis claim_patience{10'000}; // of a member that was asked: its claims keep nobody waiting
inline constexpr std::size_t most_silent = 4;         // members that do not give their newest lines: then in any order

class RoomSync {
public:
  explicit RoomSync(const RoomLogs& logs) : logs_(logs) {}

  void linked(const base::PublicKey& member) { told_[member]; }
  void unlinked(const base::PublicKey& member);
  // A member says what it has; it may have nothing.
  void heard_from(const base::PublicKey& member);
  // … and how far it has a log.
  void told(const base::PublicKey& member, RoomPart part, const wire::LogExtent& extent, base::Now now);
  // It sent an entry that could not be taken: it has that one. What is before it may lack there too (the entry may
  // stand in an island): then it does not answer, and another is asked.
  void showed(const base::PublicKey& member, RoomPart part, const base::PublicKey& author, std::uint64_t seq,
              base::Now now);
  // A frame of that log came from it: an answer, or something that does not continue what is here.
  // Until it turns out that the answer brought something, the same is not asked of it again at once.
  void answered(const base::PublicKey& member, RoomPart part, const base::PublicKey& author, base::Now now);
  void brought(const base::PublicKey& member, RoomPart part, const base::PublicKey& author);
  // Something new of that log came along the tree: while it flows nobody is asked for what is further up.
  void flows(RoomPart part, const base::PublicKey& author, base::Now now) { flowed_[{part, author}] = now.tick; }
  // That log is not asked for until then: its author talks too much, or its clock is wrong.
  void slow_down(RoomPart part, const base::PublicKey& author, base::Tick until) { slow_[{part, author}] = until; }

  struct Question {
    base::PublicKey whom;
    std::optional<wire::Want> want; // none: for the newest lines
  };
  // Which logs may be taken at all is decided outside (membership).
  using MayTake = std::function<bool(RoomPart, const base::PublicKey& author, std::uint64_t seq)>;
  std::vector<Question> questions(const MayTake& may_take, base::Now now);
  std::optional<base::Tick> next_deadline() const { return next_; }
  // A linked member told what it has, and nothing of that which may be taken is missing (as of the last questions()).
  // Whoever leaves questions open for long counts in neither.
  bool is_caught_up() const;
  // What may be taken is another now: everything is looked at again.
  void look_again();

private:
  using Name = std::pair<RoomPart, base::PublicKey>;
  struct Told {
    wire::LogExtent extent;
    base::Tick since{};   // when it first told of something that we lacked
    bool is_first = true; // the first that was said of this log on this link
  };
  struct Member {
    std::map<Name, Told> logs{};
    bool has_told = false;
    std::optional<base::Tick> silent_since{}; // it left a question open, and brought nothing since
    bool is_given_up = false;                 // silent for long
  };
  struct Asked {
    base::PublicKey whom;
    base::Tick until{};
  };
  struct Range {
    std::uint64_t first = 0, last = 0;
  };
  // A log of which some member told more than is here. It is looked at again when something is new of it: whoever
  // boasts of many logs must not cost us a look at all of them in each turn.
  struct Ahead {
    bool has_news = true;
    std::uint64_t here = 0, island = 0; // how far it was here when it was looked at
    base::Tick due = base::Tick::min(); // nobody can be asked before
    bool is_owed = true;                // by a member that answers
  };
  enum class Lack : std::uint8_t { nothing, claimed, owed };
  static std::optional<Range> missing(const AuthorLog* log, const wire::LogExtent& extent);
  bool extend(Member& member, const Name& name, const wire::LogExtent& extent, base::Now now);
  Lack lack_of(const Name& name, const AuthorLog* log, const MayTake& may_take) const;
  bool refresh(const MayTake& may_take);
  void news_of(const Name& name);
  std::optional<Question> question(const Name& name, Ahead& ahead, const MayTake& may_take, base::Now now);
  bool waits_for_changes(base::Now now);
  std::optional<Question> newest(const MayTake& may_take, base::Now now);
  void drop_late_answers(base::Now now);
  void put_off(const base::PublicKey& member, const Name& name, base::Now now);
  void left_open(const base::PublicKey& member, base::Now now);
  void look_at_all_ahead();
  void wake(base::Tick at);

  const RoomLogs& logs_;
  std::map<base::PublicKey, Member> told_;
  std::map<Name, Ahead> ahead_;
  std::map<Name, Asked> asked_;
  std::optional<Asked> asked_newest_;
  bool had_newest_ = false;
  bool is_newest_due_ = false;                 // it is to be looked whether much is missing
  std::set<base::PublicKey> silent_;           // were asked for the newest lines, and gave none
  std::optional<base::Tick> lines_held_until_; // at most: the changes come first
  std::map<Name, base::Tick> slow_, flowed_;
  std::optional<base::Tick> next_;
  bool lacks_something_ = false;
};

} // namespace tincan::chat
