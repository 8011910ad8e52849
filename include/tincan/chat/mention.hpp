// Whether a text speaks to somebody by name. Pure; any thread.
#pragma once

#include <string_view>

namespace tincan::chat {

// The name as a whole word, with or without @, whatever its case; '_' in the name also stands for a blank. An empty
// name is never spoken to.
bool mentions(std::string_view text, std::string_view name);

} // namespace tincan::chat
