// How the line being typed is drawn: as it is, but with what cannot be shown safely (bidirectional and invisible
// characters, heaps of marks) escaped as everywhere else. The text itself keeps them. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tincan::term {

struct OwnView {
  std::string text;       // printable
  std::size_t cursor = 0; // byte offset in it of what stands for the cursor's place
};

// `cursor` is a byte offset in `text` at a cluster boundary.
OwnView own_view(std::string_view text, std::size_t cursor);

} // namespace tincan::term
