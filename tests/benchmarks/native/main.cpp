// The program of tests/bench's native measurements. It does what lines on stdin say and answers each with a JSON line:
//
//   native peer FOLDER PORT        a whole peer:
//       connect KEY@ADDRESS            {"linked": true}
//       stream COUNT WINDOW            {"seconds": …}           messages to the other end of its link
//       single COUNT                   {"seconds": [ … ]}       one after the other, each until it is delivered
//       write COUNT KEY@ADDRESS        {"seconds": …}           to a peer that may be away, until they are on disk
//       expect COUNT                   {"newest": …, "last": …} seconds after the link was up
//   native references FOLDER
//       rows COUNT                     {"rate": …}              bare SQLite
//       trips COUNT                    {"trip": [ … ], "sync": [ … ]}
//       tls                            {"rate": …}              bytes each second
//   native crowd COUNT ADDRESS     links of that many tincans, held until stdin is closed
#include "crowd.hpp"
#include "peer.hpp"
#include "references.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <sstream>

namespace {

using namespace tincan::bench;

void answer(const std::string& members) {
  std::printf("{%s}\n", members.c_str());
  std::fflush(stdout);
}

template<class Measure> std::string list(std::uint64_t count, Measure measure) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(measure());
  return fmt::format("[{:.7f}]", fmt::join(values, ", "));
}

void obey(Peer& peer, const std::string& order, std::istringstream& words) {
  std::uint64_t count = 0;
  std::string to;
  const auto began = Clock::now();
  if (order == "connect") {
    words >> to;
    answer(fmt::format("\"linked\": {}", peer.connect(to)));
  } else if (order == "stream") {
    std::uint64_t window = 0;
    words >> count >> window;
    answer(fmt::format("\"seconds\": {:.6f}", seconds_between(began, peer.send_all(count, window))));
  } else if (order == "single") {
    words >> count;
    answer(fmt::format("\"seconds\": {}", list(count, [&] { return peer.send_one(); })));
  } else if (order == "write") {
    words >> count >> to;
    peer.write_all(count, to);
    answer(fmt::format("\"seconds\": {:.6f}", seconds_between(began, Clock::now())));
  } else if (order == "expect") {
    words >> count;
    const auto arrivals = peer.wait_for(count);
    answer(fmt::format("\"newest\": {:.6f}, \"last\": {:.6f}, \"count\": {}",
                       seconds_between(arrivals.linked, arrivals.newest),
                       seconds_between(arrivals.linked, arrivals.last), arrivals.count));
  }
}

void obey(PingPong& trips, Appending& appending, const std::string& folder, const std::string& order,
          std::istringstream& words) {
  std::uint64_t count = 0;
  words >> count;
  if (order == "rows") answer(fmt::format("\"rate\": {:.1f}", bare_rows(folder, count)));
  if (order == "tls") answer(fmt::format("\"rate\": {:.1f}", tls_bytes()));
  if (order != "trips") return;
  const auto trip = list(count, [&] { return trips.once(); });
  answer(fmt::format("\"trip\": {}, \"sync\": {}", trip, list(count, [&] { return appending.once(); })));
}

template<class Obey> void obey_lines(Obey obey_line) {
  for (std::string line, order; std::getline(std::cin, line);) {
    std::istringstream words(line);
    words >> order;
    obey_line(order, words);
  }
}

} // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  if (given.size() == 3 && given[0] == "peer") {
    Peer peer(given[1], static_cast<std::uint16_t>(std::stoul(given[2])));
    answer(fmt::format("\"address\": \"{}\"", peer.address()));
    obey_lines([&](const auto& order, auto& rest) { obey(peer, order, rest); });
  } else if (given.size() == 2 && given[0] == "references") {
    PingPong trips;
    Appending appending(given[1]);
    answer("\"ready\": true");
    obey_lines([&](const auto& order, auto& rest) { obey(trips, appending, given[1], order, rest); });
  } else if (given.size() == 3 && given[0] == "crowd") {
    Crowd crowd(std::stoul(given[1]), given[2]);
    crowd.hold([](std::size_t up) { answer(fmt::format("\"up\": {}", up)); });
  } else {
    std::fprintf(stderr, "see the top of tests/benchmarks/native/main.cpp\n");
    return 2;
  }
}
