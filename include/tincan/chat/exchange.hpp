// Runs the steps of one utterance on an open link: writes, waits for answers, pauses, half-closes. Pure; owned by a
// lane of the outbox. It never claims more than it saw: taken means that the peer's TCP stack acknowledged the bytes.
#pragma once

#include "tincan/base/time.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace tincan::chat {

inline constexpr base::Millis taken_patience{10'000}; // a machine that is there acknowledges within a second or two

class Exchange {
public:
  struct Action {
    enum class Kind : std::uint8_t { send, finish_sending };
    Kind kind{};
    std::string bytes;
  };

  explicit Exchange(wire::Steps steps);

  void begin(base::Tick now); // the link is open
  void replied(base::Tick now);
  void taken(base::Tick now);
  void time_passed(base::Tick now);

  std::optional<Action> next_action();
  std::optional<base::Tick> deadline() const { return deadline_; }
  bool waits_for_reply() const { return waits_for_reply_; }
  bool is_over() const { return is_over_; }
  bool has_stalled() const { return has_stalled_; } // over, but the peer's machine did not take the bytes in time
  bool was_acknowledged() const { return was_acknowledged_; }
  // The peer's TCP stack has all that matters: the message, or where there is none whatever was written.
  bool was_taken() const { return was_taken_ && (writes_message_ || (has_written_ && !has_message_)); }

private:
  void go_on(base::Tick now);
  bool run_step(const wire::Step& step, base::Tick now);
  void wait_until_taken(base::Tick now);

  wire::Steps steps_;
  std::size_t at_ = 0;
  std::deque<Action> actions_;
  std::optional<base::Tick> deadline_;
  bool waits_for_reply_ = false;
  bool pauses_ = false;
  bool has_unread_reply_ = false;
  bool has_message_ = false;    // among the steps
  bool writes_message_ = false; // it was written
  bool has_written_ = false;
  bool was_taken_ = true; // of everything written so far
  bool was_acknowledged_ = false;
  bool is_over_ = false;
  bool has_stalled_ = false;
};

} // namespace tincan::chat
