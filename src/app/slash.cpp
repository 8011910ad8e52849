#include "tincan/app/slash.hpp"

#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

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

base::Result<SlashAction> usage(const SlashCommand& command) {
  return base::fail(base::ErrorCode::bad_argument, fmt::format("use: {} {}", command.name, command.arguments));
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

// `rest` is what follows the name.
base::Result<SlashAction> action_of(const SlashCommand& command, std::string_view rest) {
  const auto [first, after] = first_word(rest);
  const std::string one(base::trim(rest).starts_with('"') ? first : base::trim(rest));
  const auto& name = command.name;
  if (name == "/send") {
    if (first.empty() || base::trim(after).empty()) return usage(command);
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
    if (first.empty() || base::trim(after).empty()) return usage(command);
    return chat::SetDialect{std::string(first), std::string(base::trim(after))};
  }
  if (name == "/cancel") return one.empty() ? usage(command) : base::Result<SlashAction>(chat::Cancel{one});
  if (name == "/retry") return chat::Retry{one};
  if (name == "/mandatory") return chat::ListMandatory{};
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
      {"/mandatory", "", "the state of the mandatory peers", Completes::nothing},
      {"/help", "", "this list", Completes::nothing},
      {"/quit", "", "say goodbye and end", Completes::nothing},
  };
  return commands;
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
  return base::fail(
      base::ErrorCode::bad_argument,
      fmt::format("there is no command “{}” (see /help)", base::safe_name(base::PeerText(std::string(name))).str()));
}

} // namespace tincan::app
