#include "tincan/base/error.hpp"
#include "tincan/base/time.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <random>
#include <set>
#include <string>

using namespace tincan::base;

namespace {

constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
constexpr auto latest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t noon = 1'795'176'000'123; // 2026-11-20T12:00:00.123Z

// The local zone of this test, given back at its end.
class Zone {
public:
  explicit Zone(const char* name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~Zone() {
    if (before_.empty())
      ::unsetenv("TZ");
    else
      ::setenv("TZ", before_.c_str(), 1);
    ::tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

private:
  std::string before_;
};

} // namespace

TEST_CASE("A time is written as RFC 3339 in UTC with milliseconds") {
  CHECK(iso_time({noon}) == "2026-11-20T12:00:00.123Z");
  CHECK(iso_time({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_time({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(iso_time({-1000}) == "1969-12-31T23:59:59.000Z");
  CHECK(iso_time({951'782'400'000}) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("Every time within the years 0 to 9999 survives writing and reading") {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::int64_t> any(-62'167'219'200'000, 253'402'300'799'999);
  for (int round = 0; round < 5000; ++round) {
    const WallTime time{any(random)};
    CHECK(parse_iso_time(iso_time(time)) == time);
  }
  CHECK(iso_time({-62'167'219'200'000}) == "0000-01-01T00:00:00.000Z");
  CHECK(iso_time({253'402'300'799'999}) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("An absurd time is called so, and never crashes") {
  for (const auto ms : {earliest, earliest + 1, std::int64_t{-62'167'219'200'001}, std::int64_t{253'402'300'800'000},
                        latest - 1, latest}) {
    CHECK(iso_time({ms}) == "bad time");
    CHECK(short_time({ms}, {noon}) == "bad time");
    CHECK(short_time({noon}, {ms}) == "bad time");
  }
  CHECK_FALSE(parse_iso_time("bad time"));
}

TEST_CASE("Only the exact form of a time is read") {
  for (const auto* bad :
       {"", "2026-11-20", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.123", "2026-11-20 12:00:00.123Z",
        "2026-11-20T12:00:00.123z", "2026-11-20T12:00:00,123Z", "2026-11-20T12:00:00.1234Z", "+026-11-20T12:00:00.123Z",
        "2026-11-20T12:00:00.123Z ", "2026-1-020T12:00:00.123Z", "٢026-11-20T12:00:00.12Z"})
    CHECK_FALSE(parse_iso_time(bad));
}

TEST_CASE("A day or an hour that does not exist is no time") {
  for (const auto* bad :
       {"2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "9999-99-99T99:99:99.999Z"})
    CHECK_FALSE(parse_iso_time(bad));
}

TEST_CASE("A time of today is shown as a clock, another one with its day, in the local zone") {
  const Zone zone("UTC-2"); // two hours east
  CHECK(short_time({noon}, {noon}) == "14:00");
  CHECK(short_time({noon - 3600 * 1000 * 14}, {noon}) == "00:00");
  CHECK(short_time({noon - 3600 * 1000 * 14 - 124}, {noon}) == "19 Nov 23:59");
  CHECK(short_time({noon - std::int64_t{365} * 86'400'000}, {noon}) == "20 Nov 14:00");
}

TEST_CASE("Durations are whole units, rounded down") {
  using namespace std::chrono_literals;
  CHECK(rough_duration(0ms) == "0 s");
  CHECK(rough_duration(-5s) == "0 s");
  CHECK(rough_duration(999ms) == "0 s");
  CHECK(rough_duration(8999ms) == "8 s");
  CHECK(rough_duration(60s) == "1 min");
  CHECK(rough_duration(3599s) == "59 min");
  CHECK(rough_duration(1h) == "1 h");
  CHECK(rough_duration(24h) == "1 d");
  CHECK(rough_duration(Millis::min()) == "0 s");
  CHECK(rough_duration(Millis::max()) == "106751991167 d");
}

TEST_CASE("Every error code has a name of its own that leads back to it") {
  std::set<std::string_view> names;
  for (int value = 0; value <= static_cast<int>(ErrorCode::cancelled); ++value) {
    const auto code = static_cast<ErrorCode>(value);
    CHECK(error_code_named(name(code)) == code);
    names.insert(name(code));
  }
  CHECK(names.size() == static_cast<std::size_t>(ErrorCode::cancelled) + 1);
  CHECK_FALSE(names.contains("unknown"));
  CHECK(error_code_named("nonsense") == ErrorCode::bad_argument);
  CHECK(error_code_named("") == ErrorCode::bad_argument);
  CHECK(name(ErrorCode::timed_out) == "timed_out");
}
