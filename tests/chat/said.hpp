// What the heart brings forth, as one line each: "< …" for effects, "! …" for events. The language of the scripts.
#pragma once

#include "tincan/chat/effects.hpp"
#include "tincan/chat/events.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat::test {

// LF, CR, NUL and so on as \n, \r, \xNN: a line stays a line.
std::string escaped(std::string_view bytes);
std::string unescaped(std::string_view text);

std::string said(const Effect& effect);
// Lists take one line for each element. Times are shown relative to `now`.
std::vector<std::string> said(const Told& told, base::WallTime now);

} // namespace tincan::chat::test
