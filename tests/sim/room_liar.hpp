// A member of a room that cheats with what others wrote: everything that its program would say passes through here
// (Tincan::take_tamper). What it says for itself goes out as it is. Owned by whoever made it; one thread.
#pragma once

#include "tincan/sim/tincan.hpp"

#include <array>
#include <string_view>

namespace tincan::sim::test {

class Liar {
public:
  enum class Habit {
    omits,      // what others wrote, that it has it, what they have, their keys and where they are
    omits_some, // half of that
    boasts,     // it has much more of everything, and gives nothing
    mixes_up,   // it keeps frames back, and lets them go later in another order, some of them twice
  };
  static constexpr std::array<std::string_view, 4> names{"omits", "omits some", "boasts", "mixes up"};

  Liar(Habit habit, std::uint64_t seed) : habit_(habit), dice_(seed) {}

  void take_over(Tincan& who) {
    own_ = who.key();
    who.take_tamper([this](Socket socket, const std::string& frames) { return pass(socket, frames); });
  }
  std::size_t changed() const { return changed_; } // frames that did not go out as they were meant to

private:
  std::string pass(Socket socket, const std::string& frames) {
    wire::FrameReader reader;
    reader.raise_limit();
    reader.bytes(frames);
    std::string out;
    while (auto frame = reader.next()) {
      if (!*frame) break; // the judge complains of it
      if (!is_of_room(**frame))
        wire::encode(**frame, out);
      else if (habit_ == Habit::mixes_up)
        hold(socket, std::move(**frame), out);
      else
        spoil(**frame, out);
    }
    return out;
  }
  // Whether it is about a room, beyond which rooms there are.
  static bool is_of_room(const wire::Frame& frame) {
    if (const auto* have = std::get_if<wire::Have>(&frame)) return !have->conversation.is_zero();
    if (const auto* want = std::get_if<wire::Want>(&frame)) return !want->conversation.is_zero();
    if (const auto* entries = std::get_if<wire::Entries>(&frame)) return !entries->conversation.is_zero();
    static const auto first = wire::Frame(wire::Newest{}).index();
    return frame.index() >= first;
  }

  void hold(Socket socket, wire::Frame frame, std::string& out) {
    auto& held = held_[socket];
    held.push_back(std::move(frame));
    if (dice_.chance(60)) return;
    while (!held.empty() && !dice_.chance(20)) {
      const auto which = held.begin() + static_cast<std::ptrdiff_t>(dice_.pick(held.size()));
      if (which != held.begin()) ++changed_;
      wire::encode(*which, out);
      if (!dice_.chance(20)) held.erase(which);
    }
  }

  void spoil(wire::Frame& frame, std::string& out) {
    if (habit_ == Habit::omits_some && dice_.chance(50)) return wire::encode(frame, out);
    const auto before = changed_;
    if (auto* have = std::get_if<wire::Have>(&frame)) spoil(*have);
    if (auto* receipts = std::get_if<wire::Receipts>(&frame))
      changed_ += std::erase_if(receipts->receipts, [this](const auto& one) { return one.member != own_; });
    const auto* entries = std::get_if<wire::Entries>(&frame);
    const bool is_of_others = entries && !entries->author.is_zero() && entries->author != own_;
    const bool helps = std::holds_alternative<wire::Neighbours>(frame) || std::holds_alternative<wire::GiveKeys>(frame);
    if (is_of_others || helps) {
      ++changed_;
      return;
    }
    if (changed_ == before || !is_empty(frame)) wire::encode(frame, out);
  }
  void spoil(wire::Have& have) {
    if (habit_ != Habit::boasts) {
      changed_ += std::erase_if(have.logs, [this](const auto& log) { return log.author != own_; });
      return;
    }
    for (auto& log : have.logs) {
      if (log.author == own_) continue;
      log = {log.author, log.up_to + 1'000, 0, 0, log.hash, 1};
      ++changed_;
    }
  }
  static bool is_empty(const wire::Frame& frame) {
    if (const auto* have = std::get_if<wire::Have>(&frame)) return have->logs.empty();
    const auto* receipts = std::get_if<wire::Receipts>(&frame);
    return receipts && receipts->receipts.empty();
  }

  Habit habit_;
  Dice dice_;
  base::PublicKey own_;
  std::map<Socket, std::vector<wire::Frame>> held_;
  std::size_t changed_ = 0;
};

} // namespace tincan::sim::test
