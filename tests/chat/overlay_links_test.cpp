#include "overlay_desk.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

TEST_CASE("a member dials half of the links it wants, and stays with its choice") {
  Desk desk(100);
  const auto wanted = desk.wanted();
  CHECK(wanted.size() == dialled_links);
  desk.pass(base::Millis(10'000));
  CHECK(desk.wanted() == wanted);
  desk.link(wanted);
  desk.pass(base::Millis(10'000));
  CHECK(desk.wanted().size() == dialled_links);
}

TEST_CASE("links that others dialled come on top of our own choice, up to most_links") {
  Desk desk(100);
  desk.link(members(1, 6));
  CHECK(desk.wanted().size() == 6 + dialled_links);
  desk.link(members(7, 15));
  CHECK(desk.wanted().size() == most_links);
}

TEST_CASE("above most_links the newest lazy ones are let go, and no eager one") {
  Desk desk(100);
  desk.link(members(1, 20));
  CHECK(desk.wanted() == members(1, 16)); // whoever comes when there are enough is lazy from the start
  desk.overlay.grafted_by(member(20), member(1));
  CHECK(holds(desk.wanted(), member(20)));
  desk.quieten({member(3), member(9)});
  const auto wanted = desk.wanted();
  CHECK(wanted.size() == most_links);
  CHECK_FALSE(holds(wanted, member(9)));
  CHECK(holds(wanted, member(3)));
}

TEST_CASE("who cannot be reached is replaced after a while, as long as there are links enough") {
  Desk desk(100);
  desk.link(members(1, 4));
  const auto first = desk.wanted();
  desk.fail_all_wanted();
  desk.pass(replace_after - base::Millis(1));
  CHECK(desk.wanted() == first);
  desk.pass(base::Millis(1));
  const auto second = desk.wanted();
  CHECK(second.size() == first.size());
  for (const auto& key : second) CHECK((desk.overlay.is_linked(key) || !holds(first, key)));
}

TEST_CASE("with too few links others are tried at once, but not everybody") {
  Desk desk(100);
  desk.fail_all_wanted();
  CHECK(desk.wanted().size() == 2 * dialled_links);
  for (int round = 0; round < 10; ++round) desk.fail_all_wanted();
  CHECK(desk.wanted().size() == most_links);
}

TEST_CASE("those that nobody could reach are tried again when there is nobody else") {
  Desk desk(17);
  std::set<base::PublicKey> tried;
  for (int round = 0; round < 20; ++round) {
    const auto wanted = desk.wanted();
    REQUIRE(wanted.size() >= dialled_links);
    tried.insert(wanted.begin(), wanted.end());
    desk.fail_all_wanted();
    desk.pass(replace_after);
  }
  CHECK(tried.size() == 17);
}

TEST_CASE("with too few links those are tried first that others have reached") {
  Desk desk(1000 - 1);
  for (const auto& key : {member(5), member(500), member(999)}) desk.overlay.seen_by_others(key);
  desk.overlay.seen_by_others(member(2000)); // not a member
  const auto wanted = desk.wanted();
  CHECK(wanted.size() == dialled_links);
  for (const auto& key : {member(5), member(500), member(999)}) CHECK(holds(wanted, key));
}

TEST_CASE("those that others have reached take the places of those that we could not reach") {
  Desk desk(999);
  for (int round = 0; round < 10; ++round) desk.fail_all_wanted();
  REQUIRE(desk.wanted().size() == most_links);
  desk.overlay.seen_by_others(member(5));
  const auto first = desk.wanted();
  CHECK(holds(first, member(5)));
  CHECK(first.size() == dialled_links);
}

TEST_CASE("who lets us go at once is not dialled again, who was lost later is") {
  Desk desk(100);
  const auto wanted = desk.wanted();
  desk.link(wanted);
  desk.overlay.unlinked(wanted[0], desk.now);
  CHECK_FALSE(holds(desk.wanted(), wanted[0]));
  desk.pass(replace_after);
  desk.overlay.unlinked(wanted[1], desk.now);
  CHECK(holds(desk.wanted(), wanted[1]));
}

TEST_CASE("links of those who are not members count once they are") {
  Desk desk(100);
  desk.link({member(500)});
  CHECK_FALSE(desk.overlay.is_linked(member(500)));
  CHECK(desk.overlay.eager(desk.own, desk.own).empty());
  CHECK_FALSE(desk.overlay.duplicate(member(1), member(500)));
  desk.overlay.set_members(members(1, 500), desk.now);
  CHECK(desk.overlay.eager(desk.own, desk.own) == Keys{member(500)});
  desk.overlay.set_members(members(1, 100), desk.now);
  CHECK(desk.overlay.links().empty());
}
