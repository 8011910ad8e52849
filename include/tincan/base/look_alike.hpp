// Names that people cannot tell apart: a form that is equal for them. For marking, never for showing or deciding who
// somebody is (that is the key). Pure; any thread. Source: Unicode Technical Standard 39, "Confusable Detection".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tincan::base {

inline constexpr std::size_t max_compared_bytes = 256; // of a name: what differs only later is not seen either

// Equal for names that look the same: letters of other scripts, rn and m, I and l, full width, another case, another
// normal form; blanks and invisible characters count for nothing. Any bytes may come. It is empty for a name that shows
// nothing.
std::string skeleton(std::string_view name);

} // namespace tincan::base
