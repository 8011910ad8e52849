#include "tincan/chat/dialler.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

using base::ErrorCode;

void Dialler::want(base::PeerId peer, const std::vector<KnownEndpoint>& endpoints, unsigned rounds, base::Now now) {
  const auto [found, is_new] = courses_.try_emplace(peer);
  auto& course = found->second;
  course.rounds = is_new ? rounds : course.rounds == 0 || rounds == 0 ? 0 : std::max(course.rounds, rounds);
  set_endpoints(peer, endpoints);
  if (!is_new) return;
  const auto before = short_lives_.find(peer);
  if (before == short_lives_.end()) return go_on(peer, course, now);
  rest(peer, course, back_off(before->second - 1), now);
}

void Dialler::set_endpoints(base::PeerId peer, const std::vector<KnownEndpoint>& endpoints) {
  const auto found = courses_.find(peer);
  if (found == courses_.end() || found->second.link) return; // a running round ends as it began
  found->second.endpoints = endpoints;
}

void Dialler::hint(base::PeerId peer, base::Now now) {
  const auto found = courses_.find(peer);
  if (found == courses_.end() || !found->second.is_resting) return;
  found->second.is_resting = false;
  go_on(peer, found->second, now);
}

void Dialler::retry(base::PeerId peer, base::Now now) {
  const auto found = courses_.find(peer);
  short_lives_.erase(peer);
  if (found != courses_.end()) found->second.failures = 0;
  hint(peer, now);
}

void Dialler::give_up(base::PeerId peer) {
  const auto found = courses_.find(peer);
  if (found == courses_.end()) return;
  if (found->second.link) turn_.act(CloseLink{found->second.link});
  drop_link(found->second);
  deadlines_.clear(peer);
  courses_.erase(found);
}

void Dialler::forget(base::PeerId peer) {
  give_up(peer);
  attempts_.erase(peer);
  short_lives_.erase(peer);
}

// Its own link is handed over; one that is still being opened towards it is not needed any more.
void Dialler::up(base::PeerId peer, base::Now now) {
  const auto found = courses_.find(peer);
  if (found != courses_.end()) {
    drop_link(found->second);
    deadlines_.clear(peer);
    courses_.erase(found);
  }
  start_waiting(now);
}

void Dialler::lost(base::PeerId peer, bool had_lasted) {
  if (had_lasted)
    short_lives_.erase(peer);
  else
    ++short_lives_[peer];
}

base::PeerId Dialler::peer_of(base::LinkId link) const {
  const auto found = peers_by_link_.find(link);
  return found == peers_by_link_.end() ? base::PeerId{} : found->second;
}

const KnownEndpoint* Dialler::endpoint_of(base::LinkId link) const {
  const auto found = courses_.find(peer_of(link));
  return found == courses_.end() ? nullptr : &found->second.endpoints.at(found->second.at);
}

base::LinkId Dialler::link_to(base::PeerId peer) const {
  const auto found = courses_.find(peer);
  return found == courses_.end() ? base::LinkId{} : found->second.link;
}

bool Dialler::is_busy(base::PeerId peer) const {
  const auto found = courses_.find(peer);
  return found != courses_.end() && !found->second.is_resting;
}

bool Dialler::is_endless(base::PeerId peer) const {
  const auto found = courses_.find(peer);
  return found != courses_.end() && found->second.rounds == 0;
}

std::optional<base::WallTime> Dialler::next_try(base::PeerId peer) const {
  const auto found = courses_.find(peer);
  return found == courses_.end() ? std::nullopt : found->second.next_try;
}

unsigned Dialler::failed_rounds(base::PeerId peer) const {
  const auto found = courses_.find(peer);
  return found == courses_.end() ? 0 : found->second.failures;
}

const std::vector<Attempt>* Dialler::attempts(base::PeerId peer) const {
  const auto found = attempts_.find(peer);
  return found == attempts_.end() ? nullptr : &found->second;
}

Attempt& Dialler::attempt_at(base::PeerId peer, const KnownEndpoint& endpoint) {
  auto& list = attempts_[peer];
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Attempt& attempt) { return attempt.at.endpoint == endpoint.endpoint; });
  auto& attempt = found == list.end() ? list.emplace_back() : *found;
  attempt.at = endpoint;
  return attempt;
}

void Dialler::go_on(base::PeerId peer, Course& course, base::Now now) {
  if (is_held_ || course.link) return;
  deadlines_.clear(peer);
  course.is_resting = false;
  course.next_try.reset();
  if (now.tick - course.minute >= std::chrono::minutes(1)) {
    course.minute = now.tick;
    course.dials = 0;
  }
  if (course.at == 0) course.first_error.reset();
  if (course.endpoints.empty()) {
    course.first_error = base::Error{ErrorCode::unreachable, "no address of it is known"};
    return end_round(peer, course, now);
  }
  if (course.at >= course.endpoints.size()) return end_round(peer, course, now);
  if (course.dials >= max_dials_per_minute)
    return rest(peer, course, std::chrono::minutes(1) - (now.tick - course.minute), now);
  dial(peer, course, now);
}

void Dialler::dial(base::PeerId peer, Course& course, base::Now now) {
  if (peers_by_link_.size() >= max_native_dials_at_once) {
    if (!std::exchange(course.waits_for_turn, true)) waiting_.push_back(peer);
    return;
  }
  ++course.dials;
  const auto& endpoint = course.endpoints.at(course.at);
  if (course.at == 0) attempts_.erase(peer);
  auto& attempt = attempt_at(peer, endpoint);
  attempt.time = now.wall;
  attempt.is_running = true;
  attempt.failed_at = DialStage::tcp;
  attempt.why = "connecting";
  course.link = new_link_();
  peers_by_link_[course.link] = peer;
  turn_.act(DialLink{course.link, endpoint.endpoint, std::nullopt});
  deadlines_.set(peer, now.tick + native_dial_patience);
}

void Dialler::stage(base::LinkId link, DialStage reached, base::Now now) {
  const auto* endpoint = endpoint_of(link);
  if (!endpoint) return;
  auto& attempt = attempt_at(peer_of(link), *endpoint);
  attempt.failed_at = reached;
  attempt.is_running = reached != DialStage::up;
  attempt.time = now.wall;
  attempt.why.clear();
  deadlines_.clear(peer_of(link)); // whoever goes on with the link watches over it
}

void Dialler::failed(base::LinkId link, DialStage at, const base::Error& error, base::Now now) {
  const auto peer = peer_of(link);
  const auto found = courses_.find(peer);
  if (found == courses_.end()) return;
  auto& course = found->second;
  auto& attempt = attempt_at(peer, course.endpoints.at(course.at));
  attempt.failed_at = at;
  attempt.is_running = false;
  attempt.why = error.text;
  if (!course.first_error) course.first_error = error;
  drop_link(course);
  ++course.at;
  go_on(peer, course, now);
  start_waiting(now);
}

void Dialler::end_round(base::PeerId peer, Course& course, base::Now now) {
  course.at = 0;
  const auto error = course.first_error.value_or(base::Error{ErrorCode::unreachable, "it was not reached"});
  ++course.failures;
  if (course.rounds > 0 && course.failures >= course.rounds) {
    reports_.push_back({peer, error, std::nullopt});
    deadlines_.clear(peer);
    courses_.erase(peer);
    return;
  }
  rest(peer, course, back_off(course.failures - 1), now);
  reports_.push_back({peer, error, course.next_try});
}

void Dialler::rest(base::PeerId peer, Course& course, base::Millis wait, base::Now now) {
  course.is_resting = true;
  course.next_try = base::WallTime{now.wall.ms + wait.count()};
  deadlines_.set(peer, now.tick + wait);
}

// Doubles from the first to the last, and is spread by a fifth so that many do not come at once.
base::Millis Dialler::back_off(unsigned failures) {
  const auto plain = std::min(native_last_retry, native_first_retry * (1L << std::min(failures, 20U)));
  const auto fifth = plain.count() / 5;
  return plain - base::Millis(static_cast<std::int64_t>(entropy_.next() % static_cast<std::uint64_t>(fifth + 1)));
}

void Dialler::drop_link(Course& course) {
  peers_by_link_.erase(course.link);
  course.link = {};
}

void Dialler::start_waiting(base::Now now) {
  while (!waiting_.empty() && peers_by_link_.size() < max_native_dials_at_once) {
    const auto peer = waiting_.front();
    waiting_.pop_front();
    const auto found = courses_.find(peer);
    if (found == courses_.end() || !std::exchange(found->second.waits_for_turn, false)) continue;
    if (!found->second.is_resting) go_on(peer, found->second, now);
  }
}

void Dialler::time_passed(base::Now now) {
  while (const auto peer = deadlines_.take_due(now.tick)) {
    const auto found = courses_.find(*peer);
    if (found == courses_.end()) continue;
    if (const auto link = found->second.link) {
      turn_.act(CloseLink{link});
      failed(link, DialStage::tcp, {ErrorCode::timed_out, "no answer for 10 s"}, now);
    } else {
      found->second.is_resting = false;
      go_on(*peer, found->second, now);
    }
  }
}

std::optional<Dialler::RoundFailed> Dialler::next_report() {
  if (reports_.empty()) return std::nullopt;
  std::optional<RoundFailed> first(std::move(reports_.front()));
  reports_.pop_front();
  return first;
}

} // namespace tincan::chat
