// So many messages a second, evenly, until stdin is closed. Tells how far it fell behind, so that a load that was not
// kept is seen.
#include "sender.hpp"

#include <algorithm>
#include <cstdio>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace tincan::bench {

namespace {

constexpr std::chrono::milliseconds patience{500};
constexpr std::uint64_t looks_per_second = 50; // for the end of stdin

bool is_stdin_closed() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

class Pace {
public:
  explicit Pace(const Order& order)
      : order_(order),
        step_(std::chrono::nanoseconds(std::chrono::seconds(1)) / order.count) {}

  bool run() {
    std::puts("{\"ready\": true}");
    std::fflush(stdout);
    const auto began = Clock::now();
    const auto look_every = std::max<std::uint64_t>(1, order_.count / looks_per_second);
    for (auto due = began; number_ % look_every != 0 || !is_stdin_closed(); due += step_) send_next(due);
    std::printf("{\"sent\": %ju, \"failed\": %ju, \"began\": %.6f, \"ended\": %.6f, \"late_ms\": %.1f}\n",
                std::uintmax_t{number_ - failed_}, std::uintmax_t{failed_}, seconds(began), seconds(Clock::now()),
                std::chrono::duration<double, std::milli>(latest_).count());
    return failed_ == 0;
  }

private:
  void send_next(Clock::time_point due) {
    std::this_thread::sleep_until(due);
    latest_ = std::max(latest_, Clock::now() - due);
    Connection connection(order_.sources.address(number_), patience);
    if (!connection.open(order_.target) || !connection.send(canonical(order_, number_))) ++failed_;
    ++number_;
  }

  const Order& order_;
  Clock::duration step_;
  Clock::duration latest_{};
  std::uint64_t number_ = 0, failed_ = 0;
};

} // namespace

bool send_at_a_pace(const Order& order) { return Pace(order).run(); }

} // namespace tincan::bench
