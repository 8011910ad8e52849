// A room as the node would hand it to a store, and the two stores that must do the same with it: the one on the disk
// and the one in memory, with which whole worlds are simulated.
#pragma once

#include "log_fixture.hpp"
#include "tincan/sim/memory_store.hpp"
#include "tincan/wire/room.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tincan::store::test {

inline constexpr std::uint64_t room_number = 7;

// Makes the entries of one room's lines; member 0 is us.
class RoomTalk {
public:
  explicit RoomTalk(std::uint64_t number = room_number, std::uint8_t n = 77)
      : number_(number),
        conversation_(made_digest(n)) {}

  const base::Digest& conversation() const { return conversation_; }
  base::RoomId room() const { return {number_}; }
  base::PublicKey key(int member) const { return identity(member).own(); }
  std::uint64_t next_id = 1;
  std::int64_t order_us = 1'800'000'000'000'000;

  Logged line(int member, const std::string& text) { return made(member, wire::EntryKind::text, text, {}); }
  Logged made(int member, wire::EntryKind kind, const std::string& text, const std::optional<wire::EntryRef>& target) {
    auto logged = unsealed(member, kind, text, target);
    finish(member, logged);
    return logged;
  }
  // As in a private room: what travels is not what is shown; without the key nothing is.
  Logged sealed(int member, wire::EntryKind kind, const std::string& text, bool is_readable,
                const std::optional<wire::EntryRef>& target = {}) {
    auto logged = unsealed(member, kind, text, target);
    logged.entry.body = base::PeerText{"sealed:" + std::string(text.rbegin(), text.rend())};
    logged.message.is_readable = is_readable;
    if (!is_readable) logged.message.text = {};
    finish(member, logged);
    return logged;
  }
  Logged guest(int host, const std::string& name, const std::string& text) {
    auto logged = unsealed(host, wire::EntryKind::guest, text, {});
    logged.entry.body = base::PeerText{wire::encode(wire::GuestLine{base::PeerText{name}, base::PeerText{text}})};
    logged.message.team = base::PeerText{name};
    logged.message.is_guest = true;
    finish(host, logged);
    return logged;
  }

  chat::LogState state(int member) const {
    chat::LogState log;
    log.room = room();
    log.conversation = conversation_;
    log.author = key(member);
    if (const auto last = last_.find(member); last != last_.end()) {
      log.last = last->second.first;
      log.last_hash = last->second.second;
    }
    log.last_order_us = order_us;
    return log;
  }

private:
  static const Identity& identity(int member) {
    static std::map<int, std::unique_ptr<Identity>> identities;
    auto& known = identities[member];
    base::Seed seed;
    seed.bytes.fill(static_cast<std::uint8_t>(member + 150));
    if (!known) known = std::make_unique<Identity>(seed);
    return *known;
  }

  static chat::MessageKind kind_of(wire::EntryKind kind) {
    switch (kind) {
    case wire::EntryKind::text:
    case wire::EntryKind::guest: return chat::MessageKind::text;
    case wire::EntryKind::edit: return chat::MessageKind::edit;
    case wire::EntryKind::deletion: return chat::MessageKind::deletion;
    case wire::EntryKind::reaction: return chat::MessageKind::reaction;
    case wire::EntryKind::change: return chat::MessageKind::change;
    default: return chat::MessageKind::unknown;
    }
  }

  Logged unsealed(int member, wire::EntryKind kind, const std::string& text,
                  const std::optional<wire::EntryRef>& target) {
    Logged logged;
    logged.author = key(member);
    auto& message = logged.message;
    message.id = {next_id++};
    message.room = room();
    message.author = logged.author;
    message.direction = member == 0 ? chat::Direction::out : chat::Direction::in;
    message.state = member == 0 ? MessageState::queued : MessageState::received;
    message.kind = kind_of(kind);
    message.team = base::PeerText{"member " + std::to_string(member)};
    message.text = logged.entry.body = base::PeerText{text};
    message.dialect = wire::Dialect::native;
    message.clear = false;
    message.time = {1'700'000'000'000 + static_cast<std::int64_t>(message.id.value)};
    message.order_us = logged.entry.order_us = order_us += 10;
    logged.entry.wall_ms = order_us / 1000;
    logged.entry.kind = kind;
    logged.entry.target = target;
    return logged;
  }

  void finish(int member, Logged& logged) {
    auto& [seq, prev] = last_[member];
    auto& entry = logged.entry;
    entry.seq = ++seq;
    entry.salt.bytes.fill(static_cast<std::uint8_t>(entry.seq + 1));
    entry.body_digest = identity(member).digest(wire::body_bytes(entry.salt, entry.body));
    entry.hash = identity(member).digest(wire::header_bytes({conversation_, logged.author, prev}, entry));
    entry.signature = identity(member).sign(entry.hash);
    prev = entry.hash;
  }

  std::uint64_t number_;
  base::Digest conversation_;
  std::map<int, std::pair<std::uint64_t, base::Digest>> last_;
};

// One of the two, with the idle work and the restarts that only the one on the disk knows.
class AnyStore {
public:
  explicit AnyStore(bool in_memory) {
    if (in_memory) memory_ = std::make_unique<sim::MemoryStore>();
    open();
  }
  chat::Store& operator*() { return memory_ ? static_cast<chat::Store&>(*memory_) : *on_disk_; }
  chat::Store* operator->() { return &**this; }
  void open() {
    if (!memory_) on_disk_ = open_store(file());
  }
  void index(std::size_t limit) {
    if (on_disk_) REQUIRE(on_disk_->index_some(limit));
  }
  void append(const RoomTalk& talk, const Logged& logged) {
    (**this).append_logged(logged.message, talk.conversation(), logged.author, logged.entry);
  }
  void commit() {
    const auto done = (**this).commit();
    if (!done) FAIL(done.error().text);
  }
  std::uint64_t skipped() const { return on_disk_ ? on_disk_->skipped_rows() : 0; }
  fs::path file() const { return folder_ / "tincan.db"; }

private:
  TempFolder folder_;
  std::unique_ptr<sim::MemoryStore> memory_;
  std::unique_ptr<SqliteStore> on_disk_;
};

inline chat::HistoryQuery of_room(std::uint64_t number, std::string words = "", std::size_t limit = 1000) {
  chat::HistoryQuery query;
  query.room = base::RoomId{number};
  query.search = std::move(words);
  query.limit = limit;
  return query;
}

inline std::vector<chat::Message> lines_of(chat::Store& store, const chat::HistoryQuery& query) {
  auto page = store.history(query);
  if (!page) FAIL(page.error().text);
  return std::move(page->messages);
}

inline std::vector<std::string> room_texts(chat::Store& store, const std::string& words = "") {
  return texts(lines_of(store, of_room(room_number, words)));
}

inline chat::RoomRecord known_room(std::uint64_t number, std::uint8_t n) {
  chat::RoomRecord room;
  room.id = {number};
  room.room = made_digest(n);
  room.creator = made_identity(n).own();
  room.name = base::PeerText{std::string("plans \xff\0", 8)};
  room.since = {1'700'000'000'001};
  return room;
}

} // namespace tincan::store::test
