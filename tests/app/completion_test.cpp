// Row A10 of security.md 1: what a peer calls itself never becomes part of a command.
#include "menu_script.hpp"

#include <algorithm>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

bool offers(const std::vector<std::string>& candidates, std::string_view wanted) {
  return std::find(candidates.begin(), candidates.end(), wanted) != candidates.end();
}

} // namespace

TEST_CASE("Commands are completed from their first letters") {
  const MenuScript script;
  CHECK(offers(script.completions("/se"), "/send "));
  CHECK(offers(script.completions("/se"), "/search "));
  CHECK(script.completions("/se").size() == 2);
  CHECK(script.completions("/SEN") == std::vector<std::string>{"/send "});
  CHECK(script.completions("/men") == std::vector<std::string>{"/menu"});
  CHECK(script.completions("/").size() == slash_commands().size());
  CHECK(script.completions("/xyz").empty());
  CHECK(script.completions("hello").empty());
  CHECK(script.completions("").empty());
}

TEST_CASE("Peers are completed by name and address where a command takes one") {
  const MenuScript script;
  for (const auto* command :
       {"/send ", "/to ", "/history ", "/block ", "/unblock ", "/dialect ", "/connect Bob ", "/retry "}) {
    const auto found = script.completions(std::string(command) + "A");
    CHECK(found == std::vector<std::string>{"Ann"});
  }
  CHECK(offers(script.completions("/to "), "10.0.0.7:4100"));
  CHECK(offers(script.completions("/to [2001"), "[2001:db8::3]:4103"));
  CHECK(script.completions("/send Ann B").empty());
  CHECK(script.completions("/menu A").empty());
  CHECK(script.completions("/search A").empty());
  CHECK(offers(script.completions("/dialect Ann A2"), "A2b"));
  CHECK(offers(script.completions("/dialect Ann au"), "auto"));
}

TEST_CASE("Questions complete what they ask for") {
  MenuScript script;
  script.type("1");
  CHECK(script.completions("b") == std::vector<std::string>{"Bob"});
  script.type("Bob");
  CHECK(script.completions("b").empty());
  script.type("");
  script.type("6");
  script.type("Bob");
  CHECK(offers(script.completions("A3"), "A3-team"));
  CHECK_FALSE(offers(script.completions("A"), "Ann"));
}

TEST_CASE("Only what stands before the cursor counts, and the rest of the line is left alone") {
  const MenuScript script;
  const auto found = script.menu.complete("/to A and more", 5);
  CHECK(found.begin == 4);
  CHECK(found.candidates == std::vector<std::string>{"Ann"});
}

TEST_CASE("A10 A hostile name is never offered, its address still is") {
  const std::vector<std::string> names{"",
                                       " ",
                                       "two words",
                                       "/quit",
                                       "#12",
                                       "$(id)",
                                       "`id`",
                                       "a;b",
                                       "a\nb",
                                       "a\tb",
                                       "\x1b[2J",
                                       std::string("a\0b", 3),
                                       "\"x",
                                       "'x'",
                                       "a'b",
                                       "Ann\u200B",
                                       "аnn",
                                       "\xff\xfe",
                                       std::string(64 * 1024, 'A'),
                                       "A B",
                                       "12",
                                       "007",
                                       "{}",
                                       "%s",
                                       "x/y",
                                       "a#b",
                                       "!!"};
  for (const auto& name : names) {
    MenuScript script;
    script.peers = {peer_view(9, name, "10.0.0.9:4109")};
    for (const auto* line : {"/to ", "/send ", "/connect ", "/connect 1 ", "/block "}) {
      const auto found = script.completions(line);
      CHECK(found == std::vector<std::string>{"10.0.0.9:4109"});
      for (const auto& candidate : found) CHECK(candidate.find_first_of(" /#$`;\n\t\"'\x1b") == std::string::npos);
    }
    script.type("1");
    if (name.starts_with('/')) continue; // a slash that our own user typed is a command's
    for (const auto& candidate : script.completions(name.substr(0, 2))) CHECK(candidate == "10.0.0.9:4109");
  }
}

TEST_CASE("A10 Completing never crashes on what was typed, wherever the cursor is") {
  const MenuScript script;
  for (const auto* line :
       {"/to \xe4\xb8\xad", "\xff\xff", "/to \xf0\x9f\x98", "/send \"A", "   ", "/ /", "/to A\u0301", "/dialect  "})
    for (std::size_t cursor = 0; cursor <= std::string_view(line).size(); ++cursor)
      CHECK(script.menu.complete(line, cursor).begin <= cursor);
  const auto huge = "/to " + std::string(1 << 16, 'A');
  CHECK(script.completions(huge).empty());
}

TEST_CASE("Equal candidates are offered once, in order") {
  MenuScript script;
  script.peers = {peer_view(1, "Zed", "10.0.0.1:1"), peer_view(2, "Abe", "10.0.0.2:1"),
                  peer_view(3, "Zed", "10.0.0.3:1")};
  CHECK(script.completions("/to ") == std::vector<std::string>{"10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "Abe", "Zed"});
}
