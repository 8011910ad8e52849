// What Menu does about rooms.
#include "tincan/app/line_builder.hpp"
#include "tincan/app/menu.hpp"
#include "tincan/app/room_lines.hpp"
#include "tincan/app/slash_rooms.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::app {

namespace {

using term::Style;

constexpr std::size_t lines_on_opening = 20;
constexpr std::size_t max_lines_on_opening = 100;

} // namespace

// --- talking in one

void Menu::look_at(base::RoomId room) {
  room_ = room;
  if (world_.bring_to_front) world_.bring_to_front(room);
}

void Menu::open_room(const std::string& typed) {
  if (typed == "-") {
    if (before_.empty()) return complain("there was no conversation before this one");
    return open_conversation(before_);
  }
  if (!check_room(typed)) return;
  const auto view = *find_room(typed);
  if (!talking_to_.empty() && talking_to_ != view.alias) before_ = talking_to_;
  look_at(view.room.id);
  talking_to_ = peer_ = view.alias;
  state_ = State::talking;
  submit(chat::Focus{talking_to_});
  LineBuilder line;
  line.add(Style::peer, room_name(view)).plain(fmt::format(", {}", kind_of(view)));
  line.plain(fmt::format(", {} member{}", view.members, view.members == 1 ? "" : "s"));
  if (!view.topic.empty()) line.plain(": ").add(Style::plain, base::safe_line(view.topic));
  print(line.dim("  (/menu or Ctrl-C goes back)").take());
  last_history_ = {};
  last_history_.peer = talking_to_;
  last_history_.query.limit = std::clamp<std::size_t>(view.room.unread, lines_on_opening, max_lines_on_opening);
  submit(last_history_);
}

std::uint32_t Menu::mentions_elsewhere() const {
  std::uint32_t count = 0;
  for (const auto& view : rooms()) count += view.room.id == room_ ? 0 : view.room.mentions;
  return count;
}

// --- commands about one

std::string* Menu::room_of(chat::Command& command) const {
  if (auto* leave = std::get_if<chat::LeaveRoom>(&command)) return &leave->room;
  if (auto* invite = std::get_if<chat::Invite>(&command)) return &invite->room;
  if (auto* ticket = std::get_if<chat::MakeTicket>(&command)) return &ticket->room;
  if (auto* revoke = std::get_if<chat::RevokeTicket>(&command)) return &revoke->room;
  if (auto* tickets = std::get_if<chat::ListTickets>(&command)) return &tickets->room;
  if (auto* members = std::get_if<chat::ListMembers>(&command)) return &members->room;
  if (auto* role = std::get_if<chat::SetRole>(&command)) return &role->room;
  if (auto* mute = std::get_if<chat::MuteMember>(&command)) return &mute->room;
  if (auto* remove = std::get_if<chat::RemoveMember>(&command)) return &remove->room;
  return nullptr;
}

bool Menu::fill_room(chat::Command& command) {
  auto* room = room_of(command);
  if (!room) return true;
  if (room->empty() && room_) *room = talking_to_;
  if (room->empty()) {
    complain("which room? (/room #NAME opens one, or name it first: /members #NAME)");
    return false;
  }
  if (!check_room(*room)) return false;
  *room = find_room(*room)->alias;
  return true;
}

// Of a broadcast host: its room is a conversation with it.
bool Menu::carry_out_plain(const chat::Command& command) {
  if (const auto* join = std::get_if<chat::JoinRoom>(&command); join && join->is_plain) {
    submit(command);
    open_conversation(join->what);
    return true;
  }
  const auto* leave = std::get_if<chat::LeaveRoom>(&command);
  if (!leave || room_) return false;
  const auto host = leave->room.empty() ? talking_to_ : leave->room;
  if (host.empty() || host.starts_with('#') || find_room(host)) return false;
  submit(chat::LeaveRoom{host});
  if (host == talking_to_ || leave->room.empty()) close_conversation();
  return true;
}

// Without a text it is shown. A first word that begins with '#' names the room.
void Menu::carry_out_topic(chat::SetTopic command) {
  const auto first = command.topic.substr(0, command.topic.find(' '));
  const bool names_room = command.room.empty() && first.starts_with('#');
  if (names_room) {
    command.room = first;
    command.topic = std::string(base::trim(std::string_view(command.topic).substr(first.size())));
  }
  if (command.room.empty() && room_) command.room = talking_to_;
  if (command.room.empty()) return complain("which room? (/room #NAME opens one)");
  if (names_room && room_ && !find_room(first) && rooms_named(first).empty())
    return complain(fmt::format("you are in no room called “{0}” (a topic that begins with #: /topic {1} {0} …)",
                                base::as_typed(first), talking_to_));
  if (!check_room(command.room)) return;
  const auto view = *find_room(command.room);
  if (command.topic.empty()) {
    const auto topic = view.topic.empty() ? base::SafeText::own("none") : base::safe_line(view.topic);
    return print(
        LineBuilder().plain("Topic of ").add(Style::peer, room_name(view)).plain(": ").add(Style::plain, topic).take());
  }
  if (command.topic == "-") command.topic.clear();
  submit(chat::SetTopic{view.alias, command.topic});
}

// --- questions

void Menu::ask_about_rooms() {
  submit(chat::ListRooms{});
  std::vector<std::string> names;
  for (const auto& view : rooms())
    if (chat::is_alive(view.room.phase)) names.push_back(view.alias);
  room_questions_.begin(std::move(names));
  for (const auto& choice : RoomQuestions::choices()) say(choice);
  ask(State::rooms);
}

void Menu::answer_rooms(std::string_view text) {
  auto outcome = room_questions_.answer(text);
  if (!outcome.complaint.empty()) return complain(outcome.complaint);
  if (outcome.is_over) go_back();
  if (outcome.action) carry_out(*outcome.action);
}

} // namespace tincan::app
