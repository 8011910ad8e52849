#include "tincan/chat/room_sync.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tincan::chat {

void RoomSync::unlinked(const base::PublicKey& member) {
  told_.erase(member);
  std::erase_if(asked_, [&](const auto& one) { return one.second.whom == member; });
  if (asked_newest_ && asked_newest_->whom == member) asked_newest_.reset();
  is_newest_due_ = true;
  look_at_all_ahead();
  if (!told_.empty()) return;
  had_newest_ = false;
  silent_.clear();
  lines_held_until_.reset();
}

void RoomSync::look_at_all_ahead() {
  for (auto& one : ahead_) one.second = {};
}

void RoomSync::heard_from(const base::PublicKey& member) {
  if (const auto found = told_.find(member); found != told_.end()) found->second.has_told = true;
}

// Whether it had told of more than is here before.
bool RoomSync::extend(Member& member, const Name& name, const wire::LogExtent& extent, base::Now now) {
  const auto known = member.logs.find(name);
  if (known == member.logs.end() && member.logs.size() >= 2 * max_room_logs) return false;
  const auto* log = logs_.find(name.first, name.second);
  const bool was_behind = known != member.logs.end() && missing(log, known->second.extent);
  if (known == member.logs.end())
    member.logs[name] = {extent, now.tick, true};
  else
    known->second = {extent, was_behind ? known->second.since : now.tick, known->second.is_first && was_behind};
  if (missing(log, extent)) ahead_[name] = {};
  news_of(name);
  return was_behind;
}

void RoomSync::told(const base::PublicKey& member, RoomPart part, const wire::LogExtent& extent, base::Now now) {
  const auto found = told_.find(member);
  if (found == told_.end()) return;
  const Name name(part, extent.author);
  const bool was_behind = extend(found->second, name, extent, now);
  // More of somebody's changes: what was not answered before may be answered now (we were let in).
  if (part != RoomPart::changes || !was_behind) return;
  found->second.logs.at(name).since = now.tick;
  if (const auto asked = asked_.find(name); asked != asked_.end() && asked->second.whom == member) asked_.erase(asked);
}

void RoomSync::showed(const base::PublicKey& member, RoomPart part, const base::PublicKey& author, std::uint64_t seq,
                      base::Now now) {
  const auto link = told_.find(member);
  if (link == told_.end()) return;
  wire::LogExtent extent{author, 0, 0, 0, {}};
  const auto& logs = link->second.logs;
  if (const auto known = logs.find({part, author}); known != logs.end()) extent = known->second.extent;
  extent.up_to = std::max(extent.up_to, seq);
  extend(link->second, {part, author}, extent, now);
}

void RoomSync::answered(const base::PublicKey& member, RoomPart part, const base::PublicKey& author, base::Now now) {
  put_off(member, {part, author}, now);
  news_of({part, author});
  const auto found = asked_.find({part, author});
  if (found != asked_.end() && found->second.whom == member) asked_.erase(found);
  if (part == RoomPart::lines && asked_newest_ && asked_newest_->whom == member) {
    asked_newest_.reset();
    had_newest_ = true;
  }
}

void RoomSync::brought(const base::PublicKey& member, RoomPart part, const base::PublicKey& author) {
  const auto link = told_.find(member);
  if (link == told_.end()) return;
  auto& [logs, has_told, silent_since, is_given_up] = link->second;
  silent_since.reset();
  if (std::exchange(is_given_up, false)) look_at_all_ahead();
  if (const auto told = logs.find({part, author}); told != logs.end()) told->second.is_first = true;
  news_of({part, author});
}

void RoomSync::news_of(const Name& name) {
  if (const auto found = ahead_.find(name); found != ahead_.end()) found->second = {};
}

void RoomSync::put_off(const base::PublicKey& member, const Name& name, base::Now now) {
  const auto link = told_.find(member);
  if (link == told_.end()) return;
  const auto told = link->second.logs.find(name);
  if (told == link->second.logs.end()) return;
  told->second.since = now.tick + answer_patience;
  told->second.is_first = false;
}

void RoomSync::left_open(const base::PublicKey& member, base::Now now) {
  const auto link = told_.find(member);
  if (link == told_.end()) return;
  auto& [logs, has_told, silent_since, is_given_up] = link->second;
  if (!silent_since) silent_since = now.tick;
  if (now.tick - *silent_since >= claim_patience && !std::exchange(is_given_up, true)) look_at_all_ahead();
}

void RoomSync::look_again() {
  for (const auto& member : told_)
    for (const auto& [name, told] : member.second.logs)
      if (missing(logs_.find(name.first, name.second), told.extent)) ahead_[name] = {};
}

// What `extent` has next to what is here: beyond the newest first, then the gap below an island.
std::optional<RoomSync::Range> RoomSync::missing(const AuthorLog* log, const wire::LogExtent& extent) {
  const LogState none{};
  const auto& state = log ? log->state() : none;
  if (state.is_frozen) return std::nullopt;
  const auto has = [&](std::uint64_t seq) {
    return (seq >= 1 && seq <= extent.up_to) || (seq >= extent.island_first && seq <= extent.island_last && seq >= 1);
  };
  const auto end_from = [&](std::uint64_t seq) { return seq <= extent.up_to ? extent.up_to : extent.island_last; };
  if (state.island && has(state.island->last + 1))
    return Range{state.island->last + 1, end_from(state.island->last + 1)};
  if (!has(state.last + 1)) return std::nullopt;
  const auto last = end_from(state.last + 1);
  return Range{state.last + 1, state.island ? std::min(last, state.island->first - 1) : last};
}

void RoomSync::drop_late_answers(base::Now now) {
  for (auto one = asked_.begin(); one != asked_.end();) {
    if (one->second.until > now.tick) {
      wake(one->second.until);
      ++one;
      continue;
    }
    // Whoever did not answer is asked again later, the others now: it may have had no right to answer yet.
    put_off(one->second.whom, one->first, now);
    left_open(one->second.whom, now);
    ahead_[one->first] = {};
    one = asked_.erase(one);
  }
  if (!asked_newest_) return;
  if (asked_newest_->until > now.tick) return wake(asked_newest_->until);
  // Whoever boasts of most and gives nothing is not asked for ever, while all lines wait for it.
  left_open(asked_newest_->whom, now);
  silent_.insert(asked_newest_->whom);
  had_newest_ = silent_.size() >= most_silent;
  asked_newest_.reset();
  is_newest_due_ = true;
}

void RoomSync::wake(base::Tick at) {
  if (at == base::Tick::max()) return; // of nobody: news wake it
  if (!next_ || at < *next_) next_ = at;
}

RoomSync::Lack RoomSync::lack_of(const Name& name, const AuthorLog* log, const MayTake& may_take) const {
  auto lack = Lack::nothing;
  for (const auto& [key, member] : told_) {
    const auto told = member.logs.find(name);
    const auto range = told == member.logs.end() ? std::nullopt : missing(log, told->second.extent);
    if (!range || !may_take(name.first, name.second, range->first)) continue;
    if (!member.is_given_up) return Lack::owed;
    lack = Lack::claimed;
  }
  return lack;
}

bool RoomSync::is_caught_up() const {
  return !lacks_something_ && std::any_of(told_.begin(), told_.end(), [](const auto& one) {
    return one.second.has_told && !one.second.is_given_up;
  });
}

// What is left in ahead_ is missing. Whether anything was new.
bool RoomSync::refresh(const MayTake& may_take) {
  bool had_news = false;
  for (auto one = ahead_.begin(); one != ahead_.end();) {
    auto& [name, ahead] = *one;
    const auto* log = logs_.find(name.first, name.second);
    const auto here = !log ? 0 : log->state().is_frozen ? UINT64_MAX : log->state().last;
    const auto island = log && log->state().island ? log->state().island->last : 0;
    if (!ahead.has_news && ahead.here == here && ahead.island == island) {
      ++one;
      continue;
    }
    had_news = true;
    const auto lack = lack_of(name, log, may_take);
    ahead = {false, here, island, base::Tick::min(), lack == Lack::owed};
    one = lack == Lack::nothing ? ahead_.erase(one) : std::next(one);
  }
  return had_news;
}

std::vector<RoomSync::Question> RoomSync::questions(const MayTake& may_take, base::Now now) {
  next_.reset();
  drop_late_answers(now);
  is_newest_due_ = refresh(may_take) || is_newest_due_;
  std::vector<Question> questions;
  const bool holds_lines = waits_for_changes(now);
  if (auto first = holds_lines ? std::nullopt : newest(may_take, now)) questions.push_back(*first);
  lacks_something_ = std::any_of(ahead_.begin(), ahead_.end(), [](const auto& one) { return one.second.is_owed; });
  std::size_t about_lines = 0;
  for (const auto& [name, asked] : asked_)
    if (name.first == RoomPart::lines) ++about_lines;
  for (auto& [name, ahead] : ahead_) {
    const bool is_line = name.first == RoomPart::lines;
    const bool waits = is_line && (holds_lines || asked_newest_ || about_lines >= max_questions);
    if (waits || asked_.contains(name)) continue;
    if (ahead.due > now.tick) {
      wake(ahead.due);
      continue;
    }
    const auto asked = question(name, ahead, may_take, now);
    if (!asked) continue;
    if (is_line) ++about_lines;
    questions.push_back(*asked);
  }
  return questions;
}

// Of the member that has most of it, and that answers: at once where it is old news to it, else after the tree had its
// time.
std::optional<RoomSync::Question> RoomSync::question(const Name& name, Ahead& ahead, const MayTake& may_take,
                                                     base::Now now) {
  ahead.due = base::Tick::max();
  const auto wait_until = [&](base::Tick due) {
    ahead.due = std::min(ahead.due, due);
    wake(due);
  };
  if (const auto slow = slow_.find(name); slow != slow_.end() && slow->second > now.tick) {
    wait_until(slow->second);
    return std::nullopt;
  }
  std::optional<Question> best;
  std::uint64_t best_last = 0;
  bool is_best_silent = false;
  const auto* log = logs_.find(name.first, name.second);
  const auto flow = flowed_.find(name);
  const auto flowed = flow == flowed_.end() ? base::Tick::min() : flow->second;
  for (const auto& [key, member] : told_) {
    const auto told = member.logs.find(name);
    if (told == member.logs.end()) continue;
    const auto range = missing(log, told->second.extent);
    if (!range || !may_take(name.first, name.second, range->first) || range->last < best_last) continue;
    const bool is_silent = member.silent_since.has_value();
    if (range->last == best_last && (is_silent || !is_best_silent)) continue;
    const bool came_by_tree = !told->second.is_first;
    const bool is_gap = log && log->state().island && range->last < log->state().island->last;
    const auto since = is_gap ? told->second.since : std::max(told->second.since, flowed);
    const auto due = came_by_tree ? since + tree_patience : now.tick;
    if (due > now.tick) {
      wait_until(due);
      continue;
    }
    best_last = range->last;
    is_best_silent = is_silent;
    best = Question{key, wire::Want{logs_.id(name.first), name.second, range->first, range->last, came_by_tree}};
  }
  if (!best) return best;
  ahead.due = base::Tick::min();
  asked_[name] = {best->whom, now.tick + answer_patience};
  wake(now.tick + answer_patience);
  return best;
}

// Whose lines count is known only when the changes are here. Nobody can make us wait for them for long.
bool RoomSync::waits_for_changes(base::Now now) {
  if (asked_newest_ || had_newest_ || (lines_held_until_ && *lines_held_until_ <= now.tick)) return false;
  const bool lacks_changes = !ahead_.empty() && ahead_.begin()->first.first == RoomPart::changes; // they come first
  if (!lacks_changes) return false;
  if (!lines_held_until_) lines_held_until_ = now.tick + answer_patience;
  wake(*lines_held_until_);
  return true;
}

std::optional<RoomSync::Question> RoomSync::newest(const MayTake& may_take, base::Now now) {
  if (asked_newest_ || had_newest_ || !std::exchange(is_newest_due_, false)) return std::nullopt;
  std::map<base::PublicKey, std::uint64_t> more; // lines that each member could tell us
  for (const auto& [name, ahead] : ahead_) {
    if (name.first != RoomPart::lines) continue;
    const auto* log = logs_.find(name.first, name.second);
    for (const auto& [key, member] : told_) {
      const auto told = member.logs.find(name);
      if (told == member.logs.end() || !told->second.is_first || silent_.contains(key))
        continue; // news come by the tree
      const auto range = missing(log, told->second.extent);
      if (range && may_take(name.first, name.second, range->first)) more[key] += range->last - range->first + 1;
    }
  }
  const auto most =
      std::max_element(more.begin(), more.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == more.end() || most->second <= much_missing) return std::nullopt;
  asked_newest_ = Asked{most->first, now.tick + answer_patience};
  wake(now.tick + answer_patience);
  return Question{most->first, std::nullopt};
}

} // namespace tincan::chat
