// The menu and its short questions, and the conversation mode, as a pure state machine: lines go in; commands, finished
// lines and a prompt come out. Owned by console mode, on the console thread; the same for terminals and pipes.
#pragma once

#include "tincan/app/handles.hpp"
#include "tincan/app/lines.hpp"
#include "tincan/app/room_questions.hpp"
#include "tincan/app/slash.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/term/console.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tincan::app {

class Menu {
public:
  // What it needs of the world; called on the console thread only.
  struct World {
    std::function<std::vector<chat::PeerView>()> peers;
    std::function<base::WallTime()> now;
    std::function<std::uint64_t()> oldest_shown; // of the last history page; 0: none
    std::function<bool()> has_older;
    std::function<std::optional<Handled>(unsigned)> line_of{}; // by its number on the screen; may be missing
    // Of rooms; may be missing.
    std::function<std::vector<chat::RoomView>()> rooms{};
    std::function<void(base::RoomId)> bring_to_front{};     // the user looks at it; none: at no room
    std::function<void()> wants_qr{};                       // of the ticket that comes next
    std::function<base::Result<std::string>()> page_link{}; // errors: there is none
  };
  struct Go {}; // the program ends
  using Output = std::variant<term::Line, chat::Command, Go>;

  Menu(World world, std::string team);

  void show(); // the menu itself, as at start
  void line(std::string_view text);
  void block(std::string_view text); // several lines at once
  void cancel();                     // Ctrl-C
  void end();                        // end of input

  std::optional<Output> next_output();
  term::Line prompt() const;
  // Text with which the next line begins (a message that was not sent).
  std::string take_draft() { return std::exchange(draft_, {}); }
  term::Completion complete(std::string_view line, std::size_t cursor) const;

private:
  enum class State : std::uint8_t {
    choosing, // the menu
    send_to,
    send_text,
    connect_to,
    history_of,
    history_more,
    block_whom,
    dialect_of,
    dialect_name,
    talking, // a conversation
    confirm, // several lines as one message?
    rooms,   // questions of their own
  };

  void choose(std::string_view text);
  void slash(std::string_view text);
  void carry_out(const SlashAction& action);
  void carry_out(chat::Command command);
  void carry_out(const OnLine& action);
  std::optional<Handled> line_named(std::string_view typed); // complains when there is none
  void answer(std::string_view text);
  void answer_connect(std::string_view text);
  void answer_history(std::string_view text);
  void answer_block(std::string_view text);
  void answer_confirm(std::string_view text);
  void go_back();
  void ask(State state) { state_ = state; }
  void open_conversation(const std::string& peer);
  void close_conversation();
  void show_peers();
  void show_help();
  void show_older();
  void show_page_link();
  void print(term::Line line) { outputs_.emplace_back(std::move(line)); }
  void print(Lines lines);
  void say(std::string_view text);
  void complain(std::string_view text);
  void submit(chat::Command command) { outputs_.emplace_back(std::move(command)); }
  bool check_peer(std::string_view typed); // complains about what cannot be a peer
  std::optional<chat::PeerView> find_peer(std::string_view typed) const;
  std::uint32_t unread_elsewhere() const;
  void offer_peers(term::Completion& completion, std::string_view word) const;

  // menu_rooms.cpp
  std::vector<chat::RoomView> rooms() const;
  std::optional<chat::RoomView> find_room(std::string_view typed) const; // by its name or number; not one that we left
  std::optional<chat::RoomView> find_alias(std::string_view typed) const;
  std::vector<chat::RoomView> rooms_named(std::string_view typed) const; // that we are in
  bool check_room(std::string_view typed);                               // complains about what cannot be a room
  void focus_when_known();
  void follow_name_of_room(); // two rooms of one name get other aliases when they meet
  void open_room(const std::string& typed);
  void ask_about_rooms();
  void answer_rooms(std::string_view text);
  void look_at(base::RoomId room);
  std::string* room_of(chat::Command& command) const; // null: it is about no room
  bool fill_room(chat::Command& command);             // with the one in front; complains when there is none
  void carry_out_topic(chat::SetTopic command);
  bool carry_out_plain(const chat::Command& command); // false: it is about no broadcast host
  std::uint32_t mentions_elsewhere() const;
  void offer_rooms(term::Completion& completion, std::string_view word) const;

  World world_;
  std::string team_;
  State state_ = State::choosing;
  State confirmed_from_ = State::choosing;
  std::string peer_;        // of the question or the conversation, as typed
  std::string talking_to_;  // the conversation to which a question returns; empty: none
  base::RoomId room_{};     // when that is a room
  bool is_focused_ = false; // when that is a peer: the node knows that we look at it
  std::string before_;      // the conversation before that one
  RoomQuestions room_questions_;
  std::string block_text_;
  std::string draft_;
  chat::ReadHistory last_history_;
  std::deque<Output> outputs_;
};

} // namespace tincan::app
