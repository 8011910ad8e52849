// The bounds of the heart, at their edges.
#include "script.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

std::string last(Stage& stage) {
  const auto lines = stage.take_lines();
  return lines.empty() ? "" : lines.back();
}

} // namespace

TEST_CASE("a text of 64 KiB is taken, one byte more is not", "[chat]") {
  Stage stage;
  stage.input("send 10.0.0.7:4100 " + std::string(max_text_bytes, 'x'));
  CHECK(last(stage) == "! done R1");
  stage.input("send 10.0.0.7:4100 " + std::string(max_text_bytes + 1, 'x'));
  CHECK(last(stage) == "! failed limit: the message is longer than 64 KiB: send it in parts R2");
}

TEST_CASE("ten thousand messages wait for a peer, not more, and all go after a restart", "[chat]") {
  Stage stage;
  for (std::size_t i = 0; i + 1 < max_jobs_per_lane; ++i) stage.input("send 10.0.0.7:4100 hi", true);
  stage.input("send 10.0.0.7:4100 one too many");
  CHECK(last(stage) == "! failed limit: 10,000 messages wait for 10.0.0.7:4100 already R10000");
  stage.restart();
  stage.input("peers");
  stage.take_lines();
  stage.input("cancel 10.0.0.7:4100");
  CHECK(stage.store.disk().messages.at({9'999}).state == MessageState::cancelled);
}

TEST_CASE("a flood of made-up ports is bounded, and our own peers stay", "[chat]") {
  Stage stage;
  stage.input("send 10.0.0.9:4100 hi");
  for (int port = 1; port <= 2'000; ++port) {
    const auto link = stage.node().new_link();
    stage.node().link_accepted(link, *base::Endpoint::parse("10.0.0.7:50000"), stage.now());
    stage.node().bytes_received(link, "10.0.0.7:" + std::to_string(port) + " Flood CONNECT_REQUEST", stage.now());
    stage.node().peer_finished(link, stage.now());
    if (port % 100 == 0) stage.wait(std::chrono::seconds(1));
  }
  stage.wait(std::chrono::seconds(1));
  CHECK(stage.store.disk().peers.size() <= 513);
  CHECK(stage.store.disk().peers.contains({1}));
  std::size_t dials = 0;
  for (const auto& line : stage.take_lines()) dials += line.starts_with("< dial") ? 1 : 0;
  CHECK(dials <= 1 + 2 * max_callbacks_per_minute);
}

TEST_CASE("a message longer than we take is cut, marked, and its link closed", "[chat]") {
  Stage stage;
  stage.input("accept L1 10.0.0.7:50000");
  stage.input("bytes L1 10.0.0.7:4100 Blue " + std::string(100'000, 'x'));
  const auto lines = stage.take_lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "< close L1");
  CHECK(lines[2].starts_with("! in #1 10.0.0.7:4100 A1 Blue received cut: xxx"));
  CHECK(stage.store.disk().messages.at({1}).text.untrusted_bytes().size() == wire::max_message_bytes);
}

TEST_CASE("an unknown link and an answer to no question change nothing", "[chat]") {
  Stage stage;
  stage.input("bytes L77 hello");
  stage.input("end L77");
  stage.input("taken L77");
  stage.input("cut L77");
  stage.input("resolved Q9 10.0.0.1");
  stage.input("unresolved Q9");
  CHECK(stage.take_lines().empty());
  stage.input("open L77");
  CHECK(last(stage) == "< close L77");
}
