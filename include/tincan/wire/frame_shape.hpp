// Which fields of a protobuf message are messages or lists, and how long lists may be, so that protobuf may have it: it
// makes objects of 100 bytes out of lists of 2. Used by src/wire/frame*.cpp only. Any thread.
#pragma once

#include "tincan/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tincan::wire {

struct Shape;

// A field that holds a message or bytes, how often it may stand there, and what to say when it does more often.
struct Nested {
  std::uint64_t number;
  const Shape* shape;
  std::size_t most;
  std::string_view too_many;
};
struct Shape {
  static constexpr std::size_t most_fields = 20; // of those in `nested`
  std::span<const Nested> nested;
  bool is_choice = false; // one of the fields, once
};
inline constexpr Shape flat{}; // without lists or messages

// Whether the bytes are a protobuf message of this shape. `what` begins a sentence ("a frame"). Errors: bad_bytes,
// limit.
base::Result<void> check_shape(std::string_view message, const Shape& shape, std::string_view what);

} // namespace tincan::wire
