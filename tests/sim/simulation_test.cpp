#include "tincan/sim/selftest.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tincan::sim;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const auto* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

// What everybody does in the shrunk world, line by line.
void trace(std::uint64_t seed) {
  World world(shrunk(plan_from(seed)));
  world.oracle().is_noting = true;
  world.play();
}

void check_world(std::uint64_t seed) {
  const auto failure = failure_of(plan_from(seed));
  if (failure && std::getenv("TINCAN_TRACE")) trace(seed);
  if (failure) FAIL_CHECK("run it alone with TINCAN_SEED=" << seed << "\n" << *failure);
}

} // namespace

TEST_CASE("in every world of tincans the promises hold", "[sim][simulation]") {
  if (std::getenv("TINCAN_SEED")) return check_world(number_from_environment("TINCAN_SEED", 0));
  const auto worlds = number_from_environment("TINCAN_WORLDS", 250);
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) check_world(seed);
  SUCCEED(worlds << " worlds");
}
