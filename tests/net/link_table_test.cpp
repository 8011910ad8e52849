#include "tincan/net/link_table.hpp"

#include <asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <vector>

using namespace tincan;
using namespace tincan::net;

namespace {

struct NoOwner : LinkOwner {
  void opened(Link&) override {}
  void secured(Link&, const base::PublicKey&, const base::Digest&) override {}
  void refused(Link&, const base::Error&) override {}
  void dial_failed(Link&, const base::Error&) override {}
  void received(Link&, std::string_view) override {}
  void finished(Link&) override {}
  void broken(Link&, const base::Error&) override {}
  void taken(Link&) override {}
  bool may_read() const override { return true; }
};

base::Address host(unsigned number) {
  return base::Address::v4({10, 0, static_cast<std::uint8_t>(number / 256), static_cast<std::uint8_t>(number % 256)});
}

struct Crowd {
  explicit Crowd(std::size_t max) : table(max) {}

  std::shared_ptr<Link> accept(unsigned from) {
    const auto link = std::make_shared<Link>(context, owner, base::LinkId{++last});
    link->set_remote({host(from), static_cast<std::uint16_t>(1024 + last)});
    table.add(link);
    return link;
  }
  std::shared_ptr<Link> dial() {
    const auto link = std::make_shared<Link>(context, owner, base::LinkId{++last});
    table.add(link);
    return link;
  }
  std::uint64_t surplus(unsigned from) const {
    const auto link = table.surplus_for(host(from));
    return link ? link->id().value : 0;
  }

  asio::io_context context;
  NoOwner owner;
  LinkTable table;
  std::uint64_t last = 0;
};

} // namespace

TEST_CASE("While there is room nobody has to go") {
  Crowd crowd(3);
  CHECK(crowd.surplus(1) == 0);
  crowd.accept(1);
  crowd.accept(1);
  CHECK(crowd.surplus(1) == 0);
  crowd.accept(1);
  CHECK(crowd.surplus(1) == 1);
}

TEST_CASE("The address with the most links gives one up, whoever knocks") {
  Crowd crowd(6);
  crowd.accept(1);
  crowd.accept(2);
  crowd.accept(2);
  crowd.accept(2);
  crowd.accept(3);
  crowd.accept(3);
  CHECK(crowd.surplus(9) == 2);
  CHECK(crowd.surplus(1) == 2);
  crowd.table.remove(base::LinkId{2});
  crowd.table.remove(base::LinkId{3});
  crowd.accept(3);
  crowd.accept(3);
  CHECK(crowd.surplus(9) == 5);
}

TEST_CASE("Of one address the wordless go first, the longest silent of them before others") {
  Crowd crowd(4);
  const auto first = crowd.accept(1);
  crowd.accept(1);
  crowd.accept(1);
  const auto fourth = crowd.accept(1);
  crowd.table.heard(*first);
  CHECK(crowd.surplus(2) == 2);
  crowd.table.remove(base::LinkId{2});
  CHECK(crowd.surplus(2) == 0);
  crowd.accept(1);
  CHECK(crowd.surplus(2) == 3);
}

TEST_CASE("When all have spoken the one that was silent longest goes") {
  Crowd crowd(3);
  const auto first = crowd.accept(1);
  const auto second = crowd.accept(1);
  const auto third = crowd.accept(1);
  for (const auto& link : {second, first, third, second}) crowd.table.heard(*link);
  CHECK(crowd.surplus(2) == first->id().value);
  crowd.table.heard(*first);
  CHECK(crowd.surplus(2) == third->id().value);
}

TEST_CASE("Eviction in a row takes the wordless ones, then those that spoke, each in the order of their silence") {
  Crowd crowd(4);
  const auto spoke_late = crowd.accept(1);
  const auto wordless = crowd.accept(1);
  const auto spoke_early = crowd.accept(1);
  const auto also_wordless = crowd.accept(1);
  crowd.table.heard(*spoke_early);
  crowd.table.heard(*spoke_late);
  std::vector<std::uint64_t> order;
  for (unsigned other = 100; other < 103; ++other) {
    order.push_back(crowd.surplus(1));
    crowd.table.remove(base::LinkId{order.back()});
    crowd.accept(other);
  }
  CHECK(order == std::vector<std::uint64_t>{wordless->id().value, also_wordless->id().value, spoke_early->id().value});
  CHECK(crowd.table.find(spoke_late->id()));
}

TEST_CASE("One address never holds more than its share, also when there is room for others") {
  Crowd crowd(2 * max_accepted_per_address);
  for (std::size_t i = 0; i < max_accepted_per_address; ++i) crowd.accept(1);
  CHECK(crowd.surplus(1) == 1);
  CHECK(crowd.surplus(2) == 0);
}

TEST_CASE("Links that we dialled are never counted and never evicted") {
  Crowd crowd(2);
  for (int i = 0; i < 50; ++i) crowd.table.heard(*crowd.dial());
  CHECK(crowd.surplus(1) == 0);
  const auto one = crowd.accept(1);
  crowd.accept(2);
  CHECK(crowd.surplus(1) != 0);
  CHECK(crowd.table.find(base::LinkId{crowd.surplus(1)})->is_accepted());
  CHECK(crowd.table.size() == 52);
  crowd.table.remove(one->id());
  CHECK(crowd.surplus(1) == 0);
}

TEST_CASE("A link that was removed is not found, and removing or hearing it again does nothing") {
  Crowd crowd(2);
  const auto link = crowd.accept(1);
  crowd.accept(2);
  CHECK(crowd.table.find(link->id()) == link);
  for (int i = 0; i < 2; ++i) {
    crowd.table.remove(link->id());
    crowd.table.heard(*link);
    CHECK(crowd.table.find(link->id()) == nullptr);
    CHECK(crowd.table.size() == 1);
    CHECK(crowd.surplus(3) == 0);
  }
  CHECK(crowd.table.all().size() == 1);
}

TEST_CASE("A flood from two hundred addresses and one well-behaved peer: the peer stays") {
  Crowd crowd(500);
  const auto peer = crowd.accept(9999);
  crowd.table.heard(*peer);
  for (unsigned i = 0; i < 5000; ++i) {
    const auto from = i % 200;
    if (const auto gone = crowd.surplus(from)) crowd.table.remove(base::LinkId{gone});
    crowd.accept(from);
    REQUIRE(crowd.table.size() <= 500);
  }
  CHECK(crowd.table.find(peer->id()) == peer);
}
