// One Frame as the bytes of its protobuf message, without the length in front. Pure functions; any thread.
// Only src/wire/frame*.cpp see protobuf. Whoever has a link uses frame.hpp.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::wire {

// What a sequence number may be: it has to fit into a signed integer of the database.
inline constexpr std::uint64_t max_seq = 0x7FFF'FFFF'FFFF'FFFF;
inline constexpr std::size_t max_field_bytes = 64; // of team and software in Hello: more could not be shown
inline constexpr std::size_t max_why_bytes = 256;  // of a Bye: one line
// An entry without a text takes 20 bytes: more of them do not fit into a frame, and would cost memory.
inline constexpr std::size_t max_entries_in_frame = max_frame_bytes / 20;

// Appends it.
void encode_message(const Frame& frame, std::string& out);
// Nothing for a frame of unknown kind. Errors: bad_bytes, limit.
base::Result<std::optional<Frame>> decode_message(std::string_view message);

// Whether the bytes are a protobuf message none of whose lists is too long, so that protobuf may have it: it makes
// objects of 100 bytes out of lists of 2. Errors as above.
base::Result<void> check_shape(std::string_view message);

} // namespace tincan::wire
