// The newest messages of tincans as they were shown, so that they can change in place, and the beginnings of their
// texts, for replies. Owned by Screen; I/O thread. Bounded: see the constants.
#pragma once

#include "tincan/app/message_lines.hpp"

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <vector>

namespace tincan::app {

inline constexpr std::size_t max_shown_messages = 256;         // more is on no screen
inline constexpr std::size_t max_shown_text_bytes = 16 * 1024; // a longer one fills any screen
inline constexpr std::size_t max_quotes_remembered = 4'000;    // of about 100 bytes each

class ShownMessages {
public:
  struct Shown {
    chat::Message message;
    Setting setting;
    std::vector<int> widths; // of its lines
  };

  void remember(const chat::Message& message, const Setting& setting, std::vector<int> widths);
  Shown* find(base::EntryId entry); // null when it is not remembered; valid until the next remember
  // What a message that replies to `entry` answers.
  Quote quote_of(base::EntryId entry) const;

private:
  void remember_quote(const chat::Message& message, const Setting& setting);

  std::unordered_map<base::EntryId, Shown> shown_;
  std::deque<base::EntryId> shown_order_;
  std::unordered_map<base::EntryId, Quote> quotes_;
  std::deque<base::EntryId> quote_order_;
};

} // namespace tincan::app
