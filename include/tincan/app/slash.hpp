// The slash commands: their names, their help, and what a typed one means. Pure; console thread.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"

#include <cstdint>
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
struct OpenRoom {
  std::string name; // "-": the conversation before this one
};
struct ShowTicket {
  chat::MakeTicket command;
  bool as_qr = false; // as a picture too
};
struct ShowPeers {};
struct ShowHelp {};
struct ShowPageLink {};
struct ShowOlder {};
struct Leave {};
// Something about one line of a conversation, as typed: "3" or "[3]" (its number on the screen), "#12" (its id).
struct OnLine {
  enum class What : std::uint8_t { reply, edit, remove, react, versions, cancel, who } what{};
  std::string line; // empty: our last one to whom we are talking
  std::string text;
};

using SlashAction = std::variant<chat::Command, OpenConversation, CloseConversation, ShowPeers, ShowHelp, ShowOlder,
                                 Leave, OnLine, OpenRoom, ShowTicket, ShowPageLink>;

struct SlashCommand {
  std::string_view name;      // "/send"
  std::string_view arguments; // "PEER TEXT"
  std::string_view help;
  enum class Completes : std::uint8_t { nothing, peer, peer_then_dialect, room } completes; // peer: a room too
};

const std::vector<SlashCommand>& slash_commands();
// `line` begins with '/'. Errors: bad_argument with the right use.
base::Result<SlashAction> parse_slash(std::string_view line);

// Error: bad_argument, which says how `command` is used.
base::Result<SlashAction> usage(const SlashCommand& command);

} // namespace tincan::app
