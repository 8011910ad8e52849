// Whole worlds of rooms, made from seeds: whatever happens, in the end all members have the same room.
#include "room_world.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tincan::sim::test;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const auto* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

void check_world(std::uint64_t seed) {
  auto plan = RoomPlanner(seed).plan();
  auto complaints = RoomWorld(plan).play();
  if (complaints.empty()) return;
  if (std::getenv("TINCAN_TRACE")) {
    plan = shrunk(plan);
    RoomWorld world(plan);
    world.judge().is_noting = true;
    complaints = world.play();
  }
  complaints.resize(std::min<std::size_t>(complaints.size(), 10));
  FAIL_CHECK("run it alone with TINCAN_SEED=" << seed << "\n"
                                              << fmt::format("{}", fmt::join(complaints, "\n")) << "\n"
                                              << plan.text());
}

} // namespace

TEST_CASE("in every world of a room its members end with the same room", "[sim][room][simulation]") {
  if (std::getenv("TINCAN_SEED")) return check_world(number_from_environment("TINCAN_SEED", 0));
  const auto worlds = number_from_environment("TINCAN_WORLDS", 50);
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) check_world(seed);
  SUCCEED(worlds << " worlds");
}
