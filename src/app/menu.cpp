#include "tincan/app/menu.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/app/page_link.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::app {

namespace {

using term::Style;

} // namespace

Menu::Menu(World world, std::string team) : world_(std::move(world)), team_(std::move(team)) {}

std::optional<Menu::Output> Menu::next_output() {
  if (outputs_.empty()) return std::nullopt;
  std::optional<Output> first(std::move(outputs_.front()));
  outputs_.pop_front();
  return first;
}

void Menu::print(Lines lines) {
  for (auto& line : lines) print(std::move(line));
}

void Menu::say(std::string_view text) { print(LineBuilder().plain(text).take()); }

void Menu::complain(std::string_view text) { print(LineBuilder().add(Style::bad, fmt::format("✗ {}", text)).take()); }

void Menu::show() {
  print(LineBuilder().add(Style::strong, "  1  send a message         5  blocked peers").take());
  print(LineBuilder().add(Style::strong, "  2  query active peers     6  dialect of a peer").take());
  print(LineBuilder().add(Style::strong, "  3  connect to known peers 7  help").take());
  print(LineBuilder().add(Style::strong, "  4  history                8  rooms").take());
  print(LineBuilder().add(Style::strong, "  0  quit").take());
}

// --- lines in

void Menu::line(std::string_view text) {
  const auto trimmed = base::trim(text);
  follow_name_of_room();
  focus_when_known();
  if (state_ == State::talking) {
    if (trimmed.empty()) return;
    if (trimmed.starts_with("//")) return submit(chat::Send{peer_, std::string(trimmed.substr(1))});
    if (trimmed.starts_with('/')) return slash(trimmed);
    return submit(chat::Send{peer_, std::string(text)});
  }
  if (state_ == State::send_text) {
    if (trimmed.empty()) return go_back();
    submit(chat::Send{peer_, std::string(text)});
    return go_back();
  }
  if (trimmed.starts_with('/')) {
    if (state_ != State::confirm) go_back();
    return slash(trimmed);
  }
  if (state_ == State::choosing) return choose(trimmed);
  if (trimmed.empty()) return state_ == State::confirm ? answer_confirm("n") : go_back();
  answer(trimmed);
}

void Menu::block(std::string_view text) {
  if (state_ != State::talking && state_ != State::send_text) {
    complain("several lines were pasted: open a conversation first (/to PEER), or choose 1");
    return;
  }
  const auto lines = base::split(text, '\n');
  block_text_ = std::string(text);
  confirmed_from_ = state_;
  say(fmt::format("{} lines pasted, beginning with: {}", lines.size(),
                  base::fit_columns(base::SafeText::own(lines.front()).str(), 40)));
  ask(State::confirm);
}

void Menu::cancel() {
  if (state_ == State::choosing) return say("0 or /quit ends the program.");
  if (state_ == State::talking) return close_conversation();
  if (state_ == State::confirm) return answer_confirm("n");
  go_back();
}

void Menu::end() { outputs_.emplace_back(Go{}); }

void Menu::choose(std::string_view text) {
  if (text.empty()) return show();
  if (text.size() != 1)
    return complain(
        fmt::format("“{}” is no choice: a number from 0 to 8, or a command like /help", base::as_typed(text)));
  switch (text.front()) {
  case '1': show_peers(); return ask(State::send_to);
  case '2': return show_peers();
  case '3': show_peers(); return ask(State::connect_to);
  case '4': return ask(State::history_of);
  case '5':
    submit(chat::ListBlocked{});
    show_peers();
    return ask(State::block_whom);
  case '6': show_peers(); return ask(State::dialect_of);
  case '7': return show_help();
  case '8': return ask_about_rooms();
  case '0': return end();
  default:
    complain(fmt::format("“{}” is no choice: a number from 0 to 8, or a command like /help", base::as_typed(text)));
  }
}

void Menu::answer(std::string_view text) {
  switch (state_) {
  case State::send_to:
    if (!check_peer(text)) return;
    peer_ = std::string(text);
    return ask(State::send_text);
  case State::connect_to: return answer_connect(text);
  case State::history_of: return answer_history(text);
  case State::history_more:
    if (comparable(text) == "m") return show_older();
    complain("m shows older lines; an empty line goes back");
    return;
  case State::block_whom: return answer_block(text);
  case State::dialect_of:
    if (!check_peer(text)) return;
    peer_ = std::string(text);
    for (const auto dialect : wire::all_dialects)
      say(fmt::format("  {}  {}", base::pad_to(wire::name(dialect), 8), wire::describe(dialect)));
    return ask(State::dialect_name);
  case State::dialect_name:
    if (!wire::dialect_from_name(text) && comparable(text) != "auto")
      return complain("give one of the names above, or auto to follow what the peer speaks");
    submit(chat::SetDialect{peer_, std::string(text)});
    return go_back();
  case State::confirm: return answer_confirm(text);
  case State::rooms: return answer_rooms(text);
  case State::choosing:
  case State::send_text:
  case State::talking: return;
  }
}

void Menu::answer_connect(std::string_view text) {
  chat::Announce command;
  if (comparable(text) != "all") {
    for (const auto word : base::split(text, ' '))
      if (!base::is_blank(word)) command.peers.emplace_back(base::trim(word));
    // A single name may hold blanks.
    if (find_peer(text)) command.peers = {std::string(text)};
    for (const auto& peer : command.peers)
      if (!check_peer(peer)) return;
  }
  submit(std::move(command));
  go_back();
}

void Menu::answer_history(std::string_view text) {
  last_history_ = {};
  if (text.starts_with('?'))
    last_history_.query.search = std::string(base::trim(text.substr(1)));
  else if (comparable(text) != "all") {
    if (!check_peer(text)) return;
    last_history_.peer = std::string(text);
  }
  submit(last_history_);
  ask(State::history_more);
}

void Menu::answer_block(std::string_view text) {
  if (!base::Address::parse(text) && !check_peer(text)) return;
  submit(chat::ToggleBlock{std::string(text)});
  go_back();
}

void Menu::answer_confirm(std::string_view text) {
  const auto answer = comparable(text);
  if (answer != "y" && answer != "yes" && answer != "n" && answer != "no") return complain("y or n");
  state_ = confirmed_from_;
  if (answer.starts_with('y')) {
    submit(chat::Send{peer_, block_text_});
    if (state_ == State::send_text) go_back();
  } else {
    draft_ = block_text_;
    std::replace(draft_.begin(), draft_.end(), '\n', ' ');
    say("Not sent; its lines are joined in the line being typed.");
  }
  block_text_.clear();
}

void Menu::go_back() {
  if (talking_to_.empty()) {
    state_ = State::choosing;
    peer_.clear();
  } else {
    state_ = State::talking;
    peer_ = talking_to_;
  }
}

// --- slash commands

void Menu::slash(std::string_view text) {
  const auto action = parse_slash(text);
  if (!action) return complain(action.error().text);
  carry_out(*action);
}

void Menu::carry_out(const SlashAction& action) {
  if (const auto* command = std::get_if<chat::Command>(&action)) return carry_out(*command);
  if (const auto* line = std::get_if<OnLine>(&action)) return carry_out(*line);
  if (const auto* open = std::get_if<OpenConversation>(&action)) return open_conversation(open->peer);
  if (const auto* room = std::get_if<OpenRoom>(&action)) return open_room(room->name);
  if (const auto* ticket = std::get_if<ShowTicket>(&action)) {
    if (ticket->as_qr && world_.wants_qr) world_.wants_qr();
    return carry_out(chat::Command(ticket->command));
  }
  if (std::holds_alternative<CloseConversation>(action)) return close_conversation();
  if (std::holds_alternative<ShowPeers>(action)) return show_peers();
  if (std::holds_alternative<ShowHelp>(action)) return show_help();
  if (std::holds_alternative<ShowOlder>(action)) return show_older();
  if (std::holds_alternative<ShowPageLink>(action)) return show_page_link();
  end();
}

void Menu::show_page_link() {
  const auto link =
      world_.page_link ? world_.page_link() : base::fail(base::ErrorCode::bad_argument, "there is no page");
  if (!link) return complain(link.error().text);
  const auto sentence = sentence_of(*link);
  for (const auto line : base::split(sentence, '\n')) say(line);
}

// Who is not named is the one we are talking to.
void Menu::carry_out(chat::Command command) {
  if (auto* history = std::get_if<chat::ReadHistory>(&command)) {
    if (history->peer.empty() && history->query.search.empty()) history->peer = talking_to_;
    last_history_ = *history;
    return submit(last_history_);
  }
  if (auto* topic = std::get_if<chat::SetTopic>(&command)) return carry_out_topic(*topic);
  if (carry_out_plain(command) || !fill_room(command)) return;
  const auto* leaving = std::get_if<chat::LeaveRoom>(&command);
  if (leaving && room_ && leaving->room == talking_to_) close_conversation();
  std::string* peer = nullptr;
  if (auto* verify = std::get_if<chat::Verify>(&command)) peer = &verify->peer;
  if (auto* explain = std::get_if<chat::Explain>(&command)) peer = &explain->peer;
  if (auto* trust = std::get_if<chat::Trust>(&command)) peer = &trust->peer;
  if (peer && peer->empty()) *peer = talking_to_;
  if (peer && peer->empty()) return complain("whom? (a peer's number, name or address)");
  submit(std::move(command));
}

std::optional<Handled> Menu::line_named(std::string_view typed) {
  const auto parsed = parse_typed_line(typed);
  if (!parsed) {
    complain(fmt::format("“{}” is no line: give the number in [] before it, or its #ID", base::as_typed(typed)));
    return std::nullopt;
  }
  if (parsed->entry) return Handled{parsed->entry, {}, {}};
  const auto found = world_.line_of ? world_.line_of(parsed->handle) : std::nullopt;
  if (!found) complain(fmt::format("there is no line [{}]", parsed->handle));
  return found;
}

void Menu::carry_out(const OnLine& action) {
  using What = OnLine::What;
  if (action.line.empty()) {
    if (talking_to_.empty()) return complain("open the conversation first (/to PEER), or say which line");
    if (action.what == What::edit) return submit(chat::Edit{{}, talking_to_, action.text});
    return submit(chat::Delete{{}, talking_to_});
  }
  const auto line = line_named(action.line);
  if (!line) return;
  auto peer = line->peer ? std::to_string(line->peer.value) : talking_to_;
  for (const auto& view : rooms())
    if (line->room && view.room.id == line->room) peer = view.alias;
  switch (action.what) {
  case What::reply:
    if (peer.empty()) return complain("open the conversation first (/to PEER)");
    return submit(chat::Send{peer, action.text, line->entry});
  case What::edit: return submit(chat::Edit{line->entry, {}, action.text});
  case What::remove: return submit(chat::Delete{line->entry, {}});
  case What::react: return submit(chat::React{line->entry, action.text});
  case What::versions: return submit(chat::ReadVersions{line->entry});
  case What::cancel: return submit(chat::Cancel{fmt::format("#{}", line->entry.value)});
  case What::who: return submit(chat::WhoHas{line->entry});
  }
}

void Menu::open_conversation(const std::string& peer) {
  if (peer.starts_with('#')) return open_room(peer);
  if (!check_peer(peer)) return;
  const auto known = find_peer(peer);
  if (!talking_to_.empty()) before_ = talking_to_;
  look_at({});
  talking_to_ = peer_ = known ? std::to_string(known->peer.id.value) : peer;
  state_ = State::talking;
  is_focused_ = false;
  focus_when_known();
  say("Plain lines are messages now; /menu or Ctrl-C goes back, //text sends a line that begins with a slash.");
}

// Who is written to for the first time is no peer yet.
void Menu::focus_when_known() {
  if (is_focused_ || room_ || talking_to_.empty() || !find_peer(talking_to_)) return;
  is_focused_ = true;
  submit(chat::Focus{talking_to_});
}

void Menu::close_conversation() {
  if (!talking_to_.empty()) submit(chat::Focus{});
  if (!talking_to_.empty()) before_ = talking_to_;
  look_at({});
  talking_to_.clear();
  go_back();
  show();
}

void Menu::show_peers() { print(peer_table_lines(world_.peers(), world_.now())); }

void Menu::show_help() {
  show();
  for (const auto& command : slash_commands())
    say(fmt::format("  {}{}", base::pad_to(fmt::format("{} {}", command.name, command.arguments), 28), command.help));
  say("  A peer is its number, its name, its address (10.0.0.7:4100, [fd00::7]:4100, host:4100), its key, or "
      "KEY@IP:PORT; where it can be a conversation, also #ROOM.");
}

void Menu::show_older() {
  const auto oldest = world_.oldest_shown();
  if (oldest == 0 || !world_.has_older()) return say("There are no older lines.");
  last_history_.query.before = base::EntryId{oldest};
  submit(last_history_);
}

// --- prompts

term::Line Menu::prompt() const {
  LineBuilder line;
  const auto peer = [this] {
    const auto known = find_peer(peer_);
    return known ? shown_name(*known) : base::SafeText::own(peer_);
  };
  switch (state_) {
  case State::choosing:
  case State::talking:
    line.add(Style::own, team_);
    if (state_ == State::talking && room_)
      line.plain(" ").add(Style::peer, peer());
    else if (state_ == State::talking)
      line.dim(" → ").add(Style::peer, peer());
    if (const auto unread = unread_elsewhere()) line.add(Style::warning, fmt::format(" ({} unread)", unread));
    if (const auto mentions = mentions_elsewhere()) line.add(Style::mention, fmt::format(" ({} for you)", mentions));
    return line.plain("> ").take();
  case State::send_to: return line.plain("To whom (number, name or address): ").take();
  case State::send_text: return line.plain("Message to ").add(Style::peer, peer()).plain(": ").take();
  case State::connect_to: return line.plain("Connect to (all, or numbers): ").take();
  case State::history_of: return line.plain("History with (all, a peer, or ?words to search): ").take();
  case State::history_more: return line.plain("m shows older lines, Enter goes back: ").take();
  case State::block_whom: return line.plain("Block or unblock (a peer, or an address for the whole host): ").take();
  case State::dialect_of: return line.plain("Dialect of (number, name or address): ").take();
  case State::dialect_name: return line.plain("Dialect (a name above, or auto): ").take();
  case State::rooms: return line.plain(room_questions_.prompt()).take();
  case State::confirm:
    return line.plain("Send them as one message to ").add(Style::peer, peer()).plain("? (y/n) ").take();
  }
  return {};
}

} // namespace tincan::app
