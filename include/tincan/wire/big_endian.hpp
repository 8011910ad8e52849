// Integers as bytes, the most significant first, where what is signed or bound to a place is laid out by hand. Pure;
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tincan::wire {

template<class Integer> void append_big_endian(std::string& out, Integer value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (auto shift = 8 * sizeof(Integer); shift != 0;) {
    shift -= 8;
    out += static_cast<char>(bits >> shift & 0xFF);
  }
}

} // namespace tincan::wire
