#include "memory_store.hpp"
#include "tincan/chat/block_list.hpp"
#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/mandatory.hpp"
#include "tincan/chat/peer_book.hpp"
#include "tincan/chat/peer_table.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;

namespace {

base::Endpoint endpoint(std::uint32_t host, std::uint16_t port = 4100) {
  return {base::Address::v4({10, static_cast<std::uint8_t>(host >> 16), static_cast<std::uint8_t>(host >> 8),
                             static_cast<std::uint8_t>(host)}),
          port};
}

} // namespace

TEST_CASE("a peer is one endpoint, and keeps its number", "[chat]") {
  PeerBook book;
  const auto first = book.know(endpoint(7));
  CHECK(book.know(endpoint(7)) == first);
  CHECK(book.know(endpoint(7, 4101)) != first);
  CHECK(book.find(endpoint(7)) == first);
  CHECK_FALSE(book.find(endpoint(8)));
  CHECK(book.at_address(endpoint(7).address).size() == 2);
}

TEST_CASE("a number is never given twice, also after a restart", "[chat]") {
  PeerBook book;
  Peer stored;
  stored.id = {5};
  stored.endpoint = endpoint(7);
  book.load({stored}, 9);
  CHECK(book.know(endpoint(8)).value == 10);
}

TEST_CASE("a peer is found by its name in any case, with blanks or underscores", "[chat]") {
  PeerBook book;
  const auto peer = book.know(endpoint(7));
  book.change(peer).peer.team = base::PeerText("The_Blues");
  for (const auto* name : {"The_Blues", "the blues", " THE BLUES ", "the_blues"}) CHECK(book.named(name).size() == 1);
  for (const auto* name : {"", " ", "blues", "the-blues"}) CHECK(book.named(name).empty());
  book.change(peer).peer.host_name = "ada.example";
  CHECK(book.named("Ada.Example").size() == 1);
}

TEST_CASE("at most 512 peers of one address are known, and the longest unheard goes first", "[chat]") {
  PeerBook book;
  for (std::uint16_t port = 1; port <= max_peers_per_address; ++port)
    book.change(book.know(endpoint(7, port))).peer.last_heard = base::WallTime{1000 - port};
  book.change(book.find(endpoint(7, 512))).queued = 1; // waited for: stays
  book.know(endpoint(7, 1000));
  CHECK(book.at_address(endpoint(7).address).size() == max_peers_per_address);
  CHECK(book.find(endpoint(7, 512)));
  CHECK_FALSE(book.find(endpoint(7, 511)));
}

TEST_CASE("at most 16384 peers are known, and those the user cares for stay", "[chat]") {
  PeerBook book;
  chat::test::MemoryStore store;
  const auto fixed = book.know(endpoint(1));
  book.change(fixed).peer.dialect_fixed = true;
  const auto linked = book.know(endpoint(2));
  book.change(linked).links = 1;
  for (std::uint32_t host = 3; host < 3 + max_known_peers; ++host)
    book.change(book.know(endpoint(host))).peer.last_heard = base::WallTime{host};
  CHECK(book.all().size() == max_known_peers);
  CHECK(book.has(fixed));
  CHECK(book.has(linked));
  CHECK_FALSE(book.find(endpoint(3)));
  const auto changes = book.write_changes(store);
  CHECK(changes.forgotten.size() == 2);
  CHECK(changes.changed.size() == max_known_peers);
  REQUIRE(store.commit());
  CHECK(store.disk().peers.size() == max_known_peers);
}

TEST_CASE("only what is worth storing is stored, but every change is told", "[chat]") {
  PeerBook book;
  chat::test::MemoryStore store;
  const auto peer = book.know(endpoint(7));
  book.write_changes(store);
  REQUIRE(store.commit());
  book.change(peer).queued = 3;
  CHECK(book.write_changes(store).changed.size() == 1);
  CHECK_FALSE(store.has_uncommitted());
  CHECK(book.write_changes(store).changed.empty());
  book.change(peer).peer.unread = 1;
  book.write_changes(store);
  CHECK(store.has_uncommitted());
}

TEST_CASE("presence says the most certain thing first", "[chat]") {
  PeerView view;
  const base::WallTime now{10'000'000};
  CHECK(presence_at(view, now) == Presence::unheard);
  view.peer.last_heard = base::WallTime{now.ms - active_window.count()};
  CHECK(presence_at(view, now) == Presence::active);
  view.peer.last_heard->ms -= 1;
  CHECK(presence_at(view, now) == Presence::silent);
  view.trouble = "connection refused";
  CHECK(presence_at(view, now) == Presence::unreachable);
  view.links = 1;
  CHECK(presence_at(view, now) == Presence::active);
  view.peer.has_left = true;
  CHECK(presence_at(view, now) == Presence::left);
}

TEST_CASE("a host that is blocked blocks all its peers, a peer only itself", "[chat]") {
  BlockList blocks;
  const BlockRule host{endpoint(7).address, std::nullopt}, peer{endpoint(8).address, 4100};
  CHECK(blocks.add(host));
  CHECK_FALSE(blocks.add(host));
  CHECK(blocks.add(peer));
  CHECK(blocks.is_blocked(endpoint(7, 1)));
  CHECK(blocks.is_blocked(endpoint(8)));
  CHECK_FALSE(blocks.is_blocked(endpoint(8, 1)));
  CHECK_FALSE(blocks.is_blocked(endpoint(8).address));
  CHECK(host.text() == "10.0.0.7");
  CHECK(peer.text() == "10.0.0.8:4100");
  BlockList restored;
  restored.load(blocks.rules());
  CHECK(restored.rules() == blocks.rules());
  CHECK(blocks.remove(host));
  CHECK_FALSE(blocks.remove(host));
  CHECK_FALSE(blocks.is_blocked(endpoint(7)));
}

TEST_CASE("the peer table gives values as of the moment asked for", "[chat]") {
  PeerTable table;
  PeerView view;
  view.peer.id = {3};
  view.peer.last_heard = base::WallTime{1'000};
  table.update(view);
  view.peer.id = {1};
  table.update(view);
  const auto list = table.list({2'000});
  REQUIRE(list.size() == 2);
  CHECK(list[0].peer.id.value == 1);
  CHECK(list[1].presence == Presence::active);
  CHECK(table.find({3}, {1'000 + active_window.count() + 1})->presence == Presence::silent);
  table.remove({3});
  CHECK_FALSE(table.find({3}, {0}));
}

TEST_CASE("the earliest deadline is known, and a deadline set anew counts once", "[chat]") {
  Deadlines<int> deadlines;
  const auto at = [](int ms) { return base::Tick{base::Millis(ms)}; };
  CHECK_FALSE(deadlines.next());
  deadlines.set(1, at(300));
  deadlines.set(2, at(200));
  deadlines.set(1, at(100));
  CHECK(deadlines.next() == at(100));
  CHECK_FALSE(deadlines.take_due(at(99)));
  CHECK(deadlines.take_due(at(250)) == 1);
  CHECK(deadlines.take_due(at(250)) == 2);
  CHECK_FALSE(deadlines.take_due(at(1'000)));
  deadlines.set(3, at(5));
  deadlines.clear(3);
  deadlines.clear(4);
  CHECK_FALSE(deadlines.next());
  CHECK(earlier(at(1), std::nullopt) == at(1));
  CHECK(earlier(std::nullopt, at(2)) == at(2));
  CHECK(earlier(at(1), at(2)) == at(1));
}

TEST_CASE("every mandatory peer is tried once, and again when its name failed", "[chat]") {
  Mandatory mandatory({"a:1", "b:2"});
  const base::Now now{base::Tick{base::Millis(1'000)}, {1'000}};
  CHECK(mandatory.take_due(now.tick) == 0);
  CHECK(mandatory.take_due(now.tick) == 1);
  CHECK_FALSE(mandatory.take_due(now.tick));
  mandatory.name_failed(1, "no such host", now);
  CHECK(mandatory.next_deadline() == now.tick + name_retry);
  CHECK(mandatory.status(1).next_try == base::WallTime{31'000});
  CHECK(mandatory.take_due(now.tick + name_retry) == 1);
  Message message;
  message.id = {9};
  message.state = MessageState::queued;
  mandatory.queued(1, message);
  CHECK(mandatory.status(1).why.empty());
  message.state = MessageState::sent;
  CHECK(mandatory.state_changed(message, std::nullopt, {5'000})->state == MessageState::sent);
  message.id = {10};
  CHECK_FALSE(mandatory.state_changed(message, std::nullopt, {5'000}));
  message.id = {};
  CHECK_FALSE(mandatory.state_changed(message, std::nullopt, {5'000}));
  CHECK(mandatory.statuses().size() == 2);
}
