// The stream of a peer that said hello, against FrameReader. The first byte chooses the size of the chunks (0: all at
// once). However the bytes are cut, the same frames must be read, within their bounds, and be the same when written
// and read again.
#include "fuzz_check.hpp"
#include "tincan/wire/frame.hpp"
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/room.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tincan;
using wire::Frame;

struct Heard {
  std::vector<Frame> frames;
  std::string error;
  bool operator==(const Heard&) const = default;
};

void drain(wire::FrameReader& reader, Heard& heard) {
  while (auto frame = reader.next()) {
    TINCAN_MUST(heard.error.empty());
    if (*frame)
      heard.frames.push_back(std::move(**frame));
    else
      heard.error = frame->error().text;
    TINCAN_MUST(*frame || !heard.error.empty());
  }
}

Heard listen(std::string_view stream, std::size_t chunk) {
  wire::FrameReader reader;
  reader.raise_limit();
  Heard heard;
  for (; !stream.empty(); stream.remove_prefix(std::min(chunk, stream.size()))) {
    reader.bytes(stream.substr(0, chunk));
    drain(reader, heard);
  }
  return heard;
}

void check(const wire::EntryRef& ref) { TINCAN_MUST(ref.seq >= 1 && ref.seq <= wire::max_seq); }

void check(const wire::LogEntry& entry) {
  TINCAN_MUST(entry.order_us >= 0 && entry.order_us <= wire::max_order_us);
  TINCAN_MUST(static_cast<int>(entry.kind) != 0);
  TINCAN_MUST(entry.heads.size() <= wire::max_heads);
  TINCAN_MUST(entry.has_body || (entry.body.empty() && entry.salt.is_zero()));
  if (entry.target) check(*entry.target);
  for (const auto& head : entry.heads) check(head);
  const auto refs = entry.heads.size() + (entry.target ? 1 : 0);
  TINCAN_MUST(wire::header_bytes({}, entry).size() == 171 + 72 * refs);
}

void check(const wire::Entries& batch) {
  TINCAN_MUST(!batch.entries.empty() && batch.entries.size() <= wire::max_entries_in_frame);
  TINCAN_MUST(batch.entries.back().signature);
  auto seq = batch.entries.front().seq;
  TINCAN_MUST(seq >= 1);
  for (const auto& entry : batch.entries) {
    TINCAN_MUST(entry.seq == seq++);
    check(entry);
  }
}

void check(const std::vector<base::Endpoint>& endpoints) {
  TINCAN_MUST(endpoints.size() <= wire::max_announced_endpoints);
  for (const auto& endpoint : endpoints) TINCAN_MUST(base::Endpoint::parse(endpoint.text()) == endpoint);
}

void check(const wire::Hello& hello) {
  TINCAN_MUST(hello.team.untrusted_bytes().size() <= wire::max_field_bytes);
  TINCAN_MUST(hello.software.untrusted_bytes().size() <= wire::max_field_bytes);
  check(hello.endpoints);
}

void check(const wire::Have& have) {
  TINCAN_MUST(have.logs.size() <= wire::max_logs_in_have);
  for (const auto& log : have.logs) {
    const bool has_island = log.island_first != 0 || log.island_last != 0;
    TINCAN_MUST(log.up_to <= wire::max_seq && log.island_last <= wire::max_seq);
    TINCAN_MUST(!has_island || (log.island_first > log.up_to + 1 && log.island_first <= log.island_last));
  }
}

void check(const wire::Want& want) {
  TINCAN_MUST(want.first >= 1 && want.first <= want.last && want.last <= wire::max_seq);
}

void check(const wire::Bye& bye) { TINCAN_MUST(bye.why.untrusted_bytes().size() <= wire::max_why_bytes); }
void check(const wire::Located& located) { check(located.endpoints); }
void check(const wire::Rooms& rooms) { TINCAN_MUST(rooms.tokens.size() <= wire::max_rooms_in_frame); }
void check(const wire::PublicRooms& rooms) {
  TINCAN_MUST(rooms.rooms.size() <= wire::max_rooms_in_frame);
  for (const auto& room : rooms.rooms) {
    TINCAN_MUST(room.name.untrusted_bytes().size() <= wire::max_room_name_bytes);
    TINCAN_MUST(room.topic.untrusted_bytes().size() <= wire::max_topic_bytes);
  }
}
void check(const wire::Newest& newest) { TINCAN_MUST(newest.lines >= 1 && newest.lines <= wire::max_newest_lines); }
void check(const wire::Receipts& receipts) {
  TINCAN_MUST(receipts.receipts.size() <= wire::max_receipts_in_frame);
  std::size_t lines = 0;
  for (const auto& receipt : receipts.receipts) {
    lines += receipt.lines.size();
    for (const auto& line : receipt.lines) TINCAN_MUST(line.up_to >= 1 && line.up_to <= wire::max_seq);
  }
  TINCAN_MUST(lines <= wire::max_logs_in_have);
}
void check(const wire::Neighbours& neighbours) {
  TINCAN_MUST(neighbours.members.size() <= wire::max_neighbours_in_frame);
  for (const auto& member : neighbours.members) check(member.endpoints);
}
void check(const wire::Denied& denied) { TINCAN_MUST(denied.why.untrusted_bytes().size() <= wire::max_why_bytes); }
void check(const wire::AskKeys& ask) { TINCAN_MUST(ask.epochs.size() <= wire::max_keys_in_frame); }
void check(const wire::GiveKeys& give) { TINCAN_MUST(give.keys.size() <= wire::max_keys_in_frame); }
void check(const wire::Prune&) {}
void check(const wire::Knock&) {}
void check(const wire::Ping&) {}
void check(const wire::Pong&) {}
void check(const wire::Locate&) {}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t chunk = data[0] == 0 ? size : data[0];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto heard = listen(stream, size);
  TINCAN_MUST(listen(stream, chunk) == heard);
  std::string again;
  for (const auto& frame : heard.frames) {
    std::visit([](const auto& kind) { check(kind); }, frame);
    wire::encode(frame, again);
  }
  TINCAN_MUST(again.size() <= stream.size());
  TINCAN_MUST(listen(again, chunk) == (Heard{heard.frames, {}}));
  return 0;
}
