// One lane, step by step: from the first job that waits to its outcome.
#include "tincan/chat/outbox.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

using base::ErrorCode;

wire::Steps joined(wire::Steps first, const wire::Steps& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

} // namespace

// Jobs that end at once come one after the other, not one inside the other: there may be thousands.
void Outbox::go_on(Lane& lane, base::Now now) {
  if (is_held_ || lane.goes_on) return;
  lane.goes_on = true;
  while (lane.phase == Lane::Phase::idle && start_next(lane, now)) {
  }
  lane.goes_on = false;
}

// False when nothing is left to do.
bool Outbox::start_next(Lane& lane, base::Now now) {
  deadlines_.clear(lane.peer);
  lane.next_try.reset();
  change_dialect(lane);
  if (lane.jobs.empty() && is_staying(lane) && !lane.link) lane.jobs.push_back({.kind = Job::Kind::staying});
  if (lane.jobs.empty()) return false;
  auto& job = lane.jobs.front();
  if (job.kind == Job::Kind::acceptance && lane.dialect != wire::Dialect::a1) {
    lane.jobs.pop_front(); // only canonical programs wait for it
    return true;
  }
  if (job.kind == Job::Kind::message && lane.pieces.empty()) {
    if (job.message.dialect != lane.dialect) job.message.pieces_sent = 0; // other pieces than those that went
    job.message.dialect = lane.dialect;
    lane.pieces = wire::pieces(lane.dialect, self_, job.message.text.untrusted_bytes());
    if (lane.pieces.empty()) {
      finish_job(lane, now);
      return true;
    }
  }
  if (can_use_kept_link(lane)) {
    lane.link_was_kept = true;
    start_exchange(lane, now);
  } else {
    dial(lane, now);
  }
  return true;
}

void Outbox::dial(Lane& lane, base::Now now) {
  lane.phase = Lane::Phase::dialling;
  lane.link_was_kept = false;
  if (lane.jobs.front().kind != Job::Kind::staying && steps_for(lane).empty()) {
    lane.link = {};
    finish_job(lane, now);
    return;
  }
  if (dials_ >= max_dials_at_once) {
    waiting_for_dial_.push_back(lane.peer);
    return;
  }
  ++dials_;
  lane.dialled = now.tick;
  lane.has_finished = false;
  lane.link = new_link_();
  lane.is_greeted = lane.is_theirs = false;
  lane_of_link_[lane.link] = lane.peer;
  DialLink effect{lane.link, lane.endpoint, std::nullopt};
  if (wire::wants_listening_source_port(lane.dialect)) effect.source_port = self_.announced.port;
  turn_.act(effect);
  deadlines_.set(lane.peer, now.tick + dial_patience);
}

wire::Steps Outbox::steps_for(const Lane& lane) const {
  const auto& job = lane.jobs.front();
  const bool greets = wire::keeps_connection(lane.dialect) && !(lane.link && lane.is_greeted);
  switch (job.kind) {
  case Job::Kind::message: {
    if (job.message.pieces_sent >= lane.pieces.size()) return {};
    auto steps = wire::message(lane.dialect, self_, lane.pieces[job.message.pieces_sent]);
    return greets ? joined(wire::greeting(lane.dialect, self_), steps) : steps;
  }
  case Job::Kind::announcement:
    return wire::keeps_connection(lane.dialect) && !greets ? wire::Steps{} : wire::announcement(lane.dialect, self_);
  case Job::Kind::acceptance: return wire::acceptance(self_);
  case Job::Kind::staying: return {};
  case Job::Kind::farewell:
    return wire::farewell(lane.dialect, self_, greets || !lane.link ? wire::Connection::fresh : wire::Connection::kept);
  }
  return {};
}

void Outbox::start_exchange(Lane& lane, base::Now now) {
  lane.phase = Lane::Phase::talking;
  lane.exchange.emplace(steps_for(lane));
  lane.exchange->begin(now.tick);
  run(lane, now);
}

void Outbox::run(Lane& lane, base::Now now) {
  while (const auto action = lane.exchange->next_action()) {
    if (action->kind == Exchange::Action::Kind::finish_sending) {
      turn_.act(FinishSending{lane.link});
      continue;
    }
    turn_.act(SendBytes{lane.link, action->bytes});
    unwritten_.insert(lane.link);
  }
  if (lane.exchange->is_over()) return finish_exchange(lane, now);
  if (const auto when = lane.exchange->deadline())
    deadlines_.set(lane.peer, *when);
  else
    deadlines_.clear(lane.peer);
}

void Outbox::finish_exchange(Lane& lane, base::Now now) {
  if (lane.exchange->has_stalled()) {
    report(Report::Kind::discarded, lane);
    forget_link(lane);
    attempt_failed(lane, {ErrorCode::timed_out, "the other machine took nothing for 10 s"}, now);
    return;
  }
  report(Report::Kind::reached, lane);
  if (lane.jobs.front().kind != Job::Kind::staying) lane.failures = 0;
  if (lane.jobs.front().kind == Job::Kind::message)
    finish_piece(lane, now);
  else
    finish_job(lane, now);
}

void Outbox::finish_piece(Lane& lane, base::Now now) {
  auto& message = lane.jobs.front().message;
  if (++message.pieces_sent >= lane.pieces.size()) return finish_job(lane, now);
  let_go_of_link(lane, now);
}

void Outbox::finish_job(Lane& lane, base::Now now) {
  report_outcome(lane, lane.exchange && lane.exchange->was_acknowledged());
  const bool is_farewell = lane.jobs.front().kind == Job::Kind::farewell;
  lane.jobs.pop_front();
  lane.pieces.clear();
  if (is_farewell && lane.link) {
    lane.is_greeted = false; // what was kept is over
    report(Report::Kind::released, lane);
    forget_link(lane);
  }
  let_go_of_link(lane, now);
}

void Outbox::report_outcome(Lane& lane, bool acknowledged) {
  Report result{.peer = lane.peer, .job = lane.jobs.front(), .acknowledged = acknowledged};
  if (result.job.kind == Job::Kind::announcement) {
    result.kind = Report::Kind::announced;
    if (!lane.exchange && !lane.link)
      result.error = base::Error{ErrorCode::bad_argument, "its dialect knows no announcement"};
    reports_.push_back(std::move(result));
    return;
  }
  if (result.job.kind != Job::Kind::message) return;
  auto& message = result.job.message;
  result.kind = Report::Kind::message_state;
  message.why.clear();
  if (!lane.exchange) {
    message.state = MessageState::cancelled;
    message.why = "its dialect cannot carry any of it";
  } else {
    message.state = acknowledged ? MessageState::acknowledged : MessageState::sent;
    if (!acknowledged && wire::acknowledges(lane.dialect)) message.why = "not acknowledged";
  }
  reports_.push_back(std::move(result));
}

// The exchange is over: a kept link stays for the next, another is left to the node, and the peer gets time to read.
void Outbox::let_go_of_link(Lane& lane, base::Now now) {
  const bool went = lane.exchange.has_value();
  lane.exchange.reset();
  lane.phase = Lane::Phase::idle;
  if (lane.link && keeps_link(lane)) {
    lane.is_greeted = true;
  } else if (lane.link) {
    spacing_links_[lane.link] = lane.peer;
    report(Report::Kind::released, lane);
    forget_link(lane);
    lane.phase = Lane::Phase::spacing;
    deadlines_.set(lane.peer, now.tick + message_spacing);
  }
  if (went && dials_ > 0 && !lane.link_was_kept) --dials_;
  go_on(lane, now);
  start_waiting_dials(now);
}

void Outbox::attempt_failed(Lane& lane, const base::Error& error, base::Now now) {
  lane.exchange.reset();
  if (!lane.link_was_kept && dials_ > 0) --dials_;
  drop_failed_announcements(lane, error);
  rest(lane, now);
  Report failure{.kind = Report::Kind::unreachable, .peer = lane.peer, .error = error, .next_try = lane.next_try};
  reports_.push_back(std::move(failure));
  if (!lane.jobs.empty() && lane.jobs.front().kind == Job::Kind::message) {
    auto& message = lane.jobs.front().message;
    message.state = MessageState::failed;
    message.why = error.text;
    reports_.push_back({.kind = Report::Kind::message_state,
                        .peer = lane.peer,
                        .job = lane.jobs.front(),
                        .error = error,
                        .next_try = lane.next_try});
  }
  start_waiting_dials(now);
}

// A link that was kept although nothing was to be said on it.
void Outbox::lost(Lane& lane, const base::Error& error, base::Now now) {
  if (now.tick - lane.opened >= lasting_link) lane.failures = 0;
  lane.link_was_kept = true;
  lane.jobs.push_back({.kind = Job::Kind::staying});
  attempt_failed(lane, error, now);
}

void Outbox::drop_failed_announcements(Lane& lane, const base::Error& error) {
  std::deque<Job> kept;
  for (auto& job : lane.jobs) {
    if (job.kind == Job::Kind::announcement)
      reports_.push_back({.kind = Report::Kind::announced, .peer = lane.peer, .job = std::move(job), .error = error});
    else if (job.kind == Job::Kind::message || (job.kind == Job::Kind::staying && is_staying(lane)))
      kept.push_back(std::move(job));
  }
  lane.jobs = std::move(kept);
  lane.pieces.clear();
}

void Outbox::rest(Lane& lane, base::Now now) {
  lane.phase = Lane::Phase::idle;
  lane.next_try.reset();
  deadlines_.clear(lane.peer);
  if (lane.jobs.empty() || only_farewells_) {
    lane.jobs.clear();
    return;
  }
  const auto wait = back_off(lane.failures++);
  lane.phase = Lane::Phase::resting;
  lane.next_try = base::WallTime{now.wall.ms + wait.count()};
  deadlines_.set(lane.peer, now.tick + wait);
}

// Doubles from first_retry to last_retry, and is spread by a fifth so that many do not come at once.
base::Millis Outbox::back_off(unsigned failures) {
  const auto plain = std::min(last_retry, first_retry * (1L << std::min(failures, 20U)));
  const auto fifth = plain.count() / 5;
  return plain - base::Millis(static_cast<std::int64_t>(entropy_.next() % static_cast<std::uint64_t>(fifth + 1)));
}

void Outbox::forget_link(Lane& lane) {
  lane_of_link_.erase(lane.link);
  lane.link = {};
  lane.is_greeted = lane.is_theirs = false;
}

void Outbox::start_waiting_dials(base::Now now) {
  while (!waiting_for_dial_.empty() && dials_ < max_dials_at_once) {
    auto& lane = lanes_.at(waiting_for_dial_.front()); // it has a job: it was not forgotten
    waiting_for_dial_.pop_front();
    if (lane.phase != Lane::Phase::dialling || lane.link) continue;
    lane.phase = Lane::Phase::idle;
    go_on(lane, now);
  }
}

Lane* Outbox::lane_by_link(base::LinkId link) {
  const auto found = lane_of_link_.find(link);
  return found == lane_of_link_.end() ? nullptr : &lanes_.at(found->second);
}

void Outbox::report(Report::Kind kind, const Lane& lane) {
  reports_.push_back({.kind = kind, .peer = lane.peer, .link = lane.link});
}

} // namespace tincan::chat
