#include "tincan/web/page_files.hpp"

namespace tincan::web {

std::optional<PageFile> page_file_for(std::string_view target) {
  if (target == "/") target = "/index.html";
  for (const auto& file : page_files())
    if (file.target == target) return file;
  return std::nullopt;
}

} // namespace tincan::web
