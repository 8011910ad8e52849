// How a person names peers, host names, mandatory messages and quitting, as transcripts (script.hpp).
#include "script.hpp"

#include <catch2/catch.hpp>

using namespace tincan::chat::test;
using namespace tincan::chat;

namespace {

Settings with_mandatory(std::vector<std::string> peers) {
  auto settings = script_settings();
  settings.mandatory = std::move(peers);
  return settings;
}

} // namespace

TEST_CASE("a peer may be named by number, name, address and host", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 The_Blues one
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A1 The_Blues
    ! in #1 10.0.0.7:4100 A1 The_Blues received: one
    > accept L2 10.0.0.8:50000
    > bytes L2 10.0.0.8:4100 Twins one
    > end L2
    < close L2
    ! peer appeared: 2 10.0.0.8:4100 A1 Twins
    ! in #2 10.0.0.8:4100 A1 Twins received: one
    > accept L3 10.0.0.9:50000
    > bytes L3 10.0.0.9:4100 twins two
    > end L3
    < close L3
    ! peer appeared: 3 10.0.0.9:4100 A1 twins
    ! in #3 10.0.0.9:4100 A1 twins received: two
    > focus 1
    ! peer read: 1 10.0.0.7:4100 A1 The_Blues
    ! done R1
    > focus the blues
    ! done R2
    > focus 10.0.0.7
    ! done R3
    > focus 10.0.0.7:4100
    ! done R4
    > focus twins
    ! failed unknown_peer: several peers fit “twins”: 2 (10.0.0.8:4100), 3 (10.0.0.9:4100); give the number R5
    > focus 9
    ! failed unknown_peer: there is no peer number 9 (see the list of peers) R6
    > focus nobody
    ! failed unknown_peer: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R7
    > focus 10.0.0.99
    ! failed unknown_peer: 10.0.0.99 needs a port, like 10.0.0.99:4100 R8
    > focus 10.0.0.99:1
    ! failed unknown_peer: 10.0.0.99:1 is not known yet R9
    > send 10.0.0.99 hi
    ! failed unknown_peer: 10.0.0.99 needs a port, like 10.0.0.99:4100 R10
    > send \x1b[31m hi
    ! failed unknown_peer: no peer is called “\x1b[31m” (give its number, its name, or its address like 10.0.0.7:4100) R11
  )");
}

TEST_CASE("where a peer listens has to be known before it can be written to", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 just words
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.7:0 raw -
    ! in #1 10.0.0.7:0 raw - received: just words
    > send 1 hi
    ! failed unknown_peer: where 10.0.0.7:0 listens is not known: give its address and port R1
    > send 10.0.0.7 hi
    ! failed unknown_peer: 10.0.0.7 needs a port, like 10.0.0.7:4100 R2
    > connect 1
    ! announced 1 - not reached: where it listens is not known R3
    ! done R3
    > connect
    ! done R4
    > block 1
    ! peer blocked: 1 10.0.0.7:0 raw - blocked unread 1
    ! block 10.0.0.7 on R5
    ! done R5
    > peers
    ! listed active 1 10.0.0.7:0 raw - blocked unread 1 R6
    ! done R6
  )");
}

TEST_CASE("a host name is looked up, and then stands for the peer", "[chat][script]") {
  play(R"(
    > send ada.example:4100 hello
    < resolve Q1 ada.example
    > resolved Q1 fe80::1 10.0.0.7
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued: hello R1
    ! done R1
    > open L1
    < send L1 10.0.0.1:7000 Us hello
    < finish L1
    > taken L1
    ! state #1 A1 sent R1
    > end L1
    < close L1
    > send ada.example:4100 again
    < resolve Q2 ada.example
    > resolved Q2 10.0.0.7
    < dial L2 10.0.0.7:4100
    ! out #2 10.0.0.7:4100 A1 Us queued: again R2
    ! done R2
    > focus ada.example
    ! done R3
    > focus ada.example:4100
    ! done R4
    > connect bob.example:1
    < resolve Q3 bob.example
    > unresolved Q3
    ! announced bob.example:1 - not reached: cannot look up bob.example: no such host R5
    ! done R5
    > send bob.example:1 hello
    < resolve Q4 bob.example
    > resolved Q4
    ! failed unreachable: cannot look up bob.example: it has no address R6
    > dialect bob.example:1 A3
    < resolve Q5 bob.example
    > resolved Q5 10.0.0.8
    ! peer dialect: 2 10.0.0.8:1 A3 - fixed R7
    ! done R7
    > block bob.example:1
    ! peer blocked: 2 10.0.0.8:1 A3 - fixed blocked
    ! block 10.0.0.8:1 on R8
    ! done R8
    > block carl.example:1
    ! failed bad_argument: give a known peer, or an address instead of a host name R9
    > unresolved Q99
  )");
}

TEST_CASE("a mandatory message that is refused is tried until it gets through", "[chat][script]") {
  play(R"(
    > wait 0
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued mandatory: Hello!
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 queued
    > mandatory
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 queued R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 failed next in 1000 ms: connection refused
    > wait 1000
    < dial L2 10.0.0.7:4100
    > open L2
    < send L2 10.0.0.1:7000 Us Hello!
    < finish L2
    > taken L2
    ! peer reachable: 1 10.0.0.7:4100 A1 - queued 1
    ! state #1 A1 sent
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 sent
    > end L2
    < close L2
    > mandatory
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 sent R2
    ! done R2
  )",
       with_mandatory({"10.0.0.7:4100"}));
}

TEST_CASE("a mandatory peer whose name fails is looked up again, and a bad one is named", "[chat][script]") {
  play(R"(
    > wait 0
    < resolve Q1 ada.example
    > unresolved Q1
    ! mandatory ada.example:4100 - failed next in 30000 ms: cannot look up ada.example: no such host
    > wait 29999
    > wait 1
    < resolve Q2 ada.example
    > resolved Q2 10.0.0.7
    < dial L1 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A1 Us queued mandatory: Hello!
    ! mandatory ada.example:4100 10.0.0.7:4100 queued
    > open L1
    < send L1 10.0.0.1:7000 Us Hello!
    < finish L1
    > taken L1
    ! state #1 A1 sent
    ! mandatory ada.example:4100 10.0.0.7:4100 sent
    > end L1
    < close L1
    > mandatory
    ! mandatory ada.example:4100 10.0.0.7:4100 sent R1
    ! done R1
  )",
       with_mandatory({"ada.example:4100"}));
}

TEST_CASE("several mandatory peers do not wait for each other, and may be cancelled", "[chat][script]") {
  play(R"(
    > wait 0
    < dial L1 10.0.0.7:4100
    < dial L2 10.0.0.8:4100
    ! out #1 10.0.0.7:4100 A1 Us queued mandatory: Hello!
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 queued
    ! out #2 10.0.0.8:4100 A1 Us queued mandatory: Hello!
    ! mandatory 10.0.0.8:4100 10.0.0.8:4100 queued
    > refuse L1
    ! peer unreachable: 1 10.0.0.7:4100 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 failed next in 1000 ms: connection refused
    > open L2
    < send L2 10.0.0.1:7000 Us Hello!
    < finish L2
    > taken L2
    ! state #2 A1 sent
    ! mandatory 10.0.0.8:4100 10.0.0.8:4100 sent
    > end L2
    < close L2
    > cancel #1
    ! done R1
    ! state #1 A1 cancelled: cancelled
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 cancelled: cancelled
    > mandatory
    ! mandatory 10.0.0.7:4100 10.0.0.7:4100 cancelled: cancelled R2
    ! mandatory 10.0.0.8:4100 10.0.0.8:4100 sent R2
    ! done R2
  )",
       with_mandatory({"10.0.0.7:4100", "10.0.0.8:4100"}));
}

TEST_CASE("quit says goodbye to active peers, each in its dialect", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.11:50000
    > bytes L1 10.0.0.11:1 One hello
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.11:1 A1 One
    ! in #1 10.0.0.11:1 A1 One received: hello
    > accept L2 10.0.0.12:50000
    > bytes L2 <10.0.0.12:1> @ <Sai>\nhello\n<end>
    > end L2
    < close L2
    ! peer appeared: 2 10.0.0.12:1 A2b Sai
    ! in #2 10.0.0.12:1 A2b Sai received: hello
    > accept L3 10.0.0.13:50000
    > bytes L3 MESSAGE:Miners:1:hello
    > end L3
    < close L3
    ! peer appeared: 3 10.0.0.13:1 A5 Miners
    ! in #3 10.0.0.13:1 A5 Miners received: hello
    > accept L4 10.0.0.14:50000
    > bytes L4 CONNECT:1
    > wait 300
    ! peer appeared: 4 10.0.0.14:1 A4 - links 1
    ! peer announced: 4 10.0.0.14:1 A4 - links 1
    > dialect 10.0.0.15:1 A3
    ! peer dialect: 5 10.0.0.15:1 A3 - fixed R1
    ! done R1
    > send 10.0.0.15:1 hello
    < dial L5 10.0.0.15:1
    ! out #4 10.0.0.15:1 A3 Us queued: hello R2
    ! done R2
    > open L5
    < send L5 7000\nCONNECT\n
    > taken L5
    > bytes L5 ok
    < send L5 hello\n
    > taken L5
    > bytes L5 ok
    ! state #4 A3 acknowledged R2
    > accept L6 10.0.0.16:50000
    > bytes L6 10.0.0.16:1 Six hello
    > end L6
    < close L6
    ! peer appeared: 6 10.0.0.16:1 A1 Six
    ! in #5 10.0.0.16:1 A1 Six received: hello
    > block 10.0.0.16
    ! peer blocked: 6 10.0.0.16:1 A1 Six blocked unread 1
    ! block 10.0.0.16 on R3
    ! done R3
    > quit
    < dial L7 10.0.0.11:1
    < dial L8 10.0.0.12:1
    < dial L9 10.0.0.13:1
    < send L4 exit
    < send L5 exit\n
    ! stopping R4
    > open L7
    < send L7 10.0.0.1:7000 Us exit
    < finish L7
    > open L8
    < send L8 <10.0.0.1:7000> DISCONNECT
    < finish L8
    > open L9
    < send L9 EXIT:7000
    < finish L9
    > taken L7
    > taken L8
    > taken L9
    > send 10.0.0.11:1 late
    ! failed cancelled: the program is ending R5
    > taken L4
    > taken L5
    > wait 100
    < finish L4
    < finish L5
  )");
}

TEST_CASE("quit ends after half a second, whoever listens", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.11:50000
    > bytes L1 10.0.0.11:1 One hello
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.11:1 A1 One
    ! in #1 10.0.0.11:1 A1 One received: hello
    > send 10.0.0.12:1 hello
    < dial L2 10.0.0.12:1
    ! out #2 10.0.0.12:1 A1 Us queued: hello R1
    ! done R1
    > quit
    < dial L3 10.0.0.11:1
    ! stopping R2
    > wait 499
    > wait 1
  )");
}

TEST_CASE("quit ends at once where nobody is to be told", "[chat][script]") {
  play(R"(
    > send 10.0.0.12:1 hello
    < dial L1 10.0.0.12:1
    ! out #1 10.0.0.12:1 A1 Us queued: hello R1
    ! done R1
    > refuse L1
    ! peer unreachable: 1 10.0.0.12:1 A1 - queued 1: connection refused
    ! state #1 A1 failed next in 1000 ms: connection refused R1
    > quit
    ! stopping R2
  )");
}

TEST_CASE("a one-shot command lets go only of kept links", "[chat][script]") {
  auto settings = script_settings();
  settings.farewells = Farewells::kept_links;
  play(R"(
    > accept L1 10.0.0.11:50000
    > bytes L1 10.0.0.11:1 One hello
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.11:1 A1 One
    ! in #1 10.0.0.11:1 A1 One received: hello
    > dialect 10.0.0.15:1 A3
    ! peer dialect: 2 10.0.0.15:1 A3 - fixed R1
    ! done R1
    > send 10.0.0.15:1 hello
    < dial L2 10.0.0.15:1
    ! out #2 10.0.0.15:1 A3 Us queued: hello R2
    ! done R2
    > open L2
    < send L2 7000\nCONNECT\n
    > taken L2
    > bytes L2 ok
    < send L2 hello\n
    > taken L2
    > bytes L2 ok
    ! state #2 A3 acknowledged R2
    > quit
    < send L2 exit\n
    ! stopping R3
    > taken L2
    > wait 100
    < finish L2
  )",
       settings);
}

TEST_CASE("history is read page by page, and reading marks as read", "[chat][script]") {
  play(R"(
    > history
    ! done R1
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue one\n10.0.0.7:4100 Blue two
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: one
    > end L1
    < close L1
    ! in #2 10.0.0.7:4100 A1 Blue received: two
    > history
    ! history in #1 10.0.0.7:4100 A1 Blue received: one R2
    ! history in #2 10.0.0.7:4100 A1 Blue received: two R2
    ! done R2
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 2 R3
    ! done R3
    > history blue
    ! peer read: 1 10.0.0.7:4100 A1 Blue
    ! history in #1 10.0.0.7:4100 A1 Blue received: one R4
    ! history in #2 10.0.0.7:4100 A1 Blue received: two R4
    ! done R4
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue R5
    ! done R5
    > history nobody
    ! failed unknown_peer: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R6
  )");
}

TEST_CASE("a toggle blocks what is not blocked, and hears what is", "[chat][script]") {
  play(R"(
    > toggle-block 10.0.0.7
    ! block 10.0.0.7 on R1
    ! done R1
    > toggle-block 10.0.0.7
    ! block 10.0.0.7 off R2
    ! done R2
    > toggle-block 10.0.0.7:1
    ! block 10.0.0.7:1 on R3
    ! done R3
    > toggle-block 10.0.0.7:1
    ! block 10.0.0.7:1 off R4
    ! done R4
    > toggle-block nobody
    ! failed unknown_peer: no peer is called “nobody” (give its number, its name, or its address like 10.0.0.7:4100) R5
  )");
}

TEST_CASE("a toggle of one peer does not open a host that is blocked as a whole", "[chat][script]") {
  play(R"(
    > block 10.0.0.7
    ! block 10.0.0.7 on R1
    ! done R1
    > toggle-block 10.0.0.7:1
    ! failed bad_argument: the whole host 10.0.0.7 is blocked: unblock 10.0.0.7 R2
  )");
}
