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

// The name of a block of lines that may change later; chosen by who prints it, 0: none.
using LineTag = std::uint64_t;

// Lines that are printed together. Of two blocks with one tag, only the newer is known by it.
struct Block {
  std::vector<Line> lines;
  LineTag tag = 0;
};

} // namespace tincan::term
