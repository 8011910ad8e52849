#include "tincan/app/options.hpp"

#include "tincan/app/raw_options.hpp"
#include "tincan/app/typed_names.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"

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

Peers are named by address (10.0.0.7:4100, [fd00::7]:4100, host:4100), by number, by name, or by key
(KEY, or KEY@10.0.0.7:4100, as tincan id prints it).
Exit codes: 0 done, 1 could not start, 2 wrong usage, 3 not delivered in time, or not allowed in that room.
What is marked [TINCAN_…] can also be given as that environment variable, or in
the config file (team = "Rockets"); the command line counts before the environment, that before the file.)";

fs::path default_config_file() {
  const auto config_home = from_environment("XDG_CONFIG_HOME");
  if (!config_home.empty() && fs::path(config_home).is_absolute()) return fs::path(config_home) / "tincan/config.toml";
  return fs::path(from_environment("HOME")) / ".config/tincan/config.toml";
}

void add_shared(CLI::App& app, RawOptions& raw) {
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
  app.add_flag("--no-classic", raw.no_classic, "Refuse clear text, both ways [TINCAN_CLASSIC]");
  app.add_flag("--tell-read", raw.tells_read, "Let tincans know what you have read [TINCAN_TELL_READ]");
  app.add_flag("--web", raw.wants_web, "Serve the same peer as a web page, on this machine only [TINCAN_WEB]");
  app.add_option("--web-port", raw.web_port, "Where (7780); 0 takes any free port [TINCAN_WEB_PORT]")
      ->type_name("PORT");
  app.add_flag("--open", raw.opens_browser, "Serve the page and open it in the browser");
  app.add_flag("--no-bell", raw.no_bell, "Do not ring when a line names you [TINCAN_BELL]");
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
  RunReply reply;
  RunId id;
  RunSelftest selftest;
  RunJoin join;
  RunTicket ticket;
  // Of those that are one command of the vocabulary each.
  std::string peer, text, room, lifetime, hosted_room;
  std::uint64_t entry = 0;
  bool yes = false, no = false, json = false, is_plain = false;
};

CLI::App* add_command(CLI::App& app, const char* name, const char* help, bool& json) {
  auto* command = app.add_subcommand(name, help);
  command->add_flag("--json", json, "One JSON object per event");
  return command;
}

void add_entry(CLI::App& command, std::uint64_t& entry) {
  const auto without_mark = [](std::string& text) {
    if (text.starts_with('#')) text.erase(0, 1);
    const bool is_id = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return is_id ? std::string{} : std::string("an id is a number, like #12");
  };
  command.add_option("id", entry, "Which message: the number behind the #")
      ->required()
      ->transform(CLI::Validator(without_mark, "", "id"))
      ->type_name("ID");
}

void add_peer(CLI::App& command, std::string& peer) {
  command.add_option("peer", peer, "Address, number, name or key")->required()->type_name("PEER");
}

void add_line_commands(CLI::App& app, Commands& commands) {
  auto* reply = add_command(app, "reply", "Answer a message of a tincan", commands.reply.json);
  add_entry(*reply, commands.entry);
  reply->add_option("text", commands.reply.text, "The answer; - reads standard input")->required()->type_name("TEXT");
  reply->add_option("--timeout", commands.reply.timeout_seconds, "Seconds until exit code 3 (10)")
      ->check(CLI::Range(0.0, 86400.0));
  auto* edit = add_command(app, "edit", "Change a message of yours", commands.json);
  add_entry(*edit, commands.entry);
  edit->add_option("text", commands.text, "The new text; - reads standard input")->required()->type_name("TEXT");
  add_entry(*add_command(app, "delete", "Delete a message of yours for both sides", commands.json), commands.entry);
  auto* react = add_command(app, "react", "React to a message with an emoji or a word", commands.json);
  add_entry(*react, commands.entry);
  react->add_option("text", commands.text, "The emoji or word; none takes it back")->type_name("TEXT");
  add_entry(*add_command(app, "versions", "The earlier forms of an edited message", commands.json), commands.entry);
}

void add_contact_commands(CLI::App& app, Commands& commands) {
  auto* id = add_command(app, "id", "Your key, and addresses to share", commands.id.json);
  id->add_flag("--qr", commands.id.qr, "Show the first address as a QR code");
  id->add_flag("--renew", commands.id.renew, "Make a new key; the old one is kept aside");
  auto* verify = add_command(app, "verify", "A number to compare with a peer", commands.json);
  add_peer(*verify, commands.peer);
  auto* yes = verify->add_flag("--yes", commands.yes, "It was the same on both sides");
  verify->add_flag("--no", commands.no, "It was not, or take that back")->excludes(yes);
  add_peer(*add_command(app, "why", "What was tried to reach a peer, and what failed", commands.json), commands.peer);
  auto* rename = add_command(app, "rename", "Call a peer by a name of yours", commands.json);
  add_peer(*rename, commands.peer);
  rename->add_option("name", commands.text, "The name; none: what it calls itself")->type_name("NAME");
  auto* trust = add_command(app, "trust", "Decide about a peer whose key has changed", commands.json);
  add_peer(*trust, commands.peer);
  auto* accept = trust->add_flag("--accept", commands.yes, "The new key belongs to the same person");
  trust->add_flag("--refuse", commands.no, "It does not")->excludes(accept);
  auto* selftest =
      add_command(app, "selftest", "Play simulated worlds, and check the promises", commands.selftest.json);
  selftest->add_option("--seed", commands.selftest.seed, "Where to begin (any)")->type_name("N");
  selftest->add_option("--worlds", commands.selftest.worlds, "How many (1000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
      ->type_name("K");
}

void add_room(CLI::App& command, std::string& room) {
  command.add_option("room", room, "Its name, with or without the #")->required()->type_name("ROOM");
}

void add_member(CLI::App& command, Commands& commands) {
  add_room(command, commands.room);
  command.add_option("member", commands.peer, "Name, number or key")->required()->type_name("MEMBER");
}

void add_ways_in(CLI::App& app, Commands& commands) {
  auto* room = add_command(app, "room", "Make a room: tincan room create NAME", commands.json);
  room->add_option("what", commands.text, "create")->required()->check(CLI::IsMember({"create"}))->type_name("create");
  room->add_option("name", commands.room, "Its name")->required()->type_name("NAME");
  room->add_flag("--private", commands.yes, "Only invited people come in, and only they can read");
  auto* join = add_command(app, "join", "Come into a room", commands.join.json);
  join->add_option("what", commands.join.what,
                   "A ticket (- reads it from standard input), or the name of a public room or of one that invited you")
      ->required()
      ->type_name("WHAT");
  join->add_flag("--plain", commands.is_plain, "WHAT is the address of a broadcast host: chat there, in clear")
      ->excludes(join->get_option("--json"));
  join->add_option("--timeout", commands.join.timeout_seconds, "Seconds until exit code 3 (10)")
      ->check(CLI::Range(0.0, 86400.0));
  auto* host =
      add_command(app, "host", "Relay plain text between all who connect to the port; they are guests of a room",
                  commands.listen.json);
  host->add_option("--room", commands.hosted_room, "The name of that room (lobby)")->type_name("NAME");
  auto* invite = add_command(app, "invite", "Let a peer into a room", commands.json);
  add_room(*invite, commands.room);
  add_peer(*invite, commands.peer);
  auto* ticket = add_command(app, "ticket", "A ticket that lets newcomers into a room", commands.ticket.json);
  add_room(*ticket, commands.room);
  ticket->add_option("--uses", commands.ticket.command.uses, "For how many people (1)")
      ->check(CLI::Range(1U, wire::max_ticket_uses))
      ->type_name("N");
  ticket->add_option("--for", commands.lifetime, "How long it is good, like 30min, 2h or 7d (24h)")
      ->check(CLI::Validator(
          [](std::string& text) { return parse_duration(text) ? "" : "a time is like 90s, 30min, 2h or 7d"; }, "",
          "time"))
      ->type_name("TIME");
  ticket->add_flag("--qr", commands.ticket.qr, "Show it as a QR code too");
  add_room(*add_command(app, "tickets", "The tickets of a room", commands.json), commands.room);
  auto* revoke = add_command(app, "revoke", "Make a ticket worthless, or all of yours", commands.json);
  add_room(*revoke, commands.room);
  revoke->add_option("ticket", commands.text, "The beginning of it, as tickets shows it")->type_name("TICKET");
}

void add_room_commands(CLI::App& app, Commands& commands) {
  add_command(app, "rooms", "Show your rooms, and public ones of your peers", commands.json);
  add_ways_in(app, commands);
  add_room(*add_command(app, "leave", "Leave a room; its lines stay here", commands.json), commands.room);
  add_room(*add_command(app, "members", "Who is in a room", commands.json), commands.room);
  auto* topic = add_command(app, "topic", "Set the topic of a room", commands.json);
  add_room(*topic, commands.room);
  topic->add_option("text", commands.text, "The topic; empty: none")->required()->type_name("TEXT");
  auto* role = add_command(app, "role", "Make a member a moderator, or an ordinary member", commands.json);
  add_member(*role, commands);
  role->add_option("role", commands.text, "moderator or member")
      ->required()
      ->check(CLI::IsMember({"moderator", "member"}))
      ->type_name("ROLE");
  add_member(*add_command(app, "mute", "What that member writes does not count", commands.json), commands);
  add_member(*add_command(app, "unmute", "It counts again", commands.json), commands);
  add_member(*add_command(app, "remove", "Out of the room, and no key for what follows", commands.json), commands);
  add_entry(*add_command(app, "who", "Who has a line of yours in a room", commands.json), commands.entry);
}

void add_commands(CLI::App& app, Commands& commands) {
  add_command(app, "listen", "Receive without a menu, until a signal ends it", commands.listen.json);
  add_command(app, "web", "Only the web page, until a signal ends it", commands.listen.json);

  auto* send = add_command(app, "send", "Send one message", commands.send.json);
  send->add_option("peer", commands.send.peer, "Address, number or name; '#NAME' is a room")
      ->required()
      ->type_name("PEER");
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
  history->add_option("peer", commands.history.peer, "Only with this peer, or in this '#ROOM'")->type_name("PEER");
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

  add_line_commands(app, commands);
  add_contact_commands(app, commands);
  add_room_commands(app, commands);
  for (auto* command : app.get_subcommands({})) command->fallthrough();
}

// Of the commands that are one of the vocabulary each.
std::optional<RunCommand> command_of(const CLI::App& app, const Commands& given) {
  const base::EntryId entry{given.entry};
  if (app.got_subcommand("edit")) return RunCommand{chat::Edit{entry, {}, given.text}, true, given.json};
  if (app.got_subcommand("delete")) return RunCommand{chat::Delete{entry, {}}, true, given.json};
  if (app.got_subcommand("react")) return RunCommand{chat::React{entry, given.text}, true, given.json};
  if (app.got_subcommand("versions")) return RunCommand{chat::ReadVersions{entry}, false, given.json};
  if (app.got_subcommand("why")) return RunCommand{chat::Explain{given.peer}, false, given.json};
  if (app.got_subcommand("rename")) return RunCommand{chat::Rename{given.peer, given.text}, false, given.json};
  if (app.got_subcommand("trust")) return RunCommand{chat::Trust{given.peer, given.yes}, false, given.json};
  if (!app.got_subcommand("verify")) return std::nullopt;
  const auto verified = given.yes || given.no ? std::optional(given.yes) : std::nullopt;
  return RunCommand{chat::Verify{given.peer, verified}, false, given.json};
}

// Of those of rooms. A change is kept, and told to the members whenever tincan runs; only an invitation is waited for.
std::optional<RunCommand> room_command_of(const CLI::App& app, const Commands& given) {
  const auto room = as_room(given.room);
  const auto command = [&](chat::Command wanted) { return RunCommand{std::move(wanted), true, given.json}; };
  const auto look = [&](chat::Command wanted) { return RunCommand{std::move(wanted), false, given.json}; };
  if (app.got_subcommand("room")) return command(chat::CreateRoom{room.substr(1), given.yes, false});
  if (app.got_subcommand("rooms")) return look(chat::ListRooms{});
  if (app.got_subcommand("members")) return look(chat::ListMembers{room});
  if (app.got_subcommand("tickets")) return look(chat::ListTickets{room});
  if (app.got_subcommand("who")) return look(chat::WhoHas{base::EntryId{given.entry}});
  if (app.got_subcommand("leave")) return command(chat::LeaveRoom{room});
  if (app.got_subcommand("invite")) return command(chat::Invite{room, given.peer});
  if (app.got_subcommand("revoke")) return command(chat::RevokeTicket{room, given.text});
  if (app.got_subcommand("topic")) return command(chat::SetTopic{room, given.text});
  if (app.got_subcommand("mute")) return command(chat::MuteMember{room, given.peer, true});
  if (app.got_subcommand("unmute")) return command(chat::MuteMember{room, given.peer, false});
  if (app.got_subcommand("remove")) return command(chat::RemoveMember{room, given.peer});
  if (!app.got_subcommand("role")) return std::nullopt;
  const auto role = given.text == "moderator" ? wire::Role::moderator : wire::Role::member;
  return command(chat::SetRole{room, given.peer, role});
}

RunTicket ticket_of(const Commands& given) {
  auto ticket = given.ticket;
  ticket.command.room = as_room(given.room);
  if (const auto lifetime = parse_duration(given.lifetime)) ticket.command.lifetime = *lifetime;
  return ticket;
}

Mode mode_of(const CLI::App& app, const Commands& commands) {
  if (const auto command = command_of(app, commands)) return *command;
  if (const auto command = room_command_of(app, commands)) return *command;
  if (app.got_subcommand("ticket")) return ticket_of(commands);
  if (app.got_subcommand("host") && commands.listen.json) return commands.listen;
  if (app.got_subcommand("host") || commands.is_plain) return RunConsole{};
  if (app.got_subcommand("join")) return commands.join;
  if (app.got_subcommand("id")) return commands.id;
  if (app.got_subcommand("selftest")) return commands.selftest;
  if (app.got_subcommand("reply")) {
    auto reply = commands.reply;
    reply.entry = base::EntryId{commands.entry};
    return reply;
  }
  if (app.got_subcommand("listen")) return commands.listen;
  if (app.got_subcommand("web")) return RunListen{commands.listen.json, true};
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

// Errors: bad_argument with the file and what is wrong in it.
base::Result<void> fill_from_file(RawOptions& raw, const fs::path& file) {
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
    const auto known = std::find_if(shared_options().begin(), shared_options().end(),
                                    [&](const auto& option) { return item.name == option.first; });
    if (known == shared_options().end())
      return base::fail(base::ErrorCode::bad_argument,
                        fmt::format("{}: there is no setting “{}”", file.string(), item.name));
    if ((raw.*known->second).empty() && !item.inputs.empty()) raw.*known->second = item.inputs.front();
  }
  return {};
}

void print_washed(std::ostream& out, const std::string& text) {
  for (const auto line : base::split(base::trim(text), '\n')) out << base::SafeText::own(line).str() << '\n';
}

base::Result<void> check_join(Commands& commands) {
  auto& what = commands.join.what;
  if (commands.is_plain && !names_host(what))
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("{} is no address of a broadcast host (like 10.0.0.7:5000)", base::as_typed(what)));
  if (commands.is_plain || what == "-") return {};
  auto meant = as_room_or_ticket(what);
  if (!meant) return tl::unexpected(meant.error());
  what = std::move(*meant);
  return {};
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

ExitCode refuse_to_start(const base::Error& error) {
  std::cerr << "tincan: " << base::SafeText::own(error.text).str() << '\n';
  return exit_usage;
}

} // namespace

std::variant<Options, ExitCode> read_options(int argc, char** argv) {
  CLI::App app{description, "tincan"};
  app.footer(footer);
  app.set_version_flag("--version", "tincan " TINCAN_VERSION);
  app.get_formatter()->column_width(34);
  RawOptions raw;
  Commands commands;
  app.require_subcommand(0, 1);
  add_shared(app, raw);
  add_commands(app, commands);
  try {
    app.parse(argc, argv);
    if (app.got_subcommand("trust") && !commands.yes && !commands.no) throw CLI::RequiredError("--accept or --refuse");
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  }
  if (raw.config.empty()) raw.config = from_environment("TINCAN_CONFIG");
  const auto file = raw.config.empty() ? default_config_file() : fs::path(raw.config);
  if (app.got_subcommand("web")) raw.wants_web = true;
  fill_from_environment(raw);
  if (const auto read = fill_from_file(raw, file); !read) return refuse_to_start(read.error());
  auto options = checked(raw);
  if (!options) return refuse_to_start(options.error());
  options->config_file = file;
  if (app.got_subcommand("join"))
    if (const auto checked_join = check_join(commands); !checked_join) return refuse_to_start(checked_join.error());
  options->mode = mode_of(app, commands);
  if (app.got_subcommand("host")) {
    if (!options->speaks_classic)
      return refuse_to_start({base::ErrorCode::bad_argument, "a broadcast host speaks plain text: leave classic on"});
    const auto room = as_room(commands.hosted_room);
    options->hosted_room = room.size() > 1 ? room.substr(1) : usual_hosted_room;
  }
  if (commands.is_plain) options->plain_host = commands.join.what;
  return *options;
}

} // namespace tincan::app
