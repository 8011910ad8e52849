#include "log_fixture.hpp"

#include <algorithm>
#include <random>

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;
using Ids = std::vector<std::uint64_t>;

// A text of theirs and one of ours, both edited twice, reacted to and answered.
struct Story {
  Talk talk;
  Logged first = talk.theirs("first");
  Logged second = talk.ours("second");
  Logged edit = talk.made(false, EntryKind::edit, "first, better", first.ref());
  Logged newer_edit = talk.made(false, EntryKind::edit, "first, best", first.ref());
  Logged reaction = talk.made(true, EntryKind::reaction, "meh", first.ref());
  Logged newer_reaction = talk.made(true, EntryKind::reaction, "+1", first.ref());
  Logged their_reaction = talk.made(false, EntryKind::reaction, "heart", first.ref());
  Logged taken_back = talk.made(false, EntryKind::reaction, "oops", second.ref());
  Logged taking_back = talk.made(false, EntryKind::reaction, "", second.ref());
  Logged answer = talk.made(true, EntryKind::text, "answer", first.ref());
  Logged marker = talk.made(false, EntryKind::read, "", second.ref());

  std::vector<Logged> all() const {
    return {first,          second,     edit,        newer_edit, reaction, newer_reaction,
            their_reaction, taken_back, taking_back, answer,     marker};
  }
};

void check_told(SqliteStore& store, const Story& story, std::vector<Logged> in_order) {
  const auto id_of = [&](const Logged& logged) {
    const auto at =
        std::find_if(in_order.begin(), in_order.end(), [&](const auto& other) { return other.entry == logged.entry; });
    return at->message.id;
  };
  const auto messages = page_of_peer(store).messages;
  REQUIRE(texts(messages) == std::vector<std::string>{"first, best", "second", "answer"});
  CHECK(messages[0].is_edited);
  CHECK_FALSE(messages[1].is_edited);
  CHECK(messages[0].reactions ==
        std::vector<chat::Reaction>{{true, base::PeerText{"+1"}}, {false, base::PeerText{"heart"}}});
  CHECK(messages[1].reactions.empty());
  CHECK(messages[2].about == id_of(story.first));
  CHECK_FALSE(messages[0].about);
  for (const auto& message : messages) CHECK(store.find_message(message.id) == message);
  CHECK(found_ids(store, "best") == Ids{id_of(story.first).value});
  CHECK(found_ids(store, "better").empty());
  CHECK(found_ids(store, "fi") == Ids{id_of(story.first).value});
  CHECK(found_ids(store, "meh").empty());
  const auto forms = store.forms_of(id_of(story.first));
  REQUIRE(forms);
  REQUIRE(forms->size() == 3);
  CHECK((*forms)[0].text == story.first.message.text);
  CHECK((*forms)[1].text == story.edit.message.text);
  CHECK((*forms)[2].text == story.newer_edit.message.text);
  CHECK(store.forms_of(id_of(story.second))->size() == 1);
}

} // namespace

TEST_CASE("edits, reactions and answers show whichever is stored first", "[store][changes]") {
  std::mt19937 random(5); // NOLINT: the same orders in every run
  for (int round = 0; round < 40; ++round) {
    const TempFolder folder;
    auto store = open_store(folder / "tincan.db");
    Story story;
    auto all = story.all();
    if (round > 0) std::shuffle(all.begin(), all.end(), random);
    std::uint64_t id = 0;
    for (auto& logged : all) {
      logged.message.id = {++id};
      append(*store, story.talk, logged);
      if (random() % 3 == 0) must_commit(*store);
      if (random() % 3 == 0) REQUIRE(store->index_some(2));
    }
    must_commit(*store);
    check_told(*store, story, all);
    store = open_store(folder / "tincan.db");
    check_told(*store, story, all);
    CHECK(store->skipped_rows() == 0);
  }
}

TEST_CASE("nobody edits or deletes what another wrote, or what is no text", "[store][changes]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  Talk talk;
  std::vector<Logged> all{talk.theirs("theirs"), talk.ours("ours")};
  all.push_back(talk.made(false, EntryKind::reaction, "wow", all[1].ref()));
  all.push_back(talk.made(false, EntryKind::edit, "forged", all[1].ref()));
  all.push_back(talk.made(false, EntryKind::deletion, "", all[1].ref()));
  all.push_back(talk.made(false, EntryKind::deletion, "", all[2].ref()));
  auto ref = all[0].ref();
  ref.hash.bytes[3] ^= 1; // another entry in the same place
  all.push_back(talk.made(false, EntryKind::deletion, "", ref));
  all.push_back(talk.made(false, EntryKind::edit, "no target", {}));
  for (const auto& logged : all) append(*store, talk, logged);
  must_commit(*store);
  const auto messages = page_of_peer(*store).messages;
  CHECK(texts(messages) == std::vector<std::string>{"theirs", "ours"});
  CHECK_FALSE(messages[1].is_edited);
  CHECK(messages[1].reactions.size() == 1);
  for (const auto& message : messages) CHECK_FALSE(message.is_deleted);
  CHECK(store->read_log(talk.conversation(), talk.their_key(), 1, 9, 1 << 20)->front() == all[0].entry);
  CHECK(found_ids(*store, "forged").empty());
}

TEST_CASE("an invitation is reacted to, but neither edited nor deleted", "[store][changes]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  Talk talk;
  std::vector<Logged> all{talk.made(true, EntryKind::invitation, "to a room", {})};
  all.push_back(talk.made(false, EntryKind::reaction, "yes", all[0].ref()));
  all.push_back(talk.made(true, EntryKind::edit, "to another", all[0].ref()));
  all.push_back(talk.made(true, EntryKind::deletion, "", all[0].ref()));
  for (const auto& logged : all) append(*store, talk, logged);
  must_commit(*store);
  const auto messages = page_of_peer(*store).messages;
  REQUIRE(texts(messages) == std::vector<std::string>{"to a room"});
  CHECK_FALSE(messages[0].is_edited);
  CHECK_FALSE(messages[0].is_deleted);
  CHECK(messages[0].reactions == std::vector<chat::Reaction>{{false, base::PeerText{"yes"}}});
}

TEST_CASE("the lines of a tincan stand in their places, not in the order of arrival", "[store][changes]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  Talk talk;
  std::vector<Logged> all;
  for (int i = 0; i < 10; ++i) all.push_back(i % 2 ? talk.ours("x") : talk.theirs("y"));
  all[7].entry.order_us = all[7].message.order_us = all[6].entry.order_us; // only the hash tells them apart
  std::vector<Logged> placed = all;
  if (all[7].entry.hash < all[6].entry.hash) std::swap(placed[6], placed[7]);
  std::mt19937 random(6); // NOLINT
  std::vector<std::size_t> arrival{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::shuffle(arrival.begin(), arrival.end(), random);
  std::uint64_t id = 0;
  for (const auto i : arrival) {
    all[i].message.id = {++id};
    append(*store, talk, all[i]);
  }
  auto plain = incoming(++id, "plain");
  plain.time.ms = all[4].entry.order_us / 1000; // just before it, in whole milliseconds
  all[4].entry.order_us = plain.time.ms * 1000 + 1;
  store->append(plain);
  must_commit(*store);
  Ids expected;
  for (const auto& logged : placed)
    for (const auto& other : all)
      if (other.entry.hash == logged.entry.hash) expected.push_back(other.id());
  const auto shown = ids(page_of_peer(*store).messages);
  REQUIRE(shown.size() == 11);
  auto without_plain = shown;
  without_plain.erase(std::find(without_plain.begin(), without_plain.end(), id));
  CHECK(without_plain == expected);
  CHECK(ids(page(*store, {}).messages).back() == id); // of all peers: as they came

  for (const std::string words : {"", "x", "plain"}) {
    const auto whole = ids(page(*store, {base::PeerId{1}, words, {}, {}, 1000}).messages);
    Ids backwards, forwards;
    chat::HistoryQuery query{base::PeerId{1}, words, {}, {}, 3};
    for (bool has_more = true; has_more;) {
      const auto part = page(*store, query);
      const auto part_ids = ids(part.messages);
      backwards.insert(backwards.begin(), part_ids.begin(), part_ids.end());
      query.before = part.messages.front().id;
      has_more = part.has_more;
    }
    CHECK(backwards == whole);
    query = {base::PeerId{1}, words, {}, base::EntryId{0}, 2};
    for (bool has_more = true; has_more;) {
      const auto part = page(*store, query);
      const auto part_ids = ids(part.messages);
      forwards.insert(forwards.end(), part_ids.begin(), part_ids.end());
      query.after = part.messages.back().id;
      has_more = part.has_more;
    }
    CHECK(forwards == whole);
  }
}

TEST_CASE("a page may begin at an id that is not there", "[store][changes]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  Talk talk;
  append(*store, talk, talk.ours("x"));
  talk.next_id = 5;
  append(*store, talk, talk.ours("y"));
  must_commit(*store);
  const auto of = [&](std::optional<base::EntryId> before, std::optional<base::EntryId> after) {
    return ids(page(*store, {base::PeerId{1}, "", before, after, 10}).messages);
  };
  CHECK(of(base::EntryId{~std::uint64_t{0}}, {}) == Ids{1, 5});
  CHECK(of(base::EntryId{3}, {}) == Ids{1});
  CHECK(of({}, base::EntryId{3}) == Ids{5});
  CHECK(of({}, base::EntryId{~std::uint64_t{0}}).empty());
  CHECK(of({}, base::EntryId{0}) == Ids{1, 5});
  CHECK(of(base::EntryId{0}, {}).empty());
}

TEST_CASE("lines are found by words of one peer, too, in their places", "[store][changes]") {
  const TempFolder folder;
  auto store = open_store(folder / "tincan.db");
  Talk talk, other(2, 2);
  std::vector<Logged> all{talk.theirs("needle one"), talk.theirs("needle two"), talk.theirs("nothing")};
  std::swap(all[0].message.id, all[1].message.id);
  append(*store, talk, all[1]);
  append(*store, talk, all[0]);
  append(*store, talk, all[2]);
  other.next_id = 10;
  append(*store, other, other.theirs("needle three"));
  must_commit(*store);
  CHECK(ids(page(*store, {base::PeerId{1}, "needle", {}, {}, 10}).messages) == Ids{2, 1});
  CHECK(found_ids(*store, "needle") == Ids{1, 2, 10});
}
