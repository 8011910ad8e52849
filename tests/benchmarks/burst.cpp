// Many programs that send one message each at the same moment: a thread each, released together.
#include "sender.hpp"

#include <algorithm>
#include <barrier>
#include <cstdio>
#include <thread>
#include <vector>

namespace tincan::bench {

namespace {

constexpr std::chrono::seconds patience{5}; // then the person gives up

struct Program {
  bool has_sent = false;
  Clock::time_point began, ended;

  void run(const Order& order, std::uint64_t number, std::barrier<>& together) {
    Connection connection(order.sources.address(number), patience);
    const auto message = canonical(order, number);
    together.arrive_and_wait();
    began = Clock::now();
    has_sent = connection.open(order.target) && connection.send(message);
    ended = Clock::now();
  }
};

} // namespace

bool send_at_once(const Order& order) {
  std::vector<Program> programs(order.count);
  std::barrier together(static_cast<std::ptrdiff_t>(order.count));
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t number = 0; number < order.count; ++number)
      threads.emplace_back([&, number] { programs[number].run(order, number, together); });
  }
  const auto sent =
      std::count_if(programs.begin(), programs.end(), [](const auto& program) { return program.has_sent; });
  const auto first =
      std::min_element(programs.begin(), programs.end(), [](auto& a, auto& b) { return a.began < b.began; });
  const auto last =
      std::max_element(programs.begin(), programs.end(), [](auto& a, auto& b) { return a.ended < b.ended; });
  std::printf("{\"sent\": %td, \"began\": %.6f, \"ended\": %.6f}\n", sent, seconds(first->began), seconds(last->ended));
  return static_cast<std::uint64_t>(sent) == order.count;
}

} // namespace tincan::bench
