// What happens in a simulated world, made from a seed: who is there, what they say, and what befalls them. A value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tincan::sim {

enum class Weather : std::uint8_t { calm, cuts, crashes, dark, clocks, moves, everything };

struct Event {
  enum class Kind : std::uint8_t {
    say,
    burst, // `amount` messages at once
    reply,
    edit,
    remove,
    react,
    look, // the user reads
    history,
    retry,
    connect,
    cut,
    lose,
    crash,
    quit,
    full_disk,
    dark,
    part, // who and whom are on different sides
    move,
    clock, // it steps by `amount`
  };
  std::int64_t at_ms = 0;
  Kind kind{};
  std::size_t who = 0;
  std::size_t whom = 0;
  std::int64_t amount = 0;
};

struct Plan {
  std::uint64_t seed = 0;
  Weather weather{};
  std::vector<std::int64_t> starts_ms; // of each tincan
  bool has_plain = false;              // the last of them speaks plain text only
  std::vector<Event> events;           // in their order

  std::size_t tincans() const { return starts_ms.size(); }
  std::int64_t end_ms() const; // of the last event
  std::string text() const;
};

Plan plan_from(std::uint64_t seed);

} // namespace tincan::sim
