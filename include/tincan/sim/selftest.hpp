// "tincan selftest": plays many simulated worlds and says whether the promises held. One thread, no network, no disk.
#pragma once

#include "tincan/sim/world.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace tincan::sim {

struct SelftestOptions {
  std::uint64_t seed = 1; // of the first world; the next have the numbers after it
  std::uint64_t worlds = 1'000;
  KeysFactory make_keys = make_toy_keys;
  std::function<bool(std::uint64_t played)> progress{}; // after each world; false: stop
};

struct SelftestResult {
  std::uint64_t worlds = 0; // played
  std::uint64_t entries = 0;
  std::uint64_t crashes = 0;
  std::uint64_t cuts = 0;
  std::uint64_t failed_seed = 0;
  std::optional<std::string>
      failure; // of the first world that went wrong, several lines: what, and its events; it ends there
};

SelftestResult run_selftest(const SelftestOptions& options);
// What went wrong in one world, with its events shrunk to those that matter; none when nothing did.
std::optional<std::string> failure_of(const Plan& plan, const KeysFactory& make_keys = make_toy_keys);

} // namespace tincan::sim
