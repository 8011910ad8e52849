#include "tincan/term/print_queue.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>

using namespace tincan;
using namespace tincan::term;
using Change = PrintQueue::Change;

namespace {

Line line(std::string_view text) { return {{Style::plain, base::SafeText::own(text)}}; }

Block block(std::string_view text, LineTag tag = 0) { return {{line(text)}, tag}; }

std::string text_of(const Block& block) { return block.lines.at(0).at(0).text.str(); }

PrintQueue::Turn take_all(PrintQueue& queue) { return queue.take(1'000'000, 1'000'000'000); }

void keep(PrintQueue& queue, std::vector<LineTag> tags) { queue.keep(tags); }

} // namespace

TEST_CASE("the queue of finished lines is bounded and counts what it leaves out") {
  PrintQueue queue;
  CHECK(queue.push(block("0")));
  for (std::size_t i = 1; i < max_waiting_lines + 10; ++i) CHECK_FALSE(queue.push(block(fmt::format("{}", i))));
  const auto taken = queue.take(3, 1000).blocks;
  REQUIRE(taken.size() == 4);
  CHECK(text_of(taken[0]) == "… 10 lines left out: the terminal did not keep up");
  CHECK(text_of(taken[1]) == "10");
  for (int i = 0; i < 10; ++i) queue.push(block(std::string(1024 * 1024, 'x')));
  CHECK(text_of(queue.take(100, 1).blocks.front()).ends_with("left out: the terminal did not keep up"));
  CHECK_FALSE(queue.empty());
}

TEST_CASE("a block that gives way counts with all its lines and cannot change any more") {
  PrintQueue queue;
  queue.push({{line("a"), line("b"), line("c")}, 7});
  for (std::size_t i = 0; i < max_waiting_lines; ++i) queue.push(block("x"));
  CHECK(queue.replace(7, {line("z")}) == Change::refused);
  CHECK(text_of(queue.take(1, 1).blocks.front()) == "… 3 lines left out: the terminal did not keep up");
}

TEST_CASE("a block that still waits is printed as it was changed last, in as many lines as it then has") {
  PrintQueue queue;
  queue.push(block("before"));
  queue.push(block("queued", 1));
  queue.push(block("after"));
  CHECK(queue.replace(1, {line("sent")}) == Change::joined);
  CHECK(queue.replace(1, {line("delivered"), line("at noon")}) == Change::joined);
  const auto turn = take_all(queue);
  CHECK(turn.changes.empty());
  REQUIRE(turn.blocks.size() == 3);
  CHECK(text_of(turn.blocks[1]) == "delivered");
  CHECK(turn.blocks[1].lines.size() == 2);
  CHECK(turn.blocks[1].tag == 1);
}

TEST_CASE("several changes of one printed block are one, and wake once") {
  PrintQueue queue;
  queue.push(block("queued", 1));
  queue.push(block("queued", 2));
  take_all(queue);
  CHECK(queue.replace(1, {line("sent")}) == Change::first);
  CHECK(queue.replace(1, {line("delivered")}) == Change::joined);
  CHECK(queue.replace(2, {line("sent")}) == Change::joined);
  CHECK(queue.has_changes());
  CHECK(queue.empty());
  const auto turn = take_all(queue);
  REQUIRE(turn.changes.size() == 2);
  for (const auto& change : turn.changes) CHECK(text_of(change) == (change.tag == 1 ? "delivered" : "sent"));
  CHECK_FALSE(queue.has_changes());
}

TEST_CASE("changes that are not due wait, unless a block is printed") {
  using Changes = PrintQueue::Changes;
  PrintQueue queue;
  queue.push(block("queued", 1));
  take_all(queue);
  queue.replace(1, {line("sent")});
  CHECK(queue.take(10, 1000, Changes::with_blocks).changes.empty());
  queue.push(block("new"));
  CHECK(queue.take(10, 1000, Changes::held).changes.empty());
  CHECK(queue.has_changes());
  queue.push(block("new"));
  CHECK(queue.take(10, 1000, Changes::with_blocks).changes.size() == 1);
}

TEST_CASE("what was never printed, has left the screen or was printed without a tag cannot change") {
  PrintQueue queue;
  queue.push(block("a", 1));
  queue.push(block("b", 2));
  queue.push(block("c"));
  take_all(queue);
  queue.replace(1, {line("x")});
  keep(queue, {2});
  CHECK_FALSE(queue.has_changes());
  CHECK(queue.replace(1, {line("x")}) == Change::refused);
  CHECK(queue.replace(3, {line("x")}) == Change::refused);
  CHECK(queue.replace(0, {line("x")}) == Change::refused);
  CHECK(queue.replace(2, {}) == Change::refused);
  CHECK(queue.replace(2, {line("x")}) == Change::first);
}

TEST_CASE("the newer of two blocks with one tag is the one that changes") {
  PrintQueue queue;
  SECTION("when both wait") {
    queue.push(block("old", 1));
    queue.push(block("new", 1));
    queue.replace(1, {line("changed")});
    const auto blocks = take_all(queue).blocks;
    CHECK(text_of(blocks[0]) == "old");
    CHECK(blocks[0].tag == 0);
    CHECK(text_of(blocks[1]) == "changed");
  }
  SECTION("when one is printed") {
    queue.push(block("old", 1));
    take_all(queue);
    queue.replace(1, {line("too late")});
    queue.push(block("new", 1));
    keep(queue, {1}); // the screen still knows the old one
    CHECK(queue.replace(1, {line("changed")}) == Change::joined);
    const auto turn = take_all(queue);
    CHECK(turn.changes.empty());
    CHECK(text_of(turn.blocks.at(0)) == "changed");
    CHECK(queue.replace(1, {line("again")}) == Change::first);
  }
}

TEST_CASE("a block too big to be known is printed line by line") {
  PrintQueue queue;
  queue.push({std::vector<Line>(max_tagged_lines + 1, line("x")), 1});
  queue.push({{line("small"), line(std::string(max_tagged_bytes, 'x'))}, 2});
  CHECK(queue.replace(1, {line("x")}) == Change::refused);
  CHECK(queue.replace(2, {line("x")}) == Change::refused);
  CHECK(take_all(queue).blocks.size() == max_tagged_lines + 3);
  queue.push(block("x", 3));
  CHECK(queue.replace(3, {line(std::string(max_tagged_bytes + 1, 'x'))}) == Change::refused);
}

TEST_CASE("many changes keep little and take no time") {
  PrintQueue queue;
  for (LineTag tag = 1; tag <= 40; ++tag) queue.push(block("queued", tag));
  take_all(queue);
  const auto begin = std::chrono::steady_clock::now();
  for (LineTag i = 0; i < 100'000; ++i) queue.replace(i % 80, {line("delivered")});
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  CHECK(take_all(queue).changes.size() == 40);
}
