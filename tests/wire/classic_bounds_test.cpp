#include "hearing.hpp"

#include "tincan/wire/probe.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

void feed(ClassicReader& reader, std::string_view bytes, std::size_t chunk) {
  for (std::size_t at = 0; at < bytes.size(); at += chunk) reader.bytes(bytes.substr(at, chunk));
}

// One beginning for each way in which a reader holds bytes.
constexpr std::string_view beginnings[] = {"127.0.0.1:7001 Alice ",
                                           "<10.0.0.1:7002> n ",
                                           "<10.0.0.5:7003> @ <sai>\n",
                                           "CONNECT:7004 ",
                                           "MESSAGE:bm:7005:",
                                           "LISTENING_PORT:7006|TEAM_NAME:n|",
                                           "{\"content\":\"",
                                           "10.0.0.9 7009 nine ",
                                           "52011 7010 ten ",
                                           "",
                                           "{ no json "};

} // namespace

TEST_CASE("an idle reader is small") {
  CHECK(sizeof(ClassicReader) <= 300);
  const ClassicReader reader(test_self());
  CHECK(reader.held_bytes() == 0);
  CHECK_FALSE(reader.awaits_silence());
  CHECK(reader.stays_open());
  CHECK_FALSE(reader.dialect());
}

TEST_CASE("a message without end is cut, heard and ends the link, whatever its dialect and chunks") {
  for (const auto beginning : beginnings) {
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{4096}, std::size_t{1'000'000}}) {
      INFO(beginning << ", chunks of " << chunk);
      ClassicReader reader(test_self());
      const auto bytes = std::string(beginning) + std::string(150'000, 'x');
      std::size_t most = 0;
      for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        reader.bytes(std::string_view(bytes).substr(at, chunk));
        most = std::max(most, reader.held_bytes());
      }
      CHECK(most <= max_classic_bytes + max_undecided_bytes);
      REQUIRE(reader.broken());
      CHECK(reader.held_bytes() == 0);
      CHECK_FALSE(reader.awaits_silence());
      CHECK_FALSE(reader.stays_open());
      std::optional<Heard> last;
      while (auto heard = reader.next()) last = std::move(heard);
      REQUIRE(last);
      CHECK(last->was_cut);
      CHECK(last->text.untrusted_bytes().size() == max_message_bytes);
    }
  }
}

TEST_CASE("the longest message that is allowed is whole") {
  const std::string text(max_message_bytes, 'x');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{1'000'000}}) {
    ClassicReader reader(test_self());
    feed(reader, "127.0.0.1:7001 Alice " + text + "\n", chunk);
    reader.end();
    const auto heard = reader.next();
    REQUIRE(heard);
    CHECK_FALSE(heard->was_cut);
    CHECK(heard->text.untrusted_bytes() == text);
    CHECK_FALSE(reader.broken());
  }
}

TEST_CASE("one byte more is cut") {
  ClassicReader reader(test_self());
  reader.bytes("127.0.0.1:7001 Alice " + std::string(max_message_bytes, 'x') + "y");
  reader.end();
  const auto heard = reader.next();
  REQUIRE(heard);
  CHECK(heard->was_cut);
  CHECK(heard->text.untrusted_bytes() == std::string(max_message_bytes, 'x'));
  CHECK(reader.broken());
}

TEST_CASE("a cut leaves code points whole") {
  ClassicReader reader(test_self());
  std::string text(max_message_bytes - 2, 'x');
  reader.bytes("127.0.0.1:7001 Alice " + text + "👋👋");
  reader.end();
  CHECK(reader.next()->text.untrusted_bytes() == text);
  CHECK(cut_text("aż", 2) == "a");
  CHECK(cut_text("aż", 3) == "aż");
  CHECK(cut_text("\x80\x80\x80\x80\x80\x80", 5) == "\x80\x80\x80\x80\x80");
}

TEST_CASE("what could become a header for ever is text after a kilobyte") {
  ClassicReader reader(test_self());
  reader.bytes("QUERY" + std::string(max_undecided_bytes - 5, ' '));
  CHECK_FALSE(reader.dialect());
  reader.bytes(" ");
  CHECK(reader.dialect() == Dialect::raw);
}

TEST_CASE("the same long opening means the same in one chunk and byte by byte") {
  const auto bytes = "EXIT:80" + std::string(2000, ' ');
  CHECK(heard_in(bytes) == heard_byte_by_byte(bytes));
  const auto blanks = "127.0.0.1:7001" + std::string(70'000, ' ') + "Alice hi";
  CHECK(heard_in(blanks) == heard_byte_by_byte(blanks));
}

TEST_CASE("a word too long for a team is text") {
  const std::string word(max_name_bytes + 1, 'x');
  CHECK(heard_in("127.0.0.1:7001 " + word + " hi") ==
        std::vector<std::string>{"text A1 -@127.0.0.1:7001 |" + word + " hi|"});
  const std::string team(max_name_bytes, 'x');
  CHECK(heard_in("127.0.0.1:7001 " + team + " hi") ==
        std::vector<std::string>{"text A1 " + team + "@127.0.0.1:7001 |hi|"});
}

TEST_CASE("after a file header nothing is held or heard") {
  ClassicReader reader(test_self());
  reader.bytes("10.0.0.9 7009 nine FILE a.bin 500000\n");
  CHECK(drain(reader).size() == 1);
  for (int i = 0; i < 100; ++i) reader.bytes(std::string(5000, '\n'));
  CHECK(reader.held_bytes() == 0);
  CHECK_FALSE(reader.awaits_silence());
  CHECK_FALSE(reader.stays_open());
  CHECK_FALSE(reader.broken());
  reader.end();
  CHECK_FALSE(reader.next());
}

TEST_CASE("what is not text is shown once and breaks the link") {
  ClassicReader reader(test_self());
  reader.bytes("\x16\x03\x01");
  CHECK(reader.broken());
  CHECK(drain(reader).size() == 1);
  reader.bytes("127.0.0.1:7001 Alice hi");
  reader.end();
  CHECK_FALSE(reader.next());
}

TEST_CASE("a 0x16 or a NUL later on is part of the text") {
  using namespace std::string_literals;
  const auto text = "a long enough beginning \x16 \0 end"s;
  CHECK(heard_in(text) == std::vector<std::string>{"text raw -@-:- |" + text + "|"});
}

TEST_CASE("a message before a NUL at the start is heard before the link breaks") {
  using namespace std::string_view_literals;
  const std::vector<std::string> meaning{"leave A8 -@-:- ||", "unreadable raw -@-:- |" + std::string(1, '\0') + "|"};
  CHECK(heard_in("{\"type\":\"exit\"}\0"sv) == meaning);
  CHECK(heard_byte_by_byte("{\"type\":\"exit\"}\0"sv) == meaning);
}

TEST_CASE("nothing is heard after the end of the stream") {
  ClassicReader reader(test_self());
  reader.end();
  reader.bytes("127.0.0.1:7001 Alice hi");
  reader.silence();
  reader.end();
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.stays_open());
}

TEST_CASE("a link may go after one message of a dialect that sends one for each connection") {
  for (const auto bytes : {"127.0.0.1:7001 Alice hi", "<10.0.0.1:7002> n hi", "<10.0.0.5:7003> @ <s>\nhi\n<end>",
                           "LISTENING_PORT:7006|TEAM_NAME:n|hi", "Connection Request", "{\"content\":\"hi\"}",
                           "10.0.0.9 7009 nine hi", "52011 7010 ten hi"}) {
    INFO(bytes);
    ClassicReader reader(test_self());
    reader.bytes(bytes);
    reader.silence();
    CHECK(drain(reader).size() == 1);
    CHECK_FALSE(reader.stays_open());
    reader.bytes(bytes);
    reader.silence();
    CHECK(drain(reader).size() == 1);
    CHECK(reader.stays_open()); // it keeps using the connection
  }
}

TEST_CASE("a link stays where the dialect keeps it") {
  for (const auto bytes : {"7777\nCONNECT\n", "CONNECT:7004", "CONNECT:bm:7005", "hello"}) {
    INFO(bytes);
    ClassicReader reader(test_self());
    reader.bytes(bytes);
    reader.silence();
    CHECK(drain(reader).size() == 1);
    CHECK(reader.stays_open());
  }
}

TEST_CASE("the dialect is known as soon as the header shows it") {
  ClassicReader reader(test_self());
  reader.bytes("127.0.0.1:7001");
  CHECK_FALSE(reader.dialect());
  CHECK(reader.awaits_silence());
  reader.bytes(" ");
  CHECK(reader.dialect() == Dialect::a1);
}

} // namespace tincan::wire
