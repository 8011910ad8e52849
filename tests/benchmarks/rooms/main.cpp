// How long lines of one take to reach all others: subscribers of a NATS server, or the members of a room, which are
// processes of their own. It does what lines on stdin say and answers each with a JSON line:
//
//   fan nats PORT CERTIFICATE SUBSCRIBERS
//   fan room CONTROL_SOCKET ROOM PIPE…         the author's socket; what each other member prints
//       burst LINES    {"seconds": …}          from the first line written until the last one has the last line
//       single COUNT   {"seconds": [ … ]}      one after the other, each until all have it
#include "fan.hpp"
#include "nats_client.hpp"
#include "room_streams.hpp"

#include <cstdio>
#include <iostream>
#include <sstream>

namespace {

using namespace tincan::bench;

void obey(Fan& fan, const std::string& order, std::size_t count, std::size_t receivers) {
  if (order == "burst") std::printf("{\"seconds\": %.6f}\n", fan.burst(count, receivers));
  if (order == "single") {
    for (std::size_t line = 0; line < count; ++line)
      std::printf("%s%.7f", line == 0 ? "{\"seconds\": [" : ", ", fan.single(receivers));
    std::printf("]}\n");
  }
  std::fflush(stdout);
}

int obey_lines(Fan& fan, std::size_t receivers) {
  std::printf("{\"ready\": true}\n");
  std::fflush(stdout);
  for (std::string line, order; std::getline(std::cin, line);) {
    std::istringstream rest(line);
    std::size_t count = 0;
    if (rest >> order >> count) obey(fan, order, count, receivers);
  }
  return 0;
}

int run_nats(std::uint16_t port, const std::string& certificate, std::size_t subscribers) {
  const NatsTrust trust(certificate);
  NatsClient publisher(trust, port);
  Fan fan([&](std::size_t lines) { publisher.publish(lines); });
  for (std::size_t number = 0; number < subscribers; ++number) {
    auto subscriber = std::make_unique<NatsClient>(trust, port);
    subscriber->subscribe();
    fan.add(std::move(subscriber));
  }
  return obey_lines(fan, subscribers);
}

int run_room(const std::string& control_socket, const std::string& room, const std::vector<std::string>& pipes) {
  auto author = std::make_unique<AuthorStream>(control_socket, room);
  Fan fan([&author = *author](std::size_t lines) { author.publish(lines); });
  fan.add(std::move(author));
  for (const auto& pipe : pipes) fan.add(std::make_unique<MemberStream>(std::stoi(pipe)));
  return obey_lines(fan, pipes.size());
}

} // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  if (given.size() == 4 && given[0] == "nats")
    return run_nats(static_cast<std::uint16_t>(std::stoul(given[1])), given[2], std::stoul(given[3]));
  if (given.size() >= 4 && given[0] == "room") return run_room(given[1], given[2], {given.begin() + 3, given.end()});
  std::fprintf(stderr, "see the top of tests/benchmarks/rooms/main.cpp\n");
  return 2;
}
