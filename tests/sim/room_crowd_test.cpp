// A room of very many whole programs: 100 (40 under AddressSanitizer), or as many as TINCAN_MEMBERS says (then the
// figures are printed).
#include "room_crowd.hpp"

#include "tincan/chat/overlay.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tincan;
using sim::Millis;
using sim::test::RoomCrowd;

namespace {

constexpr std::size_t author = 0;
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t usual_members = 40;
#else
constexpr std::size_t usual_members = 100;
#endif

std::size_t members_wanted() {
  const auto* value = std::getenv("TINCAN_MEMBERS");
  return value ? std::strtoul(value, nullptr, 10) : usual_members;
}

void print(std::string_view what, const RoomCrowd::Figures& figures) {
  if (std::getenv("TINCAN_MEMBERS"))
    fmt::print("{:38} {:.3f} copies, depth {:2}, {} missing, {:5} ms to the last, {:.1f} receipts\n", what,
               figures.copies, figures.depth, figures.missing, figures.slowest.count(), figures.receipts);
  std::fflush(stdout);
}

std::vector<std::size_t> some_of(RoomCrowd& crowd, std::size_t count) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < count; ++i) members.push_back(i * crowd.size() / count);
  return members;
}

// The first line and the tree that it leaves.
void grow_tree(RoomCrowd& crowd) {
  crowd.run(Millis(60'000));
  const auto first = crowd.write_calmly({author}, 1);
  print("the first line", first);
  CHECK(first.missing == 0);
  print("15 lines of one", crowd.write_calmly({author}, 15));
}

// One in ten, but not the author: their machines are gone without a word, or their programs only.
void vanish(RoomCrowd& crowd, bool without_a_word) {
  for (std::size_t i = 5; i < crowd.size(); i += 10) {
    crowd[i].dark_until = crowd.now() + std::chrono::hours(1'000);
    if (!without_a_word) crowd[i].dark_until = crowd.now();
    crowd[i].crash(sim::CrashPoint::now, std::chrono::hours(1'000));
  }
}

// Lines, one after the other, until they come as quickly and as rarely as before: for so long it was worse.
Millis repair(RoomCrowd& crowd) {
  const auto begin = crowd.now();
  auto end = begin;
  for (int calm = 0; calm < 5 && crowd.now() - begin < Millis(600'000);) {
    const auto line = crowd.write_calmly({0}, 1);
    const bool is_well = line.missing == 0 && line.copies <= 1.15 && line.slowest <= chat::graft_after;
    if (!is_well) end = crowd.now();
    calm = is_well ? calm + 1 : 0;
  }
  return std::chrono::duration_cast<Millis>(end - begin);
}

// The first line after that, and how long it takes until all is as before.
void check_repair(RoomCrowd& crowd, Millis unnoticed) {
  const auto next = crowd.write_calmly({author}, 1);
  print("a tenth has vanished: the next line", next);
  CHECK(next.missing == 0);
  crowd.run(unnoticed);
  const auto time = repair(crowd);
  if (std::getenv("TINCAN_MEMBERS")) fmt::print("repaired after {} s more\n", time.count() / 1'000);
  CHECK(time <= Millis(120'000));
  const auto healed = crowd.write_calmly({author}, 10);
  print("10 lines after that", healed);
  CHECK(healed.missing == 0);
  CHECK(healed.copies <= 1.15);
}

} // namespace

TEST_CASE("in a crowd of whole programs a line comes once to each, over few links", "[sim][room][crowd]") {
  RoomCrowd crowd(members_wanted(), 30, 1);
  grow_tree(crowd);
  const auto of_one = crowd.write_calmly({author}, 25);
  print("25 more of one", of_one);
  CHECK(of_one.missing == 0);
  CHECK(of_one.copies <= 1.15);
  CHECK(of_one.depth <= 8);
  CHECK(of_one.slowest <= chat::graft_after);
  CHECK(of_one.receipts <= of_one.depth);

  const auto authors = some_of(crowd, 20);
  print("40 lines of twenty", crowd.write_calmly(authors, 40));
  const auto of_many = crowd.write_calmly(authors, 40);
  print("40 more of twenty", of_many);
  CHECK(of_many.missing == 0);
  CHECK(of_many.copies <= 1.15);
  CHECK(of_many.receipts <= of_many.depth); // each goes to its author, and nowhere else
  const auto at_once = crowd.write_calmly(authors, 40, Millis(5));
  print("40 of twenty, nearly at once", at_once);
  CHECK(at_once.missing == 0);
  CHECK(at_once.receipts <= at_once.depth);
  CHECK(crowd.complaints.empty());
}

TEST_CASE("when a tenth of a crowd is killed at once the next line reaches the others, and the tree heals",
          "[sim][room][crowd]") {
  RoomCrowd crowd(members_wanted(), 30, 2);
  grow_tree(crowd);
  vanish(crowd, false);
  check_repair(crowd, Millis(0));
}

TEST_CASE("when a tenth of a crowd falls silent at once the next line reaches the others, and the tree heals",
          "[sim][room][crowd]") {
  RoomCrowd crowd(members_wanted(), 30, 3);
  grow_tree(crowd);
  vanish(crowd, true);
  check_repair(crowd, Millis(90'000)); // by then their neighbours have noticed
}
