// Two or three whole tincans against each other in a simulated world whose every event is made from the input: what is
// said, changed, cut, lost, parted, killed, filled, moved, and when. When all is healed each must have everything once.
#include "fuzz_check.hpp"
#include "tincan/sim/world.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace tincan::sim;

constexpr std::size_t most_events = 24;
constexpr std::int64_t most_at_once = 40; // messages; more costs time and shows nothing new
constexpr auto last_kind = static_cast<unsigned>(Event::Kind::clock);

class Input {
public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
  bool is_over() const { return rest_.empty(); }
  unsigned number() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }

private:
  std::string_view rest_;
};

Event event_from(Input& input, std::size_t tincans, std::int64_t& now) {
  Event event;
  event.at_ms = now += (input.number() % 32) * (input.number() % 128);
  event.kind = static_cast<Event::Kind>(input.number() % (last_kind + 1));
  event.who = event.kind == Event::Kind::move ? 0 : input.number() % tincans;
  event.whom = (event.who + 1 + input.number() % (tincans - 1)) % tincans;
  event.amount = input.number() * 64 + input.number();
  if (event.kind == Event::Kind::burst) event.amount %= most_at_once;
  if (event.kind == Event::Kind::clock) event.amount = (event.amount - 8'192) * 60'000;
  return event;
}

Plan plan_from_input(Input& input) {
  Plan plan;
  plan.seed = input.number();
  plan.weather = Weather::everything;
  plan.starts_ms.resize(2 + input.number() % 2);
  std::int64_t now = 0;
  while (!input.is_over() && plan.events.size() < most_events)
    plan.events.push_back(event_from(input, plan.tincans(), now));
  return plan;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const auto plan = plan_from_input(input);
  const auto outcome = play(plan);
  for (const auto& complaint : outcome.complaints) std::fprintf(stderr, "%s\n", complaint.c_str());
  if (!outcome.complaints.empty()) std::fprintf(stderr, "%s\n", plan.text().c_str());
  TINCAN_MUST(outcome.complaints.empty());
  return 0;
}
