// Worlds of tincans and old programs, made from a seed: who is there, what they say, and what befalls them. A world is
// played on a virtual clock and judged by the promises of the issue. A failing one is shrunk to few events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tincan::chat::sim {

enum class Weather { calm, cuts, crashes, dark, everything };

struct Event {
  enum class Kind { say, say_long, tell, connect, retry, cut, crash, quit, full_disk, dark, program_away };
  std::int64_t at_ms = 0;
  Kind kind{};
  std::size_t who = 0;
  std::size_t whom = 0;
  std::int64_t amount = 0;
};

struct Plan {
  std::uint64_t seed = 0;
  Weather weather{};
  std::vector<std::string> dialects; // of each tincan to each other actor: who * actors + whom; empty: not set
  std::size_t tincans = 0;
  std::vector<int> programs; // their kinds
  std::vector<Event> events;

  std::size_t actors() const { return tincans + programs.size(); }
  std::string text() const;
};

Plan plan_from(std::uint64_t seed);
std::vector<std::string> play(const Plan& plan); // what went wrong
Plan shrunk(Plan plan);                          // fewer events, still going wrong

} // namespace tincan::chat::sim
