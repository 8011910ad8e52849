// Connections that say nothing until stdin is closed.
#include "sender.hpp"

#include <algorithm>
#include <cstdio>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace tincan::bench {

namespace {

constexpr std::chrono::seconds patience{10};

void wait_for_end_of_stdin() {
  char ignored;
  while (::read(STDIN_FILENO, &ignored, 1) > 0) {
  }
}

bool is_closed_by_peer(const Connection& connection) {
  pollfd state{connection.descriptor(), POLLIN | POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0;
}

} // namespace

bool hold_idle(const Order& order) {
  std::vector<Connection> crowd;
  const auto began = Clock::now();
  for (std::uint64_t number = 0; number < order.count; ++number) {
    Connection connection(order.sources.address(number), patience);
    if (connection.open(order.target)) crowd.push_back(std::move(connection));
  }
  std::printf("{\"opened\": %zu, \"began\": %.6f, \"ended\": %.6f}\n", crowd.size(), seconds(began),
              seconds(Clock::now()));
  std::fflush(stdout);
  wait_for_end_of_stdin();
  std::printf("{\"closed_by_peer\": %td}\n", std::count_if(crowd.begin(), crowd.end(), is_closed_by_peer));
  return crowd.size() == order.count;
}

} // namespace tincan::bench
