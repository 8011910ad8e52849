// What peers say to us, dialect by dialect, as transcripts (script.hpp).
#include "script.hpp"

#include <catch2/catch.hpp>

using namespace tincan::chat::test;

TEST_CASE("a message received in two pieces is one message", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue hel
    > bytes L1 lo
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: hello
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 1 R1
    ! done R1
  )");
}

TEST_CASE("a canonical sender that keeps the link open is understood after a silence", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue hello
    > wait 299
    > wait 1
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: hello
    > bytes L1 \n10.0.0.7:4100 Blue again
    > wait 300
    ! in #2 10.0.0.7:4100 A1 Blue received: \n10.0.0.7:4100 Blue again
    > end L1
    < close L1
  )");
}

TEST_CASE("a link that never says anything is closed after a minute", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > wait 59999
    > wait 1
    < close L1
  )");
}

TEST_CASE("a link that has spoken and goes silent is closed after ten minutes", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue hello
    > wait 300
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: hello
    > wait 599999
    > wait 1
    < close L1
  )");
}

TEST_CASE("the announced address gives way to the socket's where they differ", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 127.0.1.1:4100 Blue one
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: one
    > accept L2 10.0.0.7:50001
    > bytes L2 192.168.1.9:4100 Blue two
    > end L2
    < close L2
    ! in #2 10.0.0.7:4100 A1 Blue received: two
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 2 claims 192.168.1.9 R1
    ! done R1
  )");
}

TEST_CASE("between loopback addresses the announced one is believed", "[chat][script]") {
  play(R"(
    > accept L1 127.0.0.1:50000
    > bytes L1 127.0.1.1:4100 Blue one
    > end L1
    < close L1
    ! peer appeared: 1 127.0.1.1:4100 A1 Blue
    ! in #1 127.0.1.1:4100 A1 Blue received: one
    > peers
    ! listed active 1 127.0.1.1:4100 A1 Blue unread 1 R1
    ! done R1
  )");
}

TEST_CASE("every line of an A3 program is answered once it is stored", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 4100\nCONNECT\n
    < send L1 ✅ Message received
    ! peer appeared: 1 10.0.0.7:4100 A3 - links 1
    ! peer announced: 1 10.0.0.7:4100 A3 - links 1
    > bytes L1 hel
    > bytes L1 lo\n
    < send L1 ✅ Message received
    ! in #1 10.0.0.7:4100 A3 - received: hello
    > bytes L1 \n
    > wait 300
    < send L1 ✅ Message received
    > bytes L1 exit\n
    ! peer left: 1 10.0.0.7:4100 A3 - links 1 unread 1
    > end L1
    < close L1
    > peers
    ! listed left 1 10.0.0.7:4100 A3 - unread 1 R1
    ! done R1
  )");
}

TEST_CASE("a team line and a text may come with the greeting of an A3 program", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 4100\nDecryptors\nCONNECT\nDecryptors here!\n
    < send L1 ✅ Message received
    < send L1 ✅ Message received
    ! peer appeared: 1 10.0.0.7:4100 A3-team Decryptors links 1
    ! peer announced: 1 10.0.0.7:4100 A3-team Decryptors links 1
    ! in #1 10.0.0.7:4100 A3-team Decryptors received: Decryptors here!
    > accept L2 10.0.0.8:50000
    > bytes L2 4200\nCONNECT\n10.0.0.8:4200 Bros hello\n
    < send L2 ✅ Message received
    < send L2 ✅ Message received
    ! peer appeared: 2 10.0.0.8:4200 A3 - links 1
    ! peer announced: 2 10.0.0.8:4200 A3 - links 1
    ! in #2 10.0.0.8:4200 A3-line Bros received: hello
    > cut L1
    > cut L2
    > peers
    ! listed active 1 10.0.0.7:4100 A3-team Decryptors unread 1 R1
    ! listed active 2 10.0.0.8:4200 A3-line Bros unread 1 R1
    ! done R1
  )");
}

TEST_CASE("an A4 program is answered on the link that it opened", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 CONNECT:4100
    > bytes L1 Zero : hi
    ! peer appeared: 1 10.0.0.7:4100 A4 - links 1
    ! peer announced: 1 10.0.0.7:4100 A4 - links 1
    > wait 300
    ! in #1 10.0.0.7:4100 A4 Zero received: hi
    > send 10.0.0.7:4100 hello
    < send L1 Us : hello
    ! out #2 10.0.0.7:4100 A4 Us queued: hello R1
    ! done R1
    > taken L1
    > wait 400
    ! state #2 A4 sent R1
    > bytes L1 exit
    > end L1
    < close L1
    ! peer left: 1 10.0.0.7:4100 A4 Zero links 1 unread 1
  )");
}

TEST_CASE("an A5 program gets its acknowledgement and its list", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 CONNECT:Miners:4100
    > wait 300
    < send L1 ACK:Us:7000
    ! peer appeared: 1 10.0.0.7:4100 A5 Miners links 1
    ! peer announced: 1 10.0.0.7:4100 A5 Miners links 1
    > accept L2 10.0.0.7:50001
    > bytes L2 QUERY
    > end L2
    < send L2 PEERLIST:10.0.0.7:4100
    < close L2
    > accept L3 10.0.0.7:50002
    > bytes L3 MESSAGE:Miners:4100:hello: you
    > end L3
    < close L3
    ! in #1 10.0.0.7:4100 A5 Miners received: hello: you
    > accept L4 10.0.0.7:50003
    > bytes L4 EXIT:4100
    > end L4
    < close L4
    ! peer left: 1 10.0.0.7:4100 A5 Miners links 1 unread 1
    > end L1
    < close L1
    > peers
    ! listed left 1 10.0.0.7:4100 A5 Miners unread 1 R1
    ! done R1
  )");
}

TEST_CASE("A2a, A2b, A6, A8, A9, A10 and raw text are understood", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.11:50000
    > bytes L1 <10.0.0.1:4100> Net hello
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.11:4100 A2a Net
    ! in #1 10.0.0.11:4100 A2a Net received: hello
    > accept L2 10.0.0.12:50000
    > bytes L2 <10.0.0.12:4100> @ <Sai>\nhello\n<end>
    > accept L3 10.0.0.13:50000
    > bytes L3 LISTENING_PORT:4100|TEAM_NAME:Tech|hello
    > end L3
    < close L3
    ! peer appeared: 2 10.0.0.13:4100 A6 Tech
    ! in #2 10.0.0.13:4100 A6 Tech received: hello
    > accept L4 10.0.0.14:50000
    > bytes L4 {"type":"message","content":"hello","sender_name":"Json","sender_port":4100}
    ! peer appeared: 3 10.0.0.14:4100 A8 Json
    ! in #3 10.0.0.14:4100 A8 Json received: hello
    > accept L5 10.0.0.15:50000
    > bytes L5 10.0.0.15 4100 Nine hello
    > end L5
    < close L5
    ! peer appeared: 4 10.0.0.15:4100 A9 Nine
    ! in #4 10.0.0.15:4100 A9 Nine received: hello
    > accept L6 10.0.0.16:50000
    > bytes L6 50000 4100 Ten hello
    > end L6
    < close L6
    ! peer appeared: 5 10.0.0.16:4100 A10 Ten
    ! in #5 10.0.0.16:4100 A10 Ten received: hello
    > accept L7 10.0.0.17:50000
    > bytes L7 just words
    > end L7
    < close L7
    ! peer appeared: 6 10.0.0.17:0 raw -
    ! in #6 10.0.0.17:0 raw - received: just words
    > cut L2
    ! peer appeared: 7 10.0.0.12:4100 A2b Sai
    ! in #7 10.0.0.12:4100 A2b Sai received: hello
    > cut L4
    > peers
    ! listed active 1 10.0.0.11:4100 A2a Net unread 1 R1
    ! listed active 2 10.0.0.13:4100 A6 Tech unread 1 R1
    ! listed active 3 10.0.0.14:4100 A8 Json unread 1 R1
    ! listed active 4 10.0.0.15:4100 A9 Nine unread 1 R1
    ! listed active 5 10.0.0.16:4100 A10 Ten unread 1 R1
    ! listed active 6 10.0.0.17:0 raw - unread 1 R1
    ! listed active 7 10.0.0.12:4100 A2b Sai unread 1 R1
    ! done R1
  )");
}

TEST_CASE("an A7 program is known by its source port and acknowledged", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:4100
    > bytes L1 Connection Request
    > end L1
    < send L1 Connection Acknowledged
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A7 -
    ! peer announced: 1 10.0.0.7:4100 A7 -
    > accept L2 10.0.0.7:4100
    > bytes L2 hello
    > end L2
    < close L2
    ! in #1 10.0.0.7:4100 raw - received: hello
    > peers
    ! listed active 1 10.0.0.7:4100 A7 - unread 1 R1
    ! done R1
  )");
}

TEST_CASE("CONNECT_REQUEST is accepted on a new link, six times a minute at most", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Miners CONNECT_REQUEST
    > end L1
    < dial L2 10.0.0.7:4100
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A1 Miners
    ! peer announced: 1 10.0.0.7:4100 A1 Miners
    > open L2
    < send L2 10.0.0.1:7000 Us CONNECT_ACCEPTED
    < finish L2
    > taken L2
    > end L2
    < close L2
    > wait 200
    > accept L3 10.0.0.7:50001
    & bytes L3 10.0.0.7:4101 Miners CONNECT_REQUEST\n10.0.0.7:4102 Miners CONNECT_REQUEST\n10.0.0.7:4103 M CONNECT_REQUEST
    & end L3
    < dial L4 10.0.0.7:4101
    < dial L5 10.0.0.7:4102
    < dial L6 10.0.0.7:4103
    < close L3
    ! peer appeared: 2 10.0.0.7:4101 A1 Miners links 1
    ! peer announced: 2 10.0.0.7:4101 A1 Miners links 1
    ! peer appeared: 3 10.0.0.7:4102 A1 Miners
    ! peer announced: 3 10.0.0.7:4102 A1 Miners
    ! peer appeared: 4 10.0.0.7:4103 A1 M
    ! peer announced: 4 10.0.0.7:4103 A1 M
    > accept L7 10.0.0.7:50002
    & bytes L7 10.0.0.7:4104 Miners CONNECT_REQUEST\n10.0.0.7:4105 Miners CONNECT_REQUEST\n10.0.0.7:4106 M CONNECT_REQUEST
    & end L7
    < dial L8 10.0.0.7:4104
    < dial L9 10.0.0.7:4105
    < close L7
    ! peer appeared: 5 10.0.0.7:4104 A1 Miners links 1
    ! peer announced: 5 10.0.0.7:4104 A1 Miners links 1
    ! peer appeared: 6 10.0.0.7:4105 A1 Miners
    ! peer announced: 6 10.0.0.7:4105 A1 Miners
    ! peer appeared: 7 10.0.0.7:4106 A1 M
    ! peer announced: 7 10.0.0.7:4106 A1 M
  )");
}

TEST_CASE("CONNECT_REQUEST in a dialect that keeps its link makes us open nothing", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 4100\nCONNECT\nCONNECT_REQUEST\n
    < send L1 ✅ Message received
    < send L1 ✅ Message received
    ! peer appeared: 1 10.0.0.7:4100 A3 - links 1
    ! peer announced: 1 10.0.0.7:4100 A3 - links 1
    ! peer announced: 1 10.0.0.7:4100 A3 - links 1
    > send 10.0.0.7:4100 hello
    < dial L2 10.0.0.7:4100
    ! out #1 10.0.0.7:4100 A3 Us queued: hello R1
    ! done R1
    > open L2
    < send L2 7000\nCONNECT\n
    > taken L2
    > bytes L2 ok
    < send L2 hello\n
    > taken L2
    > bytes L2 ok
    ! state #1 A3 acknowledged R1
    > cut L1
    > cut L2
  )");
}

TEST_CASE("a health check and an empty connection show nothing", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.1:7000 Hashpa PING
    > end L1
    < close L1
    > accept L2 10.0.0.7:50001
    > end L2
    < close L2
    > accept L3 10.0.0.7:50002
    > cut L3
    > accept L4 10.0.0.7:50003
    > bytes L4 \x16\x03\x01
    < close L4
    > peers
    ! done R1
  )");
}

TEST_CASE("a peer that leaves is listed as gone until it speaks again", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue exit
    > end L1
    < close L1
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! peer left: 1 10.0.0.7:4100 A1 Blue
    > peers
    ! listed left 1 10.0.0.7:4100 A1 Blue R1
    ! done R1
    > accept L2 10.0.0.7:50001
    > bytes L2 10.0.0.7:4100 Blue back
    > end L2
    < close L2
    ! in #1 10.0.0.7:4100 A1 Blue received: back
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 1 R2
    ! done R2
    > wait 600001
    > peers
    ! listed silent 1 10.0.0.7:4100 A1 Blue unread 1 R3
    ! done R3
  )");
}

TEST_CASE("a blocked peer is neither shown nor answered nor told", "[chat][script]") {
  play(R"(
    > block 10.0.0.7:4100
    ! block 10.0.0.7:4100 on R1
    ! done R1
    > accept L1 10.0.0.7:50000
    > bytes L1 4100\nCONNECT\nhello\n
    < close L1
    > block 10.0.0.8
    ! block 10.0.0.8 on R2
    ! done R2
    > accept L2 10.0.0.8:50000
    > bytes L2 10.0.0.8:4100 Blue hello
    > end L2
    < close L2
    > blocked
    ! blocked 10.0.0.7:4100 R3
    ! blocked 10.0.0.8 R3
    ! done R3
    > unblock 10.0.0.8:4100
    ! failed bad_argument: the whole host 10.0.0.8 is blocked: unblock 10.0.0.8 R4
    > unblock 10.0.0.8
    ! block 10.0.0.8 off R5
    ! done R5
    > accept L3 10.0.0.8:50001
    > bytes L3 10.0.0.8:4100 Blue hello again
    > end L3
    < close L3
    ! peer appeared: 1 10.0.0.8:4100 A1 Blue
    ! in #1 10.0.0.8:4100 A1 Blue received: hello again
    > block 10.0.0.8
    ! peer blocked: 1 10.0.0.8:4100 A1 Blue blocked unread 1
    ! block 10.0.0.8 on R6
    ! done R6
    > unblock 10.0.0.9
    ! failed bad_argument: 10.0.0.9 is not blocked R7
    > peers
    ! listed active 1 10.0.0.8:4100 A1 Blue blocked unread 1 R8
    ! done R8
  )");
}

TEST_CASE("what comes from a peer in focus counts as read", "[chat][script]") {
  play(R"(
    > accept L1 10.0.0.7:50000
    > bytes L1 10.0.0.7:4100 Blue one\n10.0.0.7:4100 Blue two
    ! peer appeared: 1 10.0.0.7:4100 A1 Blue
    ! in #1 10.0.0.7:4100 A1 Blue received: one
    > end L1
    < close L1
    ! in #2 10.0.0.7:4100 A1 Blue received: two
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 2 R1
    ! done R1
    > focus blue
    ! peer read: 1 10.0.0.7:4100 A1 Blue
    ! done R2
    > accept L2 10.0.0.7:50001
    > bytes L2 10.0.0.7:4100 Blue three
    > end L2
    < close L2
    ! in #3 10.0.0.7:4100 A1 Blue received: three
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue R3
    ! done R3
    > focus
    ! done R4
    > accept L3 10.0.0.7:50002
    > bytes L3 10.0.0.7:4100 Blue four
    > end L3
    < close L3
    ! in #4 10.0.0.7:4100 A1 Blue received: four
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue unread 1 R5
    ! done R5
    > history 10.0.0.7
    ! peer read: 1 10.0.0.7:4100 A1 Blue
    ! history in #1 10.0.0.7:4100 A1 Blue received: one R6
    ! history in #2 10.0.0.7:4100 A1 Blue received: two R6
    ! history in #3 10.0.0.7:4100 A1 Blue received: three R6
    ! history in #4 10.0.0.7:4100 A1 Blue received: four R6
    ! done R6
    > peers
    ! listed active 1 10.0.0.7:4100 A1 Blue R7
    ! done R7
  )");
}
