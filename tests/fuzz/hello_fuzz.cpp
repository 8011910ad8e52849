// The stream of a stranger, before a hello was answered: one frame of 8 KiB at most, whose names, addresses and bounds
// are what Hello says. Afterwards the limit is raised, as a node does, and the rest is read.
#include "fuzz_check.hpp"
#include "tincan/wire/frame.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <string>
#include <string_view>

namespace {

using namespace tincan;

void check_hello(const wire::Hello& hello) {
  TINCAN_MUST(hello.team.untrusted_bytes().size() <= wire::max_field_bytes);
  TINCAN_MUST(hello.software.untrusted_bytes().size() <= wire::max_field_bytes);
  TINCAN_MUST(hello.endpoints.size() <= wire::max_announced_endpoints);
  for (const auto& endpoint : hello.endpoints) {
    TINCAN_MUST(endpoint.port != 0);
    TINCAN_MUST(base::Endpoint::parse(endpoint.text()) == endpoint);
  }
  std::string bytes;
  wire::encode(hello, bytes);
  TINCAN_MUST(bytes.size() <= wire::max_early_frame_bytes);
  wire::FrameReader reader;
  reader.bytes(bytes);
  TINCAN_MUST(reader.next()->value() == wire::Frame(hello));
}

// Whether a first frame this long may be read at all.
bool is_early(std::string_view stream) {
  std::size_t length = 0;
  for (const char c : stream.substr(0, 4)) length = length << 8U | static_cast<unsigned char>(c);
  return length >= 1 && length <= wire::max_early_frame_bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  wire::FrameReader reader;
  reader.bytes(stream);
  const auto first = reader.next();
  if (!first) return 0;
  TINCAN_MUST(!*first || is_early(stream));
  if (!*first || !std::holds_alternative<wire::Hello>(**first)) return 0;
  check_hello(std::get<wire::Hello>(**first));
  reader.raise_limit();
  while (reader.next()) {
  }
  return 0;
}
