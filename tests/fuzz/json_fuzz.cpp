// Lines of the control socket: whatever comes, commands and events are understood or refused, and what we write is read
// back.
#include "fuzz_check.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/chat/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace tincan;

void must_be_printable(std::string_view json) {
  TINCAN_MUST(base::is_valid_utf8(json));
  while (!json.empty()) {
    const auto code_point = base::decode_code_point(json);
    TINCAN_MUST(!base::is_dangerous(code_point.value));
    json.remove_prefix(code_point.bytes);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto command = chat::command_from_json(line)) {
    const auto written = chat::to_json(*command);
    must_be_printable(written);
    const auto again = chat::command_from_json(written);
    TINCAN_MUST(again && again->index() == command->index());
    TINCAN_MUST(chat::to_json(*again) == written);
  }
  if (const auto event = chat::event_from_json(line)) {
    for (const auto& written : chat::to_json_lines(*event)) {
      must_be_printable(written);
      TINCAN_MUST(chat::event_from_json(written));
    }
  }
  return 0;
}
