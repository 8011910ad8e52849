#include "tincan/app/config_file.hpp"

#include "app_support.hpp"
#include "tincan/app/options.hpp"

#include <optional>
#include <sys/stat.h>
#include <variant>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

// The team as the program itself reads it from that file.
std::optional<std::string> team_in(const fs::path& file) {
  std::string words[]{"tincan", "--config", file.string(), "--data-dir", "/tmp"};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  const auto result = read_options(static_cast<int>(arguments.size()), arguments.data());
  return std::holds_alternative<Options>(result) ? std::get<Options>(result).team : std::nullopt;
}

} // namespace

TEST_CASE("The first answers make the file and its folder, for their owner only") {
  const TempFolder folder;
  const auto file = folder / "a/b/config.toml";
  const auto mask = ::umask(0);
  REQUIRE(remember(file, {{"team", toml_string("Rockets")}, {"port", "4100"}}));
  ::umask(mask);
  CHECK(read_text(file) == "team = \"Rockets\"\nport = 4100\n");
  CHECK(static_cast<unsigned>(fs::status(file).permissions()) == 0600);
  CHECK(static_cast<unsigned>(fs::status(file.parent_path()).permissions()) == 0700);
  CHECK(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator{}) == 1);
}

TEST_CASE("Everything else in the file stays as it was") {
  const TempFolder folder;
  const auto file = folder / "config.toml";
  write_text(file,
             "# mine\n\nteam = \"Old\"\n  port=1\nmandatory = [\n  \"10.0.0.7:4100\",\n]\nteam-colour = \"red\"\n");
  REQUIRE(remember(file, {{"team", "\"New\""}, {"port", "4100"}, {"ip", "\"10.0.0.1\""}}));
  CHECK(read_text(file) == "# mine\n\nteam = \"New\"\nport = 4100\nmandatory = [\n  \"10.0.0.7:4100\",\n]\nteam-colour "
                           "= \"red\"\nip = \"10.0.0.1\"\n");
  REQUIRE(remember(file, {}));
  CHECK(read_text(file).starts_with("# mine\n\nteam = \"New\"\n"));
}

TEST_CASE("A commented setting is not the setting") {
  const TempFolder folder;
  const auto file = folder / "config.toml";
  write_text(file, "#team = \"Old\"\n# team = \"Older\"\n");
  REQUIRE(remember(file, {{"team", "\"New\""}}));
  CHECK(read_text(file) == "#team = \"Old\"\n# team = \"Older\"\nteam = \"New\"\n");
}

TEST_CASE("New settings stand before the first section, and those inside one are left alone") {
  const TempFolder folder;
  const auto file = folder / "config.toml";
  write_text(file, "port = 1\n[other]\nteam = \"Theirs\"\n");
  REQUIRE(remember(file, {{"team", "\"Ours\""}, {"port", "2"}}));
  CHECK(read_text(file) == "port = 2\nteam = \"Ours\"\n[other]\nteam = \"Theirs\"\n");
  CHECK(team_in(file) == "Ours");
}

TEST_CASE("A file without a line end at its end is not joined to the answers") {
  const TempFolder folder;
  const auto file = folder / "config.toml";
  write_text(file, "port = 1");
  REQUIRE(remember(file, {{"team", "\"New\""}}));
  CHECK(read_text(file) == "port = 1\nteam = \"New\"\n");
}

TEST_CASE("A file that cannot be written is an error that names it, and stays") {
  const TempFolder folder;
  const auto taken = folder / "file";
  write_text(taken, "x");
  const auto result = remember(taken / "config.toml", {{"team", "\"New\""}});
  REQUIRE_FALSE(result);
  CHECK(result.error().code == base::ErrorCode::storage);
  CHECK(result.error().text.find("config.toml") != std::string::npos);
  fs::create_directory(folder / "config.toml");
  CHECK_FALSE(remember(folder / "config.toml", {{"team", "\"New\""}}));
  CHECK(fs::is_directory(folder / "config.toml"));
}

TEST_CASE("A team that was remembered is the team that is read back, whatever it looks like") {
  const TempFolder folder;
  const auto file = folder / "config.toml";
  for (const std::string team :
       {"Rockets", "two words",    "a = b", "[a]", "a, b", "it's", "C:\\dir", "中文 👍🏽",  "{}",
        "%d",      "x]",           "true",  "12",  "'",    "a;b",  "//",      "\xd9\x85\xdb\x8c", "\"quoted\"",
        "a\"b",    "[\"a\",\"b\"]"}) {
    const auto value = toml_string(team);
    INFO(team << " is written " << value);
    REQUIRE_FALSE(value.empty());
    REQUIRE(remember(file, {{"team", value}}));
    CHECK(team_in(file) == team);
  }
}

TEST_CASE("Text that the reader would not give back is not written") {
  CHECK(toml_string("a # b").empty());
  CHECK(toml_string("it's \"so\"").empty());
  CHECK(toml_string("it's \\ so").empty());
  CHECK(toml_string("") == "\"\"");
}
