#include "tincan/app/slash_rooms.hpp"

#include "tincan/app/typed_names.hpp"
#include "tincan/base/endpoint.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>

namespace tincan::app {

namespace {

using Maybe = std::optional<base::Result<SlashAction>>;

// What follows the first word, which is a room when it begins with '#'.
std::string take_room(std::string_view& rest) {
  rest = base::trim(rest);
  if (!rest.starts_with('#')) return {};
  const auto end = rest.find(' ');
  const auto room = std::string(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : base::trim(rest.substr(end));
  return room;
}

// A name in double quotes may hold blanks, and so may one that ends the line.
std::string name_in(std::string_view text) {
  text = base::trim(text);
  if (text.size() > 1 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  return std::string(text);
}

// A last word that says how; with the dashes of a command's option, too.
std::string manner(std::string_view word) {
  word = base::trim(word);
  if (word.starts_with("--")) word.remove_prefix(2);
  return base::fold_case(word);
}

base::Result<SlashAction> creation(const SlashCommand& command, std::string_view rest) {
  auto name = std::string(base::trim(rest));
  const auto begin = name.rfind(' ') == std::string::npos ? 0 : name.rfind(' ') + 1;
  const auto kind = manner(std::string_view(name).substr(begin));
  const bool has_kind = begin > 0 && (kind == "private" || kind == "public");
  if (has_kind) name.erase(begin);
  name = name_in(without_mark(base::trim(name)));
  if (name.empty()) return usage(command);
  return chat::CreateRoom{name, has_kind && kind == "private", false};
}

bool names_host(std::string_view typed) {
  const auto parsed = base::HostPort::parse(typed);
  return parsed && parsed->port;
}

// "10.0.0.7:5000 plain" is a broadcast host.
base::Result<SlashAction> joining(const SlashCommand& command, std::string_view rest) {
  if (rest.empty()) return usage(command);
  const auto blank = rest.find(' ');
  const bool is_plain = blank != std::string_view::npos && manner(rest.substr(blank)) == "plain";
  if (is_plain && names_host(rest.substr(0, blank))) return chat::JoinRoom{std::string(rest.substr(0, blank)), true};
  if (names_host(rest))
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("a room of plain-text programs there: /join {} plain (a tincan's room is joined by "
                                  "its name, or with a ticket)",
                                  base::as_typed(rest)));
  return chat::JoinRoom{as_room_or_ticket(rest)};
}

// "[uses N] [for 2h] [qr], in any order.
base::Result<SlashAction> ticket(const SlashCommand& command, std::string room, std::string_view rest) {
  ShowTicket action{{std::move(room)}, false};
  std::vector<std::string_view> words;
  for (const auto word : base::split(rest, ' '))
    if (!word.empty()) words.push_back(word);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = base::fold_case(words[i]);
    const auto value = i + 1 < words.size() ? words[i + 1] : std::string_view{};
    const auto lifetime = parse_duration(value);
    const auto uses = base::as_number(value);
    if (word == "qr")
      action.as_qr = true;
    else if (word == "uses" && uses && *uses <= UINT32_MAX) {
      action.command.uses = static_cast<std::uint32_t>(*uses);
      ++i;
    } else if (word == "for" && lifetime) {
      action.command.lifetime = *lifetime;
      ++i;
    } else
      return usage(command);
  }
  return action;
}

Maybe member_action(const SlashCommand& command, const std::string& room, std::string_view rest) {
  const auto name = command.name;
  const auto member = name_in(rest);
  const auto with_member = [&](chat::Command wanted) -> Maybe {
    return member.empty() ? usage(command) : base::Result<SlashAction>(std::move(wanted));
  };
  if (name == "/invite") return with_member(chat::Invite{room, member});
  if (name == "/promote") return with_member(chat::SetRole{room, member, wire::Role::moderator});
  if (name == "/demote") return with_member(chat::SetRole{room, member, wire::Role::member});
  if (name == "/mute") return with_member(chat::MuteMember{room, member, true});
  if (name == "/unmute") return with_member(chat::MuteMember{room, member, false});
  if (name == "/remove") return with_member(chat::RemoveMember{room, member});
  return std::nullopt;
}

} // namespace

std::string_view without_mark(std::string_view room) {
  if (room.starts_with('#')) room.remove_prefix(1);
  return room;
}

Maybe room_action(const SlashCommand& command, std::string_view rest) {
  const auto name = command.name;
  rest = base::trim(rest);
  if (name == "/rooms") return chat::ListRooms{};
  if (name == "/room") return rest.empty() ? base::Result<SlashAction>(chat::ListRooms{}) : OpenRoom{name_in(rest)};
  if (name == "/create") return creation(command, rest);
  if (name == "/join") return joining(command, rest);
  if (name == "/topic") return chat::SetTopic{{}, std::string(rest)};
  if (name == "/who") return rest.empty() ? usage(command) : OnLine{OnLine::What::who, std::string(rest), {}};
  const auto room = take_room(rest);
  if (name == "/leave")
    return chat::LeaveRoom{room.empty() && !names_host(rest) ? as_room(rest) : room + std::string(rest)};
  if (name == "/members") return chat::ListMembers{room.empty() ? as_room(rest) : room};
  if (name == "/tickets") return chat::ListTickets{room.empty() ? as_room(rest) : room};
  if (name == "/ticket") return ticket(command, room, rest);
  if (name == "/revoke") return chat::RevokeTicket{room, std::string(rest)};
  return member_action(command, room, rest);
}

} // namespace tincan::app
