// The link that opens the web page of a running profile, and a browser for it. Any thread.
#pragma once

#include "tincan/base/error.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace tincan::app {

// As it stands in the profile's folder now: it opens one page, then there is another. Errors: storage; bad_argument
// when that profile serves no page.
base::Result<std::string> page_link(const std::filesystem::path& folder);
std::string sentence_of(const std::string& page_link); // for people; two lines
std::string json_of(const std::string& page_link);     // {"event":"web","link":"…"}

// Starts the browser of the desktop. It is given a file that leads to the page: arguments can be seen by everybody.
base::Result<void> open_browser(const std::filesystem::path& folder);

} // namespace tincan::app
