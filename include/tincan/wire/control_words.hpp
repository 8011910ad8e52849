// Texts that are not meant for people: what classic programs send to announce themselves, to go and to answer.
// Pure functions; any thread. Source: classic.md 1.7.
#pragma once

#include <cstdint>
#include <string_view>

namespace tincan::wire {

enum class Word : std::uint8_t {
  none,
  connect,
  connect_and_accept, // its sender waits for CONNECT_ACCEPTED
  leave,
  reply,
  ping, // only where the header holds our own address
};

inline constexpr std::string_view a3_ack = "✅ Message received"; // seed1's own; any bytes would do
inline constexpr std::string_view a7_request = "Connection Request";
inline constexpr std::string_view a7_acknowledgement = "Connection Acknowledged";

// What a whole text means, white space around it aside; "exit" in any case of letters, the others as listed.
Word word_of(std::string_view text);
// "exit" in any case, white space around it aside: the only word that headerless text may be.
bool is_exit(std::string_view text);
// True for one or more acknowledgements of an A3 program, joined or not.
bool is_a3_ack(std::string_view text);

} // namespace tincan::wire
