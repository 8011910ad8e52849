#include "tincan/sim/selftest.hpp"

namespace tincan::sim {

namespace {

std::string report(const Plan& plan, const KeysFactory& make_keys) {
  const auto small = shrunk(plan, make_keys);
  std::string text;
  for (const auto& complaint : play(small, make_keys).complaints) text += complaint + '\n';
  return text + small.text();
}

} // namespace

std::optional<std::string> failure_of(const Plan& plan, const KeysFactory& make_keys) {
  if (play(plan, make_keys).complaints.empty()) return std::nullopt;
  return report(plan, make_keys);
}

SelftestResult run_selftest(const SelftestOptions& options) {
  SelftestResult result;
  while (result.worlds < options.worlds && !result.failure) {
    const auto plan = plan_from(options.seed + result.worlds);
    const auto outcome = play(plan, options.make_keys);
    ++result.worlds;
    result.entries += outcome.entries;
    result.crashes += outcome.crashes;
    result.cuts += outcome.cuts;
    if (!outcome.complaints.empty()) {
      result.failed_seed = plan.seed;
      result.failure = report(plan, options.make_keys);
    }
    if (options.progress && !options.progress(result.worlds)) break;
  }
  return result;
}

} // namespace tincan::sim
