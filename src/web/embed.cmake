# cmake -DFOLDER=… -DOUT=… -P embed.cmake: every file of FOLDER as a constant in the C++ source OUT.
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(arrays "")
set(table "")
set(number 0)
foreach(file IN LISTS files)
  if(file MATCHES "\\.html$")
    set(type "text/html; charset=utf-8")
  elseif(file MATCHES "\\.css$")
    set(type "text/css; charset=utf-8")
  elseif(file MATCHES "\\.js$")
    set(type "text/javascript; charset=utf-8")
  else()
    message(FATAL_ERROR "${FOLDER}/${file}: only .html, .css and .js are parts of the page")
  endif()
  file(READ ${FOLDER}/${file} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char file_${number}[] = {${bytes}};\n")
  string(APPEND table "      {\"/${file}\", \"${type}\", {file_${number}, sizeof file_${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "#include \"tincan/web/page_files.hpp\"

#include <array>

namespace tincan::web {

namespace {

${arrays}
} // namespace

std::span<const PageFile> page_files() {
  static constexpr auto files = std::to_array<PageFile>({
${table}  });
  return files;
}

} // namespace tincan::web
")
