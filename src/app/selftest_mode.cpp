#include "tincan/app/modes.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/sim/selftest.hpp"
#include "tincan/store/identity.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <random>
#include <unistd.h>

namespace tincan::app {

namespace {

constexpr std::uint64_t worlds_between_reports = 50;
constexpr unsigned seed_bits = 32; // what is printed is short enough to be typed again

std::uint64_t any_seed() {
  std::random_device device;
  return (std::uint64_t{device()} & ((std::uint64_t{1} << seed_bits) - 1)) | 1U;
}

// The cryptography of the program itself, with keys that the seed decides.
std::unique_ptr<chat::Keys> real_keys(std::uint64_t number) {
  base::Seed seed;
  for (std::size_t i = 0; i < sizeof number; ++i) seed.bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  return std::make_unique<store::Identity>(seed);
}

void print_json(const sim::SelftestOptions& options, const sim::SelftestResult& result) {
  std::cout << fmt::format(
      R"({{"event":"selftest","seed":{},"worlds":{},"entries":{},"crashes":{},"cuts":{},"ok":{}{}}})", options.seed,
      result.worlds, result.entries, result.crashes, result.cuts, !result.failure,
      result.failure ? fmt::format(R"(,"failed_seed":{})", result.failed_seed) : "");
  std::cout << std::endl;
}

void print_text(const sim::SelftestOptions& options, const sim::SelftestResult& result) {
  std::cout << fmt::format("{} worlds from seed {}: {} messages, {} crashes, {} cut connections: {}\n", result.worlds,
                           options.seed, result.entries, result.crashes, result.cuts,
                           result.failure ? fmt::format("world {} broke a promise", result.failed_seed)
                                          : "nothing lost, nothing doubled, nothing claimed too early")
            << std::flush;
}

} // namespace

int run_selftest(const Options&, const RunSelftest& mode) {
  sim::SelftestOptions options;
  options.seed = mode.seed == 0 ? any_seed() : mode.seed;
  options.worlds = mode.worlds;
  options.make_keys = real_keys;
  const bool is_watched = ::isatty(STDERR_FILENO) == 1;
  options.progress = [&](std::uint64_t played) {
    if (is_watched && played % worlds_between_reports == 0) std::cerr << fmt::format("{} worlds …\r", played);
    return std::cout.good();
  };
  const auto result = sim::run_selftest(options);
  if (mode.json)
    print_json(options, result);
  else
    print_text(options, result);
  if (!result.failure) return exit_done;
  for (const auto line : base::split(*result.failure, '\n')) std::cerr << base::SafeText::own(line).str() << '\n';
  return exit_no_start;
}

} // namespace tincan::app
