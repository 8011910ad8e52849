// How messages look on a screen: pure functions from what was said to finished lines, for plain-text peers and for
// tincans. Any thread. What a peer said or calls itself is always washed here.
#pragma once

#include "tincan/app/lines.hpp"
#include "tincan/chat/events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::app {

inline constexpr std::string_view gutter = "      │ "; // no line of a text can begin where names begin

// What a reply answers, in short.
struct Quote {
  base::SafeText who, text;
};

// What is to be shown of a message beside itself.
struct Setting {
  base::SafeText peer_name{}; // of the other side; empty: its address says who it is
  std::optional<base::Address> claimed_address{};
  bool mentions_us = false;
  std::string handle{}; // "[3]" or "#12" of a tincan's message; empty: none
  std::optional<Quote> quote{};
  base::SafeText room{};                        // "#plans", when another conversation is in front
  std::vector<base::SafeText> reaction_names{}; // in rooms: whose the reactions are, in their order
  bool is_void = false;                         // in rooms: the line does not count
  bool is_hosted = false;                       // the room is that of our broadcast host
};

// Was it written for, or by, a tincan?
bool is_native(const chat::Message& message);

// "12:01 Hashpa 10.0.0.7:4100 (clear): hi", further lines of the text with a gutter; ours with "→" and the state.
// "12:01 [3] Hashpa (encrypted): hi"; ours "12:01 [4] Us → Hashpa (encrypted) sent:      hi", where the state takes
// the same room whatever it is. Above it what it answers, below it the reactions.
// In a room "12:01 [3] #plans bob: hi"; ours "12:01 [4] #plans Us ✓ 3/5:     hi": so many of the others have it.
Lines message_lines(const chat::Message& message, const Setting& setting, base::WallTime now);
// "12:05 #12 to Hashpa: sent"
term::Line state_line(const chat::StateChanged& event, const Setting& setting, base::WallTime now);
// "12:05 [3] Hashpa edited: hi there"; whoever did it stands in front. The new text is left out when it stands in its
// old place on the screen.
Lines message_changed_lines(const chat::MessageChanged& event, const Setting& setting, base::WallTime now,
                            bool in_place);
// Every form of a text with its time, the newest last.
Lines version_lines(const chat::VersionsRead& event, base::WallTime now);
// "✓ 3/5" in a room, else the state's name. Where there is no other member: "alone", or "to guests", of whom nobody
// knows what they have.
std::string short_state(const chat::Message& message, const Setting& setting = {});
// Nothing more will be told of its state, or only *read*; in a room: all have it.
bool is_complete(const chat::Message& message);
// "👍 you, 🎉 bob": none when nobody reacted.
std::string reactions_text(const chat::Message& message, const Setting& setting);
// Cut to so many columns, with "…" when something was cut.
base::SafeText shortened(const base::SafeText& text, int columns);
// The beginning of a text on one line, for a quote.
base::SafeText excerpt(const chat::Message& message);

// Rows are replaced in place only by as many: `fresh` filled up so that each line is at least as wide as it was, and
// there are at least as many.
Lines filled_up(Lines fresh, const std::vector<int>& widths);
std::vector<int> widths_of(const Lines& lines);
bool fits(const Lines& fresh, const std::vector<int>& widths); // likewise, before that

// The washed name, or nothing when there is none.
base::SafeText claimed_name(const base::PeerText& team);

} // namespace tincan::app
