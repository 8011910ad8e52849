#include "tincan/app/output.hpp"

#include "tincan/app/contact_lines.hpp"
#include "tincan/app/message_lines.hpp"
#include "tincan/app/options.hpp"
#include "tincan/app/room_lines.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/json.hpp"
#include "tincan/net/driver.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>
#include <utility>

namespace tincan::app {

namespace {

constexpr std::size_t flush_bytes = 64 * 1024;

} // namespace

// Its lines carry the ids, by which commands name them.
Setting Output::setting_of(const chat::Message& message) const {
  Setting setting;
  if (message.direction == chat::Direction::in) setting.peer_name = claimed_name(message.team);
  if (is_native(message) || message.room) setting.handle = fmt::format("#{}", message.id.value);
  if (message.room && tags_rooms_) setting.room = base::SafeText::own(rooms_.alias_of(message.room));
  if (message.about)
    setting.quote =
        Quote{base::SafeText::own("answer to"), base::SafeText::own(fmt::format("#{}", message.about.value))};
  return setting;
}

std::string text_of(const term::Line& line) {
  std::string text;
  for (const auto& span : line) text += span.text.str();
  return text;
}

int complain(const base::Error& error) {
  std::cerr << "tincan: " << base::SafeText::own(error.text).str() << '\n';
  return error.code == base::ErrorCode::bad_argument ? exit_usage : exit_no_start;
}

void Output::print(std::string_view line) {
  unwritten_ += line;
  unwritten_ += '\n';
  if (unwritten_.size() > flush_bytes) flush();
}

void Output::flush() {
  for (std::string_view rest = unwritten_; !rest.empty() && is_open_;) {
    const auto count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      is_open_ = false;
    else
      rest.remove_prefix(static_cast<std::size_t>(count));
  }
  unwritten_.clear();
}

void Output::print(const std::vector<term::Line>& lines) {
  for (const auto& line : lines) print(text_of(line));
}

void Output::write(const std::string& json_line) {
  if (json_line == R"({"event":"done"})") return;
  if (form_ == Form::json) return print(json_line);
  if (const auto event = chat::event_from_json(json_line)) tell(*event);
}

void Output::finish_list() {
  if (form_ == Form::text) print(peer_table_lines(peers_, net::now().wall));
  peers_.clear();
}

bool Output::tell_contact(const chat::Event& event) {
  if (const auto* versions = std::get_if<chat::VersionsRead>(&event))
    print(version_lines(*versions, net::now().wall));
  else if (const auto* identity = std::get_if<chat::Identity>(&event))
    print(identity_lines(*identity));
  else if (const auto* verification = std::get_if<chat::Verification>(&event))
    print(verification_lines(*verification));
  else if (const auto* explained = std::get_if<chat::Explained>(&event))
    print(explained_lines(*explained));
  else if (const auto* notice = std::get_if<chat::Notice>(&event))
    print(notice_lines(*notice));
  else
    return false;
  return true;
}

bool Output::tell_room(const chat::Event& event) {
  rooms_.tell(event);
  const auto now = net::now().wall;
  const auto name_of = [](base::PeerId) { return base::SafeText{}; }; // names are not asked for
  if (const auto* rooms = std::get_if<chat::RoomsListed>(&event)) {
    if (!std::exchange(learns_rooms_, false)) print(room_list_lines(*rooms, name_of));
  } else if (const auto* changed = std::get_if<chat::RoomChanged>(&event)) {
    if (const auto line = room_changed_line(*changed, now)) print(text_of(*line));
  } else if (const auto* members = std::get_if<chat::MembersListed>(&event)) {
    print(member_list_lines(*members));
  } else if (const auto* ticket = std::get_if<chat::TicketMade>(&event)) {
    print(ticket_lines(*ticket, now));
  } else if (const auto* tickets = std::get_if<chat::TicketsListed>(&event)) {
    print(ticket_list_lines(*tickets, now));
  } else if (const auto* who = std::get_if<chat::WhoHasListed>(&event)) {
    print(who_has_lines(*who));
  } else {
    return false;
  }
  return true;
}

void Output::tell(const chat::Event& event) {
  if (tell_contact(event) || tell_room(event)) return;
  const auto now = net::now().wall;
  if (const auto* added = std::get_if<chat::MessageAdded>(&event)) {
    auto setting = setting_of(added->message);
    setting.claimed_address = added->claimed_address;
    print(message_lines(added->message, setting, now));
  } else if (const auto* changed = std::get_if<chat::StateChanged>(&event)) {
    // That it became a tincan's is seen by what follows.
    const bool is_news =
        changed->message.room ? changed->message.tally.have > 0 : changed->message.state != chat::MessageState::queued;
    if (is_news)
      print(text_of(state_line(*changed, changed->message.room ? setting_of(changed->message) : Setting{}, now)));
  } else if (const auto* message = std::get_if<chat::MessageChanged>(&event)) {
    print(message_changed_lines(*message, setting_of(message->message), now, false));
  } else if (const auto* peer = std::get_if<chat::PeerChanged>(&event)) {
    peers_.push_back(peer->view);
    if (const auto line = peer_changed_line(*peer, now)) print(text_of(*line));
  } else if (const auto* announced = std::get_if<chat::PeerAnnounced>(&event)) {
    print(text_of(announced_line(*announced)));
  } else if (const auto* mandatory = std::get_if<chat::MandatoryStatus>(&event)) {
    print(text_of(mandatory_line(*mandatory, now)));
  } else if (const auto* block = std::get_if<chat::BlockChanged>(&event)) {
    if (block->blocked)
      print(block_lines({block->rule}));
    else
      print("No longer blocked: " + block_text(block->rule));
  } else if (const auto* listening = std::get_if<chat::Listening>(&event)) {
    std::string text =
        fmt::format("tincan {}, team {}, reached at", listening->version, base::SafeText::own(listening->team).str());
    for (const auto& endpoint : listening->endpoints) text += " " + endpoint.text();
    print(text);
  } else if (const auto* storage = std::get_if<chat::StorageChanged>(&event)) {
    print(storage->healthy ? "The disk takes what happens again; nothing was lost." : storage->why);
  } else if (const auto* failed = std::get_if<chat::Failed>(&event)) {
    std::cerr << "tincan: " << base::SafeText::own(failed->error.text).str() << '\n';
  }
}

} // namespace tincan::app
