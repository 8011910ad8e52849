#include "tincan/chat/exchange.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using wire::Step;

namespace {

base::Tick at(int ms) { return base::Tick{base::Millis(ms)}; }

Step write(std::string bytes) { return {Step::Kind::write, std::move(bytes), base::Millis(0), true}; }
Step await(int ms, bool is_message = true) { return {Step::Kind::await_reply, {}, base::Millis(ms), is_message}; }
Step pause(int ms) { return {Step::Kind::pause, {}, base::Millis(ms), false}; }
Step half_close() { return {Step::Kind::half_close, {}, base::Millis(0), false}; }

std::string actions(Exchange& exchange) {
  std::string said;
  while (const auto action = exchange.next_action())
    said += action->kind == Exchange::Action::Kind::send ? "[" + action->bytes + "]" : "[finish]";
  return said;
}

} // namespace

TEST_CASE("an exchange without steps is over at once and claims nothing", "[chat]") {
  Exchange exchange({});
  exchange.begin(at(0));
  CHECK(exchange.is_over());
  CHECK_FALSE(exchange.was_taken());
  CHECK_FALSE(exchange.was_acknowledged());
}

TEST_CASE("an exchange is over when the other machine has taken everything", "[chat]") {
  Exchange exchange({write("hi"), half_close()});
  exchange.begin(at(0));
  CHECK(actions(exchange) == "[hi][finish]");
  CHECK_FALSE(exchange.is_over());
  CHECK(exchange.deadline() == at(10'000));
  exchange.taken(at(5));
  CHECK(exchange.is_over());
  CHECK(exchange.was_taken());
  CHECK_FALSE(exchange.has_stalled());
  CHECK_FALSE(exchange.deadline());
}

TEST_CASE("an exchange whose bytes nobody takes stalls after ten seconds", "[chat]") {
  Exchange exchange({write("hi")});
  exchange.begin(at(0));
  exchange.time_passed(at(9'999));
  CHECK_FALSE(exchange.is_over());
  exchange.time_passed(at(10'000));
  CHECK(exchange.is_over());
  CHECK(exchange.has_stalled());
  CHECK_FALSE(exchange.was_taken());
}

TEST_CASE("an answer to the greeting does not acknowledge the message", "[chat]") {
  Exchange exchange({write("7000"), await(5'000, false), write("hi"), await(5'000)});
  exchange.begin(at(0));
  CHECK(actions(exchange) == "[7000]");
  CHECK(exchange.waits_for_reply());
  exchange.replied(at(10));
  CHECK_FALSE(exchange.was_acknowledged());
  CHECK(actions(exchange) == "[hi]");
  exchange.replied(at(20));
  CHECK(exchange.was_acknowledged());
  CHECK_FALSE(exchange.is_over()); // not yet taken
  exchange.taken(at(30));
  CHECK(exchange.is_over());
}

TEST_CASE("an answer that came before the question was written does not count", "[chat]") {
  Exchange exchange({write("7000"), pause(400), write("hi"), await(5'000)});
  exchange.begin(at(0));
  exchange.replied(at(100));
  exchange.time_passed(at(400));
  CHECK(actions(exchange) == "[7000][hi]");
  CHECK(exchange.waits_for_reply());
  CHECK_FALSE(exchange.was_acknowledged());
}

TEST_CASE("an answer that came during a pause is found afterwards", "[chat]") {
  Exchange exchange({write("hi"), pause(100), await(5'000)});
  exchange.begin(at(0));
  exchange.replied(at(50));
  exchange.time_passed(at(100));
  CHECK(exchange.was_acknowledged());
}

TEST_CASE("without an answer an exchange goes on, unacknowledged", "[chat]") {
  Exchange exchange({write("hi"), await(5'000), half_close()});
  exchange.begin(at(0));
  exchange.taken(at(1));
  exchange.time_passed(at(4'999));
  CHECK(exchange.waits_for_reply());
  exchange.time_passed(at(5'000));
  CHECK(actions(exchange) == "[hi][finish]");
  CHECK(exchange.is_over());
  CHECK(exchange.was_taken());
  CHECK_FALSE(exchange.was_acknowledged());
}

TEST_CASE("what was taken before a pause ends needs no second word", "[chat]") {
  Exchange exchange({write("hi"), pause(400)});
  exchange.begin(at(0));
  exchange.taken(at(10));
  CHECK_FALSE(exchange.is_over());
  exchange.time_passed(at(400));
  CHECK(exchange.is_over());
}

TEST_CASE("each write has to be taken anew", "[chat]") {
  Exchange exchange({write("one"), pause(100), write("two")});
  exchange.begin(at(0));
  exchange.taken(at(10));
  exchange.time_passed(at(100));
  CHECK_FALSE(exchange.is_over());
  CHECK_FALSE(exchange.was_taken());
  exchange.taken(at(110));
  CHECK(exchange.is_over());
}
