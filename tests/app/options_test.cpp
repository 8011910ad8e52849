#include "tincan/app/options.hpp"

#include "app_support.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

// One variable of the environment, given back at the end.
class Variable {
public:
  Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set(value);
  }
  ~Variable() { set(before_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

private:
  void set(const std::optional<std::string>& value) const {
    if (value)
      ::setenv(name_.c_str(), value->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }
  std::string name_;
  std::optional<std::string> before_;
};

// A home of its own, without any setting but those that a test makes.
class Home {
public:
  Home() {
    for (const auto* name :
         {"TINCAN_TEAM", "TINCAN_IP", "TINCAN_PORT", "TINCAN_MANDATORY", "TINCAN_MANDATORY_TEXT", "TINCAN_PROFILE",
          "TINCAN_CONFIG", "TINCAN_DATA_DIR", "TINCAN_CLASSIC", "TINCAN_TELL_READ", "TINCAN_BELL", "NO_COLOR"})
      set(name, std::nullopt);
    set("HOME", folder.path().string());
    set("XDG_CONFIG_HOME", (folder / "config").string());
    set("XDG_DATA_HOME", (folder / "data").string());
  }
  void set(const std::string& name, const std::optional<std::string>& value) {
    variables_.push_back(std::make_unique<Variable>(name, value));
  }
  void configure(std::string_view text) {
    fs::create_directories(config_file().parent_path());
    write_text(config_file(), text);
  }
  fs::path config_file() const { return folder / "config/tincan/config.toml"; }

  TempFolder folder;

private:
  std::vector<std::unique_ptr<Variable>> variables_;
};

class Captured {
public:
  explicit Captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  ~Captured() { stream_.rdbuf(before_); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  std::string text() const { return text_.str(); }

private:
  std::ostream& stream_;
  std::ostringstream text_;
  std::streambuf* before_;
};

struct Read {
  std::variant<Options, ExitCode> result;
  std::string out, error;

  const Options& options() const {
    INFO(error);
    REQUIRE(std::holds_alternative<Options>(result));
    return std::get<Options>(result);
  }
  int code() const { return std::holds_alternative<ExitCode>(result) ? std::get<ExitCode>(result) : -1; }
};

Read read(std::vector<std::string> words) {
  words.insert(words.begin(), "tincan");
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const Captured out(std::cout);
  const Captured error(std::cerr);
  auto result = read_options(static_cast<int>(words.size()), arguments.data());
  return {std::move(result), out.text(), error.text()};
}

} // namespace

TEST_CASE("Without anything said there are sensible defaults, and nothing is decided for the person") {
  const Home home;
  const auto options = read({}).options();
  CHECK(std::holds_alternative<RunConsole>(options.mode));
  CHECK_FALSE(options.team);
  CHECK_FALSE(options.address);
  CHECK_FALSE(options.port);
  CHECK(options.mandatory.empty());
  CHECK(options.mandatory_text == usual_mandatory_text);
  CHECK(options.profile == "default");
  CHECK(options.config_file == home.config_file());
  CHECK(options.data_dir == home.folder / "data/tincan");
  CHECK(options.colour);
  CHECK_FALSE(options.plain);
}

TEST_CASE("Without XDG variables the files are where they belong in the home") {
  Home home;
  home.set("XDG_CONFIG_HOME", std::nullopt);
  home.set("XDG_DATA_HOME", "relative/is/ignored");
  const auto options = read({}).options();
  CHECK(options.config_file == home.folder / ".config/tincan/config.toml");
  CHECK(options.data_dir == home.folder / ".local/share/tincan");
}

TEST_CASE("The command line counts before the environment, the environment before the file") {
  Home home;
  home.configure("team = \"File\"\nport = 4101\nip = \"10.0.0.1\"\nprofile = \"pf\"\nmandatory = "
                 "[\"10.0.0.1:1\"]\nmandatory-text = \"from file\"\n");
  auto options = read({}).options();
  CHECK(options.team == "File");
  CHECK(options.port == 4101);
  CHECK(options.address == "10.0.0.1");
  CHECK(options.profile == "pf");
  CHECK(options.mandatory == std::vector<std::string>{"10.0.0.1:1"});
  CHECK(options.mandatory_text == "from file");

  home.set("TINCAN_TEAM", "Environment");
  home.set("TINCAN_PORT", "4102");
  home.set("TINCAN_IP", "10.0.0.2");
  home.set("TINCAN_PROFILE", "pe");
  home.set("TINCAN_MANDATORY", "10.0.0.2:2, 10.0.0.3:3");
  home.set("TINCAN_MANDATORY_TEXT", "from environment");
  home.set("TINCAN_DATA_DIR", "/tmp/elsewhere");
  options = read({}).options();
  CHECK(options.team == "Environment");
  CHECK(options.port == 4102);
  CHECK(options.address == "10.0.0.2");
  CHECK(options.profile == "pe");
  CHECK(options.mandatory == std::vector<std::string>{"10.0.0.2:2", "10.0.0.3:3"});
  CHECK(options.mandatory_text == "from environment");
  CHECK(options.data_dir == "/tmp/elsewhere");

  options =
      read({"--team", "Line", "--port", "4103", "--ip", "10.0.0.4", "--profile", "pl", "--mandatory", "10.0.0.4:4",
            "--mandatory", "10.0.0.5:5", "--mandatory-text", "from line", "--data-dir", "/tmp/line", "--plain"})
          .options();
  CHECK(options.team == "Line");
  CHECK(options.port == 4103);
  CHECK(options.address == "10.0.0.4");
  CHECK(options.profile == "pl");
  CHECK(options.mandatory == std::vector<std::string>{"10.0.0.4:4", "10.0.0.5:5"});
  CHECK(options.mandatory_text == "from line");
  CHECK(options.data_dir == "/tmp/line");
  CHECK(options.plain);
}

TEST_CASE("The config file is the one that the command line or the environment names") {
  Home home;
  home.configure("team = \"Usual\"\n");
  write_text(home.folder / "a.toml", "team = \"A\"\n");
  write_text(home.folder / "b.toml", "team = \"B\"\n");
  home.set("TINCAN_CONFIG", (home.folder / "a.toml").string());
  CHECK(read({}).options().team == "A");
  const auto options = read({"--config", (home.folder / "b.toml").string()}).options();
  CHECK(options.team == "B");
  CHECK(options.config_file == home.folder / "b.toml");
}

TEST_CASE("Every command has its mode and its words") {
  const Home home;
  const auto mode = [](std::vector<std::string> words) { return read(std::move(words)).options().mode; };
  CHECK_FALSE(std::get<RunListen>(mode({"listen"})).json);
  CHECK(std::get<RunListen>(mode({"listen", "--json"})).json);
  const auto send = std::get<RunSend>(
      mode({"send", "10.0.0.7:4100", "hi there", "--timeout", "2.5", "--dialect", "A3", "--drop", "--json"}));
  CHECK(send.peer == "10.0.0.7:4100");
  CHECK(send.text == "hi there");
  CHECK(send.timeout_seconds == 2.5);
  CHECK(send.dialect == "A3");
  CHECK((send.drop && send.json));
  CHECK(std::get<RunSend>(mode({"send", "ann", "-"})).text == "-");
  CHECK(std::get<RunSend>(mode({"send", "ann", "--", "--hi"})).text == "--hi");
  CHECK(std::get<RunConnect>(mode({"connect", "1", "ann"})).peers == std::vector<std::string>{"1", "ann"});
  CHECK(std::get<RunPeers>(mode({"peers", "--json"})).json);
  const auto history =
      std::get<RunHistory>(mode({"history", "ann", "--search", "two words", "--limit", "7", "--after", "0"}));
  CHECK(history.peer == "ann");
  CHECK(history.search == "two words");
  CHECK(history.limit == 7);
  CHECK(history.after == 0U);
  CHECK(std::get<RunBlock>(mode({"block"})).target.empty());
  CHECK(std::get<RunUnblock>(mode({"unblock", "10.0.0.7"})).target == "10.0.0.7");
  CHECK(std::get<RunDialect>(mode({"dialect", "ann", "auto"})).dialect == "auto");
  CHECK(std::get<RunCancel>(mode({"cancel", "#12"})).what == "#12");
}

TEST_CASE("What is about one message takes its id with and without the mark, and contacts their names") {
  const Home home;
  const auto mode = [](std::vector<std::string> words) { return read(std::move(words)).options().mode; };
  const auto command = [&](std::vector<std::string> words) { return std::get<RunCommand>(mode(std::move(words))); };
  const auto reply = std::get<RunReply>(mode({"reply", "#12", "sure", "--timeout", "2", "--json"}));
  CHECK(reply.entry == base::EntryId{12});
  CHECK(reply.text == "sure");
  CHECK(reply.timeout_seconds == 2);
  CHECK(reply.json);
  const auto edit = command({"edit", "12", "better", "--json"});
  CHECK(std::get<chat::Edit>(edit.command).entry == base::EntryId{12});
  CHECK(std::get<chat::Edit>(edit.command).text == "better");
  CHECK((edit.sends && edit.json));
  CHECK(std::get<chat::Delete>(command({"delete", "#12"}).command).entry == base::EntryId{12});
  CHECK(std::get<chat::React>(command({"react", "12", "👍"}).command).text == "👍");
  CHECK(std::get<chat::React>(command({"react", "12"}).command).text.empty());
  CHECK(std::get<chat::ReadVersions>(command({"versions", "12"}).command).entry == base::EntryId{12});
  CHECK(std::get<chat::Explain>(command({"why", "ann"}).command).peer == "ann");
  CHECK(std::get<chat::Rename>(command({"rename", "ann", "Annie"}).command).petname == "Annie");
  CHECK(std::get<chat::Rename>(command({"rename", "ann"}).command).petname.empty());
  CHECK_FALSE(std::get<chat::Verify>(command({"verify", "ann"}).command).verified);
  CHECK(std::get<chat::Verify>(command({"verify", "ann", "--yes"}).command).verified == true);
  CHECK(std::get<chat::Verify>(command({"verify", "ann", "--no"}).command).verified == false);
  CHECK(std::get<chat::Trust>(command({"trust", "ann", "--accept"}).command).accept);
  CHECK_FALSE(std::get<chat::Trust>(command({"trust", "ann", "--refuse"}).command).accept);
  const auto id = std::get<RunId>(mode({"id", "--qr", "--renew"}));
  CHECK((id.qr && id.renew && !id.json));
  const auto selftest = std::get<RunSelftest>(mode({"selftest", "--seed", "7", "--worlds", "3"}));
  CHECK(selftest.seed == 7);
  CHECK(selftest.worlds == 3);
}

TEST_CASE("Clear text can be refused, and reading be told, by each of the three ways") {
  Home home;
  CHECK(read({}).options().speaks_classic);
  CHECK_FALSE(read({}).options().tells_read);
  home.configure("classic = off\ntell-read = on\n");
  CHECK_FALSE(read({}).options().speaks_classic);
  CHECK(read({}).options().tells_read);
  home.set("TINCAN_CLASSIC", "on");
  home.set("TINCAN_TELL_READ", "no");
  CHECK(read({}).options().speaks_classic);
  CHECK_FALSE(read({}).options().tells_read);
  CHECK_FALSE(read({"--no-classic"}).options().speaks_classic);
  CHECK(read({"--tell-read", "listen"}).options().tells_read);
  home.set("TINCAN_CLASSIC", "perhaps");
  const auto given = read({});
  CHECK(given.code() == exit_usage);
  CHECK(given.error.find("classic is on or off, not “perhaps”") != std::string::npos);
  home.set("TINCAN_CLASSIC", std::nullopt);
  home.configure("classic = false\n");
  CHECK_FALSE(read({}).options().speaks_classic);
  home.configure("classic = \"off\"\n");
  CHECK_FALSE(read({}).options().speaks_classic);
}

TEST_CASE("General options may stand before or behind the command") {
  const Home home;
  CHECK(read({"--profile", "x", "peers"}).options().profile == "x");
  CHECK(read({"peers", "--profile", "x"}).options().profile == "x");
}

TEST_CASE("Every wrong value is one clear line and exit code 2") {
  const Home home;
  for (const auto& [words, part] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--port", "x"}, "“x” is no port"},
           {{"--port", "65536"}, "is no port"},
           {{"--port", "-1"}, "is no port"},
           {{"--port", "4100 "}, "is no port"},
           {{"--team", "   "}, "team name"},
           {{"--team", std::string(65, 'x')}, "team name"},
           {{"--team", "a\nb"}, "team name"},
           {{"--team", "\x1b[2J"}, "team name"},
           {{"--team", "\xff"}, "team name"},
           {{"--mandatory", "10.0.0.7"}, "is no mandatory peer"},
           {{"--mandatory", "10.0.0.7:1", "--mandatory", "nonsense:x"}, "is no mandatory peer"},
           {{"--profile", "../x"}, "profile name"},
           {{"--profile", ".hidden"}, "profile name"},
           {{"--profile", std::string(65, 'x')}, "profile name"}}) {
    const auto given = read(words);
    INFO(given.error);
    CHECK(given.code() == exit_usage);
    CHECK(given.error.starts_with("tincan: "));
    CHECK(given.error.find(part) != std::string::npos);
    CHECK(std::count(given.error.begin(), given.error.end(), '\n') == 1);
    CHECK(given.error.find('\x1b') == std::string::npos);
    CHECK(given.out.empty());
  }
}

TEST_CASE("A wrong value in the environment or in the file is refused like one on the command line") {
  Home home;
  home.set("TINCAN_PORT", "seven");
  CHECK(read({}).code() == exit_usage);
  CHECK(read({"--port", "4100"}).options().port == 4100);
  home.set("TINCAN_PORT", std::nullopt);
  home.configure("port = 99999\n");
  const auto given = read({});
  CHECK(given.code() == exit_usage);
  CHECK(given.error.find("99999") != std::string::npos);
}

TEST_CASE("What CLI11 finds wrong is exit code 2, with a word about --help") {
  const Home home;
  for (const auto& words : std::vector<std::vector<std::string>>{{"--no-such"},
                                                                 {"nonsense"},
                                                                 {"send"},
                                                                 {"send", "ann"},
                                                                 {"send", "ann", "x", "--timeout", "soon"},
                                                                 {"send", "ann", "x", "--timeout", "-1"},
                                                                 {"peers", "listen"},
                                                                 {"--team"},
                                                                 {"history", "--limit", "-3"},
                                                                 {"unblock"},
                                                                 {"cancel"},
                                                                 {"reply", "12"},
                                                                 {"edit", "x", "text"},
                                                                 {"delete", "#"},
                                                                 {"delete", "-1"},
                                                                 {"trust", "ann"},
                                                                 {"trust", "ann", "--accept", "--refuse"},
                                                                 {"verify", "ann", "--yes", "--no"},
                                                                 {"selftest", "--worlds", "0"},
                                                                 {"--team", "a", "--team", "b"}}) {
    const auto given = read(words);
    INFO(given.error);
    CHECK(given.code() == exit_usage);
    CHECK(given.error.find("--help") != std::string::npos);
    CHECK(std::count(given.error.begin(), given.error.end(), '\n') <= 2);
  }
}

TEST_CASE("--help and --version go to stdout and are no error") {
  const Home home;
  const auto help = read({"--help"});
  CHECK(help.code() == exit_done);
  for (const auto* part : {"--team", "--ip", "--port", "--mandatory", "--profile", "--config", "--data-dir", "--plain",
                           "send", "listen", "history", "Exit codes"})
    CHECK(help.out.find(part) != std::string::npos);
  CHECK(help.error.empty());
  const auto version = read({"--version"});
  CHECK(version.code() == exit_done);
  CHECK(version.out == "tincan " TINCAN_VERSION "\n");
  CHECK(read({"send", "--help"}).code() == exit_done);
}

TEST_CASE("An unknown key in the config file is named together with the file") {
  Home home;
  home.configure("teem = \"Typo\"\n");
  const auto given = read({});
  CHECK(given.code() == exit_usage);
  CHECK(given.error.find("config.toml: there is no setting “teem”") != std::string::npos);
  CHECK(std::count(given.error.begin(), given.error.end(), '\n') == 1);
}

TEST_CASE("A hostile config file is refused or read, and never echoed raw") {
  Home home;
  for (const std::string& text :
       {std::string("\x1b[2J = 1\n"), std::string("team = \"\x1b[2J\"\n"), std::string("= = =\n"), std::string("[[[\n"),
        std::string("team\n"), std::string(100'000, 'a'), std::string(1000, '\0'),
        std::string("team = \"unterminated\n"), std::string("\xff\xfe\n")}) {
    home.configure(text);
    const auto given = read({});
    CHECK(given.error.find('\x1b') == std::string::npos);
    if (given.code() >= 0) CHECK(given.code() == exit_usage);
  }
}

TEST_CASE("A config file that may not be read is an error that names it") {
  if (::geteuid() != 0) return; // needs to become somebody who may not
  const Home home;
  const auto file = home.folder / "locked.toml";
  write_text(file, "team = \"Secret\"\n");
  REQUIRE(::chmod(file.c_str(), 0) == 0);
  REQUIRE(::chmod(home.folder.path().c_str(), 0755) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    const auto given = read({"--config", file.string()});
    const bool is_clear = given.code() == exit_usage && given.error.find("locked.toml") != std::string::npos;
    ::_exit(is_clear ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("Without any home there is a clear error instead of files in odd places") {
  Home home;
  home.set("HOME", std::nullopt);
  home.set("XDG_DATA_HOME", std::nullopt);
  const auto given = read({});
  CHECK(given.code() == exit_usage);
  CHECK(given.error.find("--data-dir") != std::string::npos);
  CHECK(read({"--data-dir", "/tmp/x"}).options().data_dir == "/tmp/x");
}

TEST_CASE("NO_COLOR switches colours off when it is not empty, and port 0 means any") {
  Home home;
  home.set("NO_COLOR", "1");
  CHECK_FALSE(read({}).options().colour);
  home.set("NO_COLOR", "");
  CHECK(read({}).options().colour);
  CHECK(read({"--port", "0"}).options().port == 0);
}

TEST_CASE("A broadcast host is a menu with a room for guests, or with --json a listener") {
  const Home home;
  const auto options = read({"--port", "5000", "host"}).options();
  CHECK(std::holds_alternative<RunConsole>(options.mode));
  CHECK(options.hosted_room == usual_hosted_room);
  CHECK(options.port == 5000);
  CHECK(read({"host", "--room", "#hall", "--port", "0"}).options().hosted_room == "hall");
  const auto headless = read({"host", "--json", "--room", "hall"}).options();
  REQUIRE(std::holds_alternative<RunListen>(headless.mode));
  CHECK(std::get<RunListen>(headless.mode).json);
  CHECK(headless.hosted_room == "hall");
}

TEST_CASE("To join in plain text is a menu, and has nothing to do with how that looks") {
  const Home home;
  const auto options = read({"join", "10.0.0.9:5000", "--plain"}).options();
  CHECK(std::holds_alternative<RunConsole>(options.mode));
  CHECK(options.plain_host == "10.0.0.9:5000");
  CHECK_FALSE(options.plain);
  CHECK(read({"--plain", "join", "10.0.0.9:5000", "--plain"}).options().plain);
  CHECK(read({"join", "10.0.0.9:5000", "--plain", "--json"}).code() == exit_usage);
  CHECK(read({"join", "hall", "--plain"}).code() == exit_usage);
}

TEST_CASE("Commands about rooms take a room with or without its #") {
  const Home home;
  const auto command = [](std::vector<std::string> words) {
    const auto given = read(std::move(words));
    INFO(given.error);
    const auto mode = given.options().mode;
    REQUIRE(std::holds_alternative<RunCommand>(mode));
    return std::get<RunCommand>(mode).command;
  };
  const auto made = std::get<chat::CreateRoom>(command({"room", "create", "plans", "--private"}));
  CHECK((made.name == "plans" && made.is_private));
  CHECK_FALSE(std::get<chat::CreateRoom>(command({"room", "create", "#plans"})).is_private);
  CHECK(std::holds_alternative<chat::ListRooms>(command({"rooms", "--json"})));
  CHECK(std::get<chat::LeaveRoom>(command({"leave", "plans"})).room == "#plans");
  const auto invite = std::get<chat::Invite>(command({"invite", "#plans", "Bob"}));
  CHECK((invite.room == "#plans" && invite.peer == "Bob"));
  CHECK(std::get<chat::ListMembers>(command({"members", "plans"})).room == "#plans");
  CHECK(std::get<chat::SetTopic>(command({"topic", "plans", ""})).topic.empty());
  CHECK(std::get<chat::SetRole>(command({"role", "plans", "Bob", "moderator"})).role == wire::Role::moderator);
  CHECK(std::get<chat::MuteMember>(command({"mute", "plans", "Bob"})).is_muted);
  CHECK_FALSE(std::get<chat::MuteMember>(command({"unmute", "plans", "Bob"})).is_muted);
  CHECK(std::get<chat::RemoveMember>(command({"remove", "plans", "Bob"})).member == "Bob");
  CHECK(std::get<chat::RevokeTicket>(command({"revoke", "plans", "ybnd"})).ticket == "ybnd");
  CHECK(std::get<chat::ListTickets>(command({"tickets", "plans"})).room == "#plans");
  CHECK(std::get<chat::WhoHas>(command({"who", "#12"})).entry == base::EntryId{12});
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"room", "plans"},
                                                                 {"room", "create"},
                                                                 {"role", "plans", "Bob", "creator"},
                                                                 {"invite", "plans"},
                                                                 {"who", "x"}})
    CHECK(read(wrong).code() == exit_usage);
}

TEST_CASE("A ticket is for one and a day unless something else is given, and joining waits as long as sending") {
  const Home home;
  const auto ticket = [](std::vector<std::string> words) {
    return std::get<RunTicket>(read(std::move(words)).options().mode);
  };
  const auto usual = ticket({"ticket", "plans"});
  CHECK((usual.command.room == "#plans" && usual.command.uses == 1 && !usual.qr));
  CHECK(usual.command.lifetime == std::chrono::hours(24));
  const auto wished = ticket({"ticket", "#plans", "--uses", "5", "--for", "2h", "--qr"});
  CHECK((wished.command.uses == 5 && wished.command.lifetime == std::chrono::hours(2) && wished.qr));
  for (const auto* wrong : {"2", "h", "-2h", "0h", "366d", "2h!"})
    CHECK(read({"ticket", "plans", "--for", wrong}).code() == exit_usage);
  for (const auto* wrong : {"0", "-1", "1001", "x"})
    CHECK(read({"ticket", "plans", "--uses", wrong}).code() == exit_usage);
  const auto join = std::get<RunJoin>(read({"join", "plans"}).options().mode);
  CHECK((join.what == "#plans" && join.timeout_seconds == 10));
  CHECK(std::get<RunJoin>(read({"join", "tincan:ybndr"}).options().mode).what == "tincan:ybndr");
  const auto address = read({"join", "10.0.0.9:5000"});
  CHECK(address.code() == exit_usage);
  CHECK(address.error.find("tincan join 10.0.0.9:5000 --plain") != std::string::npos);
  CHECK(std::get<RunJoin>(read({"join", "#re:2024"}).options().mode).what == "#re:2024");
}

TEST_CASE("The bell rings unless it is turned off") {
  Home home;
  CHECK(read({}).options().rings);
  CHECK_FALSE(read({"--no-bell"}).options().rings);
  home.configure("bell = off\n");
  CHECK_FALSE(read({}).options().rings);
  home.set("TINCAN_BELL", "on");
  CHECK(read({}).options().rings);
}

TEST_CASE("The page is served only when that is wanted, and where") {
  Home home;
  CHECK_FALSE(read({}).options().serves_page);
  CHECK(read({"--web"}).options().serves_page);
  CHECK_FALSE(read({"--web"}).options().web_port); // the usual one, or another
  CHECK(read({"--web", "--web-port", "0"}).options().web_port == 0);
  CHECK(read({"--web", "--web-port", "8000"}).options().web_port == 8000);
  CHECK(read({"web"}).options().serves_page);
  CHECK(std::get<RunListen>(read({"web", "--json"}).options().mode).json);
  CHECK(std::get<RunListen>(read({"web"}).options().mode).is_for_page);
  CHECK(read({"--open"}).options().serves_page);
  CHECK(read({"--open"}).options().opens_browser);
  home.configure("web = on\nweb-port = 8001\n");
  CHECK(read({}).options().serves_page);
  CHECK(read({}).options().web_port == 8001);
}
