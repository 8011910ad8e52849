#include "tincan/term/keys.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace tincan::term;

namespace {

std::vector<Key> taken(KeyDecoder& decoder) {
  std::vector<Key> keys;
  while (auto key = decoder.next()) keys.push_back(*key);
  return keys;
}

std::vector<Key> decoded(std::string_view bytes) {
  KeyDecoder decoder;
  decoder.feed(bytes);
  return taken(decoder);
}

Key key(KeyCode code, bool alt = false, bool ctrl = false) { return {code, alt, ctrl}; }
Key text(std::string bytes, bool alt = false) { return {KeyCode::text, alt, false, std::move(bytes)}; }
Key control(char letter) { return {KeyCode::control, false, false, std::string(1, letter)}; }
Key paste(std::string bytes) { return {KeyCode::paste, false, false, std::move(bytes)}; }
Key report(int row, int column) { return {KeyCode::cursor_report, false, false, {}, false, row, column}; }

struct Case {
  std::string bytes;
  std::vector<Key> keys;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"a", {text("a")}},
      {"ä漢👍", {text("ä"), text("漢"), text("👍")}},
      {"\r\n\t\x7f\b",
       {key(KeyCode::enter), key(KeyCode::enter), key(KeyCode::tab), key(KeyCode::backspace), key(KeyCode::backspace)}},
      {"\x01\x1a\x1f", {control('a'), control('z'), control('_')}},
      {"\x1b[A\x1b[B\x1b[C\x1b[D", {key(KeyCode::up), key(KeyCode::down), key(KeyCode::right), key(KeyCode::left)}},
      {"\x1bOA\x1bOH\x1bOF", {key(KeyCode::up), key(KeyCode::home), key(KeyCode::end)}},
      {"\x1b[H\x1b[1~\x1b[4~\x1b[8~", {key(KeyCode::home), key(KeyCode::home), key(KeyCode::end), key(KeyCode::end)}},
      {"\x1b[3~\x1b[3;5~", {key(KeyCode::remove), key(KeyCode::remove, false, true)}},
      {"\x1b[1;5C\x1b[1;3D", {key(KeyCode::right, false, true), key(KeyCode::left, true)}},
      {"\x1b"
       "b\x1b"
       "d\x1b\x7f",
       {text("b", true), text("d", true), key(KeyCode::backspace, true)}},
      {"\x1bä", {text("ä", true)}},
      {"\x1b\x1b[A", {key(KeyCode::escape), key(KeyCode::up)}},
      {"\x1b[200~a\tb\r\nc\x03\x1b[Ad\x1b[201~e", {paste("a b\nc[Ad"), text("e")}},
      {"\x1b[200~\x1b[20\x1b[201~x", {paste("[20"), text("x")}},
      {"\x1b[200~\x1b\x1b[201~x", {paste(""), text("x")}},
      {"\x1b[24;80Rx", {report(24, 80), text("x")}},
      {"\x1b[?62;1;6cx", {key(KeyCode::other), text("x")}},
      {"\x1b]10;rgb:ffff/ffff/ffff\x1b\\x\x1b]11;rgb:0/0/0\ax", {text("x"), text("x")}},
      {"\x1bP>|tmux 3.3a\x1b\\x\x1b_Gi=1;OK\x1b\\x", {text("x"), text("x")}},
      {"\x1b[[Ax\x1b[15;2~x\x1b[<0;1;1Mx", {text("x"), key(KeyCode::other), text("x"), key(KeyCode::other), text("x")}},
      {"\x1b[1\x03x", {control('c'), text("x")}},
      {"\x1b]0;title\x03x", {control('c'), text("x")}},
      {"\xc2\x9b"
       "31mx",
       {text("3"), text("1"), text("m"), text("x")}},
      {"\xe6\xbc"
       "a\xff",
       {text("\xef\xbf\xbd"), text("a"), text("\xef\xbf\xbd")}},
  };
  return all;
}

} // namespace

TEST_CASE("each sequence gives its keys, however it is split over two reads") {
  for (const auto& [bytes, keys] : cases()) {
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
      CAPTURE(bytes, at);
      KeyDecoder decoder;
      decoder.feed(bytes.substr(0, at));
      auto seen = taken(decoder);
      decoder.feed(bytes.substr(at));
      for (auto& more : taken(decoder)) seen.push_back(std::move(more));
      CHECK(seen == keys);
      CHECK_FALSE(decoder.waits());
    }
  }
}

TEST_CASE("a lone escape is a key once the time is over") {
  KeyDecoder decoder;
  decoder.feed("\x1b");
  CHECK(decoder.waits());
  CHECK(decoder.patience() == escape_patience);
  CHECK(taken(decoder).empty());
  decoder.timed_out();
  CHECK_FALSE(decoder.waits());
  CHECK(taken(decoder) == std::vector{key(KeyCode::escape)});
  decoder.feed("[A");
  CHECK(taken(decoder) == std::vector{text("["), text("A")});
}

TEST_CASE("half a sequence, half a character and a paste without end are given up in time") {
  KeyDecoder decoder;
  for (const std::string_view half : {"\x1b[1;", "\x1b]10;rgb", "\x1bPabc"}) {
    decoder.feed(half);
    CHECK(decoder.waits());
    decoder.timed_out();
    decoder.feed("x");
    CHECK(taken(decoder) == std::vector{text("x")});
  }
  decoder.feed("\xe6\xbc");
  decoder.timed_out();
  CHECK(taken(decoder) == std::vector{text("\xef\xbf\xbd")});
  decoder.feed("\x1b[200~abc");
  CHECK(decoder.patience() == paste_patience);
  decoder.timed_out();
  CHECK(taken(decoder) == std::vector{paste("abc")});
}

TEST_CASE("a paste is bounded and says that it was cut") {
  KeyDecoder decoder;
  decoder.feed("\x1b[200~" + std::string(max_paste_bytes + 1000, 'x') + "\x1b[201~y");
  const auto keys = taken(decoder);
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].cut);
  CHECK(keys[0].text.size() <= max_paste_bytes);
  CHECK(keys[0].text.size() > max_paste_bytes - 10);
  CHECK(keys[1] == text("y"));
}

TEST_CASE("pasted bytes that are no UTF-8 or are controls in disguise do no harm") {
  const auto keys = decoded("\x1b[200~a\xff\xc2\x9b"
                            "b\x7f\xf0\x9f\x1b[201~");
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].text == "a\xef\xbf\xbd"
                        "b\xef\xbf\xbd");
}

TEST_CASE("random bytes never become a control character in a text") {
  const unsigned seed = 42;
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string favourites = "\x1b\x1b\x1b[[]OPm~;0123456789ab\x07\xc2\x9b\xe6";
  KeyDecoder decoder;
  for (int step = 0; step < 200'000; ++step) {
    const auto choice = std::uniform_int_distribution<std::size_t>(0, favourites.size() + 20)(random);
    const char byte = choice < favourites.size() ? favourites[choice] : static_cast<char>(random());
    decoder.feed({&byte, 1});
    if (step % 50 == 0 && decoder.waits()) decoder.timed_out();
    for (const auto& key : taken(decoder)) {
      if (key.code != KeyCode::text && key.code != KeyCode::paste) continue;
      for (std::size_t i = 0; i < key.text.size(); ++i) {
        const auto c = static_cast<unsigned char>(key.text[i]);
        REQUIRE((c >= 0x20 || c == '\n'));
        REQUIRE(c != 0x7f);
        if (c == 0xc2) REQUIRE(static_cast<unsigned char>(key.text[i + 1]) >= 0xa0);
      }
    }
  }
}
