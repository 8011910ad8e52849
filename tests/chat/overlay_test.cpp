#include "overlay_desk.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

TEST_CASE("in a small room everybody is wanted, and hears our lines from us") {
  Desk desk(15);
  CHECK(desk.overlay.is_full_mesh());
  CHECK(desk.wanted() == members(1, 15));
  desk.link(members(1, 14));
  CHECK(desk.overlay.eager(desk.own, desk.own) == members(1, 14));
}

TEST_CASE("in a small room others' lines go to those who grafted for their author, and to nobody else") {
  Desk desk(4);
  desk.link(members(1, 4));
  CHECK(desk.overlay.eager(member(1), member(1)).empty());
  desk.overlay.grafted_by(member(2), member(1));
  CHECK(desk.overlay.eager(member(1), member(1)) == Keys{member(2)});
  CHECK(desk.overlay.eager(member(1), member(2)).empty());
  CHECK(desk.overlay.eager(member(3), member(3)).empty());
  CHECK(desk.overlay.is_eager(member(2)));
  desk.overlay.pruned_by(member(2));
  CHECK(desk.overlay.eager(member(1), member(1)).empty());
}

TEST_CASE("in a small room only who passes on is told to prune, never the author") {
  Desk desk(4);
  desk.link(members(1, 4));
  CHECK_FALSE(desk.overlay.duplicate(member(1), member(1)));
  CHECK(desk.overlay.duplicate(member(1), member(2)));
  CHECK(desk.overlay.eager(desk.own, desk.own) == members(1, 4));
}

TEST_CASE("a room is a tree above sixteen and a mesh again at twelve, and nothing changes between") {
  Desk desk(15);
  const auto is_mesh_with = [&](std::size_t others) {
    desk.overlay.set_members(members(1, others), desk.now);
    return desk.overlay.is_full_mesh();
  };
  CHECK_FALSE(is_mesh_with(16));
  CHECK_FALSE(is_mesh_with(15));
  CHECK_FALSE(is_mesh_with(12));
  CHECK(is_mesh_with(11));
  CHECK(is_mesh_with(15));
  CHECK_FALSE(is_mesh_with(16));
}

TEST_CASE("what was a mesh is at first a tree with all its links") {
  Desk desk(15);
  desk.link(members(1, 15));
  desk.overlay.duplicate(member(1), member(2));
  desk.overlay.set_members(members(1, 16), desk.now);
  CHECK(desk.overlay.eager(member(1), member(2)) == members(3, 15));
  const auto wanted = desk.wanted();
  CHECK(wanted.size() == most_links);
}

TEST_CASE("along a tree a link is a branch until it brings what we have") {
  Desk desk(100);
  desk.link(members(1, 4));
  CHECK(desk.overlay.eager(member(50), member(1)) == members(2, 4));
  desk.overlay.fresh(member(50), member(1));
  CHECK(desk.overlay.duplicate(member(50), member(2)));
  CHECK_FALSE(desk.overlay.duplicate(member(50), member(2))); // it was told already
  CHECK(desk.overlay.eager(member(50), member(1)) == members(3, 4));
  CHECK(desk.overlay.eager(desk.own, desk.own) == Keys{member(1), member(3), member(4)});
  CHECK_FALSE(desk.overlay.is_eager(member(2)));
}

TEST_CASE("whoever goes on repeating is told to prune again, now and then") {
  Desk desk(100);
  desk.link(members(1, 4));
  int told = 0;
  for (int line = 0; line < 33; ++line)
    if (desk.overlay.duplicate(member(50), member(2))) ++told;
  CHECK(told == 3);
}

TEST_CASE("a graft makes a branch, whichever end asks for it, and so does a line that comes first") {
  Desk desk(100);
  desk.link(members(1, 4));
  desk.quieten(members(1, 4));
  CHECK(desk.overlay.eager(desk.own, desk.own).empty());
  desk.overlay.grafted_by(member(1), member(50));
  desk.overlay.grafts(member(2));
  desk.overlay.fresh(member(50), member(3));
  CHECK(desk.overlay.eager(desk.own, desk.own) == members(1, 3));
}

TEST_CASE("a lazy link over which an entry came by a much shorter way becomes the branch") {
  Desk desk(100);
  desk.link(members(1, 4));
  desk.quieten(members(2, 4));
  desk.overlay.fresh(member(50), member(1), 8);
  CHECK_FALSE(desk.overlay.shorten(member(50), member(2), 6)); // hardly shorter
  CHECK_FALSE(desk.overlay.shorten(member(50), member(2), 0)); // does not say
  CHECK_FALSE(desk.overlay.shorten(member(51), member(2), 2)); // of somebody else
  CHECK(desk.overlay.shorten(member(50), member(2), 5) == member(1));
  CHECK(desk.overlay.eager(desk.own, desk.own) == Keys{member(2)});
}

TEST_CASE("who boasts of a short way and brings nothing is not believed a second time") {
  Desk desk(100);
  desk.link(members(1, 4));
  desk.quieten({member(2)});
  desk.overlay.fresh(member(50), member(1), 9);
  REQUIRE(desk.overlay.shorten(member(50), member(2), 1));
  desk.overlay.fresh(member(50), member(3), 9);
  desk.overlay.duplicate(member(50), member(2));
  CHECK_FALSE(desk.overlay.shorten(member(50), member(2), 1));
  desk.overlay.fresh(member(50), member(2), 9); // it does bring something
  desk.overlay.fresh(member(50), member(3), 9);
  desk.overlay.duplicate(member(50), member(2));
  CHECK(desk.overlay.shorten(member(50), member(2), 1) == member(3));
}

TEST_CASE("whoever is ourselves or is told twice is one member less") {
  Desk desk(3);
  desk.overlay.set_members({member(2), desk.own, member(1), member(2)}, desk.now);
  CHECK(desk.wanted() == members(1, 2));
}
