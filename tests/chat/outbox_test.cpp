#include "memory_store.hpp"
#include "said.hpp"
#include "tincan/chat/outbox.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

struct Desk {
  explicit Desk(std::uint64_t chance = 0) : entropy(chance) {
    outbox.set_link_source([this] { return base::LinkId{++last_link}; });
  }

  void know(std::uint64_t peer, wire::Dialect dialect = wire::Dialect::a1) {
    const base::Endpoint endpoint{base::Address::v4({10, 0, static_cast<std::uint8_t>(peer / 200), 7}),
                                  static_cast<std::uint16_t>(4000 + peer)};
    outbox.set_peer({peer}, endpoint, dialect);
  }
  void say(std::uint64_t peer, const std::string& text) {
    Message message;
    message.id = {++last_entry};
    message.text = base::PeerText(text);
    outbox.add({peer}, {.kind = Job::Kind::message, .message = std::move(message)}, now);
  }
  std::vector<std::string> effects() {
    turn.release();
    outbox.written();
    std::vector<std::string> lines;
    while (const auto effect = turn.next_effect()) lines.push_back(said(*effect));
    return lines;
  }
  std::vector<Report> reports() {
    std::vector<Report> all;
    while (auto report = outbox.next_report()) all.push_back(std::move(*report));
    return all;
  }
  void pass(base::Millis time) {
    now.tick += time;
    now.wall.ms += time.count();
    outbox.time_passed(now);
  }
  void refuse(std::uint64_t link) { outbox.dial_failed({link}, {base::ErrorCode::refused, "refused"}, now); }

  Turn turn;
  FixedEntropy entropy;
  base::Now now{base::Tick{base::Millis(1'000'000)}, {5'000'000}};
  std::uint64_t last_link = 0, last_entry = 0;
  Outbox outbox{turn, entropy, {*base::Endpoint::parse("10.0.0.1:7000"), "Us"}};
};

} // namespace

TEST_CASE("the back-off doubles from one second to five minutes", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.say(1, "hi");
  std::vector<long> waits;
  for (int i = 0; i < 12; ++i) {
    desk.refuse(desk.last_link);
    const auto next = desk.outbox.next_deadline();
    REQUIRE(next);
    waits.push_back((*next - desk.now.tick).count());
    desk.pass(*next - desk.now.tick);
  }
  CHECK(waits == std::vector<long>{1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 64'000, 128'000, 256'000, 300'000,
                                   300'000, 300'000});
}

TEST_CASE("the back-off is spread by at most a fifth", "[chat]") {
  for (const std::uint64_t chance : {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{200}, ~std::uint64_t{0}}) {
    Desk desk(chance);
    desk.know(1);
    desk.say(1, "hi");
    desk.refuse(1);
    const auto wait = *desk.outbox.next_deadline() - desk.now.tick;
    CHECK(wait >= base::Millis(800));
    CHECK(wait <= base::Millis(1'000));
  }
}

TEST_CASE("a success ends the row of failures", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.say(1, "one");
  desk.refuse(1);
  desk.pass(base::Millis(1'000));
  desk.refuse(2);
  desk.pass(base::Millis(2'000));
  desk.outbox.link_opened({3}, desk.now);
  desk.effects();
  desk.outbox.taken({3}, desk.now);
  desk.outbox.peer_finished({3}, desk.now);
  desk.say(1, "two");
  desk.refuse(4);
  CHECK(*desk.outbox.next_deadline() - desk.now.tick == base::Millis(1'000));
}

TEST_CASE("at most 128 dials run at once, and the others follow one by one", "[chat]") {
  Desk desk;
  for (std::uint64_t peer = 1; peer <= 200; ++peer) {
    desk.know(peer);
    desk.say(peer, "hi");
  }
  CHECK(desk.effects().size() == 128);
  desk.refuse(1);
  CHECK(desk.effects() == std::vector<std::string>{"< dial L129 10.0.0.7:4129"});
  desk.outbox.link_opened({2}, desk.now);
  CHECK(desk.effects().size() == 2); // the message and the end, no dial: this one still runs
  desk.outbox.taken({2}, desk.now);
  CHECK(desk.effects() == std::vector<std::string>{"< dial L130 10.0.0.7:4130"});
  desk.pass(base::Millis(10'000)); // 128 give up at once
  CHECK(desk.effects().size() >= 70);
  CHECK(desk.last_link >= 200);
}

TEST_CASE("dials that failed, stalled or were stale never leak their place", "[chat]") {
  Desk desk;
  for (int round = 0; round < 300; ++round) {
    const auto peer = static_cast<std::uint64_t>(round + 1);
    desk.know(peer);
    desk.say(peer, "hi");
    const auto link = desk.last_link;
    if (round % 3 == 0) desk.refuse(link);
    if (round % 3 == 1) {
      desk.outbox.link_opened({link}, desk.now);
      desk.outbox.link_closed({link}, {base::ErrorCode::reset, "reset"}, desk.now);
    }
    if (round % 3 == 2) {
      desk.outbox.link_opened({link}, desk.now);
      desk.effects();
      desk.outbox.taken({link}, desk.now);
    }
    desk.outbox.cancel_peer({peer}, desk.now);
  }
  CHECK(desk.last_link == 300);
}

TEST_CASE("a message that its dialect cannot carry is given up, and thousands of them do no harm", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.say(1, "first");
  for (int i = 0; i < 20'000; ++i) desk.say(1, "\x01");
  desk.refuse(1);
  desk.outbox.cancel_message({1}, desk.now);
  desk.outbox.retry({1}, desk.now);
  const auto reports = desk.reports();
  CHECK(std::count_if(reports.begin(), reports.end(), [](const auto& report) {
          return report.job.message.why == "its dialect cannot carry any of it";
        }) == 20'000);
  CHECK(desk.outbox.waiting_for({1}) == 0);
}

TEST_CASE("an announcement finds no place in a full lane, a message always does", "[chat]") {
  Desk desk;
  desk.know(1);
  for (std::size_t i = 0; i < max_jobs_per_lane; ++i) desk.say(1, "hi");
  CHECK_FALSE(desk.outbox.add({1}, {.kind = Job::Kind::announcement}, desk.now));
  desk.say(1, "mandatory");
  CHECK(desk.outbox.waiting_for({1}) == max_jobs_per_lane + 1);
}

TEST_CASE("a failed attempt fails the announcements, drops the acceptance and keeps the messages", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.outbox.add({1}, {.kind = Job::Kind::acceptance}, desk.now);
  desk.say(1, "hi");
  desk.outbox.add({1}, {.kind = Job::Kind::announcement, .target = "one"}, desk.now);
  desk.refuse(1);
  const auto reports = desk.reports();
  REQUIRE(reports.size() == 3);
  CHECK(reports[0].kind == Report::Kind::announced);
  CHECK(reports[0].error);
  CHECK(reports[1].kind == Report::Kind::unreachable);
  CHECK(reports[2].job.message.state == MessageState::failed);
  CHECK(reports[2].next_try);
  CHECK(desk.outbox.waiting_for({1}) == 1);
}

TEST_CASE("the lane of a forgotten peer goes when nothing waits in it any more", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.say(1, "hi");
  desk.outbox.forget({{1}});
  CHECK(desk.outbox.has_lane({1}));
  desk.refuse(1);
  desk.outbox.cancel_peer({1}, desk.now);
  desk.outbox.forget({});
  CHECK_FALSE(desk.outbox.has_lane({1}));
  CHECK_FALSE(desk.outbox.next_deadline());
}

TEST_CASE("a held outbox dials nobody", "[chat]") {
  Desk desk;
  desk.outbox.hold();
  desk.know(1);
  desk.say(1, "hi");
  CHECK(desk.effects().empty());
  CHECK(desk.outbox.waiting_for({1}) == 1);
}

TEST_CASE("inputs for links that have gone are ignored", "[chat]") {
  Desk desk;
  desk.know(1);
  desk.say(1, "hi");
  desk.effects();
  const base::LinkId gone{99};
  desk.outbox.link_opened(gone, desk.now);
  desk.outbox.dial_failed(gone, {}, desk.now);
  desk.outbox.replied(gone, desk.now);
  desk.outbox.taken(gone, desk.now);
  desk.outbox.peer_finished(gone, desk.now);
  desk.outbox.link_closed(gone, {}, desk.now);
  CHECK(desk.effects().empty());
  CHECK(desk.reports().empty());
}

TEST_CASE("a kept A3 link hears exit when its peer is spoken to in another dialect from now on", "[chat]") {
  Desk desk;
  desk.know(1, wire::Dialect::a3);
  desk.say(1, "hi");
  desk.outbox.link_opened({desk.last_link}, desk.now);
  for (int answer = 0; answer < 2; ++answer) { // to the greeting, and to the text
    desk.effects();
    desk.outbox.taken({desk.last_link}, desk.now);
    desk.outbox.replied({desk.last_link}, desk.now);
  }
  desk.effects();
  REQUIRE(desk.outbox.owns({desk.last_link}));
  desk.reports();
  desk.know(1, wire::Dialect::a1);
  const auto effects = desk.effects();
  REQUIRE(effects.size() == 1);
  CHECK(effects.front().find("exit") != std::string::npos);
  const auto reports = desk.reports();
  REQUIRE(reports.size() == 1);
  CHECK(reports.front().kind == Report::Kind::released);
}
