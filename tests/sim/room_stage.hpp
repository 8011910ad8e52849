// A room of simulated tincans, for stories and for whole worlds: who is there, what each sees, and a network that can
// be parted. One thread.
#pragma once

#include "tincan/sim/tincan.hpp"
#include "tincan/sim/toy_keys.hpp"

#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace tincan::sim::test {

class RoomStage : public Witness {
public:
  explicit RoomStage(std::size_t tincans, std::uint64_t seed = 1) : dice_(seed), network_(agenda_, dice_) {
    for (std::size_t i = 0; i < tincans; ++i) {
      const auto endpoint = *base::Endpoint::parse(fmt::format("10.0.{}.{}:4100", i / 250, i % 250 + 1));
      Tincan::Character character{fmt::format("T{}", i), std::make_unique<ToyKeys>(seed * 1'000 + i)};
      tincans_.push_back(
          std::make_unique<Tincan>(endpoint, std::move(character), Tincan::Stage{agenda_, network_, dice_, *this}));
      network_.add(*tincans_.back());
    }
  }

  Tincan& operator[](std::size_t index) { return *tincans_[index]; }
  std::size_t size() const { return tincans_.size(); }
  Network& network() { return network_; }
  Dice& dice() { return dice_; }
  Tick now() const { return agenda_.now(); }
  void run(Millis time) { agenda_.run_until(agenda_.now() + time); }
  void start_all() {
    for (auto& tincan : tincans_) tincan->start();
  }
  std::string key_at(std::size_t index) const {
    return tincans_[index]->key().text() + "@" + tincans_[index]->endpoint.text();
  }
  void connect(std::size_t who, std::size_t whom) { tincans_[who]->command(chat::Announce{{key_at(whom)}}); }
  void say(std::size_t who, std::string text, const std::string& room = "#room") {
    tincans_[who]->command(chat::Send{room, std::move(text)});
  }
  // The lines of its first room, as its user sees them.
  std::vector<std::string> lines(std::size_t who) {
    std::vector<std::string> result;
    for (const auto& message : messages(who)) result.push_back(message.text.untrusted_bytes());
    return result;
  }
  std::vector<chat::Message> messages(std::size_t who) {
    chat::HistoryQuery query;
    query.limit = 100'000;
    const auto& rooms = tincans_[who]->disk().rooms;
    if (rooms.empty()) return {};
    query.room = rooms.begin()->first;
    const auto page = tincans_[who]->store().history(query);
    std::vector<chat::Message> result;
    if (page)
      for (const auto& message : page->messages)
        if (message.room) result.push_back(message);
    return result;
  }
  std::vector<std::string> events; // "T1: joined #room", for stories
  std::vector<std::string> complaints;
  std::vector<chat::TicketMade> tickets;
  std::map<std::pair<const Tincan*, base::EntryId>, chat::Message::Tally> tallies;
  std::map<const Tincan*, std::vector<std::string>> heard; // what others said, as it was shown
  std::map<const Tincan*, chat::RoomsListed> listed;       // the last list that it was given
  std::map<const Tincan*, std::vector<std::size_t>> past;  // how much it had heard whenever it was told to have all

  void told(Tincan& who, const chat::Told& told) override {
    if (const auto* changed = std::get_if<chat::RoomChanged>(&told.event)) {
      events.push_back(fmt::format("{}: {} {} {}", who.name(), chat::name(changed->what),
                                   changed->who.name.untrusted_bytes(), changed->text.untrusted_bytes()));
      if (changed->what == chat::RoomChanged::What::caught_up) past[&who].push_back(heard[&who].size());
    } else if (const auto* failed = std::get_if<chat::Failed>(&told.event)) {
      events.push_back(fmt::format("{}: failed {}", who.name(), failed->error.text));
    } else if (const auto* notice = std::get_if<chat::Notice>(&told.event)) {
      events.push_back(fmt::format("{}: notice {}", who.name(), notice->text));
    } else if (const auto* made = std::get_if<chat::TicketMade>(&told.event)) {
      tickets.push_back(*made);
    } else if (const auto* list = std::get_if<chat::RoomsListed>(&told.event)) {
      listed[&who] = *list;
    } else if (const auto* added = std::get_if<chat::MessageAdded>(&told.event)) {
      if (added->message.room && added->message.direction == chat::Direction::in)
        heard[&who].push_back(added->message.text.untrusted_bytes());
    } else if (const auto* state = std::get_if<chat::StateChanged>(&told.event)) {
      if (state->message.room) tallies[{&who, state->message.id}] = state->message.tally;
    }
  }
  void says(Tincan&, Socket, const std::string&, bool) override {}
  void dials(Tincan&, const base::Endpoint&) override {}
  void complain(const std::string& what) override { complaints.push_back(what); }
  void note(const Tincan& who, const std::string& what) override {
    fmt::print("{:>9} {} {}\n", agenda_.now().time_since_epoch().count(), who.name(), what);
  }

private:
  Agenda agenda_;
  Dice dice_;
  Network network_;
  std::vector<std::unique_ptr<Tincan>> tincans_;
};

} // namespace tincan::sim::test
