#include "sim_net.hpp"

#include <catch2/catch.hpp>

using namespace tincan::chat::sim;

TEST_CASE("marks are found again in any text", "[chat][support]") {
  CHECK(marks_in("10.0.0.1:7000 Team t1; and t23;t4; but t5 and text;") == std::vector<Mark>{1, 23, 4});
  CHECK(marks_in(written(77)) == std::vector<Mark>{77});
}
