// All changes of a room that are known, in their order (order_us, hash), whatever the order in which they came. Keys
// are numbered, because a replay looks them up again and again. Pure; owned by a RoomState; I/O thread.
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/wire/room.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tincan::chat {

// One entry of somebody's log of changes.
struct PlacedChange {
  wire::EntryRef at;
  std::int64_t order_us = 0;
  wire::RoomChange change;
};

class RoomLog {
public:
  // A room of 1,000 members has a few thousand in years; what is more comes from somebody who fills our memory.
  static constexpr std::size_t max_changes = 20'000;
  static constexpr std::uint64_t max_changes_of_one = 5'000; // so that one cannot use up the places of all

  using Number = std::uint32_t; // of a key; says nothing to anybody else: it depends on the order of coming
  static constexpr Number nobody = ~Number{0};

  struct One {
    PlacedChange placed;
    Number author = nobody;
    Number subject = nobody; // whom an Admit, SetRole, Remove or Mute is about
    mutable std::optional<bool> is_proven{};
  };
  enum class Added : std::uint8_t { refused, known, newest, between };

  RoomLog(const Keys& keys, const base::Digest& room) : keys_(keys), room_(room) {}

  Added add(PlacedChange change);
  std::size_t size() const { return order_.size(); }
  const One& at(std::size_t place) const { return all_[order_[place]]; }
  // Whether the ticket of the Admit at that place was shown by whom it admits; verified once.
  bool is_proven(std::size_t place) const;
  bool is_proven(const wire::Admit& admit) const;

  std::size_t numbers() const { return keys_by_number_.size(); }
  const base::PublicKey& key(Number number) const { return keys_by_number_[number]; }
  Number number_of(const base::PublicKey& key) const; // nobody: no change has to do with it
  std::uint64_t newest_seq(const base::PublicKey& author) const;

private:
  Number take_number(const base::PublicKey& key);

  const Keys& keys_;
  base::Digest room_;
  std::deque<One> all_; // in the order of coming
  std::vector<std::uint32_t> order_;
  std::unordered_map<base::PublicKey, Number> numbers_;
  std::vector<base::PublicKey> keys_by_number_;
  std::vector<std::uint64_t> newest_seqs_; // by number
};

} // namespace tincan::chat
