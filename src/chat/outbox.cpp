#include "tincan/chat/outbox.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

using base::ErrorCode;

void Outbox::set_peer(base::PeerId peer, const base::Endpoint& endpoint, wire::Dialect dialect, bool probes,
                      bool never_clear) {
  auto& lane = lanes_[peer];
  lane.peer = peer;
  lane.endpoint = endpoint;
  lane.next_dialect = dialect;
  lane.probes = probes;
  lane.is_no_plain_text = never_clear;
  if (!is_running(lane)) change_dialect(lane); // else the attempt ends as it began
}

// A message of which pieces went ends in the dialect in which it began, unless that fails.
void Outbox::change_dialect(Lane& lane) {
  const bool is_half_said = !lane.jobs.empty() && lane.jobs.front().message.pieces_sent > 0 && lane.failures == 0;
  if (lane.dialect == lane.next_dialect || is_half_said) return;
  const auto was = std::exchange(lane.dialect, lane.next_dialect);
  lane.pieces.clear();
  if (!lane.link) return;
  // The kept link ends as its dialect wants it, or an A3 program spins on it for ever.
  if (!lane.is_theirs && lane.is_greeted)
    for (const auto& step : wire::farewell(was, self_, wire::Connection::kept))
      if (step.kind == wire::Step::Kind::write) turn_.act(SendBytes{lane.link, step.bytes});
  if (!lane.is_theirs) report(Report::Kind::released, lane);
  forget_link(lane);
}

void Outbox::forget(const std::vector<base::PeerId>& peers) {
  forgotten_.insert(peers.begin(), peers.end());
  std::erase_if(forgotten_, [this](auto peer) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end()) return true;
    const auto& lane = found->second;
    if (!lane.jobs.empty() || lane.link || lane.phase != Lane::Phase::idle) return false;
    lanes_.erase(found);
    return true;
  });
}

bool Outbox::add(base::PeerId peer, Job job, base::Now now) {
  auto& lane = lanes_.at(peer);
  if (lane.jobs.size() >= max_jobs_per_lane && job.kind != Job::Kind::message) return false;
  const bool wants_to_know_now = job.kind == Job::Kind::announcement;
  lane.jobs.push_back(std::move(job));
  if (lane.phase == Lane::Phase::resting && wants_to_know_now) {
    // What was asked for just now goes before what is tried again anyway.
    std::rotate(lane.jobs.begin(), lane.jobs.end() - 1, lane.jobs.end());
    lane.pieces.clear();
    lane.phase = Lane::Phase::idle;
  }
  go_on(lane, now);
  return true;
}

void Outbox::hint(base::PeerId peer, base::Now now) {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end() || found->second.phase != Lane::Phase::resting) return;
  auto& lane = found->second;
  if (now.tick - lane.first_hint >= std::chrono::minutes(1)) {
    lane.first_hint = now.tick;
    lane.hints = 0;
  }
  if (++lane.hints <= max_hints_per_minute) retry(peer, now);
}

void Outbox::retry(base::PeerId peer, base::Now now) {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end() || found->second.phase != Lane::Phase::resting) return;
  found->second.failures = 0;
  found->second.phase = Lane::Phase::idle;
  go_on(found->second, now);
}

void Outbox::retry_all(base::Now now) {
  for (auto& [peer, lane] : lanes_) retry(peer, now);
}

bool Outbox::cancel_in(Lane& lane, base::EntryId entry) {
  const auto begin = lane.jobs.begin() + (is_running(lane) && !lane.jobs.empty() ? 1 : 0);
  const auto found = std::find_if(begin, lane.jobs.end(), [&](const Job& job) {
    return job.kind == Job::Kind::message && (!entry || job.message.id == entry);
  });
  if (found == lane.jobs.end()) return false;
  Report result{.kind = Report::Kind::message_state, .peer = lane.peer, .job = std::move(*found)};
  result.job.message.state = MessageState::cancelled;
  result.job.message.why = "cancelled";
  if (found == lane.jobs.begin()) lane.pieces.clear();
  lane.jobs.erase(found);
  reports_.push_back(std::move(result));
  return true;
}

std::size_t Outbox::cancel_peer(base::PeerId peer, base::Now now) {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end()) return 0;
  std::size_t count = 0;
  while (cancel_in(found->second, {})) ++count;
  if (found->second.phase == Lane::Phase::resting && found->second.jobs.empty()) {
    found->second.phase = Lane::Phase::idle;
    go_on(found->second, now);
  }
  return count;
}

bool Outbox::cancel_message(base::EntryId entry, base::Now now) {
  for (auto& [peer, lane] : lanes_) {
    if (!cancel_in(lane, entry)) continue;
    if (lane.phase == Lane::Phase::resting && lane.jobs.empty()) lane.phase = Lane::Phase::idle;
    go_on(lane, now);
    return true;
  }
  return false;
}

void Outbox::adopt_link(base::PeerId peer, base::LinkId link, base::Now now) {
  auto& lane = lanes_.at(peer);
  if (lane.link || is_running(lane) || lane.dialect != wire::Dialect::a4) return;
  lane.link = link;
  lane.is_greeted = lane.is_theirs = true;
  lane_of_link_[link] = peer;
  retry(peer, now);
}

void Outbox::stay(base::PeerId peer, base::Now now) {
  auto& lane = lanes_.at(peer);
  lane.stays = true;
  if (lane.phase == Lane::Phase::resting) return retry(peer, now);
  go_on(lane, now);
}

bool Outbox::stays(base::PeerId peer) const {
  const auto found = lanes_.find(peer);
  return found != lanes_.end() && is_staying(found->second);
}

// What waits to be said goes on waiting, on a link of its own.
void Outbox::stay_no_more(base::PeerId peer, base::Now now) {
  auto& lane = lanes_.at(peer);
  lane.stays = false;
  const bool only_stays = !lane.jobs.empty() && lane.jobs.front().kind == Job::Kind::staying;
  if (is_running(lane) && !only_stays) return; // the link goes with the message that is on its way
  if (is_running(lane) && lane.link && dials_ > 0) --dials_;
  std::erase_if(lane.jobs, [](const Job& job) { return job.kind == Job::Kind::staying; });
  if (lane.link) report(Report::Kind::discarded, lane);
  forget_link(lane);
  std::erase(waiting_for_dial_, peer);
  if (is_running(lane) || lane.jobs.empty()) lane.phase = Lane::Phase::idle;
  go_on(lane, now);
  start_waiting_dials(now);
}

void Outbox::begin_farewells() {
  only_farewells_ = true;
  for (auto& [peer, lane] : lanes_) {
    lane.stays = false;
    while (lane.jobs.size() > (is_running(lane) ? 1U : 0U)) lane.jobs.pop_back();
    if (is_running(lane)) continue;
    lane.phase = Lane::Phase::idle;
    lane.pieces.clear();
    deadlines_.clear(peer);
  }
}

void Outbox::say_farewell(base::PeerId peer, bool also_fresh, base::Now now) {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end()) return;
  if (!also_fresh && !can_use_kept_link(found->second)) return;
  if (found->second.phase == Lane::Phase::spacing) found->second.phase = Lane::Phase::idle;
  found->second.jobs.push_back({.kind = Job::Kind::farewell});
  go_on(found->second, now);
}

bool Outbox::is_quiet() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& entry) { return entry.second.jobs.empty(); });
}

base::PeerId Outbox::peer_of(base::LinkId link) const {
  const auto found = lane_of_link_.find(link);
  return found == lane_of_link_.end() ? base::PeerId{} : found->second;
}

bool Outbox::swallows_replies(base::LinkId link) const {
  const auto found = lanes_.find(peer_of(link));
  return found != lanes_.end() && wire::keeps_connection(found->second.dialect) &&
         wire::acknowledges(found->second.dialect);
}

std::optional<base::WallTime> Outbox::next_try(base::PeerId peer) const {
  const auto found = lanes_.find(peer);
  return found == lanes_.end() ? std::nullopt : found->second.next_try;
}

std::uint32_t Outbox::waiting_for(base::PeerId peer) const {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end()) return 0;
  const auto& jobs = found->second.jobs;
  return static_cast<std::uint32_t>(
      std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return job.kind == Job::Kind::message; }));
}

// --- what happens on links

void Outbox::link_opened(base::LinkId link, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane || lane->phase != Lane::Phase::dialling) return;
  lane->opened = now.tick;
  const bool is_farewell = lane->jobs.front().kind == Job::Kind::farewell;
  if (!lane->probes || (is_farewell && !lane->is_no_plain_text)) return start_exchange(*lane, now);
  lane->phase = Lane::Phase::probing;
  const auto distance = std::min(probe_distance, base::Millis(now.tick - lane->dialled));
  deadlines_.set(lane->peer, now.tick + probe_silence + distance);
}

bool Outbox::is_probing(base::LinkId link) const {
  const auto found = lanes_.find(peer_of(link));
  return found != lanes_.end() && found->second.phase == Lane::Phase::probing;
}

void Outbox::banner_heard(base::LinkId link, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane) return;
  lane->phase = Lane::Phase::securing;
  deadlines_.set(lane->peer, now.tick + dial_patience);
}

void Outbox::probe_over(base::LinkId link, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane) return;
  if (lane->is_no_plain_text) {
    report(Report::Kind::discarded, *lane);
    forget_link(*lane);
    return attempt_failed(*lane, {ErrorCode::refused, "a tincan was there before: nothing is sent in plain text"}, now);
  }
  report(Report::Kind::plain, *lane);
  if (!refuses_clear_) {
    lane->probes = false;
    return start_exchange(*lane, now);
  }
  report(Report::Kind::discarded, *lane);
  forget_link(*lane);
  attempt_failed(*lane, {ErrorCode::refused, "it speaks plain text only, which is switched off here (classic = off)"},
                 now);
}

std::vector<Job> Outbox::hand_over(base::PeerId peer, base::Now now) {
  const auto found = lanes_.find(peer);
  if (found == lanes_.end()) return {};
  auto& lane = found->second;
  std::vector<Job> jobs(std::make_move_iterator(lane.jobs.begin()), std::make_move_iterator(lane.jobs.end()));
  if (is_running(lane) && lane.link && !lane.link_was_kept && dials_ > 0) --dials_;
  if (is_running(lane) && lane.phase != Lane::Phase::securing && lane.link) report(Report::Kind::discarded, lane);
  forget_link(lane);
  deadlines_.clear(peer);
  std::erase(waiting_for_dial_, peer);
  lanes_.erase(found);
  start_waiting_dials(now);
  return jobs;
}

void Outbox::dial_failed(base::LinkId link, const base::Error& error, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane) return;
  forget_link(*lane);
  attempt_failed(*lane, error, now);
}

void Outbox::replied(base::LinkId link, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane || lane->phase != Lane::Phase::talking || unwritten_.contains(link)) return;
  lane->exchange->replied(now.tick);
  run(*lane, now);
}

void Outbox::taken(base::LinkId link, base::Now now) {
  auto* lane = lane_by_link(link);
  if (!lane || lane->phase != Lane::Phase::talking || unwritten_.contains(link)) return;
  lane->exchange->taken(now.tick);
  run(*lane, now);
}

void Outbox::peer_finished(base::LinkId link, base::Now now) {
  const auto found = spacing_links_.find(link);
  if (found != spacing_links_.end()) {
    const auto known = lanes_.find(found->second);
    spacing_links_.erase(found);
    if (known == lanes_.end()) return;
    auto& lane = known->second;
    if (lane.phase != Lane::Phase::spacing) return;
    lane.phase = Lane::Phase::idle;
    go_on(lane, now);
    return;
  }
  // A program that reads once closes at once; only where more was to be said or heard does that end the attempt.
  auto* lane = lane_by_link(link);
  if (!lane) return;
  lane->has_finished = true;
  const bool awaits_more =
      lane->phase != Lane::Phase::talking || wire::keeps_connection(lane->dialect) || lane->exchange->waits_for_reply();
  if (awaits_more) link_closed(link, {ErrorCode::reset, "the peer closed the connection"}, now);
}

void Outbox::link_closed(base::LinkId link, const base::Error& error, base::Now now) {
  if (spacing_links_.contains(link)) peer_finished(link, now);
  auto* lane = lane_by_link(link);
  if (!lane) return;
  const bool was_stale = lane->link_was_kept && lane->phase == Lane::Phase::talking && !lane->exchange->was_taken();
  const bool was_taken = lane->phase == Lane::Phase::talking && lane->exchange->was_taken();
  const bool was_idle = !is_running(*lane);
  const bool was_probing = lane->phase == Lane::Phase::probing && lane->has_finished && !lane->is_no_plain_text;
  forget_link(*lane);
  if (was_idle) return is_staying(*lane) ? lost(*lane, error, now) : void();
  if (was_probing && !refuses_clear_) { // it does not bear silence: next time we speak at once
    lane->probes = false;
    lane->phase = Lane::Phase::idle;
    if (dials_ > 0) --dials_;
    go_on(*lane, now);
  } else if (was_stale) {
    lane->exchange.reset();
    lane->phase = Lane::Phase::idle;
    go_on(*lane, now);
  } else if (was_taken) {
    finish_exchange(*lane, now);
  } else {
    attempt_failed(*lane, error, now);
  }
}

void Outbox::time_passed(base::Now now) {
  while (const auto peer = deadlines_.take_due(now.tick)) {
    auto& lane = lanes_.at(*peer);
    switch (lane.phase) {
    case Lane::Phase::talking:
      lane.exchange->time_passed(now.tick);
      run(lane, now);
      break;
    case Lane::Phase::probing: probe_over(lane.link, now); break;
    case Lane::Phase::securing:
    case Lane::Phase::dialling:
      report(Report::Kind::discarded, lane);
      forget_link(lane);
      attempt_failed(lane, {ErrorCode::timed_out, "no answer for 10 s"}, now);
      break;
    case Lane::Phase::spacing:
    case Lane::Phase::resting:
      lane.phase = Lane::Phase::idle;
      go_on(lane, now);
      break;
    case Lane::Phase::idle: break;
    }
  }
}

std::optional<Report> Outbox::next_report() {
  if (reports_.empty()) return std::nullopt;
  std::optional<Report> first(std::move(reports_.front()));
  reports_.pop_front();
  return first;
}

} // namespace tincan::chat
