#include "tincan/chat/exchange.hpp"

#include <algorithm>

namespace tincan::chat {

Exchange::Exchange(wire::Steps steps) : steps_(std::move(steps)) {
  has_message_ = std::any_of(steps_.begin(), steps_.end(), [](const wire::Step& step) {
    return step.kind == wire::Step::Kind::write && step.is_message;
  });
}

void Exchange::begin(base::Tick now) { go_on(now); }

void Exchange::replied(base::Tick now) {
  if (!waits_for_reply_) {
    has_unread_reply_ = true;
    return;
  }
  was_acknowledged_ = was_acknowledged_ || steps_[at_].is_message;
  waits_for_reply_ = false;
  ++at_;
  go_on(now);
}

void Exchange::taken(base::Tick now) {
  was_taken_ = true;
  if (at_ == steps_.size()) go_on(now);
}

void Exchange::time_passed(base::Tick now) {
  if (is_over_ || !deadline_ || *deadline_ > now) return;
  if (at_ == steps_.size()) {
    has_stalled_ = is_over_ = true;
    deadline_.reset();
    return;
  }
  waits_for_reply_ = pauses_ = false;
  ++at_;
  go_on(now);
}

std::optional<Exchange::Action> Exchange::next_action() {
  if (actions_.empty()) return std::nullopt;
  std::optional<Action> first(std::move(actions_.front()));
  actions_.pop_front();
  return first;
}

void Exchange::go_on(base::Tick now) {
  if (waits_for_reply_ || pauses_ || is_over_) return;
  deadline_.reset();
  while (at_ < steps_.size()) {
    if (!run_step(steps_[at_], now)) return;
    ++at_;
  }
  wait_until_taken(now);
}

// False when the step has to wait.
bool Exchange::run_step(const wire::Step& step, base::Tick now) {
  switch (step.kind) {
  case wire::Step::Kind::write:
    actions_.push_back({Action::Kind::send, step.bytes});
    was_taken_ = has_unread_reply_ = false;
    has_written_ = true;
    writes_message_ = writes_message_ || step.is_message;
    return true;
  case wire::Step::Kind::half_close: actions_.push_back({Action::Kind::finish_sending, {}}); return true;
  case wire::Step::Kind::await_reply:
    if (has_unread_reply_) {
      was_acknowledged_ = was_acknowledged_ || step.is_message;
      has_unread_reply_ = false;
      return true;
    }
    waits_for_reply_ = true;
    break;
  case wire::Step::Kind::pause: pauses_ = true; break;
  }
  deadline_ = now + step.patience;
  return false;
}

void Exchange::wait_until_taken(base::Tick now) {
  is_over_ = was_taken_;
  if (!is_over_) deadline_ = now + taken_patience;
}

} // namespace tincan::chat
