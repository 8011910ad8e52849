#include "hearing.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace tincan::wire {

namespace {

using Strings = std::vector<std::string>;

Self alice() { return {*base::Endpoint::parse("10.0.0.2:7001"), "Alice"}; }

std::string joined(const Strings& parts) { return std::accumulate(parts.begin(), parts.end(), std::string()); }

std::string repeated(std::string_view part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

std::size_t wire_size(Dialect dialect, const std::string& piece) {
  return message(dialect, alice(), piece).front().bytes.size();
}

} // namespace

TEST_CASE("a short text is one piece") {
  for (const auto dialect : all_dialects) CHECK(pieces(dialect, alice(), "hi there") == Strings{"hi there"});
}

TEST_CASE("a text that shows nothing has no pieces") {
  for (const auto text : {"", " ", "\n", " \t\r\n ", "\x01\x02"}) CHECK(pieces(Dialect::a1, alice(), text).empty());
}

TEST_CASE("what classic programs cannot take is replaced") {
  CHECK(carried_text("a\r\nb") == "a\nb");
  CHECK(carried_text("a\tb") == "a b");
  CHECK(carried_text("a\nb\n\n") == "a\nb");
  CHECK(carried_text("\n\na") == "a");
  CHECK(carried_text("  a  ") == "  a");
  CHECK(carried_text("a\x1b[31mb\x7f\xc2\x9b"
                     "c") == "a[31mbc");
  CHECK(carried_text(std::string("a\0b", 3)) == "ab");
  CHECK(carried_text("a\xff.") == "a\xef\xbf\xbd.");
  CHECK(carried_text("a" + std::string(500, '\n') + "b") == "a" + std::string(max_white_run, '\n') + "b");
}

TEST_CASE("a long text travels in pieces that fit one write and give the text again") {
  const std::string texts[] = {repeated("word and another one ", 300) + "end",
                               repeated("x", 5000),
                               repeated("żółw", 1000),
                               repeated("👩‍👩‍👧", 300) + "x",
                               repeated("line\n", 500) + "end",
                               repeated("\"\\", 2000),
                               repeated("ab\n\"", 999),
                               repeated("a ", 3000) + "b"};
  for (const auto dialect : all_dialects) {
    for (const auto& text : texts) {
      INFO(name(dialect) << ' ' << text.substr(0, 20));
      const auto parts = pieces(dialect, alice(), text);
      CHECK(parts.size() > 1);
      CHECK(joined(parts) == text);
      for (const auto& part : parts) {
        CHECK(wire_size(dialect, part) <= max_wire_bytes);
        CHECK(base::is_valid_utf8(part));
        CHECK_FALSE(base::trim(part).empty());
      }
    }
  }
}

TEST_CASE("pieces are nearly full") {
  const auto parts = pieces(Dialect::a1, alice(), repeated("x", 5000));
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) CHECK(wire_size(Dialect::a1, parts[i]) == max_wire_bytes);
}

TEST_CASE("a text is cut behind a blank or a LF where one is near") {
  const auto words = pieces(Dialect::a1, alice(), repeated("word ", 500) + "end");
  for (std::size_t i = 0; i + 1 < words.size(); ++i) CHECK(words[i].ends_with("word "));
  const auto lines = pieces(Dialect::a1, alice(), repeated("line\n", 500) + "end");
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) CHECK(lines[i].ends_with("line\n"));
}

TEST_CASE("a text is cut between grapheme clusters") {
  const std::string family = "👩‍👩‍👧";
  const auto parts = pieces(Dialect::a1, alice(), repeated(family, 200));
  for (const auto& part : parts) CHECK(part.size() % family.size() == 0);
}

TEST_CASE("a single cluster longer than a message is cut between code points, and no piece is blank") {
  const auto zalgo = "a" + repeated("\u0301", 2000);
  for (const auto& text : {zalgo, " b\n\n" + zalgo, repeated("y", 900) + "  " + zalgo}) {
    const auto parts = pieces(Dialect::a1, alice(), text);
    CHECK(joined(parts) == text);
    for (const auto& part : parts) {
      CHECK(base::is_valid_utf8(part));
      CHECK_FALSE(base::trim(part).empty());
      CHECK(wire_size(Dialect::a1, part) <= max_wire_bytes);
    }
  }
}

TEST_CASE("the longest team and address leave room for text") {
  const Self self{*base::Endpoint::parse("[2001:db8:1111:2222:3333:4444:5555:6666]:65535"), repeated("ż", 100)};
  for (const auto dialect : all_dialects) {
    INFO(name(dialect));
    const auto parts = pieces(dialect, self, repeated("x", 3000));
    CHECK(parts.size() <= 4);
    for (const auto& part : parts) CHECK(message(dialect, self, part).front().bytes.size() <= max_wire_bytes);
  }
}

TEST_CASE("a team is one word") {
  CHECK(team_word("Alice") == "Alice");
  CHECK(team_word(" Alice  B ") == "Alice__B");
  CHECK(team_word("a\tb\nc\u00a0d\u3000e") == "a_b_c_d_e");
  CHECK(team_word("a\x1b[0m\u202e") == "a_[0m_");
  CHECK(team_word("a:b|c", ":|") == "a_b_c");
  CHECK(team_word("") == "tincan");
  CHECK(team_word("  \n") == "tincan");
  CHECK(team_word("a\xff") == "a\xef\xbf\xbd");
  CHECK(team_word(std::string(100, 'x')) == std::string(64, 'x'));
  CHECK(team_word(repeated("👩‍👩‍👧", 10)) == repeated("👩‍👩‍👧", 3));
}

} // namespace tincan::wire
