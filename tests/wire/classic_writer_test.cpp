#include "hearing.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace tincan::wire {

namespace {

Self alice() { return {*base::Endpoint::parse("10.0.0.2:7001"), "Alice B"}; }

// Steps on one line: |bytes|, *|bytes| when they carry the text, wait (* when the answer is for it), pause, close.
std::string told(const Steps& steps) {
  std::string line;
  for (const auto& step : steps) {
    if (!line.empty()) line += ' ';
    switch (step.kind) {
    case Step::Kind::write: line += fmt::format("{}|{}|", step.is_message ? "*" : "", step.bytes); break;
    case Step::Kind::await_reply: line += step.is_message ? "wait*" : "wait"; break;
    case Step::Kind::pause: line += fmt::format("pause{}", step.patience.count()); break;
    case Step::Kind::half_close: line += "close"; break;
    }
  }
  return line;
}

struct Recipe {
  Dialect dialect;
  std::string_view greeting;
  std::string_view message;
  std::string_view announcement;
  std::string_view farewell_fresh;
};

// classic.md 1.6, row by row.
constexpr Recipe recipes[] = {
    {Dialect::a1, "", "*|10.0.0.2:7001 Alice_B hi| close", "|10.0.0.2:7001 Alice_B connect| close",
     "|10.0.0.2:7001 Alice_B exit| close"},
    {Dialect::a2a, "", "*|<10.0.0.2:7001> Alice_B hi| close", "|<10.0.0.2:7001> Alice_B CONNECT| close",
     "|<10.0.0.2:7001> Alice_B quit| close"},
    {Dialect::a2b, "", "*|<10.0.0.2:7001> @ <Alice_B>\nhi\n<end>| close",
     "|<10.0.0.2:7001> @ <Alice_B>\nCONNECTION_REQUEST\n<end>| close", "|<10.0.0.2:7001> DISCONNECT| close"},
    {Dialect::a3, "|7001\nCONNECT\n| wait", "*|hi\n| wait*", "|7001\nCONNECT\n| wait*",
     "|7001\nCONNECT\n| wait |exit\n| pause100 close"},
    {Dialect::a3_team, "|7001\nAlice_B\nCONNECT\n| wait", "*|hi\n| wait*", "|7001\nAlice_B\nCONNECT\n| wait*",
     "|7001\nAlice_B\nCONNECT\n| wait |exit\n| pause100 close"},
    {Dialect::a3_line, "|7001\nCONNECT\n| wait", "*|10.0.0.2:7001 Alice_B hi\n| wait*", "|7001\nCONNECT\n| wait*",
     "|7001\nCONNECT\n| wait |exit\n| pause100 close"},
    {Dialect::a4, "|CONNECT:7001| pause400", "*|Alice_B : hi| pause400", "|CONNECT:7001| pause400", ""},
    {Dialect::a5, "", "*|MESSAGE:Alice_B:7001:hi| close", "|CONNECT:Alice_B:7001| wait* close", "|EXIT:7001| close"},
    {Dialect::a6, "", "*|LISTENING_PORT:7001|TEAM_NAME:Alice_B|hi| close",
     "|LISTENING_PORT:7001|TEAM_NAME:Alice_B|connection message| close",
     "|LISTENING_PORT:7001|TEAM_NAME:Alice_B|exit| close"},
    {Dialect::a7, "", "*|hi| close", "|Connection Request| wait* close", ""},
    {Dialect::a8, "", R"(*|{"type":"message","content":"hi","sender_name":"Alice_B","sender_port":7001}| close)",
     R"(|{"type":"connect","content":"","sender_name":"Alice_B","sender_port":7001}| close)",
     R"(|{"type":"exit","content":"","sender_name":"Alice_B","sender_port":7001}| close)"},
    {Dialect::a9, "", "*|10.0.0.2 7001 Alice_B hi| close", "|10.0.0.2 7001 Alice_B connect| close",
     "|10.0.0.2 7001 Alice_B exit| close"},
    {Dialect::a10, "", "*|7001 7001 Alice_B hi| close", "|7001 7001 Alice_B connect| close",
     "|7001 7001 Alice_B exit| close"},
    {Dialect::raw, "", "*|hi| close", "", ""},
};

} // namespace

TEST_CASE("each dialect is written as its programs understand it") {
  for (const auto& recipe : recipes) {
    INFO(name(recipe.dialect));
    CHECK(told(greeting(recipe.dialect, alice())) == recipe.greeting);
    CHECK(told(message(recipe.dialect, alice(), "hi")) == recipe.message);
    CHECK(told(announcement(recipe.dialect, alice())) == recipe.announcement);
    CHECK(told(farewell(recipe.dialect, alice(), Connection::fresh)) == recipe.farewell_fresh);
  }
  CHECK(std::size(recipes) == all_dialects.size());
}

TEST_CASE("on a kept connection the last word needs no greeting") {
  for (const auto dialect : {Dialect::a3, Dialect::a3_team, Dialect::a3_line})
    CHECK(told(farewell(dialect, alice(), Connection::kept)) == "|exit\n| pause100 close");
  CHECK(told(farewell(Dialect::a4, alice(), Connection::kept)) == "|exit| pause100 close");
}

TEST_CASE("only A3 and A4 keep their connection, and only A3 acknowledges") {
  for (const auto dialect : all_dialects) {
    INFO(name(dialect));
    const bool lines = dialect == Dialect::a3 || dialect == Dialect::a3_team || dialect == Dialect::a3_line;
    CHECK(acknowledges(dialect) == lines);
    CHECK(keeps_connection(dialect) == (lines || dialect == Dialect::a4));
    CHECK(wants_listening_source_port(dialect) == (dialect == Dialect::a7));
  }
}

TEST_CASE("waiting for an acknowledgement ends some time") {
  for (const auto& step : message(Dialect::a3, alice(), "hi"))
    if (step.kind == Step::Kind::await_reply) CHECK(step.patience == ack_patience);
}

TEST_CASE("an IPv6 address stands in brackets in headers") {
  const Self self{*base::Endpoint::parse("[::1]:7001"), "Alice"};
  CHECK(told(message(Dialect::a1, self, "hi")) == "*|[::1]:7001 Alice hi| close");
  CHECK(told(message(Dialect::a2a, self, "hi")) == "*|<[::1]:7001> Alice hi| close");
}

TEST_CASE("a dialect's own marks are taken out of the team") {
  const Self self{*base::Endpoint::parse("10.0.0.2:7001"), "a:b|c<d>e@[f]"};
  CHECK(told(message(Dialect::a1, self, "hi")) == "*|10.0.0.2:7001 a:b|c<d>e@[f] hi| close");
  CHECK(told(message(Dialect::a2a, self, "hi")) == "*|<10.0.0.2:7001> a:b|c_d_e__f] hi| close");
  CHECK(told(message(Dialect::a2b, self, "hi")) == "*|<10.0.0.2:7001> @ <a:b|c_d_e@[f]>\nhi\n<end>| close");
  CHECK(told(message(Dialect::a5, self, "hi")) == "*|MESSAGE:a_b|c<d>e@[f]:7001:hi| close");
  CHECK(told(message(Dialect::a6, self, "hi")) == "*|LISTENING_PORT:7001|TEAM_NAME:a:b_c<d>e@[f]|hi| close");
}

TEST_CASE("a team named CONNECT does not end the greeting too early") {
  const Self self{*base::Endpoint::parse("10.0.0.2:7001"), "CONNECT"};
  CHECK(told(greeting(Dialect::a3_team, self)) == "|7001\nCONNECT_\nCONNECT\n| wait");
}

TEST_CASE("minersjs is accepted canonically") {
  CHECK(told(acceptance(alice())) == "|10.0.0.2:7001 Alice_B CONNECT_ACCEPTED| close");
}

TEST_CASE("a list of peers holds whole entries only") {
  const auto peer = *base::Endpoint::parse("10.0.0.3:7002");
  CHECK(peer_list({}) == "PEERLIST:");
  CHECK(peer_list({peer}) == "PEERLIST:10.0.0.3:7002");
  CHECK(peer_list({peer, *base::Endpoint::parse("[::1]:80")}) == "PEERLIST:10.0.0.3:7002,[::1]:80");
  const auto many = peer_list(std::vector(500, peer));
  CHECK(many.size() <= max_wire_bytes);
  CHECK(many.size() > max_wire_bytes - 20);
  CHECK(many.ends_with(",10.0.0.3:7002"));
}

TEST_CASE("a text keeps its lines, and a line that looks like framing gets a blank") {
  CHECK(told(message(Dialect::a1, alice(), "a\nb\n")) == "*|10.0.0.2:7001 Alice_B a\nb| close");
  CHECK(told(message(Dialect::a1, alice(), "a\n10.0.0.2:7001 x y")) ==
        "*|10.0.0.2:7001 Alice_B a\n 10.0.0.2:7001 x y| close");
  CHECK(told(message(Dialect::a1, alice(), "a\n10.0.0.9:7001 x y")) ==
        "*|10.0.0.2:7001 Alice_B a\n10.0.0.9:7001 x y| close");
  CHECK(told(message(Dialect::a2b, alice(), "a\n<end>\nb")) ==
        "*|<10.0.0.2:7001> @ <Alice_B>\na\n<end> \nb\n<end>| close");
  CHECK(told(message(Dialect::a3, alice(), "a\n10.0.0.9:80 is up")) == "*|a\n 10.0.0.9:80 is up\n| wait*");
  CHECK(told(message(Dialect::a6, alice(), "LISTENING_PORT:1")) ==
        "*|LISTENING_PORT:7001|TEAM_NAME:Alice_B|LISTENING_PORT: 1| close");
  CHECK(told(message(Dialect::a9, alice(), "FILE a 1\nb")) == "*|10.0.0.2 7001 Alice_B  FILE a 1\nb| close");
}

} // namespace tincan::wire
