// A conversation of two tincans as the node would hand it to the store: both write entries with true hashes and
// digests.
#pragma once

#include "store_fixture.hpp"
#include "tincan/store/identity.hpp"

#include <map>
#include <optional>
#include <utility>

namespace tincan::store::test {

inline Identity made_identity(std::uint8_t n) {
  base::Seed seed;
  seed.bytes.fill(n);
  return Identity(seed);
}

inline base::Digest made_digest(std::uint8_t n) {
  base::Digest digest;
  digest.bytes.fill(n);
  return digest;
}

// An entry with the message that says the same.
struct Logged {
  chat::Message message;
  base::PublicKey author;
  wire::LogEntry entry;

  std::uint64_t id() const { return message.id.value; }
  wire::EntryRef ref() const { return {author, entry.seq, entry.hash}; }
};

// Makes the entries of one conversation; ids and clocks count up by themselves.
class Talk {
public:
  explicit Talk(std::uint64_t peer = 1, std::uint8_t n = 1)
      : peer_(peer),
        conversation_(made_digest(n)),
        us_(static_cast<std::uint8_t>(100)),
        them_(n) {}

  const base::Digest& conversation() const { return conversation_; }
  const base::PublicKey& our_key() const { return us_.identity.own(); }
  const base::PublicKey& their_key() const { return them_.identity.own(); }
  std::uint64_t next_id = 1;
  std::int64_t order_us = 1'800'000'000'000'000;

  Logged ours(std::string text) { return made(true, wire::EntryKind::text, std::move(text), {}); }
  Logged theirs(std::string text) { return made(false, wire::EntryKind::text, std::move(text), {}); }
  Logged made(bool by_us, wire::EntryKind kind, std::string body, const std::optional<wire::EntryRef>& target) {
    auto& side = by_us ? us_ : them_;
    Logged logged{incoming(next_id++, std::move(body), peer_), side.identity.own(), {}};
    auto& entry = logged.entry;
    entry.seq = ++side.seq;
    entry.order_us = order_us += 10;
    entry.wall_ms = entry.order_us / 1000 + 5;
    entry.kind = kind;
    entry.target = target;
    entry.body = logged.message.text;
    entry.salt.bytes.fill(static_cast<std::uint8_t>(entry.seq));
    entry.body_digest = side.identity.digest(wire::body_bytes(entry.salt, entry.body));
    seal(side, entry);
    complete(logged, by_us);
    return logged;
  }

  // What the node knows of a log that it has all of.
  chat::LogState state(bool by_us, std::uint64_t acked = 0, std::uint64_t read = 0) const {
    const auto& side = by_us ? us_ : them_;
    chat::LogState log;
    log.peer = {peer_};
    log.conversation = conversation_;
    log.author = side.identity.own();
    log.last = side.seq;
    log.last_hash = side.last_hash;
    log.last_order_us = order_us;
    log.acked = acked;
    log.read = read;
    return log;
  }

private:
  struct Side {
    explicit Side(std::uint8_t n) : identity(made_seed(n)) {}
    static base::Seed made_seed(std::uint8_t n) {
      base::Seed seed;
      seed.bytes.fill(n);
      return seed;
    }
    Identity identity;
    std::uint64_t seq = 0;
    base::Digest last_hash;
  };

  void seal(Side& side, wire::LogEntry& entry) const {
    entry.hash = side.identity.digest(wire::header_bytes({conversation_, side.identity.own(), side.last_hash}, entry));
    entry.signature = side.identity.sign(entry.hash);
    side.last_hash = entry.hash;
  }

  static chat::MessageKind kind_of(wire::EntryKind kind) {
    switch (kind) {
    case wire::EntryKind::text:
    case wire::EntryKind::guest: return chat::MessageKind::text;
    case wire::EntryKind::edit: return chat::MessageKind::edit;
    case wire::EntryKind::deletion: return chat::MessageKind::deletion;
    case wire::EntryKind::reaction: return chat::MessageKind::reaction;
    case wire::EntryKind::read: return chat::MessageKind::read_marker;
    case wire::EntryKind::change: return chat::MessageKind::change;
    case wire::EntryKind::invitation: return chat::MessageKind::invitation;
    }
    return chat::MessageKind::unknown;
  }

  static void complete(Logged& logged, bool by_us) {
    auto& message = logged.message;
    message.direction = by_us ? chat::Direction::out : chat::Direction::in;
    message.state = by_us ? MessageState::queued : MessageState::received;
    message.kind = kind_of(logged.entry.kind);
    message.dialect = wire::Dialect::native;
    message.clear = false;
    message.order_us = logged.entry.order_us;
  }

  std::uint64_t peer_;
  base::Digest conversation_;
  Side us_, them_;
};

inline void append(SqliteStore& store, const Talk& talk, const Logged& logged) {
  store.append_logged(logged.message, talk.conversation(), logged.author, logged.entry);
}

inline chat::Message found(SqliteStore& store, std::uint64_t id) {
  auto message = store.find_message({id});
  if (!message) FAIL(message.error().text);
  return std::move(*message);
}

inline chat::HistoryPage page_of_peer(SqliteStore& store, std::uint64_t peer = 1) {
  return page(store, {base::PeerId{peer}, "", {}, {}, 1000});
}

inline std::vector<std::string> texts(const std::vector<chat::Message>& messages) {
  std::vector<std::string> result;
  for (const auto& message : messages) result.push_back(message.text.untrusted_bytes());
  return result;
}

inline void do_all_idle_work(SqliteStore& store) {
  for (int i = 0; i < 100'000; ++i) {
    const auto done = store.index_some(100);
    if (!done) FAIL(done.error().text);
    if (*done < 100) return;
  }
  FAIL("there is no end of it");
}

} // namespace tincan::store::test
