// A public room of very many whole programs, all of which were in it before: each starts with the same changes on its
// disk, and knows where a few of the others are. What passes between them is counted as it is sent. One thread.
#pragma once

#include "room_stage.hpp"

#include "tincan/chat/author_log.hpp"
#include "tincan/chat/room_names.hpp"

#include <algorithm>
#include <unordered_map>

namespace tincan::sim::test {

class RoomCrowd : public RoomStage {
public:
  struct Figures {           // of the lines of one stretch, over all that are here and did not write them
    double copies = 0;       // received, per member and line
    std::uint32_t depth = 0; // links from an author to a member, at most
    std::size_t missing = 0;
    double receipts = 0; // that travel, per member and line
    Millis slowest{};    // from the writing to the last member's screen
  };

  RoomCrowd(std::size_t members, std::size_t acquaintances, std::uint64_t seed) : RoomStage(members, seed) {
    for (std::size_t i = 0; i < members; ++i) by_host_[&(*this)[i]] = by_key_[(*this)[i].key()] = i;
    const auto disk = found();
    for (std::size_t i = 0; i < members; ++i) {
      auto own = disk;
      for (std::size_t known = 0; known < acquaintances; ++known) meet(own, i, dice().pick(members));
      (*this)[i].restore(std::move(own));
    }
    start_all();
  }

  bool is_here(std::size_t who) { return (*this)[who].is_running() && (*this)[who].dark_until <= now(); }
  void write(std::size_t author) {
    const auto seq = ++written_[author];
    auto& line = lines_[{author, seq}];
    line.said = line.shown = now();
    line.copies.resize(size());
    line.depths.resize(size());
    line.showings.resize(size());
    say(author, fmt::format("{} {}", author, seq));
  }
  // Lines, one after the other, and what came of them.
  Figures write_calmly(const std::vector<std::size_t>& authors, std::size_t count, Millis pause = Millis(1'000)) {
    lines_.clear();
    receipts_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
      write(authors[i % authors.size()]);
      run(pause);
    }
    run(Millis(5'000));
    return figures();
  }
  Figures figures() {
    Figures sum;
    std::size_t copies = 0, expected = 0;
    for (const auto& [name, line] : lines_) {
      for (std::size_t i = 0; i < size(); ++i) {
        if (!is_here(i) || i == name.first) continue;
        ++expected;
        copies += line.copies[i];
        sum.depth = std::max(sum.depth, line.depths[i]);
        if (line.showings[i] != 1) ++sum.missing;
      }
      sum.slowest = std::max(sum.slowest, std::chrono::duration_cast<Millis>(line.shown - line.said));
    }
    const auto all = static_cast<double>(std::max<std::size_t>(expected, 1));
    sum.copies = static_cast<double>(copies) / all;
    sum.receipts = static_cast<double>(receipts_) / all;
    return sum;
  }

  void told(Tincan& who, const chat::Told& told) override {
    const auto* added = std::get_if<chat::MessageAdded>(&told.event);
    if (!added || !added->message.room || added->message.direction != chat::Direction::in) return;
    std::uint64_t author = 0, seq = 0;
    if (std::sscanf(added->message.text.untrusted_bytes().c_str(), "%lu %lu", &author, &seq) != 2) return;
    const auto line = lines_.find({author, seq});
    if (line == lines_.end()) return;
    ++line->second.showings[by_host_.at(&who)];
    line->second.shown = now();
  }
  void says(Tincan& who, Socket socket, const std::string& bytes, bool is_clear) override {
    const auto* to = network().far_host(socket);
    if (is_clear || !to || lines_.empty()) return;
    wire::FrameReader reader;
    reader.raise_limit();
    reader.bytes(bytes);
    while (const auto frame = reader.next()) {
      if (const auto* receipts = std::get_if<wire::Receipts>(&**frame)) receipts_ += receipts->receipts.size();
      if (const auto* entries = std::get_if<wire::Entries>(&**frame))
        count(by_host_.at(&who), by_host_.at(to), *entries);
    }
  }

private:
  struct Line {
    Tick said{}, shown{};                                // and the last time that a screen showed it
    std::vector<std::uint32_t> copies, depths, showings; // by member
  };
  static constexpr base::RoomId room_number{1};
  static constexpr std::int64_t founded_ms = 1'763'000'000'000;

  void count(std::size_t from, std::size_t to, const wire::Entries& entries) {
    const auto author = by_key_.find(entries.author.is_zero() ? (*this)[from].key() : entries.author);
    if (entries.conversation != lines_id_ || author == by_key_.end()) return;
    for (const auto& entry : entries.entries) {
      const auto line = lines_.find({author->second, entry.seq});
      if (line == lines_.end()) continue;
      ++line->second.copies[to];
      line->second.depths[to] = std::max(line->second.depths[to], line->second.depths[from] + 1);
    }
  }

  // The disk of somebody who has seen them all come.
  Disk found() {
    const auto& creator = (*this)[0];
    const auto genesis = wire::encode(wire::RoomChange(wire::Genesis{base::PeerText("room"), false, {}}));
    chat::RoomRecord record;
    record.id = room_number;
    record.room = chat::room_id(creator.keys(), creator.key(), genesis);
    record.creator = creator.key();
    record.name = base::PeerText("room");
    record.phase = chat::RoomPhase::joined;
    lines_id_ = chat::lines_id(creator.keys(), record.room);
    MemoryStore store;
    store.put_room(record);
    for (std::size_t i = 0; i < size(); ++i) {
      chat::LogState state;
      state.room = record.id;
      state.conversation = record.room;
      state.author = (*this)[i].key();
      chat::AuthorLog log((*this)[i].keys(), state);
      if (i == 0) change(store, log, (*this)[i], genesis);
      change(store, log, (*this)[i], wire::encode(wire::RoomChange(wire::Join{base::PeerText((*this)[i].name()), 1})));
      store.put_log(log.state());
    }
    if (!store.commit()) complain("the room is not founded");
    return store.disk();
  }
  void change(MemoryStore& store, chat::AuthorLog& log, Tincan& author, const std::string& body) {
    FixedEntropy entropy;
    auto entry = log.write({wire::EntryKind::change, std::nullopt, order_us_, std::nullopt},
                           [&](std::uint64_t) { return base::PeerText(body); }, entropy, {founded_ms});
    log.sign(entry);
    order_us_ = entry.order_us;
    chat::Message message;
    message.id = base::EntryId{++last_entry_};
    message.room = room_number;
    message.author = author.key();
    message.direction = chat::Direction::in;
    message.kind = chat::MessageKind::change;
    message.state = chat::MessageState::received;
    message.order_us = entry.order_us;
    message.text = base::PeerText(body);
    store.append_logged(std::move(message), log.state().conversation, author.key(), std::move(entry));
  }
  // It was heard of, and its address is known: nobody is dialled for that alone.
  void meet(Disk& disk, std::size_t who, std::size_t whom) {
    if (who == whom) return;
    chat::Peer peer;
    peer.id = base::PeerId{2 + whom};
    peer.endpoint = (*this)[whom].endpoint;
    peer.dialect = wire::Dialect::native;
    peer.speaks = chat::Speaks::native;
    peer.key = (*this)[whom].key();
    peer.endpoints = {{peer.endpoint, chat::KnownEndpoint::Source::announced, std::nullopt}};
    disk.peers[peer.id] = peer;
    disk.last_peer_id = std::max(disk.last_peer_id, peer.id.value);
  }

  std::unordered_map<const Host*, std::size_t> by_host_;
  std::unordered_map<base::PublicKey, std::size_t> by_key_;
  std::map<std::pair<std::size_t, std::uint64_t>, Line> lines_; // that are measured: author, seq
  std::map<std::size_t, std::uint64_t> written_;
  base::Digest lines_id_;
  std::size_t receipts_ = 0;
  std::int64_t order_us_ = 0;
  std::uint64_t last_entry_ = 0;
};

} // namespace tincan::sim::test
