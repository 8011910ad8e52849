#include "tincan/app/slash.hpp"

#include "tincan/app/slash_rooms.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace tincan::app {

namespace {

using Completes = SlashCommand::Completes;

// The first word and what follows it. A name with blanks can be given in double quotes.
std::pair<std::string_view, std::string_view> first_word(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('"')) {
    const auto end = text.find('"', 1);
    if (end != std::string_view::npos) return {text.substr(1, end - 1), base::trim(text.substr(end + 1))};
  }
  const auto end = text.find(' ');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for (auto rest = base::trim(text); !rest.empty();) {
    const auto [word, after] = first_word(rest);
    result.emplace_back(word);
    rest = base::trim(after);
  }
  return result;
}

chat::ReadHistory history_of(std::string_view peer) {
  chat::ReadHistory command;
  command.peer = std::string(base::trim(peer));
  return command;
}

chat::ReadHistory search_for(std::string_view text) {
  chat::ReadHistory command;
  command.query.search = std::string(base::trim(text));
  return command;
}

using MaybeAction = std::optional<base::Result<SlashAction>>;

// About one line of a conversation.
MaybeAction line_action(const SlashCommand& command, std::string_view rest) {
  using What = OnLine::What;
  const auto [first, after] = first_word(rest);
  const auto line = std::string(first);
  const auto text = std::string(after);
  const auto with_text = [&](What what) -> base::Result<SlashAction> {
    return base::is_blank(text) ? usage(command) : base::Result<SlashAction>(OnLine{what, line, text});
  };
  const auto with_line = [&](What what, std::string said) -> base::Result<SlashAction> {
    return line.empty() ? usage(command) : base::Result<SlashAction>(OnLine{what, line, std::move(said)});
  };
  const auto& name = command.name;
  if (name == "/reply") return with_text(What::reply);
  if (name == "/correct") return with_text(What::edit);
  if (name == "/edit") {
    if (base::is_blank(rest)) return usage(command);
    return OnLine{What::edit, {}, std::string(rest)};
  }
  if (name == "/delete") return OnLine{What::remove, line, {}};
  if (name == "/react") {
    if (base::is_blank(text)) return usage(command);
    return OnLine{What::react, line, std::string(base::trim(text))};
  }
  if (name == "/unreact") return with_line(What::react, {});
  if (name == "/+1" || name == "/-1") return with_line(What::react, std::string(name.substr(1)));
  if (name == "/versions") return with_line(What::versions, {});
  return std::nullopt;
}

// A yes or no at the end of what was typed; what stands before it is left.
std::optional<bool> take_answer(std::string& typed) {
  const auto begin = typed.rfind(' ') == std::string::npos ? 0 : typed.rfind(' ') + 1;
  const auto word = base::fold_case(std::string_view(typed).substr(begin));
  if (word != "yes" && word != "no") return std::nullopt;
  typed = std::string(base::trim(std::string_view(typed).substr(0, begin)));
  if (typed.size() > 1 && typed.starts_with('"') && typed.ends_with('"')) typed = typed.substr(1, typed.size() - 2);
  return word == "yes";
}

// About a contact; without a peer: the one we are talking to.
MaybeAction contact_action(const SlashCommand& command, std::string_view rest, const std::string& one) {
  const auto [first, after] = first_word(rest);
  const auto& name = command.name;
  if (name == "/id") return chat::Identify{};
  if (name == "/why") return chat::Explain{one};
  if (name == "/rename") {
    if (first.empty()) return usage(command);
    return chat::Rename{std::string(first), std::string(base::trim(after))};
  }
  std::string peer(base::trim(rest));
  if (name == "/verify") {
    const auto verified = take_answer(peer);
    return chat::Verify{verified ? peer : one, verified};
  }
  if (name == "/trust") {
    const auto accept = take_answer(peer);
    return accept ? base::Result<SlashAction>(chat::Trust{peer, *accept}) : usage(command);
  }
  return std::nullopt;
}

// `rest` is what follows the name.
base::Result<SlashAction> action_of(const SlashCommand& command, std::string_view rest) {
  const auto [first, after] = first_word(rest);
  const std::string one(base::trim(rest).starts_with('"') ? first : base::trim(rest));
  if (auto action = line_action(command, rest)) return *std::move(action);
  if (auto action = contact_action(command, rest, one)) return *std::move(action);
  if (auto action = room_action(command, rest)) return *std::move(action);
  const auto& name = command.name;
  if (name == "/send") {
    if (first.empty() || base::is_blank(after)) return usage(command);
    return chat::Send{std::string(first), std::string(after)};
  }
  if (name == "/to") return one.empty() ? usage(command) : base::Result<SlashAction>(OpenConversation{one});
  if (name == "/menu") return CloseConversation{};
  if (name == "/peers") return ShowPeers{};
  if (name == "/connect") return chat::Announce{words(rest)};
  if (name == "/history") return history_of(one);
  if (name == "/more") return ShowOlder{};
  if (name == "/search") return one.empty() ? usage(command) : base::Result<SlashAction>(search_for(rest));
  if (name == "/block") return one.empty() ? base::Result<SlashAction>(chat::ListBlocked{}) : chat::Block{one};
  if (name == "/unblock") return one.empty() ? usage(command) : base::Result<SlashAction>(chat::Unblock{one});
  if (name == "/blocked") return chat::ListBlocked{};
  if (name == "/dialect") {
    if (first.empty() || base::is_blank(after)) return usage(command);
    return chat::SetDialect{std::string(first), std::string(base::trim(after))};
  }
  if (name == "/cancel" && one.starts_with('[')) return OnLine{OnLine::What::cancel, one, {}};
  if (name == "/cancel") return one.empty() ? usage(command) : base::Result<SlashAction>(chat::Cancel{one});
  if (name == "/retry") return chat::Retry{one};
  if (name == "/mandatory") return chat::ListMandatory{};
  if (name == "/web") return ShowPageLink{};
  if (name == "/help") return ShowHelp{};
  return Leave{};
}

} // namespace

const std::vector<SlashCommand>& slash_commands() {
  static const std::vector<SlashCommand> commands{
      {"/send", "PEER TEXT", "send one message", Completes::peer},
      {"/to", "PEER", "talk with a peer: plain lines are messages until /menu", Completes::peer},
      {"/menu", "", "back to the menu", Completes::nothing},
      {"/peers", "", "who is there", Completes::nothing},
      {"/connect", "[PEER…]", "announce yourself to all known peers, or to these", Completes::peer},
      {"/history", "[PEER]", "what was said, the newest last", Completes::peer},
      {"/more", "", "the page before", Completes::nothing},
      {"/search", "TEXT", "lines that hold all these words", Completes::nothing},
      {"/block", "[PEER|ADDRESS]", "drop what it says (an address alone: the whole host)", Completes::peer},
      {"/unblock", "PEER|ADDRESS", "hear it again", Completes::peer},
      {"/blocked", "", "who is blocked", Completes::nothing},
      {"/dialect", "PEER NAME", "what to speak to a peer (A1 … A10, raw; auto: what it speaks)",
       Completes::peer_then_dialect},
      {"/cancel", "#ID|PEER", "give up what waits to be sent", Completes::peer},
      {"/retry", "[PEER]", "try now what waits to be sent", Completes::peer},
      {"/reply", "LINE TEXT", "answer a line: the number in [] before it, or #ID", Completes::nothing},
      {"/edit", "TEXT", "put this in place of your last line", Completes::nothing},
      {"/correct", "LINE TEXT", "or in place of that one", Completes::nothing},
      {"/delete", "[LINE]", "delete that line, or your last one, for both sides", Completes::nothing},
      {"/+1", "LINE", "react to a line", Completes::nothing},
      {"/-1", "LINE", "likewise", Completes::nothing},
      {"/react", "LINE WORD", "react with any emoji or word", Completes::nothing},
      {"/unreact", "LINE", "take your reaction back", Completes::nothing},
      {"/versions", "LINE", "the earlier forms of an edited line", Completes::nothing},
      {"/id", "", "your key, and addresses to share", Completes::nothing},
      {"/verify", "[PEER] [yes|no]", "a number to compare with a peer, and whether it was the same", Completes::peer},
      {"/why", "[PEER]", "what was tried to reach a peer, what failed, what to do", Completes::peer},
      {"/rename", "PEER [NAME]", "what you call a peer; without a name: what it calls itself", Completes::peer},
      {"/trust", "PEER yes|no", "does the new key belong to the same person?", Completes::peer},
      {"/rooms", "", "your rooms, and public ones of your peers", Completes::nothing},
      {"/room", "#NAME|-", "talk in a room; -: back to the conversation before", Completes::room},
      {"/create", "#NAME [private|public]", "make a room; public ones are open to all who meet a member",
       Completes::nothing},
      {"/join", "#NAME|TICKET|IP:PORT plain",
       "come into a public room, or by an invitation or a ticket; or a broadcast host's", Completes::room},
      {"/leave", "[#ROOM|IP:PORT]", "leave a room; its lines stay here", Completes::room},
      {"/invite", "[#ROOM] PEER", "let a peer in", Completes::peer},
      {"/ticket", "[#ROOM] [uses N] [for 2h] [qr]", "a ticket for newcomers (1 use, 24 hours)", Completes::room},
      {"/tickets", "[#ROOM]", "the tickets of a room", Completes::room},
      {"/revoke", "[#ROOM] [TICKET]", "make a ticket worthless, or all of yours", Completes::room},
      {"/members", "[#ROOM]", "who is in a room", Completes::room},
      {"/topic", "[#ROOM] [TEXT|-]", "the topic of a room; -: none", Completes::room},
      {"/promote", "[#ROOM] MEMBER", "make a member a moderator", Completes::peer},
      {"/demote", "[#ROOM] MEMBER", "and an ordinary member again", Completes::peer},
      {"/mute", "[#ROOM] MEMBER", "what it writes does not count", Completes::peer},
      {"/unmute", "[#ROOM] MEMBER", "it counts again", Completes::peer},
      {"/remove", "[#ROOM] MEMBER", "out of the room: it reads nothing that is written afterwards", Completes::peer},
      {"/who", "LINE", "who has that line of yours", Completes::nothing},
      {"/mandatory", "", "the state of the mandatory peers", Completes::nothing},
      {"/web", "", "a link to the web page of this tincan (tincan --web)", Completes::nothing},
      {"/help", "", "this list", Completes::nothing},
      {"/quit", "", "say goodbye and end", Completes::nothing},
  };
  return commands;
}

base::Result<SlashAction> usage(const SlashCommand& command) {
  return base::fail(base::ErrorCode::bad_argument, fmt::format("use: {} {}", command.name, command.arguments));
}

base::Result<SlashAction> parse_slash(std::string_view line) {
  const auto [name, rest] = first_word(line);
  const auto folded = base::fold_case(name);
  const auto& all = slash_commands();
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& command) { return command.name == folded; });
  if (found != all.end()) return action_of(*found, rest);
  const auto fits = [&](const auto& command) { return folded.size() > 1 && command.name.starts_with(folded); };
  found = std::find_if(all.begin(), all.end(), fits);
  if (found != all.end() && std::count_if(all.begin(), all.end(), fits) == 1) return action_of(*found, rest);
  return base::fail(base::ErrorCode::bad_argument,
                    fmt::format("there is no command “{}” (see /help)", base::as_typed(name)));
}

} // namespace tincan::app
