#include "tincan/app/menu.hpp"

#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::app {

namespace {

bool begins_with(std::string_view candidate, std::string_view word) {
  return candidate.size() >= word.size() && base::fold_case(candidate.substr(0, word.size())) == base::fold_case(word);
}

} // namespace

// --- who is meant

std::optional<chat::PeerView> Menu::find_peer(std::string_view typed) const {
  std::optional<chat::PeerView> found;
  for (auto& view : world_.peers()) {
    if (!is_named(view.peer, typed)) continue;
    if (found) return std::nullopt; // several: the node says which
    found = std::move(view);
  }
  return found;
}

bool Menu::check_peer(std::string_view typed) {
  if (typed.starts_with('#')) return check_room(typed);
  if (find_peer(typed)) return true;
  if (is_number(typed)) {
    complain(fmt::format("there is no peer number {}", typed));
    return false;
  }
  if (names_key(typed)) return true;
  const auto parsed = base::HostPort::parse(typed);
  if (parsed && parsed->port) return true;
  const bool is_name =
      std::any_of(typed.begin(), typed.end(), [](char c) { return c != '.' && c != ':' && (c < '0' || c > '9'); });
  const auto peers = world_.peers();
  const bool is_known = std::any_of(peers.begin(), peers.end(), [&](const auto& view) {
    return (is_name && is_named(view.peer, typed)) || view.peer.endpoint.address.text() == typed;
  });
  if (is_known) return true;
  complain(parsed && parsed->address
               ? fmt::format("{} needs a port, like {}", base::as_typed(typed),
                             base::Endpoint{*parsed->address, 4100}.text())
               : fmt::format("no peer is called “{}” (give its number, its name, or its address like 10.0.0.7:4100)",
                             base::as_typed(typed)));
  return false;
}

std::uint32_t Menu::unread_elsewhere() const {
  std::uint32_t count = 0;
  const auto front = room_ || talking_to_.empty() ? std::nullopt : find_peer(talking_to_);
  for (const auto& view : world_.peers())
    count += view.blocked || (front && front->peer.id == view.peer.id) ? 0 : view.peer.unread;
  for (const auto& view : rooms()) count += view.room.id == room_ ? 0 : view.room.unread;
  return count;
}

// --- completion

void Menu::offer_peers(term::Completion& completion, std::string_view word) const {
  const auto offer = [&](std::string_view candidate) {
    if (begins_with(candidate, word)) completion.candidates.emplace_back(candidate);
  };
  for (const auto& view : world_.peers()) {
    const auto& peer = view.peer;
    const auto& name = peer.petname.empty() ? peer.team.untrusted_bytes() : peer.petname;
    if (is_plain_word(name)) offer(name);
    if (peer.endpoint.port != 0) offer(peer.endpoint.text());
  }
}

term::Completion Menu::complete(std::string_view line, std::size_t cursor) const {
  line = line.substr(0, cursor);
  const auto begin = line.rfind(' ') == std::string_view::npos ? 0 : line.rfind(' ') + 1;
  const auto word = line.substr(begin);
  term::Completion result{begin, {}};
  const auto offer = [&](std::string_view candidate) {
    if (begins_with(candidate, word)) result.candidates.emplace_back(candidate);
  };
  if (begin == 0 && word.starts_with('/')) {
    for (const auto& command : slash_commands())
      offer(std::string(command.name) + (command.arguments.empty() ? "" : " "));
    return result;
  }
  auto kind = SlashCommand::Completes::nothing;
  if (line.starts_with('/')) {
    for (const auto& command : slash_commands())
      if (line.starts_with(std::string(command.name) + " ")) kind = command.completes;
    const bool is_first = std::count(line.begin(), line.end(), ' ') == 1;
    const bool takes_many = line.starts_with("/connect ");
    if (!is_first && kind == SlashCommand::Completes::peer && !takes_many) kind = SlashCommand::Completes::nothing;
    if (!is_first && kind == SlashCommand::Completes::peer_then_dialect) {
      for (const auto dialect : wire::all_dialects) offer(wire::name(dialect));
      offer("auto");
      return result;
    }
  } else if (state_ == State::dialect_name) {
    for (const auto dialect : wire::all_dialects) offer(wire::name(dialect));
    offer("auto");
  } else if (state_ != State::talking && state_ != State::send_text && state_ != State::choosing) {
    kind = SlashCommand::Completes::peer;
  }
  if (state_ == State::rooms && !line.starts_with('/')) {
    if (room_questions_.asks_for_room()) offer_rooms(result, word);
    if (!room_questions_.asks_for_peer()) return result;
  }
  if (kind == SlashCommand::Completes::nothing) return result;
  offer_rooms(result, word);
  if (kind != SlashCommand::Completes::room) offer_peers(result, word);
  std::sort(result.candidates.begin(), result.candidates.end());
  result.candidates.erase(std::unique(result.candidates.begin(), result.candidates.end()), result.candidates.end());
  return result;
}

} // namespace tincan::app
