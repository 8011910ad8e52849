// A room's changes as its members would write them: who does what, in the order of the calls, with true counts.
// For the tests of RoomState.
#pragma once

#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_state.hpp"
#include "tincan/sim/toy_keys.hpp"
#include "tincan/wire/frame.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

namespace tincan::chat::test {

class RoomStage {
public:
  using Key = base::PublicKey;

  explicit RoomStage(bool is_private = false) {
    const wire::Genesis genesis{base::PeerText("plans"), is_private, *base::Salt::from(std::string(16, 's'))};
    body_ = wire::encode(genesis);
    room_ = room_id(keys_, creator, body_);
    say(creator, genesis);
  }

  static Key key(int number) { return *Key::from(sim::ToyKeys::mixed("member " + std::to_string(number)).view()); }
  static base::Seed seed(int number) {
    return *base::Seed::from(sim::ToyKeys::mixed("ticket " + std::to_string(number)).view());
  }

  // The next change of that author; its hash is as good as random unless a test wants a small or a great one.
  wire::EntryRef say(const Key& author, wire::RoomChange change) { return say_at(author, std::move(change), ++clock_); }
  wire::EntryRef say_at(const Key& author, wire::RoomChange change, std::int64_t order_us, char first_of_hash = 0) {
    PlacedChange placed{{author, ++seqs_[author], {}}, order_us, std::move(change)};
    placed.at.hash = sim::ToyKeys::mixed(std::string(author.view()) + std::to_string(placed.at.seq));
    if (first_of_hash != 0) placed.at.hash.bytes[0] = static_cast<std::uint8_t>(first_of_hash);
    changes_.push_back(placed);
    return placed.at;
  }
  std::uint64_t seq(const Key& author) { return seqs_[author]; }
  std::int64_t clock() const { return clock_; }
  std::int64_t pass() { return clock_ += 10; } // nobody says anything for a while

  void join(const Key& member, std::uint64_t lines_from = 1) {
    say(member, wire::Join{base::PeerText("Team"), lines_from});
  }
  wire::EntryRef admit(const Key& by, const Key& member, std::vector<wire::EntryRef> knows = {}) {
    return say(by, wire::Admit{member, std::nullopt, {}, std::move(knows), {}});
  }
  wire::EntryRef admit_with_ticket(const Key& by, const Key& member, int ticket) {
    const auto shown = keys_.public_of(seed(ticket));
    const auto proof = keys_.sign_as(seed(ticket), keys_.digest(wire::knock_bytes(room_, shown, member)));
    return say(by, wire::Admit{member, shown, proof, {}, {}});
  }
  void make_ticket(const Key& by, int ticket, std::uint32_t uses = 1) {
    say(by, wire::Ticket{keys_.public_of(seed(ticket)), uses, 0});
  }
  wire::EntryRef promote(const Key& by, const Key& member, std::vector<wire::EntryRef> knows = {}) {
    return say(by, wire::SetRole{member, Role::moderator, std::move(knows)});
  }
  // Knowing everything that the member said so far.
  wire::EntryRef remove(const Key& by, const Key& member, std::uint64_t lines = 100) {
    return say(by, wire::Remove{member, seq(member), lines});
  }
  // Knowing so many of its changes, at a place and with a hash of the test's choice.
  wire::EntryRef remove_at(const Key& by, const Key& member, std::uint64_t changes, std::int64_t order_us,
                           char first_of_hash) {
    return say_at(by, wire::Remove{member, changes, 100}, order_us, first_of_hash);
  }
  wire::EntryRef mute(const Key& by, const Key& member, bool is_muted, std::uint64_t lines) {
    return say(by, wire::Mute{member, is_muted, lines});
  }

  RoomState empty() const { return RoomState(keys_, room_, creator); }
  void add(RoomState& state, const PlacedChange& change) const { REQUIRE(state.add(change, body_)); }
  RoomState state() const { return state_of(changes_); }
  RoomState state_of(const std::vector<PlacedChange>& changes) const {
    auto state = empty();
    for (const auto& change : changes) add(state, change);
    return state;
  }
  const std::vector<PlacedChange>& changes() const { return changes_; }
  const base::Digest& room() const { return room_; }
  const sim::ToyKeys& keys() const { return keys_; }

  const Key creator = key(0);

private:
  sim::ToyKeys keys_{1};
  std::string body_;
  base::Digest room_;
  std::int64_t clock_ = 0;
  std::map<Key, std::uint64_t> seqs_;
  std::vector<PlacedChange> changes_;
};

} // namespace tincan::chat::test
