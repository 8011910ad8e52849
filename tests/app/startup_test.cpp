#include "tincan/app/startup.hpp"

#include "../net/far_end.hpp"
#include "scripted_console.hpp"
#include "tincan/app/local_addresses.hpp"

#include <algorithm>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using term::LineEntered;

namespace {

Options nothing_known(const TempFolder& folder) {
  Options options;
  options.config_file = folder / "config.toml";
  options.data_dir = folder / "data";
  options.profile = "p";
  return options;
}

// The first of several: as found on this machine.
std::string number_of(const base::Address& address) {
  const auto all = local_addresses();
  return std::to_string(std::find(all.begin(), all.end(), address) - all.begin() + 1);
}

const auto localhost = base::Address::v4({127, 0, 0, 1});

} // namespace

TEST_CASE("What is not known is asked, and remembered") {
  const TempFolder folder;
  const auto port = std::to_string(free_port());
  ScriptedConsole console({LineEntered{"  Rockets "}, LineEntered{number_of(localhost)}, LineEntered{port}});
  const auto identity = ask_for_identity(nothing_known(folder), console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK((*identity)->team == "Rockets");
  CHECK((*identity)->announced == localhost);
  CHECK(std::to_string((*identity)->port) == port);
  CHECK((*identity)->profile == "p");
  CHECK(console.prompts.size() == 3);
  CHECK(console.complaints().empty());
  CHECK_FALSE(console.keeps_entered);
  CHECK(read_text(folder / "config.toml") == "team = \"Rockets\"\nip = \"127.0.0.1\"\nport = " + port + "\n");
}

TEST_CASE("What is known is not asked, and nothing is written") {
  const TempFolder folder;
  auto options = nothing_known(folder);
  options.team = "Known";
  options.address = "127.0.0.1";
  options.port = std::uint16_t{0};
  ScriptedConsole console({});
  const auto identity = ask_for_identity(options, console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK((*identity)->team == "Known");
  CHECK(console.prompts.empty());
  CHECK_FALSE(fs::exists(folder / "config.toml"));
}

TEST_CASE("An empty line takes the default that the question shows") {
  const TempFolder folder;
  ::setenv("USER", "somebody", 1);
  auto options = nothing_known(folder);
  options.port = std::uint16_t{0};
  ScriptedConsole console({LineEntered{""}, LineEntered{" "}});
  const auto identity = ask_for_identity(options, console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK((*identity)->team == "somebody");
  CHECK((*identity)->announced == local_addresses().front());
  CHECK(console.prompts.front() == "Your team's name [somebody]: ");
}

TEST_CASE("A wrong answer is one complaint, and the question comes again") {
  const TempFolder folder;
  const net::test::FarListener holder;
  const auto taken = std::to_string(holder.port());
  const auto port = std::to_string(free_port());
  ScriptedConsole console({LineEntered{std::string(65, 'x')}, LineEntered{"Rockets"}, LineEntered{"0"},
                           LineEntered{"99"}, LineEntered{"99999999999999999999"}, LineEntered{"0.0.0.0"},
                           LineEntered{"224.0.0.1"}, LineEntered{"no such host"}, LineEntered{"127.0.0.1"},
                           LineEntered{"0"}, LineEntered{"65536"}, LineEntered{"x"}, LineEntered{taken},
                           LineEntered{port}});
  const auto identity = ask_for_identity(nothing_known(folder), console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK(console.is_used_up());
  const auto complaints = console.complaints();
  CHECK(complaints.size() == 11);
  CHECK(complaints.back() == "✗ port " + taken + " is in use on this machine: choose another");
  CHECK((*identity)->announced == localhost);
}

TEST_CASE("A name of this machine is taken where an address is asked") {
  const TempFolder folder;
  auto options = nothing_known(folder);
  options.team = "Known";
  options.port = std::uint16_t{0};
  ScriptedConsole console({LineEntered{"localhost"}});
  const auto identity = ask_for_identity(options, console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK((*identity)->announced == localhost);
  CHECK(read_text(folder / "config.toml") == "ip = \"127.0.0.1\"\n");
}

TEST_CASE("Ctrl-C, the end of input and a signal leave at every question, and nothing is remembered") {
  for (const term::Input& leave :
       {term::Input{term::Cancelled{}}, term::Input{term::Ended{}}, term::Input{term::Stopped{15}}}) {
    for (std::size_t answered = 0; answered < 3; ++answered) {
      const TempFolder folder;
      std::deque<term::Input> inputs{LineEntered{"Rockets"}, LineEntered{"1"},
                                     LineEntered{std::to_string(free_port())}};
      inputs.resize(answered);
      inputs.push_back(leave);
      ScriptedConsole console(inputs);
      const auto identity = ask_for_identity(nothing_known(folder), console);
      REQUIRE(identity);
      CHECK_FALSE(*identity);
      CHECK(console.is_used_up());
      CHECK_FALSE(fs::exists(folder / "config.toml"));
    }
  }
}

TEST_CASE("A paste or a wake-up is no answer") {
  const TempFolder folder;
  auto options = nothing_known(folder);
  options.address = "127.0.0.1";
  options.port = std::uint16_t{0};
  ScriptedConsole console({term::Woken{}, term::BlockPasted{"a\nb"}, LineEntered{"Rockets"}});
  const auto identity = ask_for_identity(options, console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK((*identity)->team == "Rockets");
  CHECK(console.complaints().empty());
}

TEST_CASE("Answers that cannot be remembered are used all the same, with a word about it") {
  const TempFolder folder;
  auto options = nothing_known(folder);
  write_text(folder / "file", "");
  options.config_file = folder / "file" / "config.toml";
  options.address = "127.0.0.1";
  options.port = std::uint16_t{0};
  ScriptedConsole console({LineEntered{"Rockets"}});
  const auto identity = ask_for_identity(options, console);
  REQUIRE(identity);
  REQUIRE(*identity);
  CHECK(console.lines.back().starts_with("Not remembered: cannot write "));
}

TEST_CASE("An address that was given and cannot be announced is an error, with a console and without") {
  const TempFolder folder;
  for (const auto* bad : {"0.0.0.0", "::", "255.255.255.255", "ff02::1", "not an address", ""}) {
    auto options = nothing_known(folder);
    options.team = "Known";
    options.port = std::uint16_t{0};
    options.address = bad;
    ScriptedConsole console({});
    CHECK_FALSE(ask_for_identity(options, console));
    const auto identity = default_identity(options);
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == base::ErrorCode::bad_argument);
  }
}

TEST_CASE("Without a person there are defaults for everything") {
  const TempFolder folder;
  auto options = nothing_known(folder);
  const auto identity = default_identity(options);
  REQUIRE(identity);
  CHECK(identity->port == usual_port);
  CHECK(identity->announced == local_addresses().front());
  CHECK_FALSE(identity->team.empty());
  options.address = "127.0.0.1";
  options.port = std::uint16_t{4999};
  options.team = "Known";
  CHECK(default_identity(options)->announced == localhost);
  CHECK(default_identity(options)->port == 4999);
  CHECK(default_identity(options)->team == "Known");
}

TEST_CASE("The addresses of this machine are never none, hold the loopback one, and are all different") {
  auto addresses = local_addresses();
  REQUIRE_FALSE(addresses.empty());
  CHECK(std::find(addresses.begin(), addresses.end(), localhost) != addresses.end());
  const bool has_others =
      std::any_of(addresses.begin(), addresses.end(), [](const auto& address) { return !address.is_loopback(); });
  CHECK((!has_others || !addresses.front().is_loopback()));
  for (const auto& address : addresses) {
    CHECK_FALSE(address.is_unspecified());
    CHECK_FALSE((address.is_v6() && address.is_link_local()));
  }
  std::sort(addresses.begin(), addresses.end());
  CHECK(std::adjacent_find(addresses.begin(), addresses.end()) == addresses.end());
}
