#include "overlay_world.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using test::OverlayWorld;

namespace {

struct Figures {
  std::size_t members;
  double links;
  std::uint32_t depth; // hops, from one author
};
constexpr std::size_t author = 0;

OverlayWorld::Sum sum_of(OverlayWorld& world, std::size_t lines, const std::vector<std::size_t>& authors = {author}) {
  const auto first = world.entries();
  world.say_calmly(lines, authors);
  return world.sum(first);
}

} // namespace

TEST_CASE("a tree brings each entry to everybody once, over few hops") {
  const auto [members, links, depth] =
      GENERATE(Figures{17, 9.0, 5}, Figures{50, 9.0, 6}, Figures{100, 9.0, 7}, Figures{1000, 9.0, 8});
  CAPTURE(members);
  OverlayWorld world(members, 1);
  world.settle();
  CHECK(world.is_connected());
  CHECK(world.mean_links() < links);
  CHECK(world.most_links_held() <= most_links);
  CHECK(sum_of(world, 1).missing == 0);
  CHECK(sum_of(world, 16).missing == 0); // the tree grows short

  const auto steady = sum_of(world, 4);
  CHECK(steady.missing == 0);
  CHECK(steady.copies <= 1.15);
  CHECK(steady.depth <= depth);
  CHECK(steady.slowest_ms < graft_after.count());
}

TEST_CASE("a tree serves many authors, though over more hops") {
  OverlayWorld world(200, 2);
  world.settle();
  sum_of(world, 10);
  const std::vector<std::size_t> authors{0, 20, 50, 77, 123, 150, 190, 199};
  sum_of(world, 16, authors);
  const auto steady = sum_of(world, 24, authors);
  CHECK(steady.missing == 0);
  CHECK(steady.copies <= 1.15);
  CHECK(steady.depth <= 16);
}

TEST_CASE("many who speak at once reach everybody, and leave a tree behind") {
  OverlayWorld world(100, 3);
  world.settle();
  const auto first = world.entries();
  for (std::size_t line = 0; line < 100; ++line) world.say(line);
  world.run();
  CHECK(world.sum(first).missing == 0);
  sum_of(world, 3);
  CHECK(sum_of(world, 10).copies <= 1.15);
}

TEST_CASE("when many vanish at once the next entry still reaches the rest, and the tree heals") {
  const auto [members, percent] = GENERATE(
      table<std::size_t, std::size_t>({{17, 10}, {17, 30}, {50, 10}, {50, 30}, {100, 10}, {100, 30}, {1000, 10}}));
  CAPTURE(members, percent);
  OverlayWorld world(members, 4);
  world.settle();
  sum_of(world, 3);
  world.vanish(percent);
  const auto wounded = sum_of(world, 1);
  CHECK(wounded.missing <= members / 500); // who has lost all its links has to dial first
  CHECK(wounded.slowest_ms < 5 * graft_after.count());

  world.settle();
  CHECK(world.is_connected());
  CHECK(sum_of(world, 3).missing == 0);
  const auto healed = sum_of(world, 3);
  CHECK(healed.missing == 0);
  CHECK(healed.copies <= 1.15);
  CHECK(healed.slowest_ms < graft_after.count());
}

TEST_CASE("who comes back or is new finds its place") {
  OverlayWorld world(60, 5);
  world.settle();
  sum_of(world, 5);
  const auto gone = world.vanish(30);
  world.settle();
  world.come_back(gone);
  world.grow(120);
  world.settle();
  CHECK(world.is_connected());
  CHECK(world.most_links_held() <= most_links);
  CHECK(sum_of(world, 5).missing == 0);
  CHECK(sum_of(world, 10).copies <= 1.15);
}

TEST_CASE("a mesh that grows becomes a tree, and a mesh again, and nothing is missing meanwhile") {
  OverlayWorld world(16, 6);
  world.settle();
  CHECK(world.mean_links() == 15);
  const auto mesh = sum_of(world, 5, {0, 5, 15});
  CHECK(mesh.missing == 0);
  CHECK(mesh.copies == 1);
  CHECK(mesh.depth == 1);

  world.grow(20);
  world.settle();
  CHECK(sum_of(world, 5, {0, 5, 19}).missing == 0);
  CHECK(sum_of(world, 10, {0, 5, 19}).copies <= 1.15);

  world.forget(world.vanish(40));
  world.settle();
  const auto again = sum_of(world, 5);
  CHECK(again.missing == 0);
  CHECK(again.copies == 1);
  CHECK(again.depth == 1);
}

TEST_CASE("in a tree that is small by now, one that starts anew takes it for a mesh, and nothing is missing") {
  OverlayWorld world(20, 9);
  world.settle();
  world.forget(world.vanish(30)); // fourteen are left
  world.settle();
  REQUIRE_FALSE(world.overlay(author).is_full_mesh());
  world.come_back({author});
  REQUIRE(world.overlay(author).is_full_mesh());
  world.settle();
  CHECK(sum_of(world, 10).missing == 0);
  const auto steady = sum_of(world, 10);
  CHECK(steady.missing == 0);
  CHECK(steady.copies <= 2);
  CHECK(steady.depth == 1);
}

TEST_CASE("two in a mesh that never reach each other hear each other through somebody else") {
  OverlayWorld world(8, 7);
  world.settle();
  world.never_link(0, 5);
  CHECK(sum_of(world, 1).slowest_ms >= graft_after.count());
  const auto grafted = sum_of(world, 10, {0, 5, 3});
  CHECK(grafted.missing == 0);
  sum_of(world, 1);
  sum_of(world, 2, {0, 5});
  CHECK(sum_of(world, 10, {0, 5, 3}).slowest_ms < graft_after.count());
}

TEST_CASE("the halves of a room that was parted for long find each other again") {
  OverlayWorld world(60, 8);
  world.settle();
  world.part();
  for (int minute = 0; minute < 4; ++minute) world.settle(), world.pass(base::Millis(60'000));
  CHECK_FALSE(world.is_connected());
  world.heal();
  for (int minute = 0; minute < 10; ++minute) world.settle(), world.pass(base::Millis(60'000));
  CHECK(world.is_connected());
  CHECK(sum_of(world, 5).missing == 0);
  CHECK(world.most_links_held() <= most_links);
}
