#include "driver_stage.hpp"
#include "real_keys.hpp"

using namespace tincan;
using namespace tincan::net;
using namespace tincan::net::test;

namespace {

// Two tincans with identities, on loopback.
struct Two {
  RealKeys one_keys{seed_of(1)}, other_keys{seed_of(2)};
  DriverStage one{{&one_keys, seed_of(1)}}, other{{&other_keys, seed_of(2)}};
};

bool is_delivered(const DriverStage& stage) {
  const auto states = stage.told<chat::StateChanged>();
  return !states.empty() && states.back().message.state == chat::MessageState::delivered;
}

} // namespace

TEST_CASE("Two drivers with keys find each other's dialect, and what one says is delivered to the other, encrypted") {
  Two two;
  two.one.start();
  two.other.start();
  two.one.submit(chat::Send{"127.0.0.1:" + std::to_string(two.other.port()), "between us"});
  CHECK(two.other.until([&] { return two.other.texts_heard() == std::vector<std::string>{"between us"}; }));
  CHECK(two.one.until([&] { return is_delivered(two.one); }));
  CHECK(two.one.early_tellings() + two.other.early_tellings() == 0);
}

TEST_CASE(
    "While the disk of a tincan is full nothing is shown or acknowledged; then everything is, once and in order") {
  Two two;
  two.one.start();
  two.other.start();
  const auto target = "127.0.0.1:" + std::to_string(two.other.port());
  two.one.submit(chat::Send{target, "0"});
  REQUIRE(two.one.until([&] { return is_delivered(two.one); }));
  two.other.make_full(true);
  std::vector<std::string> expected{"0"};
  for (int i = 1; i <= 20; ++i) {
    expected.push_back(std::to_string(i));
    two.one.submit(chat::Send{target, expected.back()});
  }
  REQUIRE(two.other.until([&] { return two.other.count<chat::StorageChanged>() == 1; }));
  two.other.watch(std::chrono::milliseconds(50));
  CHECK(two.other.texts_heard().size() == 1);
  two.other.make_full(false);
  CHECK(two.other.until([&] { return two.other.texts_heard() == expected; }));
  CHECK(two.other.early_tellings() == 0);
}
