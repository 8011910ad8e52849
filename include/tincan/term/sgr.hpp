// How each style looks: the 16 basic colours, bold and dim only, so that a person's own palette decides. Pure.
#pragma once

#include "tincan/term/line.hpp"

#include <string_view>

namespace tincan::term {

// The SGR sequence that turns a style on, from the plain state; empty for Style::plain.
std::string_view style_on(Style style);
inline constexpr std::string_view style_off = "\x1b[0m";

} // namespace tincan::term
