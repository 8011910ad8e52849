// A finished line for a terminal: spans of safe text, each with a meaning instead of a colour. Values; any thread.
#pragma once

#include "tincan/base/text.hpp"

#include <cstdint>
#include <vector>

namespace tincan::term {

enum class Style : std::uint8_t {
  plain,
  dim,     // times, states, hints
  strong,  // headings
  peer,    // who spoke
  own,     // our own lines
  good,    // sent, acknowledged, connected
  warning, // travelled in clear, blocked
  bad,     // failed, errors
  mention, // a line that names us
};

struct Span {
  Style style = Style::plain;
  base::SafeText text;
};

using Line = std::vector<Span>;

} // namespace tincan::term
