// One entry of any content, built from the bytes: it must come through a frame as it is, within the size foretold, and
// its header must hold each of its fields.
#include "fuzz_check.hpp"
#include "tincan/wire/frame.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace tincan;

class Bytes {
public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t result = 0;
    for (int i = 0; i < 8; ++i) result = result << 8U | byte();
    return result;
  }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto result = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return result;
  }
  template<class Value> Value filled() {
    Value result;
    for (auto& one : result.bytes) one = byte();
    return result;
  }
  std::string rest() const { return std::string(rest_); }

private:
  std::string_view rest_;
};

wire::EntryRef read_ref(Bytes& from) {
  return {from.filled<base::PublicKey>(), std::max<std::uint64_t>(from.number() & wire::max_seq, 1),
          from.filled<base::Digest>()};
}

wire::LogEntry read_entry(Bytes from) {
  wire::LogEntry entry;
  const auto choice = from.byte();
  entry.seq = std::max<std::uint64_t>(from.number() & wire::max_seq, 1);
  entry.order_us = static_cast<std::int64_t>(from.number() % (static_cast<std::uint64_t>(wire::max_order_us) + 1));
  entry.wall_ms = static_cast<std::int64_t>(from.number());
  entry.kind = static_cast<wire::EntryKind>(1 + from.byte() % 9);
  entry.has_body = (choice & 0x80U) == 0;
  if (entry.has_body)
    entry.salt = from.filled<base::Salt>();
  else
    entry.body_digest = from.filled<base::Digest>();
  if ((choice & 0x40U) != 0) entry.target = read_ref(from);
  for (auto heads = choice % (wire::max_heads + 1); heads > 0; --heads) entry.heads.push_back(read_ref(from));
  entry.signature = from.filled<base::Signature>();
  if (entry.has_body) entry.body = base::PeerText(from.rest());
  return entry;
}

void check_frame(const wire::LogEntry& entry) {
  std::string bytes;
  const wire::Frame frame = wire::Entries{{}, {}, {}, {entry}};
  wire::encode(frame, bytes);
  TINCAN_MUST(bytes.size() <= wire::encoded_size(entry) + 32);
  wire::FrameReader reader;
  reader.raise_limit();
  reader.bytes(bytes);
  TINCAN_MUST(reader.next()->value() == frame);
}

template<class Change> void must_change_header(wire::LogEntry entry, Change change) {
  const auto before = wire::header_bytes({}, entry);
  change(entry);
  TINCAN_MUST(wire::header_bytes({}, entry) != before);
}

void check_header(const wire::LogEntry& entry) {
  must_change_header(entry, [](auto& changed) { ++changed.seq; });
  must_change_header(entry, [](auto& changed) { changed.order_us ^= 1; });
  must_change_header(entry, [](auto& changed) { changed.wall_ms ^= 1; });
  must_change_header(entry, [](auto& changed) { changed.body_digest.bytes[31] ^= 1U; });
  must_change_header(entry,
                     [](auto& changed) { changed.target ? changed.target.reset() : void(changed.target.emplace()); });
  if (entry.heads.empty()) return;
  must_change_header(entry, [](auto& changed) { changed.heads.pop_back(); });
  if (entry.target) return;
  must_change_header(entry, [](auto& changed) { // a head is not a target
    changed.target = changed.heads.back();
    changed.heads.pop_back();
  });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > wire::max_body_bytes) return 0;
  const auto entry = read_entry(Bytes({reinterpret_cast<const char*>(data), size}));
  check_frame(entry);
  check_header(entry);
  const auto body = wire::body_bytes(entry.salt, entry.body);
  TINCAN_MUST(body.ends_with(entry.body.untrusted_bytes()) && body.size() == 30 + entry.body.untrusted_bytes().size());
  return 0;
}
