#include "tincan/chat/room_replay.hpp"

#include <algorithm>
#include <limits>

namespace tincan::chat {

namespace {

using Phase = RoomMember::Phase;
constexpr auto endless = std::numeric_limits<std::uint64_t>::max();

std::vector<LineSpan> cut(std::vector<LineSpan> spans, std::uint64_t last) {
  while (!spans.empty() && spans.back().first > last) spans.pop_back();
  if (!spans.empty()) spans.back().last = std::min(spans.back().last, last);
  return spans;
}

} // namespace

RoomReplay::RoomReplay(const RoomLog& log, const base::PublicKey& creator, bool is_private, std::vector<Place> counted,
                       Reading reading)
    : creator_(creator),
      is_private_(is_private),
      reading_(reading),
      counted_(std::move(counted)) {
  members_[creator] = {
      .key = creator, .phase = Phase::present, .role = Role::creator, .lines = {{.first = 1, .last = endless}}};
  present_ = 1;
  know_numbers(log);
  cut_logs(log);
}

const RoomMember* RoomReplay::member(const base::PublicKey& key) const {
  const auto found = members_.find(key);
  return found == members_.end() ? nullptr : &found->second;
}

void RoomReplay::play(const RoomLog& log) {
  know_numbers(log);
  supports_.resize(log.size(), {nowhere, nowhere, nowhere});
  for (; played_ < log.size(); ++played_) play_one(log, played_);
}

void RoomReplay::know_numbers(const RoomLog& log) {
  for (auto number = slots_.size(); number < log.numbers(); ++number) {
    const auto found = members_.find(log.key(static_cast<Number>(number)));
    slots_.emplace_back().member = found == members_.end() ? nullptr : &found->second;
  }
}

RoomMember& RoomReplay::known(const RoomLog& log, Number number) {
  auto& member = slots_[number].member;
  if (member == nullptr) {
    member = &members_[log.key(number)];
    member->key = log.key(number);
  }
  return *member;
}

// --- what removals leave of the changes before them

// Removals of one member with no Admit between them that knew of the former belong together: the greatest count of
// them is the one that holds.
void RoomReplay::cut_logs(const RoomLog& log) {
  std::map<Number, std::vector<Place>> admits; // of whoever was removed
  for (const auto place : counted_) admits[log.at(place).subject];
  for (Place place = 0; !admits.empty() && place < log.size(); ++place)
    if (std::holds_alternative<wire::Admit>(log.at(place).placed.change))
      if (const auto of = admits.find(log.at(place).subject); of != admits.end()) of->second.push_back(place);

  const auto is_overridden = [&](Place removal, Place until, Number subject) {
    const auto& of = admits[subject];
    for (auto at = std::upper_bound(of.begin(), of.end(), removal); at != of.end() && *at < until; ++at) {
      const auto& knows = std::get<wire::Admit>(log.at(*at).placed.change).knows;
      if (std::find(knows.begin(), knows.end(), log.at(removal).placed.at) != knows.end()) return true;
    }
    return false;
  };
  for (const auto place : counted_) {
    const auto& one = log.at(place);
    const auto seq = std::get<wire::Remove>(one.placed.change).changes_up_to;
    auto& cuts = slots_[one.subject].cuts;
    if (cuts.empty() || is_overridden(cuts.back().last, place, one.subject)) cuts.push_back({place, seq});
    cuts.back() = {place, std::max(cuts.back().seq, seq)};
  }
  for (auto& slot : slots_)
    for (auto i = slot.cuts.size(); i > 1; --i)
      slot.cuts[i - 2].seq = std::min(slot.cuts[i - 2].seq, slot.cuts[i - 1].seq);
}

bool RoomReplay::is_void(const RoomLog::One& one, Place place) {
  auto& author = slots_[one.author];
  while (author.cuts_passed < author.cuts.size() && author.cuts[author.cuts_passed].last <= place) ++author.cuts_passed;
  return author.cuts_passed < author.cuts.size() && one.placed.at.seq > author.cuts[author.cuts_passed].seq;
}

// --- one change

struct RoomReplay::Effect {
  RoomReplay& replay;
  const RoomLog& log;
  Place place;
  const RoomLog::One& one;
  Slot& author;

  RoomMember& subject() { return replay.known(log, one.subject); }
  void mark(RoomMember& member) { member.changed_by = one.placed.at.author; }

  void operator()(const std::monostate&) {}
  void operator()(const wire::Genesis&) {}
  void operator()(const wire::Admit& admit) {
    auto& member = subject();
    auto& slot = replay.slots_[one.subject];
    if (member.phase == Phase::removed) member.is_muted = false;
    member.phase = Phase::invited;
    slot.admitted = place;
    mark(member);
    if (!admit.ticket) return;
    ++replay.tickets_[*admit.ticket].used;
    replay.supports_[place][2] = replay.ticket_places_[*admit.ticket];
  }
  void operator()(const wire::Join& join) {
    auto& member = replay.known(log, one.author);
    replay.supports_[place][2] = author.admitted;
    author.joined = place;
    member.name = join.name;
    if (member.phase == Phase::present) return;
    if (member.phase == Phase::left) member.changed_by = {};
    member.phase = Phase::present;
    ++replay.present_;
    author.first_free_line = std::max(author.first_free_line, join.lines_from);
    if (!member.is_muted) replay.open_lines(author, join.lines_from);
  }
  void operator()(const wire::Leave&) {
    auto& member = *author.member;
    replay.step_out(author, Phase::left);
    member.changed_by = {};
    replay.departures_.push_back({one.author, one.placed.at.seq});
  }
  void operator()(const wire::SetRole& change) {
    auto& member = subject();
    auto& slot = replay.slots_[one.subject];
    const auto steps = author.steps + 1;
    if (member.role == change.role && slot.steps <= steps) return;
    member.role = change.role;
    if (member.phase != Phase::removed) mark(member); // else it is who removed it
    slot.promoted = change.role == Role::moderator ? place : nowhere;
    slot.steps = steps;
  }
  void operator()(const wire::Remove&) {} // counts or is proposed: never by its place alone
  void operator()(const wire::Mute& mute) {
    auto& member = subject();
    auto& slot = replay.slots_[one.subject];
    member.is_muted = mute.is_muted;
    mark(member);
    if (mute.is_muted)
      replay.close_lines(slot, mute.lines);
    else if (member.phase == Phase::present)
      replay.open_lines(slot, mute.lines);
  }
  void operator()(const wire::Topic& topic) {
    replay.topic_ = place;
    replay.has_topic_ = !topic.text.empty();
  }
  void operator()(const wire::Epoch&) { replay.epochs_.push_back(place); }
  void operator()(const wire::Ticket& ticket) {
    replay.tickets_[ticket.key] = {.ticket = ticket, .author = one.placed.at.author};
    replay.ticket_places_[ticket.key] = place;
  }
  void operator()(const wire::RevokeTicket& ticket) { replay.tickets_[ticket.key].is_revoked = true; }
};

void RoomReplay::play_one(const RoomLog& log, Place place) {
  const auto& one = log.at(place);
  if (counted_passed_ < counted_.size() && counted_[counted_passed_] == place) {
    ++counted_passed_;
    return remove(log, place);
  }
  if (is_void(one, place)) return;
  const auto* subject = one.subject == RoomLog::nobody ? nullptr : slots_[one.subject].member;
  const Case c{one.placed.at.author, slots_[one.author].member, subject};
  if (!refusal(c, one.placed.change).empty()) return;
  const auto* admit = std::get_if<wire::Admit>(&one.placed.change);
  if (admit != nullptr && admit->ticket && !log.is_proven(place)) return;

  auto& author = slots_[one.author];
  supports_[place] = {author.joined, author.promoted, nowhere};
  if (std::holds_alternative<wire::Remove>(one.placed.change)) return propose(log, place);
  std::visit(Effect{*this, log, place, one, author}, one.placed.change);
}

// --- removals

// The author has removed the member, who is out: else one author could make any number of removals count.
bool RoomReplay::is_repeated(const RoomLog::One& removal) const {
  const auto& subject = *slots_[removal.subject].member;
  return subject.phase == Phase::removed &&
         std::any_of(subject.removals.begin(), subject.removals.end(),
                     [&](const wire::EntryRef& ref) { return ref.author == removal.placed.at.author; });
}

void RoomReplay::propose(const RoomLog& log, Place place) {
  const auto& one = log.at(place);
  if (is_repeated(one) || !proposed_.emplace(one.author, one.subject).second) return;
  const auto& author = slots_[one.author];
  candidates_.push_back({place, author.member->role, author.steps});
}

void RoomReplay::remove(const RoomLog& log, Place place) {
  const auto& one = log.at(place);
  auto& slot = slots_[one.subject];
  if (slot.member == nullptr) return; // it never came, as it turned out
  const auto lines = std::get<wire::Remove>(one.placed.change).lines_up_to;
  auto& member = *slot.member;
  if (member.phase != Phase::removed) {
    slot.lines_before = member.lines;
    slot.lines_left = 0;
    step_out(slot, Phase::removed);
  }
  slot.lines_left = std::max(slot.lines_left, lines);
  member.lines = slot.lines_before;
  close_lines(slot, slot.lines_left);
  member.removals.push_back(one.placed.at);
  member.changed_by = one.placed.at.author;
  departures_.push_back({one.author, one.placed.at.seq});
}

void RoomReplay::step_out(Slot& slot, RoomMember::Phase phase) {
  auto& member = *slot.member;
  if (member.phase == Phase::present) --present_;
  member.phase = phase;
  if (member.role != Role::creator) member.role = Role::member;
  slot.joined = slot.admitted = slot.promoted = nowhere;
}

// --- lines

void RoomReplay::open_lines(Slot& slot, std::uint64_t first) {
  auto& spans = slot.member->lines;
  if (!spans.empty() && spans.back().last == endless) return; // it left and came back: there is nothing in between
  first = std::max({first, slot.first_free_line, std::uint64_t{1}});
  if (!spans.empty() && spans.back().last + 1 == first)
    spans.back().last = endless;
  else
    spans.push_back({first, endless});
}

void RoomReplay::close_lines(Slot& slot, std::uint64_t last) {
  slot.member->lines = cut(std::move(slot.member->lines), last);
  slot.first_free_line = std::max(slot.first_free_line, last == endless ? endless : last + 1);
}

} // namespace tincan::chat
