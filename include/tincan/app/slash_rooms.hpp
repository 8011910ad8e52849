// The slash commands of rooms. A part of slash.cpp; pure, console thread. A room that is not named is the one in front:
// the menu fills it in.
#pragma once

#include "tincan/app/slash.hpp"

#include <optional>
#include <string_view>

namespace tincan::app {

// None when the command is none of a room's. `rest` is what follows its name. Errors: bad_argument with the right use.
std::optional<base::Result<SlashAction>> room_action(const SlashCommand& command, std::string_view rest);

// "#plans" without its '#'.
std::string_view without_mark(std::string_view room);

} // namespace tincan::app
