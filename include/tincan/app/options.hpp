// What the user asked for on the command line, in the environment and in the config file, in that order of weight.
// Values; made once in main. CLI11 stays inside options.cpp.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tincan::app {

struct RunConsole {};
struct RunListen {
  bool json = false;
  bool is_for_page = false; // another tincan of the profile may run already: then only its link is told
};
struct RunSend {
  std::string peer, text, dialect;
  double timeout_seconds = 10;
  bool drop = false, json = false;
};
struct RunConnect {
  std::vector<std::string> peers;
  double timeout_seconds = 10;
  bool json = false;
};
struct RunPeers {
  bool json = false;
};
struct RunHistory {
  std::string peer, search;
  std::optional<std::uint64_t> after;
  std::uint64_t limit = 0;
  bool json = false;
};
struct RunBlock {
  std::string target;
  bool lists = false;
  bool json = false;
}; // lists: no target was given
struct RunUnblock {
  std::string target;
  bool json = false;
};
struct RunDialect {
  std::string peer, dialect;
  bool json = false;
};
struct RunCancel {
  std::string what;
  bool json = false;
};

struct RunReply {
  base::EntryId entry{};
  std::string text;
  double timeout_seconds = 10;
  bool json = false;
};
struct RunId {
  bool qr = false, renew = false;
  bool json = false;
};
// Any other command whose answers are printed as they come: edit, delete, react, versions, verify, why, rename, trust,
// and most of rooms.
struct RunCommand {
  chat::Command command;
  bool sends = false; // a peer hears of it
  bool json = false;
};
struct RunJoin {
  std::string what; // as chat::JoinRoom
  double timeout_seconds = 10;
  bool json = false;
};
struct RunTicket {
  chat::MakeTicket command;
  bool qr = false, json = false;
};
struct RunSelftest {
  std::uint64_t seed = 0; // 0: any
  std::uint64_t worlds = 1000;
  bool json = false;
};

using Mode = std::variant<RunConsole, RunListen, RunSend, RunConnect, RunPeers, RunHistory, RunBlock, RunUnblock,
                          RunDialect, RunCancel, RunReply, RunId, RunCommand, RunSelftest, RunJoin, RunTicket>;

struct Options {
  Mode mode;
  std::optional<std::string> team;
  std::optional<std::string> address;
  std::optional<std::uint16_t> port; // 0: any free one
  std::vector<std::string> mandatory;
  std::string mandatory_text;
  std::string profile = "default";
  std::filesystem::path config_file;
  std::filesystem::path data_dir;
  bool speaks_classic = true;
  bool tells_read = false;
  std::string hosted_room; // plain-text programs that connect sit in this room together; empty: we host none
  std::string plain_host;  // the broadcast host in whose room we are a guest; empty: none
  bool plain = false;
  bool colour = true;
  bool rings = true; // the bell, when a line names us
  bool serves_page = false;
  bool opens_browser = false;
  std::optional<std::uint16_t> web_port; // 0: any free one; none: the usual one, or another when it is taken
};

// Errors are printed already; the number is the exit code (0 after --help and --version).
using ExitCode = int;
std::variant<Options, ExitCode> read_options(int argc, char** argv);

inline constexpr std::uint16_t usual_port = 4100;
inline constexpr std::uint16_t usual_web_port = 7780;
inline constexpr const char* usual_hosted_room = "lobby";
inline constexpr const char* usual_mandatory_text = "Hello, mandatory peer!";

enum Exit : int { exit_done = 0, exit_no_start = 1, exit_usage = 2, exit_undelivered = 3 };

} // namespace tincan::app
