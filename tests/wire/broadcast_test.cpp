#include "tincan/wire/broadcast.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::wire;

namespace {

std::string named(std::string_view bytes) {
  const auto spoken = read_spoken(bytes);
  return spoken.name.untrusted_bytes() + "|" + spoken.text.untrusted_bytes();
}

std::string joined(const std::vector<std::string_view>& parts) {
  std::string all;
  for (const auto part : parts) all += part;
  return all;
}

} // namespace

TEST_CASE("a client's name stands before its text, with or without the time", "[wire][broadcast]") {
  CHECK(named("alice: hi") == "alice|hi");
  CHECK(named("alice: hi\n") == "alice|hi");
  CHECK(named("alice : hi\r\n") == "alice|hi");
  CHECK(named("[12:01] alice: hi: there") == "alice|hi: there");
  CHECK(named("[12:01:59] The Bandwidth Brigade: hi") == "The Bandwidth Brigade|hi");
  CHECK(named("\xD8\xB9\xD9\x84\xDB\x8C: \xD8\xB3") == "\xD8\xB9\xD9\x84\xDB\x8C|\xD8\xB3");
}

TEST_CASE("what names nobody is text as it is", "[wire][broadcast]") {
  for (const std::string text : {"hello", "see http://a.b/c", "at 12:01 we go", ": hi", " : hi", "a\nb: hi",
                                 "[12:01] hi", "this is a long sentence: with a colon", "a\x1b[2J: hi"})
    CHECK(named(text) == "|" + text);
  const auto long_name = std::string(max_speaker_bytes + 1, 'a') + ": hi";
  CHECK(named(long_name) == "|" + long_name);
}

TEST_CASE("a client leaves by the word exit alone, or as the last of its lines", "[wire][broadcast]") {
  for (const auto text : {"exit", "exit\n", "exit\r\n"}) {
    CHECK(split_exit(text).leaves);
    CHECK(split_exit(text).said.empty());
  }
  CHECK(split_exit("bye\nexit\n").leaves);
  CHECK(split_exit("bye\nexit\n").said == "bye\n");
  for (const auto text : {"exit now", "alice: exit", "no\nexit", "Exit", "", "\n", "the exit\n"}) {
    CHECK_FALSE(split_exit(text).leaves);
    CHECK(split_exit(text).said == text);
  }
}

TEST_CASE("what is passed on is cut for one recv of 1024, and no character is torn", "[wire][broadcast]") {
  CHECK(readable_parts("").empty());
  CHECK(readable_parts("short").size() == 1);
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "\xE2\x82\xAC";
  const auto parts = readable_parts(text);
  CHECK(joined(parts) == text);
  for (const auto part : parts) {
    CHECK(part.size() <= max_wire_bytes);
    CHECK(part.size() % 3 == 0);
  }
  const std::string noise(2'500, '\xFF');
  CHECK(joined(readable_parts(noise)) == noise);
}

TEST_CASE("a name before a text is one line that a terminal bears", "[wire][broadcast]") {
  CHECK(speaker_name("Team Rocket") == "Team Rocket");
  CHECK(speaker_name("a\nb\x1b[2J") == "a b[2J");
  CHECK(speaker_name("") == "tincan");
  CHECK(speaker_name(std::string(200, 'x')).size() <= max_speaker_bytes);
}

TEST_CASE("we talk to a broadcast host under our name, in writes that are read apart", "[wire][broadcast]") {
  const Self self{*base::Endpoint::parse("10.0.0.1:7000"), "Team Rocket"};
  const auto steps = message(Dialect::c, self, "hi");
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].bytes == "Team Rocket: hi");
  CHECK(steps[1].patience == reading_pause);
  for (const auto& piece : pieces(Dialect::c, self, std::string(5'000, 'x')))
    CHECK(message(Dialect::c, self, piece)[0].bytes.size() <= max_wire_bytes);
  CHECK(greeting(Dialect::c, self).empty());
  CHECK(farewell(Dialect::c, self, Connection::kept).empty());
  CHECK(dialect_from_name("c") == Dialect::c);
}
