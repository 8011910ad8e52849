#include "hearing.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view ack_mark = " +ack";

Lines with_acks(Lines lines) {
  for (auto& line : lines)
    if (line.ends_with(ack_mark))
      line.replace(line.size() - ack_mark.size(), ack_mark.size(), " reply=✅ Message received");
  return lines;
}

std::string joined_texts(ClassicReader& reader) {
  std::string all;
  while (const auto heard = reader.next())
    if (heard->kind == Heard::Kind::text) all += heard->text.untrusted_bytes() + '\n';
  return all;
}

std::string texts_of(std::string_view bytes, std::size_t chunk) {
  ClassicReader reader(test_self());
  for (std::size_t at = 0; at < bytes.size(); at += chunk) reader.bytes(bytes.substr(at, chunk));
  reader.end();
  return joined_texts(reader);
}

} // namespace

TEST_CASE("every A3 dialogue means what its programs mean by it") {
  for (const auto& dialogue : known_line_dialogues()) {
    INFO(dialogue.what);
    CHECK(heard_in(dialogue.bytes) == with_acks(dialogue.meaning));
  }
}

TEST_CASE("an A3 dialogue means the same byte by byte and in any two chunks") {
  for (const auto& dialogue : known_line_dialogues()) {
    INFO(dialogue.what);
    CHECK(heard_byte_by_byte(dialogue.bytes) == with_acks(dialogue.meaning));
    for (std::size_t split = 0; split <= dialogue.bytes.size(); ++split) {
      INFO("split at " << split);
      const auto heard = heard_in_two_chunks(dialogue.bytes, split);
      if (heard != with_acks(dialogue.meaning)) CHECK(heard == with_acks(dialogue.meaning));
    }
  }
}

TEST_CASE("lines that come together are one A3 message with one answer") {
  CHECK(heard_in("7777\nCONNECT\none\ntwo\n\nthree\n") ==
        with_acks({"connect A3 -@-:7777 || +ack", "text A3 -@-:7777 |one\ntwo\n\nthree| +ack"}));
  CHECK(heard_in("7777\nCONNECT\n127.0.0.1:7778 Alice one\ntwo\n") ==
        with_acks({"connect A3 -@-:7777 || +ack", "text A3-line Alice@127.0.0.1:7778 |one\ntwo| +ack"}));
}

TEST_CASE("the lines of an A3 stream are the same lines however they are cut") {
  constexpr std::string_view bytes = "7777\nCONNECT\none\ntwo\n\n\nthree\r\nfour\n127.0.0.1:7778 Alice five\nsix";
  constexpr std::string_view lines = "one\ntwo\n\n\nthree\nfour\nfive\nsix\n";
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    INFO("chunks of " << chunk);
    CHECK(texts_of(bytes, chunk) == lines);
  }
}

TEST_CASE("an A3 greeting is answered at once") {
  ClassicReader reader(test_self());
  reader.bytes("7777\nCONNECT\n");
  const auto heard = reader.next();
  REQUIRE(heard);
  CHECK(heard->reply == "✅ Message received");
  CHECK_FALSE(reader.awaits_silence());
}

TEST_CASE("an A3 text is heard at its LF, without waiting for silence") {
  ClassicReader reader(test_self());
  reader.bytes("7777\nCONNECT\nhi\n");
  CHECK(drain(reader).size() == 2);
  reader.bytes("there");
  CHECK(drain(reader).empty());
  CHECK(reader.awaits_silence());
  reader.bytes("\n");
  CHECK(drain(reader) == with_acks({"text A3 -@-:7777 |there| +ack"}));
  CHECK_FALSE(reader.awaits_silence());
}

TEST_CASE("a line that could be a team is held until silence or the next line") {
  ClassicReader reader(test_self());
  reader.bytes("7777\nhi\n");
  CHECK_FALSE(reader.next());
  CHECK(reader.awaits_silence());
  reader.silence();
  CHECK(drain(reader) == with_acks({"text A3 -@-:7777 |hi| +ack"}));
}

TEST_CASE("a long first A3 line is a text, never a team") {
  const std::string line(300, 'x');
  const auto meaning = with_acks({"text A3 -@-:7777 |" + line + "| +ack", "connect A3 -@-:7777 |CONNECT| +ack"});
  CHECK(heard_in("7777\n" + line + "\nCONNECT\n") == meaning);
  CHECK(heard_byte_by_byte("7777\n" + line + "\nCONNECT\n") == meaning);
}

TEST_CASE("blank A3 lines cost no memory and no answer each") {
  ClassicReader reader(test_self());
  reader.bytes("7777\nCONNECT\n");
  drain(reader);
  for (int i = 0; i < 100'000; ++i) reader.bytes("\n");
  CHECK(reader.held_bytes() == 0);
  CHECK_FALSE(reader.next());
  reader.silence();
  CHECK(drain(reader).size() == 1);
}

TEST_CASE("an A3 line longer than a message is cut and ends the link") {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{200'000}}) {
    const std::string bytes = "7777\nCONNECT\n" + std::string(150'000, 'x');
    ClassicReader reader(test_self());
    for (std::size_t at = 0; at < bytes.size(); at += chunk) reader.bytes(std::string_view(bytes).substr(at, chunk));
    reader.next();
    const auto text = reader.next();
    REQUIRE(text);
    CHECK(text->was_cut);
    CHECK(text->text.untrusted_bytes() == std::string(max_message_bytes, 'x'));
    CHECK(reader.broken());
    CHECK(reader.held_bytes() == 0);
  }
}

TEST_CASE("nothing is heard behind an A3 line that was too long") {
  const auto bytes = "7777\nCONNECT\n" + std::string(max_message_bytes + 1, 'x') + "\nmore\nexit\n";
  CHECK(heard_in(bytes).size() == 2);
  CHECK(heard_in(bytes) == heard_byte_by_byte(bytes));
}

TEST_CASE("many short A3 lines in one chunk are not too long") {
  std::string bytes = "7777\nCONNECT\n";
  std::string lines;
  for (int i = 0; i < 40'000; ++i) lines += "line\n";
  ClassicReader reader(test_self());
  reader.bytes(bytes + lines);
  CHECK_FALSE(reader.broken());
  CHECK(joined_texts(reader) == lines);
}

} // namespace tincan::wire
