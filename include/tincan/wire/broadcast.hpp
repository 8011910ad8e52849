// Plain text through a broadcast host, as programs of family C write and read it: whatever one client writes reaches
// all others as it is, and each client puts its own name before its text. Pure functions; any thread.
// Source: shared/wire/classic.md, section 3.
#pragma once

#include "tincan/base/text.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::wire {

inline constexpr std::string_view name_request = "NICK"; // a host that wants a name says this first, and nothing else
inline constexpr std::size_t max_speaker_bytes = 64;
// Its programs take what one recv gives them as one message: two writes need some time between them.
inline constexpr std::chrono::milliseconds reading_pause{50};

// What came at once, without the line end, taken apart: "NAME: TEXT", "[12:01] NAME: TEXT" or "NAME : TEXT".
struct Spoken {
  base::PeerText name; // empty: it names nobody, and the text is all of it
  base::PeerText text;
};
Spoken read_spoken(std::string_view bytes);

// What came at once, up to the word by which a client leaves: "exit", alone or (nc) as the last of its lines.
struct UpToExit {
  std::string_view said; // with its line end; views into what was given
  bool leaves = false;
};
UpToExit split_exit(std::string_view bytes);

// The bytes, cut so that each part is read at once by a recv(1024) and no character is torn where it is UTF-8.
std::vector<std::string_view> readable_parts(std::string_view bytes);

// A name as it stands before a text: one line without controls, at most max_speaker_bytes; "tincan" when nothing is
// left.
std::string speaker_name(std::string_view name);

} // namespace tincan::wire
