// Lets a console without an editor wait for the answers to a command before it asks for the next line, so that scripts
// read them in order. `tell` runs on the I/O thread, the rest on the console thread. Bounded in time: it never blocks
// for long.
#pragma once

#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace tincan::app {

// As long as the screen takes to show a message whose state is not known yet, and a little more.
inline constexpr std::chrono::milliseconds delivery_patience{750};
inline constexpr std::chrono::milliseconds answer_patience{2000};

class Answers {
public:
  void expect(base::RequestId request, const chat::Command& command);
  void tell(const chat::Told& told);
  void wait(); // until nothing is expected any more, or patience ends

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<base::RequestId> unanswered_, undelivered_, early_;
};

} // namespace tincan::app
