// The slash commands: their names, their help, and what a typed one means. Pure; console thread.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tincan::app {

// What a slash command asks of the menu itself, beside the commands of the vocabulary.
struct OpenConversation {
  std::string peer;
};
struct CloseConversation {};
struct ShowPeers {};
struct ShowHelp {};
struct ShowOlder {};
struct Leave {};

using SlashAction =
    std::variant<chat::Command, OpenConversation, CloseConversation, ShowPeers, ShowHelp, ShowOlder, Leave>;

struct SlashCommand {
  std::string_view name;      // "/send"
  std::string_view arguments; // "PEER TEXT"
  std::string_view help;
  enum class Completes : std::uint8_t { nothing, peer, peer_then_dialect } completes;
};

const std::vector<SlashCommand>& slash_commands();
// `line` begins with '/'. Errors: bad_argument with the right use.
base::Result<SlashAction> parse_slash(std::string_view line);

} // namespace tincan::app
