#include "tincan/chat/room_sync.hpp"

#include <algorithm>

namespace tincan::chat {

void RoomSync::unlinked(const base::PublicKey& member) {
  told_.erase(member);
  std::erase_if(asked_, [&](const auto& one) { return one.second.whom == member; });
  if (asked_newest_ && asked_newest_->whom == member) asked_newest_.reset();
  if (!told_.empty()) return;
  had_newest_ = false;
  lines_held_until_.reset();
}

void RoomSync::told(const base::PublicKey& member, RoomPart part, const wire::LogExtent& extent, base::Now now) {
  const auto found = told_.find(member);
  if (found == told_.end()) return;
  const Name name(part, extent.author);
  auto& logs = found->second;
  const auto known = logs.find(name);
  if (known == logs.end() && logs.size() >= 2 * max_room_logs) return;
  const bool was_behind = known != logs.end() && missing(logs_.find(part, extent.author), known->second.extent);
  if (known == logs.end())
    logs[name] = {extent, now.tick, true};
  else
    known->second = {extent, was_behind ? known->second.since : now.tick, known->second.is_first && was_behind};
  if (missing(logs_.find(part, extent.author), extent)) ahead_.insert(name);
  // More of somebody's changes: what was not answered before may be answered now (we were let in).
  if (part != RoomPart::changes || !was_behind) return;
  logs.at(name).since = now.tick;
  if (const auto asked = asked_.find(name); asked != asked_.end() && asked->second.whom == member) asked_.erase(asked);
}

void RoomSync::answered(const base::PublicKey& member, RoomPart part, const base::PublicKey& author, base::Now now) {
  put_off(member, {part, author}, now);
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
  if (const auto told = link->second.find({part, author}); told != link->second.end()) told->second.is_first = true;
}

void RoomSync::put_off(const base::PublicKey& member, const Name& name, base::Now now) {
  const auto link = told_.find(member);
  if (link == told_.end()) return;
  const auto told = link->second.find(name);
  if (told == link->second.end()) return;
  told->second.since = now.tick + answer_patience;
  told->second.is_first = false;
}

void RoomSync::look_again() {
  for (const auto& member : told_)
    for (const auto& [name, told] : member.second)
      if (missing(logs_.find(name.first, name.second), told.extent)) ahead_.insert(name);
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
    ahead_.insert(one->first);
    one = asked_.erase(one);
  }
  if (!asked_newest_) return;
  if (asked_newest_->until <= now.tick)
    asked_newest_.reset();
  else
    wake(asked_newest_->until);
}

void RoomSync::wake(base::Tick at) {
  if (!next_ || at < *next_) next_ = at;
}

std::vector<RoomSync::Question> RoomSync::questions(const MayTake& may_take, base::Now now) {
  next_.reset();
  drop_late_answers(now);
  std::vector<Question> questions;
  const bool holds_lines = waits_for_changes(may_take, now);
  if (auto first = holds_lines ? std::nullopt : newest(may_take, now)) questions.push_back(*first);
  lacks_something_ = false;
  std::size_t about_lines = 0;
  for (const auto& [name, asked] : asked_)
    if (name.first == RoomPart::lines) ++about_lines;
  for (auto name = ahead_.begin(); name != ahead_.end();) {
    bool is_behind = false;
    for (const auto& [member, logs] : told_) {
      const auto told = logs.find(*name);
      const auto range =
          told == logs.end() ? std::nullopt : missing(logs_.find(name->first, name->second), told->second.extent);
      is_behind = is_behind || (range && may_take(name->first, name->second, range->first));
    }
    if (!is_behind) {
      name = ahead_.erase(name);
      continue;
    }
    lacks_something_ = true;
    const bool is_line = name->first == RoomPart::lines;
    const bool waits =
        asked_.contains(*name) || (is_line && (holds_lines || asked_newest_ || about_lines >= max_questions));
    if (!waits)
      if (const auto asked = question(*name, may_take, now)) {
        if (is_line) ++about_lines;
        questions.push_back(*asked);
      }
    ++name;
  }
  return questions;
}

// Of the member that has most of it: at once where it is old news to it, else after the tree had its time.
std::optional<RoomSync::Question> RoomSync::question(const Name& name, const MayTake& may_take, base::Now now) {
  if (const auto slow = slow_.find(name); slow != slow_.end() && slow->second > now.tick) {
    wake(slow->second);
    return std::nullopt;
  }
  std::optional<Question> best;
  std::uint64_t best_last = 0;
  for (const auto& [member, logs] : told_) {
    const auto told = logs.find(name);
    if (told == logs.end()) continue;
    const auto range = missing(logs_.find(name.first, name.second), told->second.extent);
    if (!range || !may_take(name.first, name.second, range->first) || range->last <= best_last) continue;
    const bool came_by_tree = !told->second.is_first;
    const auto due = came_by_tree ? told->second.since + tree_patience : now.tick;
    if (due > now.tick) {
      wake(due);
      continue;
    }
    best_last = range->last;
    best = Question{member, wire::Want{logs_.id(name.first), name.second, range->first, range->last, came_by_tree}};
  }
  if (!best) return best;
  asked_[name] = {best->whom, now.tick + answer_patience};
  wake(now.tick + answer_patience);
  return best;
}

// Whose lines count is known only when the changes are here. Nobody can make us wait for them for long.
bool RoomSync::waits_for_changes(const MayTake& may_take, base::Now now) {
  if (asked_newest_ || had_newest_ || (lines_held_until_ && *lines_held_until_ <= now.tick)) return false;
  const bool lacks_changes = std::any_of(ahead_.begin(), ahead_.end(), [&](const Name& name) {
    return name.first == RoomPart::changes && std::any_of(told_.begin(), told_.end(), [&](const auto& member) {
             const auto told = member.second.find(name);
             if (told == member.second.end()) return false;
             const auto range = missing(logs_.find(name.first, name.second), told->second.extent);
             return range && may_take(name.first, name.second, range->first);
           });
  });
  if (!lacks_changes) return false;
  if (!lines_held_until_) lines_held_until_ = now.tick + answer_patience;
  wake(*lines_held_until_);
  return true;
}

std::optional<RoomSync::Question> RoomSync::newest(const MayTake& may_take, base::Now now) {
  if (asked_newest_ || had_newest_) return std::nullopt;
  std::map<base::PublicKey, std::uint64_t> more; // lines that each member could tell us
  for (const auto& name : ahead_) {
    if (name.first != RoomPart::lines) continue;
    for (const auto& [member, logs] : told_) {
      const auto told = logs.find(name);
      if (told == logs.end()) continue;
      const auto range = missing(logs_.find(name.first, name.second), told->second.extent);
      if (range && may_take(name.first, name.second, range->first)) more[member] += range->last - range->first + 1;
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
