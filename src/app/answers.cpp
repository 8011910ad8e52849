#include "tincan/app/answers.hpp"

namespace tincan::app {

void Answers::expect(base::RequestId request, const chat::Command& command) {
  const std::lock_guard lock(mutex_);
  if (early_.erase(request) > 0) return; // it was answered before we came to expect it
  unanswered_.insert(request);
  if (std::holds_alternative<chat::Send>(command)) undelivered_.insert(request);
}

void Answers::tell(const chat::Told& told) {
  if (!told.request) return;
  const std::lock_guard lock(mutex_);
  const bool failed = std::holds_alternative<chat::Failed>(told.event);
  const auto* changed = std::get_if<chat::StateChanged>(&told.event);
  const bool is_told =
      changed && (chat::is_settled(changed->message) || changed->message.state == chat::MessageState::failed);
  if (failed || is_told) undelivered_.erase(told.request);
  if ((failed || std::holds_alternative<chat::Done>(told.event)) && unanswered_.erase(told.request) == 0)
    early_.insert(told.request);
  changed_.notify_all();
}

void Answers::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, answer_patience, [this] { return unanswered_.empty(); });
  changed_.wait_for(lock, delivery_patience, [this] { return undelivered_.empty(); });
  unanswered_.clear();
  undelivered_.clear();
  early_.clear();
}

} // namespace tincan::app
