#include "tincan/app/slash_rooms.hpp"

#include "tincan/app/typed_names.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

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

std::string manner(std::string_view word) {
  if (word.starts_with("--")) word.remove_prefix(2);
  return base::fold_case(word);
}

// A last or first word that says how, also with the dashes of a command's option; the rest stays.
std::string take_manner(std::string_view& text, std::initializer_list<std::string_view> known) {
  const auto first = text.find(' '), last = text.rfind(' ');
  if (first == std::string_view::npos) return {};
  for (const auto& [word, rest] :
       {std::pair(text.substr(last + 1), text.substr(0, last)), std::pair(text.substr(0, first), text.substr(first))}) {
    auto said = manner(word);
    if (std::find(known.begin(), known.end(), said) == known.end()) continue;
    text = base::trim(rest);
    return said;
  }
  return {};
}

bool holds_option(std::string_view text) {
  return text.starts_with("--") || text.find(" --") != std::string_view::npos;
}

base::Result<SlashAction> creation(const SlashCommand& command, std::string_view rest) {
  const auto kind = take_manner(rest, {"private", "public"});
  const auto name = name_in(without_mark(rest));
  if (name.empty() || holds_option(rest)) return usage(command);
  return chat::CreateRoom{name, kind == "private", false};
}

// "10.0.0.7:5000 plain" is a broadcast host.
base::Result<SlashAction> joining(const SlashCommand& command, std::string_view rest) {
  auto host = rest;
  if (!take_manner(host, {"plain"}).empty() && names_host(host)) return chat::JoinRoom{std::string(host), true};
  if (rest.empty() || holds_option(rest)) return usage(command);
  const auto what = as_room_or_ticket(rest);
  if (!what) return tl::unexpected(what.error());
  return chat::JoinRoom{*what};
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
