// The menu's short questions about rooms, as a pure state machine: answers go in, and what to do comes out. Owned by
// Menu, on the console thread.
#pragma once

#include "tincan/app/slash.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::app {

class RoomQuestions {
public:
  // What an answer led to. Nothing of all: the next question is asked.
  struct Outcome {
    std::optional<SlashAction> action{};
    std::string complaint{};
    bool is_over = false; // nothing more is asked
  };

  // `rooms`: the aliases of those that we are in; of a single one it is not asked which.
  void begin(std::vector<std::string> rooms);
  Outcome answer(std::string_view text);
  std::string prompt() const;
  // What may be chosen first.
  static std::vector<std::string> choices();
  // Is a room, or a peer, asked for?
  bool asks_for_room() const { return step_ == Step::which || step_ == Step::join; }
  bool asks_for_peer() const { return step_ == Step::whom; }

private:
  enum class Step : std::uint8_t { choosing, name, kind, join, which, whom, uses, topic, deed };
  enum class Wish : std::uint8_t { talk, invite, ticket, members, topic, moderate, leave };

  Outcome choose(std::string_view text);
  Outcome wish(Wish wanted);
  Outcome go_on_with_room();
  Outcome answer_join(std::string_view text);
  Outcome answer_kind(std::string_view text);
  Outcome answer_which(std::string_view text);
  const std::string* room_called(std::string_view text) const; // none: no room, or several
  Outcome answer_whom(std::string_view text);
  Outcome answer_uses(std::string_view text);
  Outcome answer_deed(std::string_view text);
  Outcome ask(Step step);

  std::vector<std::string> rooms_;
  Step step_ = Step::choosing;
  Wish wish_{};
  std::string name_; // of the room to be made
  std::string room_; // that is meant
  std::string deed_; // what a moderator wants to do
};

} // namespace tincan::app
