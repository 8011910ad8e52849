// How values stand in the database: enumerations as numbers of their own (so that reordering an enum changes no file),
// dialects by name, addresses as text. Nothing read is believed: what is out of range is none. Stateless; any thread.
#pragma once

#include "tincan/base/time.hpp"
#include "tincan/chat/message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tincan::store {

// The stored number is the position in these; only ever append.
inline constexpr std::array stored_directions{chat::Direction::in, chat::Direction::out};
inline constexpr std::array stored_kinds{chat::MessageKind::text, chat::MessageKind::mandatory};
inline constexpr std::array stored_states{chat::MessageState::received,     chat::MessageState::queued,
                                          chat::MessageState::failed,       chat::MessageState::sent,
                                          chat::MessageState::acknowledged, chat::MessageState::cancelled};

inline constexpr std::int64_t classic_conversation = 0; // kinds of conversation; direct and room will follow
inline constexpr std::int64_t whole_host = 0;           // as the port of a block rule

template<class T, std::size_t N> constexpr std::int64_t stored(const std::array<T, N>& values, T value) {
  for (std::size_t i = 0; i < N; ++i)
    if (values[i] == value) return static_cast<std::int64_t>(i);
  return -1;
}

template<class T, std::size_t N>
constexpr std::optional<T> unstored(const std::array<T, N>& values, std::int64_t number) {
  if (number < 0 || number >= static_cast<std::int64_t>(N)) return std::nullopt;
  return values[static_cast<std::size_t>(number)];
}

// Ids are 1..max_id: whole in JSON numbers, and the next one never overflows.
inline constexpr std::int64_t max_id = std::int64_t{1} << 53;
std::optional<std::uint64_t> id_from(std::int64_t number);
std::optional<std::uint16_t> port_from(std::int64_t number); // 1..65535
std::optional<std::uint32_t> count_from(std::int64_t number);
std::optional<bool> flag_from(std::int64_t number);           // 0 or 1
std::optional<base::WallTime> time_from(std::int64_t number); // the years 0..9999, those that can be shown

} // namespace tincan::store
