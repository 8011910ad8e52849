#include "tincan/sim/memory_store.hpp"
#include "tincan/sim/toy_keys.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace tincan;
using chat::Message;
using wire::EntryKind;

// One conversation of two, written into a store by hand.
class Pen {
public:
  explicit Pen(sim::MemoryStore& store) : store_(store) {}

  base::EntryId write(bool is_own, EntryKind kind, const std::string& text, base::EntryId about = {}) {
    const auto id = base::EntryId{++last_id_};
    put(id, is_own, kind, text, about ? std::optional(place(about)) : std::nullopt);
    return id;
  }
  void put(base::EntryId id, bool is_own, EntryKind kind, const std::string& text, std::optional<wire::EntryRef> target,
           std::uint64_t seq = 0) {
    auto& last = is_own ? own_seq_ : their_seq_;
    wire::LogEntry entry;
    entry.seq = seq ? seq : ++last;
    entry.order_us = static_cast<std::int64_t>(++order_) * 1'000;
    entry.kind = kind;
    entry.target = target;
    entry.body = base::PeerText(text);
    entry.salt.bytes[0] = 1;
    entry.hash = sim::ToyKeys::mixed(text + std::to_string(entry.seq) + (is_own ? "own" : "their"));
    store_.append_logged(message(id, is_own, kind, text), conversation(), author(is_own), entry);
    REQUIRE(store_.commit());
  }
  wire::EntryRef place(base::EntryId message) { return **store_.place_of(message); }
  static base::Digest conversation() { return sim::ToyKeys::mixed("conversation"); }
  static base::PublicKey author(bool is_own) { return sim::ToyKeys(is_own ? 1 : 2).own(); }

private:
  static Message message(base::EntryId id, bool is_own, EntryKind kind, const std::string& text) {
    Message message;
    message.id = id;
    message.peer = base::PeerId{1};
    message.direction = is_own ? chat::Direction::out : chat::Direction::in;
    message.kind = kind == EntryKind::edit       ? chat::MessageKind::edit
                   : kind == EntryKind::deletion ? chat::MessageKind::deletion
                   : kind == EntryKind::reaction ? chat::MessageKind::reaction
                                                 : chat::MessageKind::text;
    message.state = is_own ? chat::MessageState::queued : chat::MessageState::received;
    message.text = base::PeerText(text);
    return message;
  }

  sim::MemoryStore& store_;
  std::uint64_t last_id_ = 0, own_seq_ = 0, their_seq_ = 0, order_ = 0;
};

Message line_of_peer(std::uint64_t id, const std::string& text) {
  Message message;
  message.id = base::EntryId{id};
  message.peer = base::PeerId{1};
  message.text = base::PeerText(text);
  return message;
}

std::vector<std::string> texts(sim::MemoryStore& store) {
  chat::HistoryQuery query;
  query.peer = base::PeerId{1};
  std::vector<std::string> result;
  const auto page = *store.history(query);
  for (const auto& message : page.messages) result.push_back(message.text.untrusted_bytes());
  return result;
}

void acknowledge(sim::MemoryStore& store, std::uint64_t acked, std::uint64_t read) {
  chat::LogState log;
  log.peer = base::PeerId{1};
  log.conversation = Pen::conversation();
  log.author = Pen::author(true);
  log.last = 3;
  log.acked = acked;
  log.read = read;
  store.put_log(log);
  REQUIRE(store.commit());
}

} // namespace

TEST_CASE("what was not committed is gone after a crash, and a copy of the disk is a backup", "[sim][store]") {
  sim::MemoryStore store;
  Pen pen(store);
  pen.write(true, EntryKind::text, "kept");
  const auto backup = store.disk();
  store.append(line_of_peer(2, "lost"));
  store.crash();
  REQUIRE(store.commit());
  CHECK(texts(store) == std::vector<std::string>{"kept"});
  pen.write(true, EntryKind::text, "later");
  store.restore(backup);
  CHECK(texts(store) == std::vector<std::string>{"kept"});
  CHECK(store.load()->last_entry_id == 1);
}

TEST_CASE("an edit, a reaction and a deletion change what is shown", "[sim][store]") {
  sim::MemoryStore store;
  Pen pen(store);
  const auto line = pen.write(false, EntryKind::text, "helo");
  const auto answer = pen.write(true, EntryKind::text, "hi", line);
  pen.write(false, EntryKind::edit, "hello", line);
  pen.write(true, EntryKind::edit, "not ours to edit", line);
  pen.write(true, EntryKind::reaction, "+1", line);
  pen.write(false, EntryKind::reaction, "shy", line);
  pen.write(false, EntryKind::reaction, "", line);
  const auto shown = *store.find_message(line);
  CHECK(texts(store) == std::vector<std::string>{"hello", "hi"});
  CHECK(shown.is_edited);
  CHECK(shown.reactions == std::vector<chat::Reaction>{{true, base::PeerText("+1")}});
  CHECK(store.find_message(answer)->about == line);
  CHECK(store.forms_of(line)->size() == 2);
  pen.write(false, EntryKind::deletion, "", line);
  CHECK(texts(store) == std::vector<std::string>{"", "hi"});
  CHECK(store.find_message(line)->is_deleted);
  CHECK((*store.find_logged(Pen::conversation(), Pen::author(false), 1))->is_deleted);
  const auto entries = *store.read_log(Pen::conversation(), Pen::author(false), 1, 2, 10'000);
  for (const auto& entry : entries) CHECK((!entry.has_body && entry.body.empty() && entry.salt.is_zero()));
}

TEST_CASE("a change that comes before its target takes effect when the target comes", "[sim][store]") {
  sim::MemoryStore store;
  Pen pen(store);
  const auto conversation = Pen::conversation();
  const wire::EntryRef target{Pen::author(false), 1, sim::ToyKeys::mixed("old1their")};
  pen.put(base::EntryId{10}, false, EntryKind::edit, "new", target, 2);
  const bool is_deleted = GENERATE(false, true);
  if (is_deleted) pen.put(base::EntryId{11}, false, EntryKind::deletion, "", target, 3);
  pen.put(base::EntryId{12}, false, EntryKind::text, "old", std::nullopt, 1);
  CHECK(texts(store) == std::vector<std::string>{is_deleted ? "" : "new"});
  CHECK(store.read_log(conversation, Pen::author(false), 1, 1, 1)->front().has_body != is_deleted);
  CHECK(store.read_log(conversation, Pen::author(false), 2, 2, 1)->front().has_body != is_deleted);
}

TEST_CASE("the states of our own lines follow from the log", "[sim][store]") {
  sim::MemoryStore store;
  Pen pen(store);
  for (const char* text : {"a", "b", "c"}) pen.write(true, EntryKind::text, text);
  acknowledge(store, 2, 1);
  const auto state = [&](std::uint64_t id) { return store.find_message(base::EntryId{id})->state; };
  CHECK(state(1) == chat::MessageState::read);
  CHECK(state(2) == chat::MessageState::delivered);
  CHECK(state(3) == chat::MessageState::queued);
  const auto snapshot = *store.load();
  REQUIRE(snapshot.unacknowledged.size() == 1);
  CHECK(snapshot.unacknowledged[0].seq == 3);
  CHECK(snapshot.undelivered.empty());
  CHECK(snapshot.logs.size() == 1);
  CHECK(*store.last_own_line(base::PeerId{1}) == base::EntryId{3});
}

TEST_CASE("a log is read in ranges, and its lines stand by their order and not as they came", "[sim][store]") {
  sim::MemoryStore store;
  Pen pen(store);
  pen.put(base::EntryId{1}, true, EntryKind::text, "x", std::nullopt);
  const auto late = line_of_peer(2, "earlier");
  wire::LogEntry entry;
  entry.seq = 7;
  entry.order_us = 1;
  store.append_logged(late, Pen::conversation(), Pen::author(false), entry);
  REQUIRE(store.commit());
  CHECK(texts(store) == std::vector<std::string>{"earlier", "x"});
  CHECK(store.read_log(Pen::conversation(), Pen::author(false), 1, 7, 1)->empty());
  CHECK(store.read_log(Pen::conversation(), Pen::author(false), 7, 9, 1)->size() == 1);
}

TEST_CASE("toy signatures are told from wrong ones", "[sim]") {
  const sim::ToyKeys one(1), other(2);
  const auto digest = one.digest("something");
  CHECK(digest != one.digest("something else"));
  CHECK(digest == other.digest("something"));
  CHECK(other.verify(one.own(), digest, one.sign(digest)));
  CHECK_FALSE(other.verify(other.own(), digest, one.sign(digest)));
  CHECK_FALSE(other.verify(one.own(), one.digest(""), one.sign(digest)));
}
