#include "tincan/app/line_queue.hpp"

#include "app_support.hpp"

#include <atomic>
#include <sys/eventfd.h>
#include <unistd.h>

using namespace tincan::app;
using namespace tincan::app::test;
using Clock = std::chrono::steady_clock;

namespace {

std::vector<std::string> taken(LineQueue& queue) {
  const auto lines = queue.take(Clock::now(), -1);
  return {lines.begin(), lines.end()};
}

} // namespace

TEST_CASE("Lines come out once and in order") {
  LineQueue queue;
  CHECK(taken(queue).empty());
  queue.push("a");
  queue.push("b");
  CHECK(taken(queue) == std::vector<std::string>{"a", "b"});
  queue.push("c");
  CHECK(taken(queue) == std::vector<std::string>{"c"});
  CHECK(taken(queue).empty());
}

TEST_CASE("Taking waits until the deadline, and no longer") {
  LineQueue queue;
  const auto begin = Clock::now();
  CHECK(queue.take(begin + std::chrono::milliseconds(30), -1).empty());
  CHECK(Clock::now() - begin >= std::chrono::milliseconds(30));
  CHECK_FALSE(queue.is_closed());
}

TEST_CASE("A line that comes while one waits is taken at once") {
  LineQueue queue;
  std::thread writer([&] { queue.push("late"); });
  const auto lines = queue.take(std::nullopt, -1);
  CHECK(lines.size() == 1);
  writer.join();
}

TEST_CASE("A descriptor that becomes readable ends the wait, and lines stay for the next time") {
  LineQueue queue;
  const int interrupt = ::eventfd(1, EFD_CLOEXEC);
  CHECK(queue.take(std::nullopt, interrupt).empty());
  queue.push("kept");
  CHECK(queue.take(std::nullopt, interrupt).size() == 1);
  ::close(interrupt);
}

TEST_CASE("A closed queue gives what is left, then nothing, without waiting") {
  LineQueue queue;
  queue.push("last");
  queue.close();
  CHECK_FALSE(queue.is_closed());
  CHECK(queue.take(std::nullopt, -1).size() == 1);
  CHECK(queue.is_closed());
  CHECK(queue.take(std::nullopt, -1).empty());
}

TEST_CASE("Closing wakes whoever waits") {
  LineQueue queue;
  std::thread closer([&] { queue.close(); });
  CHECK(queue.take(std::nullopt, -1).empty());
  closer.join();
}

TEST_CASE("A writer waits while the queue is full, and loses nothing") {
  LineQueue queue;
  std::atomic<std::size_t> written{0};
  constexpr std::size_t total = max_queued_lines + 500;
  std::thread writer([&] {
    for (std::size_t i = 0; i < total; ++i) {
      queue.push(std::to_string(i));
      ++written;
    }
  });
  CHECK(comes_true([&] { return written == max_queued_lines; }));
  std::size_t expected = 0;
  while (expected < total)
    for (const auto& line : queue.take(std::nullopt, -1)) {
      if (line != std::to_string(expected)) FAIL("line " << line << " in the place of " << expected);
      ++expected;
    }
  writer.join();
  CHECK(written == total);
}

TEST_CASE("Closing lets a waiting writer go") {
  LineQueue queue;
  for (std::size_t i = 0; i < max_queued_lines; ++i) queue.push("x");
  std::thread writer([&] { queue.push("one more"); });
  queue.close();
  writer.join();
  CHECK(queue.take(std::nullopt, -1).size() >= max_queued_lines);
}
