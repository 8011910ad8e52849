// How values stand in the database: enumerations as numbers of their own (so that reordering an enum changes no file),
// dialects by name, addresses as text. Nothing read is believed: what is out of range is none. Stateless; any thread.
#pragma once

#include "tincan/base/time.hpp"
#include "tincan/chat/line_span.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/room.hpp"
#include "tincan/wire/log_entry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::store {

// The stored number is the position in these; only ever append.
inline constexpr std::array stored_directions{chat::Direction::in, chat::Direction::out};
inline constexpr std::array stored_kinds{
    chat::MessageKind::text,     chat::MessageKind::mandatory,  chat::MessageKind::edit,
    chat::MessageKind::deletion, chat::MessageKind::reaction,   chat::MessageKind::read_marker,
    chat::MessageKind::unknown,  chat::MessageKind::invitation, chat::MessageKind::change};
inline constexpr std::array stored_states{chat::MessageState::received,     chat::MessageState::queued,
                                          chat::MessageState::failed,       chat::MessageState::sent,
                                          chat::MessageState::acknowledged, chat::MessageState::cancelled};
inline constexpr std::array stored_speaks{chat::Speaks::unknown, chat::Speaks::classic, chat::Speaks::native};
inline constexpr std::array stored_sources{chat::KnownEndpoint::Source::typed, chat::KnownEndpoint::Source::connected,
                                           chat::KnownEndpoint::Source::announced, chat::KnownEndpoint::Source::hinted};
inline constexpr std::array stored_phases{chat::RoomPhase::invited, chat::RoomPhase::joining, chat::RoomPhase::joined,
                                          chat::RoomPhase::left, chat::RoomPhase::removed};

inline constexpr std::int64_t state_of_logged = 100;       // it follows from the log, which knows what was acknowledged
inline constexpr std::int64_t one_to_one_conversation = 0; // kinds of conversation
inline constexpr std::int64_t room_conversation = 1;
inline constexpr std::int64_t whole_host = 0; // as the port of a block rule

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
std::optional<std::int64_t> order_from(std::int64_t number);  // 0..wire::max_order_us
std::optional<std::uint64_t> seq_from(std::int64_t number);   // 0 or more

// By name, native included.
std::optional<wire::Dialect> stored_dialect(std::string_view name);

// The number of an entry's kind on the wire, where it follows from the message's kind.
std::optional<wire::EntryKind> entry_kind_of(chat::MessageKind kind);

// References to entries as bytes: author, seq (big-endian), hash.
inline constexpr std::size_t ref_bytes = 72;
std::string packed(const wire::EntryRef& ref);
std::string packed(const std::vector<wire::EntryRef>& refs);
std::optional<wire::EntryRef> ref_from(std::string_view bytes);
std::optional<std::vector<wire::EntryRef>> refs_from(std::string_view bytes); // at most wire::max_heads

// Keys one after the other; at most 16 are read.
inline constexpr std::size_t max_acquaintances = 16;
std::string packed(const std::vector<base::PublicKey>& keys);
std::optional<std::vector<base::PublicKey>> keys_from(std::string_view bytes);

// First and last of each (big-endian).
std::string packed(const std::vector<chat::LineSpan>& spans);
std::optional<std::vector<chat::LineSpan>> spans_from(std::string_view bytes); // ascending and apart, or none

// A line each: source, when it last worked or "-", endpoint.
std::string packed(const std::vector<chat::KnownEndpoint>& endpoints);
std::optional<std::vector<chat::KnownEndpoint>> endpoints_from(std::string_view text);

} // namespace tincan::store
