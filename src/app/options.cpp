#include "tincan/app/options.hpp"

#include "tincan/base/endpoint.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/store/profile.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <sstream>

namespace tincan::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* description =
    R"(tincan: chat with people at their addresses, without a server in between.

Without a command it opens a menu: 1 sends a message, 2 shows active peers, 3 connects
to known peers, 0 quits. It talks to other tincans and to plain-text classroom programs.)";

constexpr const char* footer = R"(Examples:
  tincan --team Rockets --port 4100               start chatting; what is not given is asked
  tincan send 10.0.0.7:4100 "hello there"         send one message from a script
  tincan listen --json                            a headless peer: one JSON object per event
  tincan history --search "exam" --json           search what was said

Peers are named by address (10.0.0.7:4100, [fd00::7]:4100, host:4100), by number or by team name.
Exit codes: 0 done, 1 could not start, 2 wrong usage, 3 not delivered in time.
What is marked [TINCAN_…] can also be given as that environment variable, or in
the config file (team = "Rockets"); the command line counts before the environment, that before the file.)";

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path default_config_file() {
  const auto config_home = from_environment("XDG_CONFIG_HOME");
  if (!config_home.empty() && fs::path(config_home).is_absolute()) return fs::path(config_home) / "tincan/config.toml";
  return fs::path(from_environment("HOME")) / ".config/tincan/config.toml";
}

// The options as text, before they are checked: where they come from does not matter then.
struct Raw {
  std::string team, ip, port, mandatory_text, profile, config, data_dir;
  std::vector<std::string> mandatory;
  bool plain = false;
};

// The options that may also stand in the environment and in the config file.
const std::vector<std::pair<const char*, std::string Raw::*>> shared_options{
    {"team", &Raw::team},       {"ip", &Raw::ip},
    {"port", &Raw::port},       {"mandatory-text", &Raw::mandatory_text},
    {"profile", &Raw::profile}, {"data-dir", &Raw::data_dir},
};

void add_shared(CLI::App& app, Raw& raw) {
  app.add_option("--team", raw.team, "Your team's name, on every line you send [TINCAN_TEAM]")->type_name("NAME");
  app.add_option("--ip", raw.ip, "Which address of this machine to announce [TINCAN_IP]")->type_name("ADDRESS");
  app.add_option("--port", raw.port, "Port to listen on; 0 takes any free one [TINCAN_PORT]")->type_name("PORT");
  app.add_option("--mandatory", raw.mandatory,
                 "A peer that gets a message at every start; may be repeated [TINCAN_MANDATORY]")
      ->type_name("IP:PORT")
      ->take_all();
  app.add_option("--mandatory-text", raw.mandatory_text, "That message [TINCAN_MANDATORY_TEXT]")->type_name("TEXT");
  app.add_option("--profile", raw.profile, "Use another set of peers and history [TINCAN_PROFILE]")->type_name("NAME");
  app.add_option("--config", raw.config, "Config file ($XDG_CONFIG_HOME/tincan/config.toml) [TINCAN_CONFIG]")
      ->type_name("FILE");
  app.add_option("--data-dir", raw.data_dir, "Where profiles are kept ($XDG_DATA_HOME/tincan) [TINCAN_DATA_DIR]")
      ->type_name("DIR");
  app.add_flag("--plain", raw.plain, "Line by line, without any escape sequence");
}

struct Commands {
  RunListen listen;
  RunSend send;
  RunConnect connect;
  RunPeers peers;
  RunHistory history;
  RunBlock block;
  RunUnblock unblock;
  RunDialect dialect;
  RunCancel cancel;
};

CLI::App* add_command(CLI::App& app, const char* name, const char* help, bool& json) {
  auto* command = app.add_subcommand(name, help);
  command->add_flag("--json", json, "One JSON object per event");
  return command;
}

void add_commands(CLI::App& app, Commands& commands) {
  add_command(app, "listen", "Receive without a menu, until a signal ends it", commands.listen.json);

  auto* send = add_command(app, "send", "Send one message", commands.send.json);
  send->add_option("peer", commands.send.peer, "Address, number or name")->required()->type_name("PEER");
  send->add_option("text", commands.send.text, "The message; - reads standard input")->required()->type_name("TEXT");
  send->add_option("--timeout", commands.send.timeout_seconds, "Seconds until exit code 3 (10)")
      ->check(CLI::Range(0.0, 86400.0));
  send->add_option("--dialect", commands.send.dialect, "Speak this dialect to the peer from now on")->type_name("NAME");
  send->add_flag("--drop", commands.send.drop, "Give the message up when it is not delivered in time");

  auto* connect = add_command(app, "connect", "Announce yourself to known peers and report", commands.connect.json);
  connect->add_option("peers", commands.connect.peers, "Which peers (all known ones)")->type_name("PEER");
  connect->add_option("--timeout", commands.connect.timeout_seconds, "Seconds until exit code 3 (10)")
      ->check(CLI::Range(0.0, 86400.0));

  add_command(app, "peers", "Show the peers that are known", commands.peers.json);

  auto* history = add_command(app, "history", "Show or search what was said", commands.history.json);
  history->add_option("peer", commands.history.peer, "Only with this peer")->type_name("PEER");
  history->add_option("--search", commands.history.search, "Only lines with all these words")->type_name("TEXT");
  history->add_option("--limit", commands.history.limit, "The newest so many lines (20; with --json all)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  history->add_option("--after", commands.history.after, "Only lines with a greater id")
      ->check(CLI::NonNegativeNumber)
      ->type_name("ID");

  auto* block =
      add_command(app, "block", "Drop what a peer or a whole host says; without a target: list", commands.block.json);
  block->add_option("target", commands.block.target, "Peer, or an address alone for the whole host")
      ->type_name("TARGET");
  auto* unblock = add_command(app, "unblock", "Hear it again", commands.unblock.json);
  unblock->add_option("target", commands.unblock.target, "As blocked")->required()->type_name("TARGET");

  auto* dialect = add_command(app, "dialect", "Set what to speak to a peer", commands.dialect.json);
  dialect->add_option("peer", commands.dialect.peer, "Address, number or name")->required()->type_name("PEER");
  dialect->add_option("dialect", commands.dialect.dialect, "A1, A2a, A2b, A3, A3-team, A3-line, A4 … A10, raw, or auto")
      ->required()
      ->type_name("NAME");

  auto* cancel = add_command(app, "cancel", "Give up messages that wait", commands.cancel.json);
  cancel->add_option("what", commands.cancel.what, "#ID of a message, or a peer for all that waits for it")
      ->required()
      ->type_name("WHAT");

  for (auto* command : app.get_subcommands({})) command->fallthrough();
}

Mode mode_of(const CLI::App& app, const Commands& commands) {
  if (app.got_subcommand("listen")) return commands.listen;
  if (app.got_subcommand("send")) return commands.send;
  if (app.got_subcommand("connect")) return commands.connect;
  if (app.got_subcommand("peers")) return commands.peers;
  if (app.got_subcommand("history")) return commands.history;
  if (app.got_subcommand("block")) {
    auto block = commands.block;
    block.lists = app.get_subcommand("block")->count("target") == 0;
    return block;
  }
  if (app.got_subcommand("unblock")) return commands.unblock;
  if (app.got_subcommand("dialect")) return commands.dialect;
  if (app.got_subcommand("cancel")) return commands.cancel;
  return RunConsole{};
}

void fill_from_environment(Raw& raw) {
  for (const auto& [name, field] : shared_options) {
    std::string variable = "TINCAN_";
    for (const char* c = name; *c; ++c) variable += *c == '-' ? '_' : static_cast<char>(std::toupper(*c));
    if ((raw.*field).empty()) raw.*field = from_environment(variable.c_str());
  }
  if (!raw.mandatory.empty()) return;
  const auto mandatory = from_environment("TINCAN_MANDATORY");
  for (const auto part : base::split(mandatory, ','))
    if (!base::trim(part).empty()) raw.mandatory.emplace_back(base::trim(part));
}

// Errors: bad_argument with the file and what is wrong in it.
base::Result<void> fill_from_file(Raw& raw, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_file(file.string());
  } catch (const std::exception& failure) { // CLI11 reports by exceptions
    return base::fail(base::ErrorCode::bad_argument, fmt::format("cannot read {}: {}", file.string(), failure.what()));
  }
  for (const auto& item : items) {
    if (!item.parents.empty() || item.name == "++" || item.name == "--") continue;
    if (item.name == "mandatory") {
      if (raw.mandatory.empty()) raw.mandatory = item.inputs;
      continue;
    }
    const auto known = std::find_if(shared_options.begin(), shared_options.end(),
                                    [&](const auto& option) { return item.name == option.first; });
    if (known == shared_options.end())
      return base::fail(base::ErrorCode::bad_argument,
                        fmt::format("{}: there is no setting “{}”", file.string(), item.name));
    if ((raw.*known->second).empty() && !item.inputs.empty()) raw.*known->second = item.inputs.front();
  }
  return {};
}

base::Result<Options> checked(const Raw& raw) {
  using base::ErrorCode;
  Options options;
  if (!raw.team.empty()) {
    if (base::trim(raw.team).empty() || raw.team.size() > 64 || !base::is_valid_utf8(raw.team) ||
        base::SafeText::own(raw.team).str() != raw.team)
      return base::fail(ErrorCode::bad_argument, "a team name has 1 to 64 bytes and no control characters");
    options.team = std::string(base::trim(raw.team));
  }
  if (!raw.ip.empty()) options.address = raw.ip;
  if (raw.port == "0")
    options.port = 0;
  else if (!raw.port.empty()) {
    options.port = base::parse_port(raw.port);
    if (!options.port)
      return base::fail(ErrorCode::bad_argument,
                        fmt::format("“{}” is no port: a number from 1 to 65535, or 0 for any", raw.port));
  }
  for (const auto& peer : raw.mandatory) {
    const auto parsed = base::HostPort::parse(peer);
    if (!parsed || !parsed->port)
      return base::fail(ErrorCode::bad_argument,
                        fmt::format("“{}” is no mandatory peer: write it like 10.0.0.7:4100", peer));
  }
  options.mandatory = raw.mandatory;
  options.mandatory_text = raw.mandatory_text.empty() ? usual_mandatory_text : raw.mandatory_text;
  if (!raw.profile.empty()) options.profile = raw.profile;
  if (!store::is_profile_name(options.profile))
    return base::fail(ErrorCode::bad_argument,
                      "a profile name has 1 to 64 letters, digits, '-', '_' or '.', not beginning with a dot");
  options.data_dir = raw.data_dir;
  if (raw.data_dir.empty()) {
    const auto usual = store::default_data_dir();
    if (!usual) return tl::unexpected(usual.error());
    options.data_dir = *usual;
  }
  options.plain = raw.plain;
  options.colour = from_environment("NO_COLOR").empty();
  return options;
}

void print_washed(std::ostream& out, const std::string& text) {
  for (const auto line : base::split(base::trim(text), '\n')) out << base::SafeText::own(line).str() << '\n';
}

// Help and version, or what is wrong with the arguments: they are echoed, so they are washed.
ExitCode explain(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream complaint;
  const int code = app.exit(error, out, complaint);
  if (!out.str().empty()) print_washed(std::cout, out.str());
  if (!complaint.str().empty()) print_washed(std::cerr, complaint.str());
  return code == 0 ? exit_done : exit_usage;
}

ExitCode complain(const base::Error& error) {
  std::cerr << "tincan: " << base::SafeText::own(error.text).str() << '\n';
  return exit_usage;
}

} // namespace

std::variant<Options, ExitCode> read_options(int argc, char** argv) {
  CLI::App app{description, "tincan"};
  app.footer(footer);
  app.set_version_flag("--version", "tincan " TINCAN_VERSION);
  app.get_formatter()->column_width(34);
  Raw raw;
  Commands commands;
  app.require_subcommand(0, 1);
  add_shared(app, raw);
  add_commands(app, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  }
  if (raw.config.empty()) raw.config = from_environment("TINCAN_CONFIG");
  const auto file = raw.config.empty() ? default_config_file() : fs::path(raw.config);
  fill_from_environment(raw);
  if (const auto read = fill_from_file(raw, file); !read) return complain(read.error());
  auto options = checked(raw);
  if (!options) return complain(options.error());
  options->config_file = file;
  options->mode = mode_of(app, commands);
  return *options;
}

} // namespace tincan::app
