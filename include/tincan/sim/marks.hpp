// Marks in texts, "t12;", by which the judge of a world follows messages through bytes. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::sim {

using Mark = std::uint64_t;

std::string written(Mark mark);
std::vector<Mark> marks_in(std::string_view text);

} // namespace tincan::sim
