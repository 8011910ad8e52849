#include "room_fixture.hpp"
#include "tincan/wire/room.hpp"

using namespace tincan;
using namespace tincan::store;
using namespace tincan::store::test;

namespace {

using wire::EntryKind;
using Ids = std::vector<std::uint64_t>;
using Texts = std::vector<std::string>;

std::vector<chat::LineSpan> up_to(std::uint64_t last) { return {{1, last}}; }

wire::LogEntry entry_at(chat::Store& store, const RoomTalk& talk, const Logged& logged) {
  const auto entries = store.read_log(talk.conversation(), logged.author, logged.entry.seq, logged.entry.seq, 1 << 20);
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  return entries->front();
}

chat::Message message_of(chat::Store& store, const Logged& logged) {
  auto message = store.find_message(logged.message.id);
  if (!message) FAIL(message.error().text);
  return std::move(*message);
}

} // namespace

TEST_CASE("a line of a room comes back exactly as it was written", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  auto late = talk.line(1, "hello");
  late.message.is_late = late.message.has_doubtful_time = true;
  const std::vector all{late, talk.line(0, "ours"), talk.guest(2, "ada", "from afar"),
                        talk.sealed(1, EntryKind::text, "secret", true),
                        talk.sealed(1, EntryKind::text, "unknown", false)};
  for (const auto& logged : all) store.append(talk, logged);
  store.commit();
  store.open();
  for (const auto& logged : all) {
    CHECK(message_of(*store, logged) == logged.message);
    CHECK(entry_at(*store, talk, logged) == logged.entry);
    CHECK(*store->place_of(logged.message.id) == logged.ref());
  }
  std::vector<chat::Message> messages;
  for (const auto& logged : all) messages.push_back(logged.message);
  CHECK(lines_of(*store, of_room(room_number)) == messages);
  CHECK(lines_of(*store, {}) == messages);
  CHECK(lines_of(*store, of_room(room_number + 1)).empty());
  CHECK(store.skipped() == 0);
}

TEST_CASE("what is kept of rooms beside their lines comes back", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  auto room = known_room(5, 1);
  room.is_private = room.is_hosted = true;
  room.phase = chat::RoomPhase::removed;
  room.unread = 4'000'000'000;
  room.mentions = 3;
  room.ticket = base::Seed{};
  room.ticket->bytes.fill(9);
  for (std::uint8_t n = 1; n <= 16; ++n) room.acquaintances.push_back(made_identity(n).own());
  const auto other = known_room(6, 2);
  base::Secret secret;
  secret.bytes.fill(42);
  store->put_peer(known_peer(3));
  store->put_room(other);
  store->put_room(known_room(5, 3));
  store->put_room(room);
  store->put_room_key({{6}, made_digest(9), secret});
  store->put_room_key({{5}, made_digest(2), secret});
  store->put_room_key({{5}, made_digest(1), {}});
  store->put_room_key({{5}, made_digest(1), secret});
  store->put_room_seen({{5}, made_identity(1).own(), 3});
  store->put_room_seen({{5}, made_identity(1).own(), 8});
  RoomTalk talk(6);
  store.append(talk, talk.line(0, "ours"));
  store->put_log(talk.state(0));
  store.commit();
  store.open();
  const auto snapshot = store->load();
  REQUIRE(snapshot);
  CHECK(snapshot->rooms == std::vector{room, other});
  REQUIRE(snapshot->room_keys.size() == 3);
  CHECK((snapshot->room_keys[0].room.value == 5 && snapshot->room_keys[0].epoch == made_digest(2)));
  CHECK((snapshot->room_keys[1].room.value == 5 && snapshot->room_keys[1].epoch == made_digest(1)));
  for (const auto& key : snapshot->room_keys) CHECK(key.key == secret);
  REQUIRE(snapshot->room_seen.size() == 1);
  CHECK((snapshot->room_seen[0].member == made_identity(1).own() && snapshot->room_seen[0].up_to == 8));
  CHECK(snapshot->logs == std::vector{talk.state(0)});
  CHECK(*store->find_logs(talk.conversation()) == std::vector{talk.state(0)});
  CHECK(snapshot->unacknowledged.empty());
  CHECK(snapshot->undelivered.empty());
  CHECK(snapshot->last_peer_id == 6);
  CHECK(store.skipped() == 0);
}

TEST_CASE("lines stand in their places, whose soever they are, and pages of them follow each other", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  std::vector<Logged> all;
  for (int i = 0; i < 12; ++i) all.push_back(talk.line(i % 3, std::to_string(i)));
  Ids placed;
  std::uint64_t id = 0;
  for (const std::size_t i : {5U, 0U, 11U, 3U, 1U, 2U, 10U, 4U, 9U, 6U, 8U, 7U}) {
    all[i].message.id = {++id};
    store.append(talk, all[i]);
  }
  RoomTalk other(8, 78);
  other.next_id = 20;
  store.append(other, other.line(1, "elsewhere"));
  store.commit();
  for (const auto& logged : all) placed.push_back(logged.id());
  CHECK(ids(lines_of(*store, of_room(room_number))) == placed);
  auto query = of_room(room_number, "", 5);
  query.before = all[7].message.id;
  CHECK(ids(lines_of(*store, query)) == Ids(placed.begin() + 2, placed.begin() + 7));
  query.before.reset();
  query.after = all[7].message.id;
  CHECK(ids(lines_of(*store, query)) == Ids(placed.begin() + 8, placed.end()));
  CHECK(lines_of(*store, {}).size() == 13);
}

TEST_CASE("changes of a room are in its log, and never among its lines", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk, changes(room_number, 70);
  const auto bytes = wire::encode(wire::RoomChange{wire::Topic{base::PeerText{"needle"}}});
  const auto change = changes.made(0, EntryKind::change, bytes, {});
  talk.next_id = changes.next_id;
  const auto line = talk.line(0, "needle");
  store.append(changes, change);
  store.append(talk, line);
  store.commit();
  CHECK(entry_at(*store, changes, change) == change.entry);
  CHECK(message_of(*store, change) == change.message);
  CHECK(room_texts(*store) == Texts{"needle"});
  CHECK(ids(lines_of(*store, of_room(room_number, "needle"))) == Ids{line.id()});
  CHECK(lines_of(*store, {}).size() == 1);
  CHECK(store->newest_lines(changes.conversation(), 9)->empty());
  CHECK(*store->last_own_line(talk.room()) == line.message.id);
}

TEST_CASE("of each member the newest reaction stands", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto line = talk.line(3, "line");
  store.append(talk, line);
  for (const int member : {0, 1, 2, 3})
    for (const auto* text : {"first", "second"})
      store.append(talk, talk.made(member, EntryKind::reaction, text, line.ref()));
  store.append(talk, talk.made(2, EntryKind::reaction, "", line.ref()));
  store.append(talk, talk.sealed(1, EntryKind::reaction, "third", false, line.ref()));
  RoomTalk other(8, 78); // who is not in the room answers from elsewhere
  other.next_id = talk.next_id;
  store.append(other, other.made(4, EntryKind::reaction, "intruder", line.ref()));
  store.commit();
  std::map<base::PublicKey, bool> expected{{talk.key(1), false}, {talk.key(3), false}};
  std::vector<chat::Reaction> reactions{{true, base::PeerText{"second"}, talk.key(0)}};
  for (const auto& [key, is_own] : expected) reactions.push_back({is_own, base::PeerText{"second"}, key});
  CHECK(message_of(*store, line).reactions == reactions);
}

TEST_CASE("only its author edits or deletes a line", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto line = talk.line(1, "line"), gone = talk.line(1, "gone"), guest = talk.guest(2, "ada", "shouting");
  for (const auto& logged : {line, gone, guest}) store.append(talk, logged);
  store.append(talk, talk.made(2, EntryKind::edit, "forged", line.ref()));
  store.append(talk, talk.made(0, EntryKind::deletion, "", line.ref()));
  store.append(talk, talk.made(1, EntryKind::edit, "better", line.ref()));
  store.append(talk, talk.made(1, EntryKind::deletion, "", gone.ref()));
  store.append(talk, talk.made(2, EntryKind::deletion, "", guest.ref())); // by its host
  store.commit();
  CHECK(room_texts(*store) == Texts{"better", "", ""});
  CHECK(message_of(*store, gone).is_deleted);
  CHECK(message_of(*store, guest).is_deleted);
  CHECK_FALSE(entry_at(*store, talk, guest).has_body);
  CHECK(store->forms_of(line.message.id)->size() == 2);
}

TEST_CASE("a sealed line can be read and found once its key is here", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto line = talk.sealed(1, EntryKind::text, "needle one", false);
  const auto edited = talk.sealed(1, EntryKind::text, "first", true);
  const auto edit = talk.sealed(1, EntryKind::edit, "needle two", false, edited.ref());
  const auto reaction = talk.sealed(2, EntryKind::reaction, "+1", false, line.ref());
  for (const auto& logged : {line, edited, edit, reaction}) store.append(talk, logged);
  store.commit();
  if (GENERATE(false, true)) store.index(100);
  CHECK(room_texts(*store) == Texts{"", "first"});
  CHECK_FALSE(message_of(*store, line).is_readable);
  CHECK_FALSE(message_of(*store, edited).is_edited);
  CHECK(lines_of(*store, of_room(room_number, "needle")).empty());
  const auto unreadable = *store->unreadable_lines(talk.conversation(), 10);
  REQUIRE(unreadable.size() == 3);
  CHECK((unreadable[0].author == talk.key(1) && unreadable[0].seq == 1));
  CHECK((unreadable[1].author == talk.key(1) && unreadable[1].seq == 3));
  CHECK(unreadable[2].author == talk.key(2));
  CHECK(store->unreadable_lines(talk.conversation(), 1)->size() == 1);
  store->reveal(talk.conversation(), talk.key(1), 1, base::PeerText{"needle one"});
  store->reveal(talk.conversation(), talk.key(1), 3, base::PeerText{"needle two"});
  store->reveal(talk.conversation(), talk.key(2), 1, base::PeerText{"+1"});
  store->reveal(talk.conversation(), talk.key(1), 2, base::PeerText{"it could be read before"});
  store->reveal(talk.conversation(), talk.key(2), 9, base::PeerText{"it is not here"});
  store->reveal(talk.conversation(), talk.key(9), 1, base::PeerText{"there is no such log"});
  store.commit();
  CHECK(room_texts(*store) == Texts{"needle one", "needle two"});
  CHECK(ids(lines_of(*store, of_room(room_number, "needle"))) == Ids{line.id(), edited.id()});
  CHECK(lines_of(*store, of_room(room_number, "first")).empty());
  CHECK(message_of(*store, line).is_readable);
  CHECK(message_of(*store, line).reactions.size() == 1);
  CHECK(store->unreadable_lines(talk.conversation(), 10)->empty());
  for (const auto& logged : {line, edited, edit, reaction}) CHECK(entry_at(*store, talk, logged) == logged.entry);
}

TEST_CASE("a line that was deleted is not revealed", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto line = talk.sealed(1, EntryKind::text, "secret", false);
  store.append(talk, line);
  store.append(talk, talk.made(1, EntryKind::deletion, "", line.ref()));
  store->reveal(talk.conversation(), talk.key(1), 1, base::PeerText{"secret"});
  store.commit();
  store->reveal(talk.conversation(), talk.key(1), 1, base::PeerText{"secret"});
  store.commit();
  CHECK(room_texts(*store) == Texts{""});
  CHECK(message_of(*store, line).is_deleted);
  CHECK(store->unreadable_lines(talk.conversation(), 10)->empty());
  const auto entry = entry_at(*store, talk, line);
  CHECK((!entry.has_body && entry.body.empty() && entry.salt.is_zero()));
  CHECK(entry.body_digest == line.entry.body_digest); // of what travelled
}

TEST_CASE("lines outside of the spans of their log are not found, until they count again", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const bool is_first = GENERATE(false, true);
  if (is_first) store->put_spans(talk.conversation(), talk.key(1), up_to(2));
  std::vector<Logged> all;
  for (const auto* text : {"needle a", "needle b", "needle c"}) all.push_back(talk.line(1, text));
  all.push_back(talk.line(0, "needle ours"));
  const auto answer = talk.made(0, EntryKind::text, "answer", all[2].ref());
  for (const auto& logged : all) store.append(talk, logged);
  store.append(talk, answer);
  store.commit();
  if (!is_first) {
    CHECK(room_texts(*store).size() == 5);
    store->put_spans(talk.conversation(), talk.key(1), up_to(2));
    store.commit();
  }
  store.open();
  CHECK(room_texts(*store) == Texts{"needle a", "needle b", "needle ours", "answer"});
  CHECK(room_texts(*store, "needle").size() == 3);
  CHECK(lines_of(*store, {}).size() == 4);
  CHECK_FALSE(store->find_message(all[2].message.id));
  CHECK_FALSE(message_of(*store, answer).about);
  CHECK(entry_at(*store, talk, all[2]) == all[2].entry); // others are given it all the same
  CHECK((*store->find_logged(talk.conversation(), talk.key(1), 3))->message == all[2].message.id);
  CHECK(store->newest_lines(talk.conversation(), 9)->size() == 4);
  store->put_spans(talk.conversation(), talk.key(1), {{3, ~std::uint64_t{0}}, {1, 1}});
  store.commit();
  CHECK(room_texts(*store) == Texts{"needle a", "needle c", "needle ours", "answer"});
  CHECK(room_texts(*store, "needle").size() == 3);
  CHECK(message_of(*store, answer).about == all[2].message.id);
  store->put_spans(talk.conversation(), talk.key(1), {});
  store->put_spans(talk.conversation(), talk.key(0), {});
  store.commit();
  CHECK(room_texts(*store).empty());
  CHECK(*store->last_own_line(talk.room()) == base::EntryId{});
  store.append(talk, talk.line(1, "still nothing"));
  store.commit();
  CHECK(room_texts(*store).empty());
}

TEST_CASE("edits and reactions outside of the spans have no effect while they are", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto line = talk.line(1, "first"), other = talk.line(2, "other");
  for (const auto& logged : {line, other}) store.append(talk, logged);
  store.append(talk, talk.made(1, EntryKind::edit, "second", line.ref()));
  store.append(talk, talk.made(1, EntryKind::edit, "third", line.ref()));
  store.append(talk, talk.made(1, EntryKind::reaction, "+1", other.ref()));
  store.commit();
  if (GENERATE(false, true)) store.index(100);
  const auto shows = [&](const std::string& text, std::size_t reactions) {
    CHECK(room_texts(*store) == Texts{text, "other"});
    for (const std::string each : {"first", "second", "third"})
      CHECK(room_texts(*store, each).size() == (each == text ? 1U : 0U));
    CHECK(message_of(*store, line).is_edited == (text != "first"));
    CHECK(message_of(*store, other).reactions.size() == reactions);
  };
  shows("third", 1);
  for (const auto& [last, text] : {std::pair{1U, "first"}, {2U, "second"}, {3U, "third"}, {1U, "first"}}) {
    store->put_spans(talk.conversation(), talk.key(1), up_to(last));
    store.commit();
    shows(text, 0);
  }
  store->put_spans(talk.conversation(), talk.key(1), up_to(4));
  store.commit();
  shows("third", 1);
}

TEST_CASE("a deletion destroys the text once it counts, and not before, whichever comes first", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto text = talk.line(1, "needle");
  const auto edit = talk.made(1, EntryKind::edit, "needle too", text.ref());
  const auto deletion = talk.made(1, EntryKind::deletion, "", text.ref());
  const auto what_comes = GENERATE(as<std::string>{}, "tsd", "std", "sdt", "dst"); // text, spans, deletion
  std::uint64_t id = 10;
  const auto append = [&](Logged logged) {
    logged.message.id = {++id};
    store.append(talk, logged);
  };
  for (const char one : what_comes) {
    if (one == 's') store->put_spans(talk.conversation(), talk.key(1), up_to(2));
    if (one == 't') append(text);
    if (one == 't') append(edit);
    if (one == 'd') append(deletion);
    store.commit();
  }
  CHECK(room_texts(*store) == Texts{"needle too"});
  CHECK(entry_at(*store, talk, text) == text.entry);
  CHECK(entry_at(*store, talk, edit) == edit.entry);
  CHECK(room_texts(*store, "needle").size() == 1);
  store->put_spans(talk.conversation(), talk.key(1), up_to(3));
  store.commit();
  CHECK(room_texts(*store) == Texts{""});
  CHECK(room_texts(*store, "needle").empty());
  CHECK_FALSE(entry_at(*store, talk, text).has_body);
  CHECK_FALSE(entry_at(*store, talk, edit).has_body);
  store->put_spans(talk.conversation(), talk.key(1), up_to(2)); // too late
  store.commit();
  CHECK(room_texts(*store) == Texts{""});
}

TEST_CASE("the newest lines of a room are named by their places", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto gone = talk.line(2, "gone");
  std::vector<Logged> all{talk.line(1, "a"), gone, talk.sealed(1, EntryKind::text, "c", false),
                          talk.guest(2, "g", "d")};
  for (const auto& logged : all) store.append(talk, logged);
  store.append(talk, talk.made(2, EntryKind::deletion, "", gone.ref()));
  store.commit();
  const auto named = [&](std::size_t count) {
    std::vector<std::pair<base::PublicKey, std::uint64_t>> result;
    const auto lines = *store->newest_lines(talk.conversation(), count);
    for (const auto& line : lines) result.emplace_back(line.author, line.seq);
    return result;
  };
  using Named = std::vector<std::pair<base::PublicKey, std::uint64_t>>;
  CHECK(named(2) == Named{{talk.key(2), 2}, {talk.key(1), 2}});
  CHECK(named(9) == Named{{talk.key(2), 2}, {talk.key(1), 2}, {talk.key(1), 1}, {talk.key(2), 1}});
  CHECK(named(0).empty());
  CHECK(store->newest_lines(made_digest(1), 9)->empty());
}

TEST_CASE("our newest line in a room is none of a guest, and none that was deleted", "[store][room]") {
  AnyStore store(GENERATE(false, true));
  RoomTalk talk;
  const auto first = talk.line(0, "first"), second = talk.line(0, "second");
  for (const auto& logged : {first, second, talk.guest(0, "ada", "hi"), talk.line(1, "x")}) store.append(talk, logged);
  store.commit();
  CHECK(*store->last_own_line(talk.room()) == second.message.id);
  store.append(talk, talk.made(0, EntryKind::deletion, "", second.ref()));
  store.commit();
  CHECK(*store->last_own_line(talk.room()) == first.message.id);
  CHECK(*store->last_own_line(base::PeerId{room_number + 1}) == base::EntryId{});
}
