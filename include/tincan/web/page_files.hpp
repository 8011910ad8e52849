// The files of the page, as they were when the program was built (src/web/page, src/web/embed.cmake). Any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tincan::web {

struct PageFile {
  std::string_view target, type, bytes; // "/main.js", "text/javascript; charset=utf-8", …
};

std::span<const PageFile> page_files();                         // generated
std::optional<PageFile> page_file_for(std::string_view target); // "/" is index.html

} // namespace tincan::web
