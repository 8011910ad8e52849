#include "tincan/app/control.hpp"

#include "../net/far_end.hpp"
#include "engine_stage.hpp"
#include "tincan/store/profile.hpp"

#include <cstring>
#include <sys/un.h>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

// A script's end of the control socket.
class Client {
public:
  explicit Client(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    auto socket = net::test::new_socket(AF_UNIX);
    REQUIRE(comes_true([&] { // not at once while many others knock
      return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }));
    far_ = net::test::FarSocket(std::move(socket));
  }
  void say(std::string_view line) { far_.push(std::string(line) + "\n"); }
  void leave() { far_.close(); }
  // True when a line with that text has come; it and what came before it are taken.
  bool gets(std::string_view part) {
    return comes_true([&] {
      far_.pull();
      for (std::size_t begin = 0, end = 0; (end = far_.got.find('\n', begin)) != std::string::npos; begin = end + 1) {
        if (far_.got.substr(begin, end - begin).find(part) == std::string::npos) continue;
        last = far_.got.substr(begin, end - begin);
        far_.got.erase(0, end + 1);
        return true;
      }
      return false;
    });
  }
  bool is_gone() {
    return comes_true([&] { return far_.is_gone(); });
  }
  std::string rest() {
    far_.pull();
    return far_.got;
  }
  std::string last;

private:
  net::test::FarSocket far_;
};

struct Running {
  explicit Running(const fs::path& data_dir, std::string team = "Us")
      : path(store::profile_socket_path(data_dir, "test")),
        stage(engine_options(data_dir, std::move(team))) {}
  fs::path path;
  EngineStage stage;
};

} // namespace

TEST_CASE("Commands over the socket are answered, each up to its done") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client client(running.path);
  client.say(R"({"command":"peers"})");
  CHECK(client.gets(R"({"event":"done"})"));
  client.say(R"({"command":"block","target":"10.0.0.7"})");
  CHECK(client.gets(R"("event":"block","target":"10.0.0.7","blocked":true)"));
  CHECK(client.gets(R"("done")"));
  client.say(R"({"command":"blocked"})");
  CHECK(client.gets(R"("target":"10.0.0.7")"));
  CHECK(client.gets(R"("done")"));
  client.say(R"({"command":"history"})");
  CHECK(client.gets(R"("done")"));
  CHECK(client.rest().empty());
}

TEST_CASE("A message sent over the socket tells its state to the one who asked, also later") {
  const TempFolder folder;
  Running bob(folder / "b", "Bob");
  const Running ann(folder / "a", "Ann");
  Client client(ann.path);
  Client other(ann.path);
  client.say(fmt::format(R"({{"command":"send","peer":"{}","text":"over the socket"}})", bob.stage.address()));
  CHECK(client.gets(R"("event":"message","direction":"out")"));
  CHECK(client.gets(R"("state":"delivered")"));
  CHECK(comes_true([&] { return bob.stage.heard() == std::vector<std::string>{"over the socket"}; }));
  other.say(R"({"command":"blocked"})");
  CHECK(other.gets(R"("done")"));
  CHECK(other.rest().empty()); // what others asked is not its business
}

TEST_CASE("Who watches hears every event, beginning with where we listen") {
  const TempFolder folder;
  Running bob(folder / "b", "Bob");
  Running ann(folder / "a", "Ann");
  Client client(bob.path);
  client.say(R"({"command":"watch"})");
  CHECK(client.gets(R"("event":"listening")"));
  CHECK(client.last.find(bob.stage.address()) != std::string::npos);
  ann.stage.submit(chat::Send{bob.stage.address(), "seen by \x1b[2J all \u202E"});
  CHECK(client.gets(R"("event":"message","direction":"in")"));
  CHECK(client.last.find("seen by") != std::string::npos);
  CHECK(client.last.find('\x1b') == std::string::npos);
  CHECK(client.last.find("\u202E") == std::string::npos);
}

TEST_CASE("What answers a command that has a tag has it, too") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client client(running.path);
  client.say(R"({"command":"blocked","tag":7})");
  CHECK(client.gets(R"({"event":"done","tag":7})"));
  client.say(R"({"tag":"a \"b\"","command":"block","target":"10.0.0.7"})");
  CHECK(client.gets(R"("blocked":true,"tag":"a \"b\""})"));
  CHECK(client.gets(R"({"event":"done","tag":"a \"b\""})"));
  client.say(R"({"command":"nothing","tag":8})");
  CHECK(client.gets(R"("event":"failed")"));
  CHECK(client.last.ends_with(R"(,"tag":8})"));
  client.say(R"({"command":"watch","tag":9})");
  CHECK(client.gets(R"("event":"listening")"));
  CHECK(client.last.ends_with(R"(,"tag":9})"));
  CHECK(client.gets(R"({"event":"done","tag":9})"));
  for (const auto* tag : {"[1]", "1.5", "null", "{}", "true"}) {
    client.say(fmt::format(R"({{"command":"ping","tag":{}}})", tag));
    CHECK(client.gets("a tag is a whole number, or a string"));
  }
}

TEST_CASE("Who watches hears what others do, and not what they asked") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client watcher(running.path);
  watcher.say(R"({"command":"watch"})");
  CHECK(watcher.gets(R"("event":"listening")"));
  Client other(running.path);
  for (const auto* command : {"blocked", "peers", "rooms", "id", "nonsense"})
    other.say(fmt::format(R"({{"command":"{}"}})", command));
  other.say(R"({"command":"block","target":"10.0.0.7"})");
  CHECK(other.gets(R"("blocked":true)"));
  CHECK(watcher.gets(R"("event")"));
  CHECK(watcher.last == R"({"event":"block","target":"10.0.0.7","blocked":true})");
}

TEST_CASE("What one script looks at is read for all, and they are told") {
  const TempFolder folder;
  Running bob(folder / "b", "Bob");
  Running ann(folder / "a", "Ann");
  Client one(bob.path), other(bob.path);
  other.say(R"({"command":"watch"})");
  CHECK(other.gets(R"("event":"listening")"));
  ann.stage.submit(chat::Send{bob.stage.address(), "first"});
  CHECK(other.gets(R"("text":"first")"));
  one.say(R"({"command":"focus","peer":"Ann"})");
  CHECK(one.gets(R"({"event":"done"})"));
  CHECK(other.gets(R"("change":"read")"));
  CHECK(other.last.find(R"("unread":0)") != std::string::npos);
  ann.stage.submit(chat::Send{bob.stage.address(), "second"});
  CHECK(other.gets(R"("text":"second")"));
  other.say(R"({"command":"peers","tag":1})");
  CHECK(other.gets(R"("unread":0)"));
  one.leave();
  CHECK(comes_true([&] {
    ann.stage.submit(chat::Send{bob.stage.address(), "third"});
    CHECK(other.gets(R"("text":"third")"));
    other.say(R"({"command":"peers","tag":2})");
    return other.gets(R"("unread":)") && other.last.find(R"("unread":0)") == std::string::npos;
  }));
}

TEST_CASE("Commands are understood as any writer of JSON puts them, and a ping is answered") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client client(running.path);
  client.say(R"({ "command": "ping" })");
  CHECK(client.gets(R"({"event":"done"})"));
  client.say("{\"command\": \"watch\"}\r");
  CHECK(client.gets(R"("event":"listening")"));
  client.say(R"(  {"peer" : "", "command" : "history"}  )");
  CHECK(client.gets(R"("done")"));
}

TEST_CASE("Who watches and asks gets the answers once") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client client(running.path);
  client.say(R"({"command":"watch"})");
  CHECK(client.gets("listening"));
  client.say(R"({"command":"block","target":"10.0.0.7"})");
  CHECK(client.gets(R"("event":"block")"));
  CHECK(client.gets(R"("done")"));
  client.say(R"({"command":"unblock","target":"10.0.0.7"})");
  CHECK(client.gets(R"("blocked":false)"));
  CHECK(client.gets(R"("done")"));
  CHECK(client.rest().empty());
}

TEST_CASE("What is no command is answered with failed, and the connection goes on") {
  const TempFolder folder;
  const Running running(folder / "a");
  Client client(running.path);
  for (const auto& [line, code] : std::vector<std::pair<std::string, std::string>>{
           {"", "bad_bytes"},
           {"hello", "bad_bytes"},
           {"{", "bad_bytes"},
           {"[]", "bad_bytes"},
           {"\xff\xfe", "bad_bytes"},
           {std::string(5000, '['), "bad_bytes"},
           {"{}", "bad_argument"},
           {R"({"command":"nonsense"})", "bad_argument"},
           {R"({"command":7})", "bad_argument"},
           {R"({"command":"send"})", "bad_argument"},
           {R"({"command":"send","peer":"x","text":7})", "bad_argument"},
           {R"({"command":"history","limit":-1})", "bad_argument"},
           {R"({"command":"send","peer":"nobody","text":"x"})", "unknown_peer"},
           {R"({"command":"unblock","target":"10.0.0.9"})", "bad_argument"}}) {
    client.say(line);
    CHECK(client.gets(R"("event":"failed")"));
    INFO(line.substr(0, 60) << " gave " << client.last);
    CHECK(client.last.find("\"" + code + "\"") != std::string::npos);
  }
  client.say(R"({"command":"blocked"})");
  CHECK(client.gets(R"("done")"));
}

TEST_CASE("A client that leaves in the middle disturbs nobody") {
  const TempFolder folder;
  const Running running(folder / "a");
  for (int i = 0; i < 20; ++i) {
    Client hasty(running.path);
    hasty.say(R"({"command":"watch"})");
    hasty.say(R"({"command":"peers"})");
    hasty.leave();
  }
  Client client(running.path);
  client.say(R"({"command":"blocked"})");
  CHECK(client.gets(R"("done")"));
}

TEST_CASE("Quit over the socket says so, ends the engine and removes the socket") {
  const TempFolder folder;
  Running running(folder / "a");
  Client client(running.path);
  client.say(R"({"command":"quit"})");
  CHECK(client.gets(R"("event":"stopping")"));
  CHECK(comes_true([&] { return running.stage.has_finished(); }));
  CHECK(client.is_gone());
  CHECK_FALSE(fs::exists(running.path));
}

TEST_CASE("An engine that is not controllable has no socket") {
  const TempFolder folder;
  auto options = engine_options(folder / "a");
  options.is_controllable = false;
  const EngineStage stage(std::move(options));
  CHECK_FALSE(fs::exists(store::profile_socket_path(folder / "a", "test")));
}
