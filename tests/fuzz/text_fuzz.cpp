// Anything a peer may send, on its way to a terminal: what comes out must be harmless and valid.
#include "fuzz_check.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace tincan::base;

void check_harmless(std::string_view text) {
  TINCAN_MUST(is_valid_utf8(text));
  while (!text.empty()) {
    const auto code_point = decode_code_point(text);
    TINCAN_MUST(!is_dangerous(code_point.value));
    text.remove_prefix(code_point.bytes);
  }
}

void check_json(const std::string& text) {
  auto json = safe_json(to_valid_utf8(text));
  std::replace(json.begin(), json.end(), '\n', ' ');
  check_harmless(json);
}

void check_cuts(const std::string& text) {
  for (const int columns : {0, 1, 7}) TINCAN_MUST(display_width(fit_columns(text, columns)) <= columns);
  for (std::size_t at = 0; at < text.size();) {
    const auto next = next_grapheme(text, at);
    TINCAN_MUST(next > at && next <= text.size());
    at = next;
  }
  if (!text.empty()) TINCAN_MUST(!fit_bytes(text, 5).empty());
  TINCAN_MUST(is_valid_utf8(fold_case(text)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const PeerText text(bytes);
  check_harmless(safe_line(text).str());
  check_harmless(SafeText::own(bytes).str());
  const auto name = safe_name(text).str();
  check_harmless(name);
  TINCAN_MUST(!name.empty() && display_width(name) <= max_name_columns);
  const auto lines = safe_lines(text);
  TINCAN_MUST(lines.size() == static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
  for (const auto& line : lines) check_harmless(line.str());
  check_json(bytes);
  check_cuts(bytes);
  return 0;
}
