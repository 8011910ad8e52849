#include "tincan/store/stored_values.hpp"

#include <limits>

namespace tincan::store {

namespace {

constexpr std::int64_t year_0_ms = -62'167'219'200'000;
constexpr std::int64_t year_10000_ms = 253'402'300'800'000;

template<class T> std::optional<T> within(std::int64_t number, std::int64_t low, std::int64_t high) {
  if (number < low || number > high) return std::nullopt;
  return static_cast<T>(number);
}

} // namespace

std::optional<std::uint64_t> id_from(std::int64_t number) { return within<std::uint64_t>(number, 1, max_id); }

std::optional<std::uint16_t> port_from(std::int64_t number) {
  return within<std::uint16_t>(number, 1, std::numeric_limits<std::uint16_t>::max());
}

std::optional<std::uint32_t> count_from(std::int64_t number) {
  return within<std::uint32_t>(number, 0, std::numeric_limits<std::uint32_t>::max());
}

std::optional<bool> flag_from(std::int64_t number) { return within<bool>(number, 0, 1); }

std::optional<base::WallTime> time_from(std::int64_t number) {
  if (number < year_0_ms || number >= year_10000_ms) return std::nullopt;
  return base::WallTime{number};
}

} // namespace tincan::store
