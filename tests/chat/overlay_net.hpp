// Members of one room, each with the real Overlay, and a network that carries pushes, Have, Want and Prune between
// those who are linked: with a random delay, in order on each link. What each of them receives is counted.
#pragma once

#include "tincan/chat/overlay.hpp"
#include "tincan/sim/agenda.hpp"

#include <algorithm>
#include <memory>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace tincan::chat::test {

class OverlayNet {
public:
  struct Sum {         // over entries and members that are here
    double copies = 0; // received, per member and entry
    std::uint32_t depth = 0;
    std::int64_t slowest_ms = 0;
    std::size_t missing = 0;
  };

  explicit OverlayNet(std::uint64_t seed) : random_(seed) {}

  Overlay& overlay(std::size_t index) { return members_[index]->overlay; }
  static base::PublicKey key_of(std::size_t index) {
    base::PublicKey key;
    key.bytes = {static_cast<std::uint8_t>(index >> 8), static_cast<std::uint8_t>(index), 1};
    return key;
  }
  static std::size_t index_of(const base::PublicKey& key) {
    return static_cast<std::size_t>(key.bytes[0] << 8 | key.bytes[1]);
  }

  void say(std::size_t author) {
    entries_.push_back({author, now_ms_, std::vector<Got>(members_.size())});
    arrived({now_ms_, 0, Kind::push, author, author, entries_.size() - 1, 0}, entries_.back().got[author]);
  }
  // Until nothing is under way any more.
  void run() {
    while (!events_.empty()) {
      const auto event = events_.top();
      events_.pop();
      now_ms_ = std::max(now_ms_, event.at);
      if (is_here(event.to)) receive(event);
    }
  }
  std::size_t entries() const { return entries_.size(); }
  Sum sum(std::size_t first_entry) const {
    Sum sum;
    std::size_t copies = 0, expected = 0;
    for (auto entry = first_entry; entry < entries_.size(); ++entry)
      for (std::size_t index = 0; index < entries_[entry].got.size(); ++index)
        if (is_here(index) && index != entries_[entry].author) {
          add(entries_[entry], entries_[entry].got[index], sum);
          copies += entries_[entry].got[index].copies;
          ++expected;
        }
    sum.copies = static_cast<double>(copies) / static_cast<double>(expected);
    return sum;
  }

protected:
  class Random : public Entropy {
  public:
    explicit Random(std::uint64_t seed) : dice_(seed) {}
    std::uint64_t next() override { return dice_.bits(); }

  private:
    sim::Dice dice_;
  };
  struct Member {
    Member(const base::PublicKey& own, Entropy& entropy) : overlay(own, entropy) {}
    Overlay overlay;
    bool is_here = true;
  };

  bool is_here(std::size_t index) const { return members_[index]->is_here; }
  base::Now now() const { return {base::Tick{base::Millis(1'000'000 + now_ms_)}, {}}; }

  Random random_;
  std::vector<std::unique_ptr<Member>> members_;
  std::int64_t now_ms_ = 0;

private:
  struct Got { // of one entry, by one member
    std::uint32_t copies = 0, hops = 0;
    std::optional<std::int64_t> at{};
  };
  struct Entry {
    std::size_t author = 0;
    std::int64_t said = 0;
    std::vector<Got> got; // by member
  };
  enum class Kind { push, answer, have, want, graft, prune, patience };
  struct Event {
    std::int64_t at = 0;
    std::uint64_t rank = 0;
    Kind kind{};
    std::size_t from = 0, to = 0, entry = 0;
    std::uint32_t hops = 0; // over which the sender got it
    bool operator>(const Event& other) const { return std::tie(at, rank) > std::tie(other.at, other.rank); }
  };

  static void add(const Entry& entry, const Got& got, Sum& sum) {
    if (!got.at)
      ++sum.missing;
    else
      sum.slowest_ms = std::max(sum.slowest_ms, *got.at - entry.said);
    sum.depth = std::max(sum.depth, got.hops);
  }
  void send(Kind kind, std::size_t from, std::size_t to, std::size_t entry, std::uint32_t hops = 0) {
    auto& last = last_on_link_[from << 16 | to]; // TCP keeps the order
    last = std::max(last, now_ms_ + 1 + static_cast<std::int64_t>(random_.next() % 20));
    events_.push({last, ++rank_, kind, from, to, entry, hops});
  }
  void receive(const Event& event) {
    auto& got = entries_[event.entry].got[event.to];
    const auto from = key_of(event.from), author = key_of(entries_[event.entry].author);
    if (!overlay(event.to).is_linked(from)) return; // it is gone meanwhile
    switch (event.kind) {
    case Kind::push: return pushed(event, got, author, from);
    case Kind::answer: return arrived(event, got);
    case Kind::have: return told(event, got, author, from);
    case Kind::want: send(Kind::answer, event.to, event.from, event.entry, got.hops); [[fallthrough]];
    case Kind::graft: return overlay(event.to).grafted_by(from, author);
    case Kind::prune: return overlay(event.to).pruned_by(from);
    case Kind::patience: return overdue(event, got);
    }
  }
  void pushed(const Event& event, Got& got, const base::PublicKey& author, const base::PublicKey& from) {
    if (!got.at)
      overlay(event.to).fresh(author, from, event.hops + 1);
    else if (overlay(event.to).duplicate(author, from))
      send(Kind::prune, event.to, event.from, event.entry);
    arrived(event, got);
  }
  void arrived(const Event& event, Got& got) {
    ++got.copies;
    if (got.at) return;
    got.at = now_ms_;
    got.hops = event.from == event.to ? 0 : event.hops + 1;
    const auto eager = overlay(event.to).eager(key_of(entries_[event.entry].author), key_of(event.from));
    for (const auto& key : eager) send(Kind::push, event.to, index_of(key), event.entry, got.hops);
    for (const auto& key : overlay(event.to).links()) // also to where it came from: Have is the acknowledgement
      if (!std::binary_search(eager.begin(), eager.end(), key))
        send(Kind::have, event.to, index_of(key), event.entry, got.hops);
  }
  void told(const Event& event, const Got& got, const base::PublicKey& author, const base::PublicKey& from) {
    if (!got.at) {
      const auto when = now_ms_ + graft_after.count();
      return events_.push({when, ++rank_, Kind::patience, event.from, event.to, event.entry, 0});
    }
    const auto parent = overlay(event.to).shorten(author, from, event.hops);
    if (!parent) return;
    send(Kind::prune, event.to, index_of(*parent), event.entry);
    send(Kind::graft, event.to, event.from, event.entry);
  }
  void overdue(const Event& event, const Got& got) {
    if (got.at) return;
    overlay(event.to).grafts(key_of(event.from));
    send(Kind::want, event.to, event.from, event.entry);
  }

  std::vector<Entry> entries_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::unordered_map<std::uint64_t, std::int64_t> last_on_link_;
  std::uint64_t rank_ = 0;
};

} // namespace tincan::chat::test
