#include "hearing.hpp"
#include "tincan/wire/control_words.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

constexpr std::string_view leaving[] = {"exit",
                                        "EXIT",
                                        "Exit",
                                        "quit",
                                        "DISCONNECT",
                                        "[PEER_QUIT]",
                                        "DISCONNECT: team has left",
                                        "DISCONNECT: The Miners has left"};
constexpr std::string_view connecting[] = {"connect",
                                           "CONNECT",
                                           "CONNECTING",
                                           "Connected",
                                           "Connected!",
                                           "handshake",
                                           "connection message",
                                           "connection_request",
                                           "CONNECTION_REQUEST",
                                           "Hello, I am connecting!",
                                           "Hello, peer!",
                                           "Connection established",
                                           "connect_ack",
                                           "CONNECT_ACCEPTED",
                                           "manual connection message"};

std::vector<std::string> canonical(std::string_view text) { return heard_in("10.0.0.2:7001 Bob " + std::string(text)); }

} // namespace

TEST_CASE("every farewell of the field is one, white space around it aside") {
  for (const auto word : leaving) {
    CHECK(word_of(word) == Word::leave);
    CHECK(canonical(word) == std::vector{"leave A1 Bob@10.0.0.2:7001 |" + std::string(word) + "|"});
    CHECK(word_of(" " + std::string(word) + " \r\n") == Word::leave);
  }
}

TEST_CASE("every connect notice of the field is one") {
  for (const auto word : connecting) {
    CHECK(word_of(word) == Word::connect);
    CHECK(canonical(word) == std::vector{"connect A1 Bob@10.0.0.2:7001 |" + std::string(word) + "|"});
  }
  CHECK(word_of("CONNECT_REQUEST") == Word::connect_and_accept);
}

TEST_CASE("answers to what we sent are replies") {
  CHECK(word_of("connected") == Word::reply);
  CHECK(word_of("DISCONNECT_ACK") == Word::reply);
}

TEST_CASE("a sentence around a control word is a sentence") {
  for (const auto text :
       {"exit now", "the exit", "Quit", "QUIT", "disconnect", "connect!", "Hello", "hello, peer!", "Ping",
        "DISCONNECT: me", "DISCONNECT: a\nb has left", "", "e x i t", "exit.", "connect connect"})
    CHECK(word_of(text) == Word::none);
}

TEST_CASE("exit is understood in every dialect that carries text") {
  for (const auto bytes : {"10.0.0.2:7001 Bob eXit", "<10.0.0.1:7002> Bob exit", "<10.0.0.5:7003> @ <Bob>\nexit\n<end>",
                           "7777\nexit\n", "7777\nBob\nCONNECT\nexit\n", "7777\n10.0.0.2:7001 Bob exit\n",
                           "CONNECT:7004~exit", "MESSAGE:Bob:7005:exit", "LISTENING_PORT:7006|TEAM_NAME:Bob|exit",
                           "{\"type\":\"exit\"}", "10.0.0.9 7009 Bob exit", "52011 7010 Bob exit", "exit"}) {
    INFO(bytes);
    const auto heard = heard_in(bytes);
    REQUIRE_FALSE(heard.empty());
    CHECK(heard.back().starts_with("leave "));
  }
}

TEST_CASE("acknowledgements of A3 programs are known, alone and joined") {
  CHECK(is_a3_ack("Message received"));
  CHECK(is_a3_ack(a3_ack));
  CHECK(is_a3_ack("✅ Message received successfully!✅ Message received"));
  CHECK_FALSE(is_a3_ack(""));
  CHECK_FALSE(is_a3_ack("Message received?"));
}

} // namespace tincan::wire
