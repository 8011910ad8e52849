#include "tincan/app/room_questions.hpp"

#include "tincan/app/slash_rooms.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tincan::app {

namespace {

RoomQuestions::Outcome done(SlashAction action) { return {std::move(action), {}, true}; }
RoomQuestions::Outcome complaint(std::string text) { return {std::nullopt, std::move(text), false}; }

} // namespace

std::vector<std::string> RoomQuestions::choices() {
  return {"  1  create a room      4  invite a peer      7  topic", //
          "  2  join a room        5  make a ticket      8  moderate",
          "  3  talk in a room     6  members            9  leave a room"};
}

void RoomQuestions::begin(std::vector<std::string> rooms) {
  rooms_ = std::move(rooms);
  step_ = Step::choosing;
}

RoomQuestions::Outcome RoomQuestions::ask(Step step) {
  step_ = step;
  return {};
}

RoomQuestions::Outcome RoomQuestions::answer(std::string_view text) {
  switch (step_) {
  case Step::choosing: return choose(text);
  case Step::name:
    name_ = std::string(base::trim(without_mark(text)));
    return name_.empty() ? complaint("a room needs a name") : ask(Step::kind);
  case Step::kind: return answer_kind(text);
  case Step::join: return answer_join(text);
  case Step::which: return answer_which(text);
  case Step::whom: return answer_whom(text);
  case Step::uses: return answer_uses(text);
  case Step::topic: return done(chat::SetTopic{room_, std::string(text)});
  case Step::deed: return answer_deed(text);
  }
  return {};
}

RoomQuestions::Outcome RoomQuestions::choose(std::string_view text) {
  if (text == "0") return {std::nullopt, {}, true};
  if (text == "1") return ask(Step::name);
  if (text == "2") return ask(Step::join);
  if (text == "3") return wish(Wish::talk);
  if (text == "4") return wish(Wish::invite);
  if (text == "5") return wish(Wish::ticket);
  if (text == "6") return wish(Wish::members);
  if (text == "7") return wish(Wish::topic);
  if (text == "8") return wish(Wish::moderate);
  if (text == "9") return wish(Wish::leave);
  return complaint("a number from 1 to 9; an empty line goes back");
}

RoomQuestions::Outcome RoomQuestions::answer_join(std::string_view text) {
  const auto what = as_room_or_ticket(text);
  return what ? done(chat::JoinRoom{*what}) : complaint(what.error().text);
}

RoomQuestions::Outcome RoomQuestions::wish(Wish wanted) {
  if (rooms_.empty()) return complaint("you are in no room yet: 1 creates one, 2 joins one");
  wish_ = wanted;
  if (rooms_.size() > 1) return ask(Step::which);
  room_ = rooms_.front();
  return go_on_with_room();
}

RoomQuestions::Outcome RoomQuestions::answer_which(std::string_view text) {
  const auto* room = room_called(text);
  if (!room) return complaint(fmt::format("you are in no such room; yours are: {}", fmt::join(rooms_, " ")));
  room_ = *room;
  return go_on_with_room();
}

// By its alias; or by its name, when that is one room's.
const std::string* RoomQuestions::room_called(std::string_view text) const {
  const auto wanted = comparable(without_mark(text));
  const std::string* named = nullptr;
  bool are_several = false;
  for (const auto& room : rooms_) {
    const auto alias = without_mark(room);
    if (comparable(alias) == wanted) return &room;
    if (comparable(alias.substr(0, alias.rfind('~'))) != wanted) continue;
    are_several = named != nullptr;
    named = &room;
  }
  return are_several ? nullptr : named;
}

RoomQuestions::Outcome RoomQuestions::go_on_with_room() {
  switch (wish_) {
  case Wish::talk: return done(OpenRoom{room_});
  case Wish::invite: return ask(Step::whom);
  case Wish::ticket: return ask(Step::uses);
  case Wish::members: return done(chat::ListMembers{room_});
  case Wish::topic: return ask(Step::topic);
  case Wish::moderate: return ask(Step::deed);
  case Wish::leave: return done(chat::LeaveRoom{room_});
  }
  return {};
}

RoomQuestions::Outcome RoomQuestions::answer_kind(std::string_view text) {
  const auto kind = comparable(text);
  if (kind != "private" && kind != "public" && kind != "1" && kind != "2")
    return complaint("private (invited people only, encrypted for them) or public (whoever meets a member)");
  return done(chat::CreateRoom{name_, kind == "private" || kind == "1", false});
}

RoomQuestions::Outcome RoomQuestions::answer_whom(std::string_view text) {
  const std::string whom(text);
  if (wish_ == Wish::invite) return done(chat::Invite{room_, whom});
  if (deed_ == "promote") return done(chat::SetRole{room_, whom, wire::Role::moderator});
  if (deed_ == "demote") return done(chat::SetRole{room_, whom, wire::Role::member});
  if (deed_ == "mute") return done(chat::MuteMember{room_, whom, true});
  if (deed_ == "unmute") return done(chat::MuteMember{room_, whom, false});
  return done(chat::RemoveMember{room_, whom});
}

RoomQuestions::Outcome RoomQuestions::answer_uses(std::string_view text) {
  const auto uses = base::as_number(text);
  if (!uses || *uses == 0 || *uses > wire::max_ticket_uses)
    return complaint(fmt::format("a number from 1 to {}", wire::max_ticket_uses));
  return done(ShowTicket{chat::MakeTicket{room_, static_cast<std::uint32_t>(*uses)}, false});
}

RoomQuestions::Outcome RoomQuestions::answer_deed(std::string_view text) {
  deed_ = comparable(text);
  for (const auto* known : {"promote", "demote", "mute", "unmute", "remove"})
    if (deed_ == known) return ask(Step::whom);
  return complaint("promote, demote, mute, unmute or remove");
}

std::string RoomQuestions::prompt() const {
  switch (step_) {
  case Step::choosing: return "Rooms (1 to 9): ";
  case Step::name: return "Name of the room: ";
  case Step::kind: return "private or public: ";
  case Step::join: return "Name of the room, or a ticket: ";
  case Step::which: return "Which room: ";
  case Step::whom: return wish_ == Wish::invite ? "Whom (number, name or address): " : "Which member: ";
  case Step::uses: return "A ticket for how many people: ";
  case Step::topic: return "New topic (-: none): ";
  case Step::deed: return "promote, demote, mute, unmute or remove: ";
  }
  return {};
}

} // namespace tincan::app
