// Turns events into lines on a console, as they come. Owned by console mode; `tell` runs on the I/O thread.
#pragma once

#include "tincan/app/lines.hpp"
#include "tincan/chat/events.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

namespace tincan::app {

class Screen {
public:
  // What it needs of the world; all are called on the I/O thread.
  struct World {
    std::function<void(term::Line)> print;
    std::function<void()> ring;
    std::function<void()> prompt_changed;
    std::function<void(base::Millis, std::function<void()>)> after;
    std::function<base::WallTime()> now;
    std::function<base::PeerText(base::PeerId)> team_of{}; // what a peer calls itself; may be missing
  };

  Screen(World world, std::string team);

  void tell(const chat::Told& told);
  // The oldest message of the last history page, for the next older page; 0 when there is none. Any thread.
  std::uint64_t oldest_shown() const { return oldest_shown_; }
  // Of the last history page: are there older ones? Any thread.
  bool has_older() const { return has_older_; }

private:
  struct Teller;
  friend struct Teller;

  void added(const chat::MessageAdded& event);
  void changed(const chat::StateChanged& event);
  void print_waiting(base::EntryId entry);
  void mandatory(const chat::MandatoryStatus& status);
  void page(const chat::HistoryPage& page);
  void print(Lines lines);
  bool mentions_us(const chat::Message& message) const;

  World world_;
  std::string folded_team_;
  std::unordered_map<base::EntryId, chat::MessageAdded> waiting_; // own messages not yet shown
  std::unordered_map<base::EntryId, std::string> failed_;         // shown as failed, and why
  std::unordered_map<std::string, std::string> mandatory_failed_; // likewise, by target
  std::atomic<std::uint64_t> oldest_shown_{0};
  std::atomic<bool> has_older_{false};
};

} // namespace tincan::app
