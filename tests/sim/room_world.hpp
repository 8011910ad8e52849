// A world of one room that plays a plan on a virtual clock, heals, and is judged. One thread.
#pragma once

#include "room_judge.hpp"
#include "room_plan.hpp"

namespace tincan::sim::test {

class RoomWorld {
public:
  explicit RoomWorld(const RoomPlan& plan)
      : plan_(plan),
        judge_(plan.tincans, plan.seed),
        liar_(plan.habit, plan.seed) {
    if (plan.liar == 0) return;
    judge_.liars = {plan.liar};
    liar_.take_over(judge_[plan.liar]);
  }

  RoomJudge& judge() { return judge_; }
  std::vector<std::string> play() {
    const auto start = judge_.now();
    judge_.start_all();
    judge_[0].command(chat::CreateRoom{"room", plan_.is_private});
    for (const auto& event : plan_.events) {
      judge_.run(std::chrono::duration_cast<Millis>(start + Millis(event.at_ms) - judge_.now()));
      happen(event);
    }
    judge_.run(Millis(1'000));
    heal();
    judge_.run(aftermath);
    for (std::size_t i = 0; i < judge_.size(); ++i) judge_[i].command(chat::ListMembers{"#room"});
    judge_.run(Millis(100));
    judge_.judge_end(!plan_.has(Kind::remove) && !plan_.has(Kind::mute));
    return judge_.complaints;
  }

private:
  using Kind = RoomEvent::Kind;
  static constexpr Millis aftermath{20 * 60'000};

  void heal() {
    judge_.network().part(judge_.now());
    std::vector<std::size_t> here;
    for (std::size_t i = 0; i < judge_.size(); ++i)
      if (!judge_.vanished.contains(i)) here.push_back(i);
    for (const auto i : here) judge_[i].heal();
    if (plan_.liar > 0) std::erase(here, plan_.liar);
    judge_.run(Millis(100));
    for (std::size_t i = 0; i < here.size(); ++i) {
      judge_[here[i]].command(chat::Announce{});
      // Whoever knew only those that are gone, or that lie, is told of somebody.
      if (!judge_.vanished.empty() || plan_.liar > 0) judge_.connect(here[i], here[(i + 1) % here.size()]);
    }
  }

  void happen(const RoomEvent& event) {
    if (judge_.vanished.contains(event.who)) return;
    if (event.kind <= Kind::topic) return talk(event);
    if (event.kind <= Kind::connect) return deal(event);
    befall(event);
  }
  std::string text() {
    const auto mark = ++marks_;
    return written(mark) + (mark % 9 == 0 ? std::string(mark * 37 % 2'000, 'x') : "");
  }
  void talk(const RoomEvent& event) {
    const auto line = any_line(event, event.kind == Kind::edit || event.kind == Kind::erase);
    auto& who = judge_[event.who];
    switch (event.kind) {
    case Kind::say: return judge_.say(event.who, text());
    case Kind::burst:
      for (auto i = event.amount; i > 0; --i) judge_.say(event.who, text());
      return;
    case Kind::topic: return who.command(chat::SetTopic{"#room", fmt::format("topic {}", event.amount)});
    default: break;
    }
    if (!line) return;
    if (event.kind == Kind::reply) return who.command(chat::Send{"#room", text(), line});
    if (event.kind == Kind::edit) return who.command(chat::Edit{line, {}, text()});
    if (event.kind == Kind::erase) return who.command(chat::Delete{line, {}});
    who.command(chat::React{line, event.amount % 4 == 0 ? "" : "+1"});
  }
  base::EntryId any_line(const RoomEvent& event, bool only_own) {
    std::vector<base::EntryId> lines;
    for (const auto& [id, message] : judge_[event.who].disk().messages)
      if (message.room && chat::is_line(message.kind) && (!only_own || message.direction == chat::Direction::out))
        lines.push_back(id);
    return lines.empty() ? base::EntryId{} : lines[static_cast<std::size_t>(event.amount) % lines.size()];
  }
  void deal(const RoomEvent& event) {
    auto& who = judge_[event.who];
    const auto key = judge_[event.whom].key().text();
    switch (event.kind) {
    case Kind::join: return who.command(chat::JoinRoom{"#room"});
    case Kind::leave: return who.command(chat::LeaveRoom{"#room"});
    case Kind::invite: return who.command(chat::Invite{"#room", judge_.key_at(event.whom)});
    case Kind::ticket:
      return who.command(
          chat::MakeTicket{"#room", static_cast<std::uint32_t>(std::clamp<std::int64_t>(event.amount, 1, 3))});
    case Kind::use_ticket:
      if (judge_.tickets.empty()) return;
      return who.command(
          chat::JoinRoom{judge_.tickets[static_cast<std::size_t>(event.amount) % judge_.tickets.size()].text});
    case Kind::revoke: return who.command(chat::RevokeTicket{"#room", ""});
    case Kind::promote: return who.command(chat::SetRole{"#room", key, wire::Role::moderator});
    case Kind::demote: return who.command(chat::SetRole{"#room", key, wire::Role::member});
    case Kind::mute: return who.command(chat::MuteMember{"#room", key, true});
    case Kind::unmute: return who.command(chat::MuteMember{"#room", key, false});
    case Kind::remove: return who.command(chat::RemoveMember{"#room", key});
    default: return judge_.connect(event.who, event.whom);
    }
  }
  void befall(const RoomEvent& event) {
    auto& who = judge_[event.who];
    const auto amount = static_cast<std::size_t>(event.amount);
    switch (event.kind) {
    case Kind::quit: return who.quit(Millis(event.amount));
    case Kind::crash: return who.crash(static_cast<CrashPoint>(amount % 5), Millis(event.amount));
    case Kind::cut: judge_.network().cut(amount); return;
    case Kind::lose: judge_.network().lose(amount); return;
    case Kind::dark: who.dark_until = judge_.now() + Millis(event.amount); return;
    case Kind::full_disk: return who.fill_disk(Millis(event.amount));
    case Kind::part:
      for (std::size_t i = 0; i < judge_.size(); ++i)
        judge_[i].group = i == event.who ? 0 : i == event.whom ? 1 : static_cast<int>(judge_.dice().between(0, 1));
      return judge_.network().part(judge_.now() + Millis(event.amount));
    case Kind::clock: return who.set_clock(Millis(event.amount));
    default: break;
    }
    if (judge_.vanished.size() * 3 > judge_.size()) return;
    judge_.vanished.insert(event.who);
    who.crash(CrashPoint::now, std::chrono::hours(1'000));
  }

  RoomPlan plan_;
  RoomJudge judge_;
  Liar liar_;
  Mark marks_ = 0;
};

// Fewer events, still going wrong.
inline RoomPlan shrunk(RoomPlan plan) {
  for (auto chunk = std::max<std::size_t>(plan.events.size() / 2, 1); chunk > 0;) {
    bool got_smaller = false;
    for (auto end = plan.events.size(); end > 0; end -= std::min(end, chunk)) {
      auto smaller = plan;
      const auto last = smaller.events.begin() + static_cast<std::ptrdiff_t>(std::min(end, smaller.events.size()));
      smaller.events.erase(last - static_cast<std::ptrdiff_t>(std::min(chunk, end)), last);
      if (RoomWorld(smaller).play().empty()) continue;
      plan = std::move(smaller);
      got_smaller = true;
    }
    if (!got_smaller) chunk /= 2;
  }
  return plan;
}

} // namespace tincan::sim::test
