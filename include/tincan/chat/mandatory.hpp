// The peers to whom a predefined message goes at every start, and how far each has come. Owned by the node; I/O thread.
// It sends nothing itself: the node asks it whom to try, and tells it what became of it.
#pragma once

#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/events.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis name_retry{30'000}; // a name that is unknown now may be known when the network is up

class Mandatory {
public:
  explicit Mandatory(std::vector<std::string> targets);

  // The next target to be tried now; every one is given once, and again after name_failed's patience.
  std::optional<std::size_t> take_due(base::Tick now);
  std::optional<base::Tick> next_deadline() const { return due_.next(); }
  const std::string& target(std::size_t index) const { return entries_.at(index).status.target; }

  void queued(std::size_t index, const Message& message);
  void name_failed(std::size_t index, const std::string& why, base::Now now);
  // The status that follows from a new state of one of its messages; none when the message is another.
  std::optional<MandatoryStatus> state_changed(const Message& message, std::optional<base::WallTime> next_try,
                                               base::WallTime now);
  const MandatoryStatus& status(std::size_t index) const { return entries_.at(index).status; }
  std::vector<MandatoryStatus> statuses() const;

private:
  struct Entry {
    MandatoryStatus status;
    base::EntryId message;
  };
  std::vector<Entry> entries_;
  Deadlines<std::size_t> due_;
};

} // namespace tincan::chat
