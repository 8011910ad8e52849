#include "store_fixture.hpp"

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using Ids = std::vector<std::uint64_t>;

// Messages 1..20, the odd ones with peer 1, the even ones with peer 2.
std::unique_ptr<SqliteStore> store_of_twenty(const TempFolder& folder) {
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 20; ++id) store->append(incoming(id, fmt::format("text {}", id), 2 - id % 2));
  must_commit(*store);
  return store;
}

chat::HistoryQuery query(std::size_t limit) {
  chat::HistoryQuery result;
  result.limit = limit;
  return result;
}

} // namespace

TEST_CASE("history is the newest page, oldest first", "[store][history]") {
  const TempFolder folder;
  const auto store = store_of_twenty(folder);
  const auto found = page(*store, query(3));
  CHECK(ids(found.messages) == Ids{18, 19, 20});
  CHECK(found.has_more);
  CHECK_FALSE(page(*store, query(20)).has_more);
  CHECK(page(*store, query(20)).messages.size() == 20);
}

TEST_CASE("history goes back page by page", "[store][history]") {
  const TempFolder folder;
  const auto store = store_of_twenty(folder);
  auto earlier = query(8);
  Ids seen;
  for (bool has_more = true; has_more;) {
    const auto found = page(*store, earlier);
    const auto part = ids(found.messages);
    seen.insert(seen.begin(), part.begin(), part.end());
    earlier.before = found.messages.front().id;
    has_more = found.has_more;
  }
  CHECK(seen.size() == 20);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(page(*store, earlier).messages.empty());
}

TEST_CASE("history goes forward from an entry, the oldest first", "[store][history]") {
  const TempFolder folder;
  const auto store = store_of_twenty(folder);
  auto later = query(3);
  later.after = base::EntryId{10};
  CHECK(ids(page(*store, later).messages) == Ids{11, 12, 13});
  CHECK(page(*store, later).has_more);
  later.before = base::EntryId{13};
  CHECK(ids(page(*store, later).messages) == Ids{11, 12});
  CHECK_FALSE(page(*store, later).has_more);
  later = query(5);
  later.after = base::EntryId{20};
  CHECK(page(*store, later).messages.empty());
  later.after = base::EntryId{~std::uint64_t{0}};
  CHECK(page(*store, later).messages.empty());
}

TEST_CASE("history of one peer holds only its messages", "[store][history]") {
  const TempFolder folder;
  const auto store = store_of_twenty(folder);
  auto of_peer = query(3);
  of_peer.peer = base::PeerId{2};
  CHECK(ids(page(*store, of_peer).messages) == Ids{16, 18, 20});
  of_peer.search = "text";
  CHECK(ids(page(*store, of_peer).messages) == Ids{16, 18, 20});
  of_peer.before = base::EntryId{5};
  CHECK(ids(page(*store, of_peer).messages) == Ids{2, 4});
  of_peer.peer = base::PeerId{3};
  CHECK(page(*store, of_peer).messages.empty());
}

TEST_CASE("a page is never larger than its bounds", "[store][history]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  for (std::uint64_t id = 1; id <= 1100; ++id) store->append(incoming(id, "x"));
  must_commit(*store);
  CHECK(page(*store, query(5000)).messages.size() == 1000);
  CHECK(page(*store, query(0)).messages.size() == 1);
  for (std::uint64_t id = 1101; id <= 1110; ++id) store->append(incoming(id, std::string(512 << 10, 'y')));
  must_commit(*store);
  const auto large = page(*store, query(1000));
  CHECK(large.messages.size() == 4);
  CHECK(large.has_more);
}
