#include "hearing.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

Self alice() { return {*base::Endpoint::parse("10.0.0.2:7001"), "Alice B"}; }

// Carries steps out against a reader, as a socket would: a pause or a wait is a silence for it.
void play(const Steps& steps, ClassicReader& reader) {
  for (const auto& step : steps) {
    switch (step.kind) {
    case Step::Kind::write: reader.bytes(step.bytes); break;
    case Step::Kind::await_reply:
    case Step::Kind::pause: reader.silence(); break;
    case Step::Kind::half_close: reader.end(); break;
    }
  }
}

std::vector<Heard> heard_after(const std::vector<Steps>& dialogue) {
  ClassicReader reader(test_self());
  for (const auto& steps : dialogue) play(steps, reader);
  reader.end();
  std::vector<Heard> all;
  while (auto heard = reader.next()) all.push_back(std::move(*heard));
  return all;
}

bool has_header(Dialect dialect) { return dialect != Dialect::raw && dialect != Dialect::a7; }

bool names_team(Dialect dialect) { return has_header(dialect) && dialect != Dialect::a3; }

} // namespace

TEST_CASE("what the writer writes, the reader hears, in every dialect") {
  for (const auto dialect : all_dialects) {
    for (const std::string text : {"hi", "hi: there | <you> \"quoted\" \\", "two\nlines", "żółw 👋", " indented"}) {
      INFO(name(dialect) << ' ' << text);
      const auto heard = heard_after({greeting(dialect, alice()), message(dialect, alice(), text)});
      REQUIRE_FALSE(heard.empty());
      const auto& last = heard.back();
      CHECK(last.kind == Heard::Kind::text);
      CHECK(last.text.untrusted_bytes() == text);
      CHECK(last.dialect == (dialect == Dialect::a7 ? Dialect::raw : dialect));
      CHECK(last.team.untrusted_bytes() == (names_team(dialect) ? "Alice_B" : ""));
      CHECK(last.announced_port == (has_header(dialect) ? std::optional<std::uint16_t>(7001) : std::nullopt));
      CHECK(heard.size() == (keeps_connection(dialect) ? 2 : 1));
    }
  }
}

TEST_CASE("an announcement is heard as one, and a farewell as leave") {
  for (const auto dialect : all_dialects) {
    INFO(name(dialect));
    const auto hello = heard_after({announcement(dialect, alice())});
    CHECK(hello.size() == (dialect == Dialect::raw ? 0 : 1));
    for (const auto& heard : hello) CHECK(heard.kind == Heard::Kind::connect);
    const auto goodbye = heard_after({farewell(dialect, alice(), Connection::fresh)});
    const bool says_goodbye = dialect != Dialect::raw && dialect != Dialect::a7 && dialect != Dialect::a4;
    REQUIRE(goodbye.empty() != says_goodbye);
    if (says_goodbye) CHECK(goodbye.back().kind == Heard::Kind::leave);
  }
}

TEST_CASE("on a kept connection the farewell is heard after the messages") {
  for (const auto dialect : {Dialect::a3, Dialect::a3_team, Dialect::a3_line, Dialect::a4}) {
    INFO(name(dialect));
    const auto heard = heard_after({greeting(dialect, alice()), message(dialect, alice(), "one"),
                                    message(dialect, alice(), "two"), farewell(dialect, alice(), Connection::kept)});
    REQUIRE(heard.size() == 4);
    CHECK(heard[0].kind == Heard::Kind::connect);
    CHECK(heard[1].text.untrusted_bytes() == "one");
    CHECK(heard[2].text.untrusted_bytes() == "two");
    CHECK(heard[3].kind == Heard::Kind::leave);
  }
}

TEST_CASE("every A3 message that was written is answered") {
  const auto all = heard_after(
      {greeting(Dialect::a3, alice()), message(Dialect::a3, alice(), "a\nb"), message(Dialect::a3, alice(), "c")});
  REQUIRE(all.size() == 3);
  for (const auto& heard : all) CHECK_FALSE(heard.reply.empty());
}

TEST_CASE("the answer to our request is no text") {
  const auto heard = heard_after({announcement(Dialect::a7, alice())});
  REQUIRE(heard.size() == 1);
  ClassicReader ours(alice());
  ours.bytes(heard[0].reply);
  ours.end();
  CHECK(ours.next()->kind == Heard::Kind::reply);
}

TEST_CASE("an A5 list of peers is read as a reply") {
  ClassicReader reader(test_self());
  reader.bytes(peer_list({*base::Endpoint::parse("10.0.0.3:7002"), *base::Endpoint::parse("[::1]:7003")}));
  reader.end();
  CHECK(drain(reader) == std::vector<std::string>{"reply A5 -@-:- |PEERLIST:10.0.0.3:7002,[::1]:7003|"});
}

TEST_CASE("an acceptance registers the peer") {
  const auto heard = heard_after({acceptance(alice())});
  REQUIRE(heard.size() == 1);
  CHECK(said(heard[0]) == "connect A1 Alice_B@10.0.0.2:7001 |CONNECT_ACCEPTED|");
}

TEST_CASE("a long text arrives whole over one connection for each piece") {
  std::string text;
  while (text.size() < 20'000) text += "some words of a longer story; ";
  text += "end";
  for (const auto dialect : all_dialects) {
    INFO(name(dialect));
    std::string arrived;
    for (const auto& piece : pieces(dialect, alice(), text)) {
      const auto heard = heard_after({greeting(dialect, alice()), message(dialect, alice(), piece)});
      arrived += heard.back().text.untrusted_bytes();
    }
    CHECK(arrived == text);
  }
}

} // namespace tincan::wire
