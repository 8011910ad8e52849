#include "tincan/app/modes.hpp"
#include "tincan/app/output.hpp"
#include "tincan/app/qr.hpp"
#include "tincan/app/session.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/chat/json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <unistd.h>

namespace tincan::app {

namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after_seconds(double seconds) {
  return Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

int exit_code_of(const base::Error& error) {
  using base::ErrorCode;
  const bool is_usage =
      error.code == ErrorCode::bad_argument || error.code == ErrorCode::unknown_peer || error.code == ErrorCode::limit;
  return is_usage ? exit_usage : exit_undelivered;
}

// One command and its answers, up to "done" or "failed".
class Exchange {
public:
  Exchange(Session& session, Output& output) : session_(session), output_(output) {}

  int run(const chat::Command& command, Session::Deadline deadline = std::nullopt) {
    output_.flush();
    session_.submit(command);
    first_message = {};
    has_more = false;
    while (const auto line = session_.next_line(deadline)) {
      const auto event = chat::event_from_json(*line);
      if (event && std::holds_alternative<chat::Failed>(*event)) return failed(std::get<chat::Failed>(*event), *line);
      if (event && std::holds_alternative<chat::Done>(*event)) return exit_done;
      if (event && std::holds_alternative<chat::MessageAdded>(*event)) {
        last_message = std::get<chat::MessageAdded>(*event).message;
        if (!first_message.id) first_message = last_message;
      }
      if (event && std::holds_alternative<chat::RoomChanged>(*event))
        room_changes.push_back(std::get<chat::RoomChanged>(*event));
      if (event && std::holds_alternative<chat::RoomsListed>(*event)) rooms = std::get<chat::RoomsListed>(*event).rooms;
      if (event && std::holds_alternative<chat::TicketMade>(*event)) ticket = std::get<chat::TicketMade>(*event).text;
      if (event && std::holds_alternative<chat::MessageChanged>(*event))
        changed_peer = std::get<chat::MessageChanged>(*event).message.peer;
      if (event && std::holds_alternative<chat::PeerChanged>(*event))
        peers.push_back(std::get<chat::PeerChanged>(*event).view);
      if (event && std::holds_alternative<chat::PeerAnnounced>(*event))
        all_reached = all_reached && std::get<chat::PeerAnnounced>(*event).reached;
      if (*line == R"({"event":"more"})")
        has_more = true;
      else if (held)
        held->push_back(*line);
      else
        output_.write(*line);
      if (std::holds_alternative<chat::Announce>(command)) output_.flush(); // each result as it comes
    }
    return exit_undelivered;
  }

  chat::Message first_message, last_message;
  base::PeerId changed_peer; // of the message that was changed
  std::vector<chat::PeerView> peers;
  std::vector<chat::RoomChanged> room_changes;
  std::vector<chat::RoomView> rooms;
  std::string ticket;
  std::vector<std::string>* held = nullptr; // where lines go instead of to the output
  bool all_reached = true;
  bool has_more = false;

private:
  int failed(const chat::Failed& event, const std::string& line) {
    output_.write(line);
    return exit_code_of(event.error);
  }

  Session& session_;
  Output& output_;
};

std::string message_text(const std::string& given) {
  if (given != "-") return given;
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// Of a line in a room: another member has it, and will pass it on.
bool has_arrived(const chat::Message& message) {
  if (!message.room) return chat::is_settled(message);
  return message.tally.have > 0 || message.state == chat::MessageState::cancelled;
}

// Waits for the states of one message, and tells each. True when nothing more has to be waited for.
bool await_delivery(Session& session, Output& output, const chat::Message& message, Session::Deadline deadline) {
  output.flush();
  if (message.room && message.tally.of == 0) return true; // nobody else is there
  while (const auto line = session.next_line(deadline)) {
    const auto event = chat::event_from_json(*line);
    const auto* changed = event ? std::get_if<chat::StateChanged>(&*event) : nullptr;
    if (!changed || changed->message.id != message.id) continue;
    output.write(*line);
    output.flush();
    if (has_arrived(changed->message)) return true;
  }
  return false;
}

void say_kept(base::EntryId id) {
  std::cerr << fmt::format(
      "tincan: not delivered yet; it is kept, and sent when tincan runs (tincan cancel '#{}' gives it up)\n", id.value);
}

int run(Session& session, Output& output, const RunSend& mode) {
  output.tag_rooms(false);
  const auto deadline = after_seconds(mode.timeout_seconds);
  Exchange exchange(session, output);
  if (!mode.dialect.empty())
    if (const int code = exchange.run(chat::SetDialect{mode.peer, mode.dialect}, deadline); code != exit_done)
      return code;
  if (const int code = exchange.run(chat::Send{mode.peer, message_text(mode.text)}, deadline); code != exit_done)
    return code;
  const auto id = exchange.last_message.id;
  if (await_delivery(session, output, exchange.last_message, deadline)) return exit_done;
  if (mode.drop)
    exchange.run(chat::Cancel{fmt::format("#{}", id.value)}, after_seconds(1));
  else
    say_kept(id);
  return exit_undelivered;
}

// The conversation that a message belongs to: none when there is no such message, or it is no tincan's.
std::optional<chat::Message> find_message(Session& session, base::EntryId entry) {
  Output nowhere(Output::Form::json);
  std::vector<std::string> held;
  Exchange exchange(session, nowhere);
  exchange.held = &held;
  chat::ReadHistory command;
  command.query.before = base::EntryId{entry.value + 1};
  command.query.limit = 1;
  if (exchange.run(command) != exit_done || exchange.last_message.id != entry) return std::nullopt;
  return exchange.last_message;
}

std::vector<chat::RoomView> list_rooms(Session& session, Session::Deadline deadline = std::nullopt) {
  Output nowhere(Output::Form::json);
  std::vector<std::string> held;
  Exchange exchange(session, nowhere);
  exchange.held = &held;
  exchange.run(chat::ListRooms{}, deadline);
  return exchange.rooms;
}

// As commands name it.
std::string conversation_of(Session& session, const chat::Message& message) {
  if (message.room)
    for (const auto& view : list_rooms(session))
      if (view.room.id == message.room) return view.alias;
  return message.peer ? std::to_string(message.peer.value) : message.endpoint.text();
}

int run(Session& session, Output& output, const RunReply& mode) {
  output.tag_rooms(false);
  const auto deadline = after_seconds(mode.timeout_seconds);
  const auto answered = find_message(session, mode.entry);
  if (!answered) {
    std::cerr << fmt::format("tincan: there is no message #{}\n", mode.entry.value);
    return exit_usage;
  }
  Exchange exchange(session, output);
  const auto peer = conversation_of(session, *answered);
  const chat::Send command{peer, message_text(mode.text), mode.entry};
  if (const int code = exchange.run(command, deadline); code != exit_done) return code;
  if (await_delivery(session, output, exchange.last_message, deadline)) return exit_done;
  say_kept(exchange.last_message.id);
  return exit_undelivered;
}

constexpr double queue_patience_seconds = 3; // what is not delivered then is kept
constexpr auto queue_poll = std::chrono::milliseconds(30);

// What changes a message has no state of its own: the peer has it when nothing waits for the peer any more.
void await_empty_queue(Session& session, base::PeerId peer) {
  Output nowhere(Output::Form::json);
  std::vector<std::string> held;
  const auto deadline = after_seconds(queue_patience_seconds);
  while (Clock::now() < deadline && !session.is_over()) {
    Exchange exchange(session, nowhere);
    exchange.held = &held;
    if (exchange.run(chat::ListPeers{}, deadline) != exit_done) return;
    const auto waits = [peer](const auto& view) { return view.peer.id == peer && view.queued > 0; };
    if (std::none_of(exchange.peers.begin(), exchange.peers.end(), waits)) return;
    held.clear();
    session.next_line(Clock::now() + queue_poll);
  }
}

int run(Session& session, Output& output, const RunCommand& mode) {
  auto command = mode.command;
  if (auto* edit = std::get_if<chat::Edit>(&command)) edit->text = message_text(edit->text);
  Exchange exchange(session, output);
  const int code = exchange.run(command);
  if (code != exit_done || !mode.sends || !session.is_own()) return code;
  // An invitation is a message.
  await_empty_queue(session, exchange.changed_peer ? exchange.changed_peer : exchange.last_message.peer);
  return code;
}

// Writes what was said about that room since; true when it is decided whether we come in.
bool tell_room_changes(Exchange& exchange, Output& output, std::vector<std::string>& held, int& code) {
  using What = chat::RoomChanged::What;
  for (const auto& line : held) {
    const auto event = chat::event_from_json(line);
    if (event && std::holds_alternative<chat::RoomChanged>(*event)) output.write(line);
  }
  held.clear();
  for (const auto& change : exchange.room_changes) {
    if (change.what == What::joined) code = exit_done;
    if (change.what == What::joined || change.what == What::denied) return true;
  }
  return false;
}

constexpr auto join_poll = std::chrono::milliseconds(50);

// A ticket lets in whoever sees it, and arguments are seen by everybody on this machine: "-" reads one line instead.
base::Result<std::string> ticket_text(const std::string& given) {
  if (given != "-") return given;
  if (::isatty(STDIN_FILENO) == 1) std::cerr << "Ticket: " << std::flush;
  std::string line;
  while (base::is_blank(line) && std::getline(std::cin, line)) {
  }
  if (base::is_blank(line)) return base::fail(base::ErrorCode::bad_argument, "no ticket came from standard input");
  return as_room_or_ticket(line);
}

// The members may have to be found first: what the room's state is, is asked again and again.
int run(Session& session, Output& output, const RunJoin& mode) {
  const auto what = ticket_text(mode.what);
  if (!what) return complain(what.error());
  const auto deadline = after_seconds(mode.timeout_seconds);
  Exchange exchange(session, output);
  if (const int code = exchange.run(chat::JoinRoom{*what}, deadline); code != exit_done) return code;
  int code = exit_undelivered;
  std::vector<std::string> held;
  if (tell_room_changes(exchange, output, held, code)) return code;
  if (exchange.room_changes.empty()) return exit_done; // we were in already
  const auto room = exchange.room_changes.back().room.room.id;
  while (Clock::now() < deadline && !session.is_over()) {
    output.flush();
    exchange.held = &held;
    if (const auto line = session.next_line(std::min(deadline, Clock::now() + join_poll))) {
      held.push_back(*line);
      if (const auto event = chat::event_from_json(*line); event && std::holds_alternative<chat::RoomChanged>(*event))
        exchange.room_changes.push_back(std::get<chat::RoomChanged>(*event));
    }
    if (exchange.run(chat::ListRooms{}, deadline) != exit_done) break;
    if (tell_room_changes(exchange, output, held, code)) return code;
    for (const auto& view : exchange.rooms) {
      if (view.room.id != room || view.room.phase != chat::RoomPhase::joined) continue;
      for (const auto& line : chat::to_json_lines(chat::RoomChanged{chat::RoomChanged::What::joined, view, {}, {}}))
        output.write(line);
      return exit_done;
    }
  }
  std::cerr << "tincan: no member was met yet; it is tried again whenever tincan runs\n";
  return exit_undelivered;
}

int run(Session& session, Output& output, const RunTicket& mode, const Options& options) {
  Exchange exchange(session, output);
  const int code = exchange.run(mode.command);
  if (code != exit_done || !mode.qr || mode.json) return code;
  output.flush();
  const auto form = fitting_qr_form(::isatty(STDOUT_FILENO) == 1 && options.colour);
  for (const auto& line : ticket_qr_lines(exchange.ticket, form, terminal_columns())) std::cout << line << '\n';
  return exit_done;
}

int run(Session& session, Output& output, const RunConnect& mode) {
  Exchange exchange(session, output);
  const int code = exchange.run(chat::Announce{mode.peers}, after_seconds(mode.timeout_seconds));
  if (code != exit_done) return code;
  return exchange.all_reached ? exit_done : exit_undelivered;
}

int run(Session& session, Output& output, const RunPeers&) {
  const int code = Exchange(session, output).run(chat::ListPeers{});
  if (code == exit_done) output.finish_list();
  return code;
}

constexpr std::uint64_t messages_per_page = 100; // of 64 KiB each they stay within what the control socket keeps for us
constexpr std::uint64_t usual_history_lines = 20;

// From the first line on, or from the one after `mode.after`.
int run_forwards(Exchange& exchange, chat::ReadHistory command, std::uint64_t left) {
  for (;;) {
    command.query.limit = std::min(left, messages_per_page);
    left -= command.query.limit;
    if (const int code = exchange.run(command); code != exit_done) return code;
    if (!exchange.has_more || left == 0) return exit_done;
    command.query.after = exchange.last_message.id;
  }
}

// The newest lines: pages are read backwards, and printed when the oldest is there.
int run_backwards(Exchange& exchange, Output& output, chat::ReadHistory command, std::uint64_t left) {
  std::vector<std::vector<std::string>> pages;
  do {
    command.query.limit = std::min(left, messages_per_page);
    left -= command.query.limit;
    exchange.held = &pages.emplace_back();
    if (const int code = exchange.run(command); code != exit_done) return code;
    command.query.before = exchange.first_message.id;
  } while (exchange.has_more && left > 0);
  for (auto page = pages.rbegin(); page != pages.rend(); ++page)
    for (const auto& line : *page) output.write(line);
  return exit_done;
}

int run(Session& session, Output& output, const RunHistory& mode) {
  Exchange exchange(session, output);
  output.tag_rooms(mode.peer.empty());
  if (!mode.json && mode.peer.empty()) {
    output.learn_rooms();
    exchange.run(chat::ListRooms{});
  }
  chat::ReadHistory command;
  command.peer = mode.peer;
  command.query.search = mode.search;
  const bool everything = mode.limit == 0 && mode.json;
  if (mode.after || everything) command.query.after = base::EntryId{mode.after.value_or(0)};
  const std::uint64_t limit = everything ? UINT64_MAX : mode.limit == 0 ? usual_history_lines : mode.limit;
  return command.query.after ? run_forwards(exchange, command, limit) : run_backwards(exchange, output, command, limit);
}

int run(Session& session, Output& output, const RunBlock& mode) {
  if (mode.lists) return Exchange(session, output).run(chat::ListBlocked{});
  return Exchange(session, output).run(chat::Block{mode.target});
}

int run(Session& session, Output& output, const RunUnblock& mode) {
  return Exchange(session, output).run(chat::Unblock{mode.target});
}

int run(Session& session, Output& output, const RunDialect& mode) {
  return Exchange(session, output).run(chat::SetDialect{mode.peer, mode.dialect});
}

int run(Session& session, Output& output, const RunCancel& mode) {
  return Exchange(session, output).run(chat::Cancel{mode.what});
}

int run(Session&, Output&, const RunConsole&) { return exit_usage; }
int run(Session&, Output&, const RunListen&) { return exit_usage; }
int run(Session&, Output&, const RunId&) { return exit_usage; }
int run(Session&, Output&, const RunSelftest&) { return exit_usage; }

// What needs more than the mode.
template<class OneMode> int run(Session& session, Output& output, const OneMode& mode, const Options&) {
  return run(session, output, mode);
}

struct ModeFacts {
  Purpose purpose = Purpose::looks;
  bool json = false;
};

ModeFacts facts_of(const Mode& mode) {
  if (const auto* send = std::get_if<RunSend>(&mode)) return {Purpose::sends, send->json};
  if (const auto* connect = std::get_if<RunConnect>(&mode)) return {Purpose::sends, connect->json};
  if (const auto* peers = std::get_if<RunPeers>(&mode)) return {Purpose::looks, peers->json};
  if (const auto* history = std::get_if<RunHistory>(&mode)) return {Purpose::looks, history->json};
  if (const auto* block = std::get_if<RunBlock>(&mode)) return {Purpose::looks, block->json};
  if (const auto* unblock = std::get_if<RunUnblock>(&mode)) return {Purpose::looks, unblock->json};
  if (const auto* dialect = std::get_if<RunDialect>(&mode)) return {Purpose::looks, dialect->json};
  if (const auto* cancel = std::get_if<RunCancel>(&mode)) return {Purpose::looks, cancel->json};
  if (const auto* reply = std::get_if<RunReply>(&mode)) return {Purpose::sends, reply->json};
  if (const auto* join = std::get_if<RunJoin>(&mode)) return {Purpose::sends, join->json};
  if (const auto* ticket = std::get_if<RunTicket>(&mode)) return {Purpose::looks, ticket->json};
  if (const auto* command = std::get_if<RunCommand>(&mode))
    return {command->sends ? Purpose::sends : Purpose::looks, command->json};
  return {};
}

} // namespace

int run_one_shot(const Options& options) {
  const auto facts = facts_of(options.mode);
  auto session = open_session(options, facts.purpose);
  if (!session) return complain(session.error());
  Output output(facts.json ? Output::Form::json : Output::Form::text);
  const int code = std::visit([&](const auto& mode) { return run(**session, output, mode, options); }, options.mode);
  (*session)->leave();
  return code;
}

} // namespace tincan::app
