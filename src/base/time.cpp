#include "tincan/base/time.hpp"

#include <array>
#include <ctime>
#include <fmt/format.h>

namespace tincan::base {

namespace {

constexpr std::int64_t first_year_ms = -62167219200000; // 0000-01-01
constexpr std::int64_t last_year_ms = 253402300799999;  // 9999-12-31
constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_sane(WallTime time) { return time.ms >= first_year_ms && time.ms <= last_year_ms; }

std::time_t whole_seconds(WallTime time) { return (time.ms >= 0 ? time.ms : time.ms - 999) / 1000; }

} // namespace

std::string iso_time(WallTime time) {
  if (!is_sane(time)) return "bad time";
  const std::time_t seconds = whole_seconds(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, time.ms - std::int64_t{seconds} * 1000);
}

std::optional<WallTime> parse_iso_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  if (text.size() != form.size()) return std::nullopt;
  int fields[7]{};
  std::size_t field = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (is_digit != (form[i] == '0') || (!is_digit && text[i] != form[i])) return std::nullopt;
    if (is_digit)
      fields[field] = fields[field] * 10 + (text[i] - '0');
    else
      ++field;
  }
  std::tm utc{};
  utc.tm_year = fields[0] - 1900;
  utc.tm_mon = fields[1] - 1;
  utc.tm_mday = fields[2];
  utc.tm_hour = fields[3];
  utc.tm_min = fields[4];
  utc.tm_sec = fields[5];
  const WallTime time{std::int64_t{timegm(&utc)} * 1000 + fields[6]};
  return iso_time(time) == text ? std::optional(time) : std::nullopt; // no 31st of February
}

std::string short_time(WallTime time, WallTime now) {
  if (!is_sane(time) || !is_sane(now)) return "bad time";
  const std::time_t seconds = whole_seconds(time);
  const std::time_t now_seconds = whole_seconds(now);
  std::tm local{};
  std::tm today{};
  localtime_r(&seconds, &local);
  localtime_r(&now_seconds, &today);
  const auto clock = fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min);
  if (local.tm_year == today.tm_year && local.tm_yday == today.tm_yday) return clock;
  return fmt::format("{} {} {}", local.tm_mday, months.at(static_cast<std::size_t>(local.tm_mon)), clock);
}

std::string rough_duration(Millis duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 60) return fmt::format("{} s", seconds < 0 ? 0 : seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} d", seconds / 86400);
}

} // namespace tincan::base
