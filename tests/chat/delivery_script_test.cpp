// What we say to peers, dialect by dialect, and what becomes of it, as transcripts (script.hpp).
#include "script.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

TEST_CASE("a canonical message goes in one write on a link of its own", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello there
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello there R1
    ! done R1
    > open L1
    < send L1 10.0.0.1:7000 Us hello there
    < finish L1
    > taken L1
    ! state #1 A1 sent R1
    > end L1
    < close L1
    > peers
    ! listed unheard 1 10.0.0.7:4100 A1 - R2
    ! done R2
  )");
}

TEST_CASE("the next message waits until the peer has closed, or a moment", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: one R1
    ! done R1
    > send 10.0.0.7:4100 two
    ! out #2 10.0.0.7:4100 A1 Us queued: two R2
    ! done R2
    > send 10.0.0.7:4100 three
    ! out #3 10.0.0.7:4100 A1 Us queued: three R3
    ! done R3
    > open L1
    < send L1 10.0.0.1:7000 Us one
    < finish L1
    > taken L1
    ! state #1 A1 sent R1
    > end L1
    < dial L2 10.0.0.7:4100
    < close L1
    > open L2
    < send L2 10.0.0.1:7000 Us two
    < finish L2
    > taken L2
    ! state #2 A1 sent R2
    > wait 199
    > wait 1
    < dial L3 10.0.0.7:4100
    > open L3
    < send L3 10.0.0.1:7000 Us three
    < finish L3
    > taken L3
    ! state #3 A1 sent R3
    > wait 1000
    < close L2
    < close L3
  )");
}

TEST_CASE("a refused dial is told and tried again with growing patience", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > peers
    ! listed unreachable 1 10.0.0.7:4100 A1 - queued 1: connection refused R2
    ! done R2
    > wait 999
    > wait 1
    < dial L2 10.0.0.7:4100
    > refuse L2
    ! state #1 A1 failed next in 2000 ms: connection refused R1
    > wait 2000
    < dial L3 10.0.0.7:4100
    > refuse L3
    ! state #1 A1 failed next in 4000 ms: connection refused R1
    > wait 4000
    < dial L4 10.0.0.7:4100
    > open L4
    < send L4 10.0.0.1:7000 Us hello
    < finish L4
    > taken L4
    ! peer reachable: 1 10.0.0.7:4100 A1 - queued 1
    ! state #1 A1 sent R1
    > end L4
    < close L4
    > peers
    ! listed unheard 1 10.0.0.7:4100 A1 - R3
    ! done R3
  )");
}

TEST_CASE("a machine that does not answer is given up after ten seconds", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > wait 9999
    > wait 1
    < close L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: no answer for 10 s
    ! state #1 A1 failed next in 1000 ms: no answer for 10 s R1
    > wait 1000
    < dial L2 10.0.0.7:4100
    > open L2
    < send L2 10.0.0.1:7000 Us hello
    < finish L2
    > wait 9999
    > wait 1
    < close L2
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: the other machine took nothing for 10 s
    ! state #1 A1 failed next in 2000 ms: the other machine took nothing for 10 s R1
  )");
}

TEST_CASE("a link that breaks before the bytes were taken is a failure, one that breaks after is not",
          "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > open L1
    < send L1 10.0.0.1:7000 Us hello
    < finish L1
    > cut L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection reset
    ! state #1 A1 failed next in 1000 ms: connection reset R1
    > wait 1000
    < dial L2 10.0.0.7:4100
    > open L2
    & taken L2
    < send L2 10.0.0.1:7000 Us hello
    < finish L2
    > taken L2
    & cut L2
    ! peer reachable: 1 10.0.0.7:4100 A1 - queued 1
    ! state #1 A1 sent R1
    > peers
    ! listed unheard 1 10.0.0.7:4100 A1 - R2
    ! done R2
  )");
}

TEST_CASE("what was taken before our words left says nothing about them", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A3
    ! peer dialect: 1 10.0.0.7:4100 A3 - fixed R1
    ! done R1
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A3 Us queued: hello R2
    ! done R2
    > open L1
    < send L1 7000\nCONNECT\n
    > bytes L1 ok
    & taken L1
    & bytes L1 ok
    < send L1 hello\n
    > cut L1
    ! peer unreachable: 1 10.0.0.7:4100 A3 - fixed queued 1: connection reset
    ! state #1 A3 failed next in 1000 ms: connection reset R2
  )");
}

TEST_CASE("seed1 is greeted once, each line is acknowledged, and the link is kept", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A3
    ! peer dialect: 1 10.0.0.7:4100 A3 - fixed R1
    ! done R1
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A3 Us queued: one R2
    ! done R2
    > open L1
    < send L1 7000\nCONNECT\n
    > taken L1
    > bytes L1 ok
    < send L1 one\n
    > taken L1
    > bytes L1 ok
    ! state #1 A3 acknowledged R2
    > send 10.0.0.7:4100 two
    < send L1 two\n
    ! out #2 10.0.0.7:4100 A3 Us queued: two R3
    ! done R3
    > bytes L1 ok
    > taken L1
    ! state #2 A3 acknowledged R3
    > peers
    ! listed active 1 10.0.0.7:4100 A3 - fixed links 1 R4
    ! done R4
    > end L1
    < close L1
    > peers
    ! listed unheard 1 10.0.0.7:4100 A3 - fixed R5
    ! done R5
    > send 10.0.0.7:4100 three
    < dial L2 10.0.0.7:4100
    ! out #3 10.0.0.7:4100 A3 Us queued: three R6
    ! done R6
  )");
}

TEST_CASE("a peer that never acknowledges does not hold up the queue", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A3-team
    ! peer dialect: 1 10.0.0.7:4100 A3-team - fixed R1
    ! done R1
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A3-team Us queued: one R2
    ! done R2
    > send 10.0.0.7:4100 two
    ! out #2 10.0.0.7:4100 A3-team Us queued: two R3
    ! done R3
    > open L1
    < send L1 7000\nUs\nCONNECT\n
    > taken L1
    > wait 5000
    < send L1 one\n
    > taken L1
    > wait 5000
    < send L1 two\n
    ! state #1 A3-team sent: not acknowledged R2
    > taken L1
    > wait 5000
    ! state #2 A3-team sent: not acknowledged R3
  )");
}

TEST_CASE("a kept link that turns out to be dead is dialled anew at once, and that is no failure", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A3-line
    ! peer dialect: 1 10.0.0.7:4100 A3-line - fixed R1
    ! done R1
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A3-line Us queued: one R2
    ! done R2
    > open L1
    < send L1 7000\nCONNECT\n
    > taken L1
    > bytes L1 ok
    < send L1 10.0.0.1:7000 Us one\n
    > taken L1
    > bytes L1 ok
    ! state #1 A3-line acknowledged R2
    > send 10.0.0.7:4100 two
    < send L1 10.0.0.1:7000 Us two\n
    ! out #2 10.0.0.7:4100 A3-line Us queued: two R3
    ! done R3
    > cut L1
    < dial L2 10.0.0.7:4100
    > open L2
    < send L2 7000\nCONNECT\n
    > taken L2
    > bytes L2 ok
    < send L2 10.0.0.1:7000 Us two\n
    > taken L2
    > bytes L2 ok
    ! state #2 A3-line acknowledged R3
  )");
}

TEST_CASE("a kept link that swallows our words without taking them is given up and dialled after a rest",
          "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A4
    ! peer dialect: 1 10.0.0.7:4100 A4 - fixed R1
    ! done R1
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A4 Us queued: one R2
    ! done R2
    > open L1
    < send L1 CONNECT:7000
    > taken L1
    > wait 400
    < send L1 Us : one
    > taken L1
    > wait 400
    ! state #1 A4 sent R2
    > send 10.0.0.7:4100 two
    < send L1 Us : two
    ! out #2 10.0.0.7:4100 A4 Us queued: two R3
    ! done R3
    > wait 10400
    < close L1
    ! peer unreachable: 1 10.0.0.7:4100 A4 - fixed queued 1: the other machine took nothing for 10 s
    ! state #2 A4 failed next in 1000 ms: the other machine took nothing for 10 s R3
    > wait 1000
    < dial L2 10.0.0.7:4100
  )");
}

TEST_CASE("every other dialect is written as its programs read it", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.11:1 A2a
    ! peer dialect: 1 10.0.0.11:1 A2a - fixed R1
    ! done R1
    > dialect 10.0.0.12:1 A2b
    ! peer dialect: 2 10.0.0.12:1 A2b - fixed R2
    ! done R2
    > dialect 10.0.0.13:1 A5
    ! peer dialect: 3 10.0.0.13:1 A5 - fixed R3
    ! done R3
    > dialect 10.0.0.14:1 A6
    ! peer dialect: 4 10.0.0.14:1 A6 - fixed R4
    ! done R4
    > dialect 10.0.0.15:1 A7
    ! peer dialect: 5 10.0.0.15:1 A7 - fixed R5
    ! done R5
    > dialect 10.0.0.16:1 A8
    ! peer dialect: 6 10.0.0.16:1 A8 - fixed R6
    ! done R6
    > dialect 10.0.0.17:1 A9
    ! peer dialect: 7 10.0.0.17:1 A9 - fixed R7
    ! done R7
    > dialect 10.0.0.18:1 A10
    ! peer dialect: 8 10.0.0.18:1 A10 - fixed R8
    ! done R8
    > dialect 10.0.0.19:1 raw
    ! peer dialect: 9 10.0.0.19:1 raw - fixed R9
    ! done R9
    > send 1 hello
    < dial L1 10.0.0.11:1
    ! out #1 10.0.0.11:1 A2a Us queued: hello R10
    ! done R10
    > send 2 hello
    < dial L2 10.0.0.12:1
    ! out #2 10.0.0.12:1 A2b Us queued: hello R11
    ! done R11
    > send 3 hello
    < dial L3 10.0.0.13:1
    ! out #3 10.0.0.13:1 A5 Us queued: hello R12
    ! done R12
    > send 4 hello
    < dial L4 10.0.0.14:1
    ! out #4 10.0.0.14:1 A6 Us queued: hello R13
    ! done R13
    > send 5 hello
    < dial L5 10.0.0.15:1 from 7000
    ! out #5 10.0.0.15:1 A7 Us queued: hello R14
    ! done R14
    > send 6 hello
    < dial L6 10.0.0.16:1
    ! out #6 10.0.0.16:1 A8 Us queued: hello R15
    ! done R15
    > send 7 hello
    < dial L7 10.0.0.17:1
    ! out #7 10.0.0.17:1 A9 Us queued: hello R16
    ! done R16
    > send 8 hello
    < dial L8 10.0.0.18:1
    ! out #8 10.0.0.18:1 A10 Us queued: hello R17
    ! done R17
    > send 9 hello
    < dial L9 10.0.0.19:1
    ! out #9 10.0.0.19:1 raw Us queued: hello R18
    ! done R18
    > open L1
    < send L1 <10.0.0.1:7000> Us hello
    < finish L1
    > open L2
    < send L2 <10.0.0.1:7000> @ <Us>\nhello\n<end>
    < finish L2
    > open L3
    < send L3 MESSAGE:Us:7000:hello
    < finish L3
    > open L4
    < send L4 LISTENING_PORT:7000|TEAM_NAME:Us|hello
    < finish L4
    > open L5
    < send L5 hello
    < finish L5
    > open L6
    < send L6 {"type":"message","content":"hello","sender_name":"Us","sender_port":7000}
    < finish L6
    > open L7
    < send L7 10.0.0.1 7000 Us hello
    < finish L7
    > open L8
    < send L8 7000 7000 Us hello
    < finish L8
    > open L9
    < send L9 hello
    < finish L9
  )");
}

TEST_CASE("the peer is spoken to as it last spoke, also while an attempt runs", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: one R1
    ! done R1
    > send 10.0.0.7:4100 two
    ! out #2 10.0.0.7:4100 A1 Us queued: two R2
    ! done R2
    > accept L2 10.0.0.7:50000
    > bytes L2 <10.0.0.7:4100> @ <Sai>\nhello\n<end>\n
    ! in #3 10.0.0.7:4100 A2b Sai received: hello
    > open L1
    < send L1 10.0.0.1:7000 Us one
    < finish L1
    > taken L1
    ! state #1 A1 sent R1
    > end L1
    < dial L3 10.0.0.7:4100
    < close L1
    > open L3
    < send L3 <10.0.0.1:7000> @ <Us>\ntwo\n<end>
    < finish L3
  )");
}

TEST_CASE("a dialect set by hand stays until it is given back", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 a2A
    ! peer dialect: 1 10.0.0.7:4100 A2a - fixed R1
    ! done R1
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue hello
    > end L1
    < close L1
    ! in #1 10.0.0.7:4100 A1 Blue received: hello
    > peers
    ! listed active 1 10.0.0.7:4100 A2a Blue fixed unread 1 R2
    ! done R2
    > dialect blue auto
    ! peer dialect: 1 10.0.0.7:4100 A2a Blue unread 1 R3
    ! done R3
    > accept L2 10.0.0.7:50001
    > bytes L2 10.0.0.7:4100 Blue hello
    > end L2
    < close L2
    ! in #2 10.0.0.7:4100 A1 Blue received: hello
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 2 R4
    ! done R4
    > dialect blue B1
    ! failed bad_argument: there is no dialect “B1” (A1, A2a, A2b, A3, A3-team, A3-line, A4 to A10, raw, auto) R5
  )");
}

TEST_CASE("an A4 link is not adopted for a peer that we are told to write to in another dialect", "[chat][script]") {
  play(R"(
    > dialect 10.0.0.7:4100 A1
    ! peer dialect: 1 10.0.0.7:4100 A1 - fixed R1
    ! done R1
    > accept L1 10.0.0.7:50000
    > bytes L1 CONNECT:4100
    > wait 300
    ! peer announced: 1 10.0.0.7:4100 A1 - fixed links 1
    > send 1 hello
    < dial L2 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R2
    ! done R2
    > cut L1
    > open L2
    < send L2 10.0.0.1:7000 Us hello
    < finish L2
    > taken L2
    ! state #1 A1 sent R2
    > end L2
    < close L2
  )");
}

TEST_CASE("connect announces us in parallel and tells each result as it comes", "[chat][script]") {
  play(R"(
    > connect
    ! done R1
    > dialect 10.0.0.11:1 A1
    ! peer dialect: 1 10.0.0.11:1 A1 - fixed R2
    ! done R2
    > dialect 10.0.0.12:1 A3
    ! peer dialect: 2 10.0.0.12:1 A3 - fixed R3
    ! done R3
    > dialect 10.0.0.13:1 A5
    ! peer dialect: 3 10.0.0.13:1 A5 - fixed R4
    ! done R4
    > dialect 10.0.0.14:1 raw
    ! peer dialect: 4 10.0.0.14:1 raw - fixed R5
    ! done R5
    > connect
    < dial L1 10.0.0.11:1
    < dial L2 10.0.0.12:1
    < dial L3 10.0.0.13:1
    ! announced 10.0.0.14:1 10.0.0.14:1 not reached: its dialect knows no announcement R6
    > refuse L1
    ! announced 10.0.0.11:1 10.0.0.11:1 not reached: connection refused R6
    ! peer unreachable: 1 10.0.0.11:1 A1 - fixed: connection refused
    > open L2
    < send L2 7000\nCONNECT\n
    > open L3
    < send L3 CONNECT:Us:7000
    > bytes L2 ok
    & taken L2
    ! announced 10.0.0.12:1 10.0.0.12:1 acknowledged R6
    > taken L3
    > bytes L3 ACK:Miners:1
    < finish L3
    ! announced 10.0.0.13:1 10.0.0.13:1 acknowledged R6
    ! done R6
    > taken L3
    > connect 2 10.0.0.20:5 nobody
    < dial L4 10.0.0.20:5
    ! announced nobody - not reached: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R7
    ! announced 2 10.0.0.12:1 reached R7
    > refuse L4
    ! announced 10.0.0.20:5 10.0.0.20:5 not reached: connection refused R7
    ! done R7
    ! peer unreachable: 5 10.0.0.20:5 A1 -: connection refused
  )");
}

TEST_CASE("what was asked for now goes before what is tried again anyway", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > connect 10.0.0.7:4100
    < dial L2 10.0.0.7:4100
    > open L2
    < send L2 10.0.0.1:7000 Us connect
    < finish L2
    > taken L2
    ! peer reachable: 1 10.0.0.7:4100 A1 - queued 1
    ! announced 10.0.0.7:4100 10.0.0.7:4100 reached R2
    ! done R2
    > end L2
    < dial L3 10.0.0.7:4100
    < close L2
    > open L3
    < send L3 10.0.0.1:7000 Us hello
    < finish L3
    > taken L3
    ! state #1 A1 sent R1
    > end L3
    < close L3
  )");
}

TEST_CASE("a peer that shows itself is tried at once", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 hello
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > accept L2 10.0.0.7:50000
    > bytes L2 10.0.0.7:4100 Blue here
    > end L2
    < dial L3 10.0.0.7:4100
    < close L2
    ! in #2 10.0.0.7:4100 A1 Blue received: here
    > open L3
    < send L3 10.0.0.1:7000 Us hello
    < finish L3
    > taken L3
    ! state #1 A1 sent R1
    > end L3
    < close L3
  )");
}

TEST_CASE("a peer that talks without end makes us dial six times a minute at most", "[chat]") {
  Stage stage;
  stage.input("send 10.0.0.7:4100 hello");
  std::size_t dials = 0;
  for (int i = 0; i < 40; ++i) {
    for (const auto& line : stage.take_lines())
      if (line.starts_with("< dial L")) {
        ++dials;
        stage.input("refuse " + line.substr(7, line.find(' ', 7) - 7));
      }
    const auto link = stage.node().new_link();
    stage.node().link_accepted(link, *base::Endpoint::parse("10.0.0.7:50000"), stage.now());
    stage.node().bytes_received(link, "10.0.0.7:4100 Blue here", stage.now());
    stage.input("end L" + std::to_string(link.value));
  }
  CHECK(dials == 1 + max_hints_per_minute);
}

TEST_CASE("a long text travels in pieces, and goes on with the piece that was refused", "[chat][script]") {
  const std::string words = [] {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "word" + std::to_string(i) + (i == 199 ? "" : " ");
    return text;
  }();
  Stage stage;
  stage.input("send 10.0.0.7:4100 " + words);
  for (const auto* line : {"open L1", "taken L1", "end L1", "refuse L2", "wait 1000"}) stage.input(line);
  stage.take_lines();
  stage.input("open L3");
  CHECK(stage.take_lines() ==
        std::vector<std::string>{"< send L3 10.0.0.1:7000 Us word136 word137 word138…[528 bytes]", "< finish L3"});
  stage.input("taken L3");
  CHECK(stage.take_lines() ==
        std::vector<std::string>{"! peer reachable: 1 10.0.0.7:4100 A1 - queued 1", "! state #1 A1 sent R1"});
}

TEST_CASE("a waiting message can be cancelled, one on its way cannot", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: one R1
    ! done R1
    > send 10.0.0.7:4100 two
    ! out #2 10.0.0.7:4100 A1 Us queued: two R2
    ! done R2
    > send 10.0.0.7:4100 three
    ! out #3 10.0.0.7:4100 A1 Us queued: three R3
    ! done R3
    > cancel #1
    ! failed bad_argument: no waiting message is #1 R4
    > cancel #2
    ! done R5
    ! state #2 A1 cancelled: cancelled R2
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 2: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > peers
    ! listed unreachable 1 10.0.0.7:4100 A1 - queued 2: connection refused R6
    ! done R6
    > cancel 10.0.0.7:4100
    ! done R7
    ! state #1 A1 cancelled: cancelled R1
    ! state #3 A1 cancelled: cancelled R3
    > peers
    ! listed unreachable 1 10.0.0.7:4100 A1 -: connection refused R8
    ! done R8
    > cancel 10.0.0.7:4100
    ! failed bad_argument: nothing waits for 10.0.0.7:4100 R9
    > cancel #9
    ! failed bad_argument: no waiting message is #9 R10
    > cancel #x
    ! failed bad_argument: no waiting message is #x R11
    > cancel nobody
    ! failed unknown_peer: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R12
  )");
}

TEST_CASE("retry tries now and forgets the failures", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100 one
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: one R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > wait 1000
    < dial L2 10.0.0.7:4100
    > refuse L2
    ! state #1 A1 failed next in 2000 ms: connection refused R1
    > retry 1
    < dial L3 10.0.0.7:4100
    ! done R2
    > refuse L3
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > retry
    < dial L4 10.0.0.7:4100
    ! done R3
    > refuse L4
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > retry nobody
    ! failed unknown_peer: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R4
  )");
}

TEST_CASE("a text that is empty, too long or carries nothing is not taken", "[chat][script]") {
  play(R"(
    > send 10.0.0.7:4100
    ! failed bad_argument: the message is empty R1
    > send 10.0.0.7:4100 \n
    ! failed bad_argument: the message is empty R2
    > send 10.0.0.7:4100 \x01
    ! failed bad_argument: the message is empty R3
    > send 0.0.0.0:4100 hello
    ! failed bad_argument: 0.0.0.0:4100 is no address of a single machine R4
    > send 224.0.0.1:4100 hello
    ! failed bad_argument: 224.0.0.1:4100 is no address of a single machine R5
    > peers
    ! done R6
  )");
}

TEST_CASE("a message of which pieces went ends in the dialect in which it began", "[chat]") {
  Stage stage;
  stage.input("send 10.0.0.7:4100 " + std::string(700, 'a') + " " + std::string(700, 'b'));
  for (const auto* line : {"open L1", "taken L1", "accept L2 10.0.0.7:50000",
                           "bytes L2 <10.0.0.7:4100> @ <Sai>\\nhello\\n<end>\\n", "end L1"})
    stage.input(line);
  stage.take_lines();
  stage.input("open L3");
  CHECK(stage.take_lines().front().starts_with("< send L3 10.0.0.1:7000 Us bb"));
  stage.input("taken L3");
  CHECK(stage.take_lines().back() == "! state #1 A1 sent R1");
  stage.input("send 1 next");
  stage.input("wait 200");
  stage.take_lines();
  stage.input("open L4");
  CHECK(stage.take_lines().front() == "< send L4 <10.0.0.1:7000> @ <Us>\\nnext\\n<end>");
}

TEST_CASE("what a peer said just before its link is given up is kept", "[chat]") {
  Stage stage;
  for (const auto* line : {"dialect 10.0.0.7:4100 A4", "send 1 hello", "open L1", "wait 400", "wait 10350"})
    stage.input(line);
  stage.take_lines();
  stage.input("bytes L1 Zero : hi");
  stage.input("wait 50");
  const auto lines = stage.take_lines();
  CAPTURE(lines);
  CHECK(std::count(lines.begin(), lines.end(), "! in #2 10.0.0.7:4100 raw Zero received: hi") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "< close L1") == 1);
}
