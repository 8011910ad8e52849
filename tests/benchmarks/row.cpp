// Messages in a row: one loop that connects, sends, closes, and goes on at once.
#include "sender.hpp"

#include <cstdio>

namespace tincan::bench {

namespace {

// A full backlog is met by dialling again soon; left to itself the kernel would repeat the call after a whole second,
// and the figure would be the kernel's. Nothing is sent twice: a message is written only after the connection stands.
constexpr std::chrono::milliseconds patience{3};
constexpr std::chrono::seconds limit{30}; // for one message

class Row {
public:
  explicit Row(const Order& order) : order_(order) {}

  bool run() {
    const auto began = Clock::now();
    while (sent_ < order_.count && send_one()) ++sent_;
    std::printf("{\"sent\": %ju, \"began\": %.6f, \"ended\": %.6f, \"dialled_again\": %ju}\n", std::uintmax_t{sent_},
                seconds(began), seconds(Clock::now()), std::uintmax_t{dialled_again_});
    return sent_ == order_.count;
  }

private:
  bool send_one() {
    const auto message = canonical(order_, sent_);
    for (const auto deadline = Clock::now() + limit; Clock::now() < deadline; ++dialled_again_) {
      Connection connection(order_.sources.address(sent_), patience);
      if (connection.open(order_.target)) return connection.send(message);
    }
    return false;
  }

  const Order& order_;
  std::uint64_t sent_ = 0, dialled_again_ = 0;
};

} // namespace

bool send_in_a_row(const Order& order) { return Row(order).run(); }

} // namespace tincan::bench
