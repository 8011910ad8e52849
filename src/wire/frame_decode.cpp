#include "tincan.pb.h"
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/frame_rooms.hpp"
#include "tincan/wire/frame_rules.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/stubs/logging.h>
#include <limits>
#include <utility>

namespace tincan::wire {

namespace {

// What a peer sends must not make protobuf write to our terminal.
[[maybe_unused]] const auto protobufs_own_log = google::protobuf::SetLogHandler(nullptr);

void read_times(const pb::Entry& from, LogEntry& entry, Rules& rules) {
  rules.must(from.order_us() <= static_cast<std::uint64_t>(max_order_us), "an entry is from after the year 9999");
  entry.order_us = static_cast<std::int64_t>(from.order_us());
  entry.wall_ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(from.wall_offset_ms()) + from.order_us() / 1000);
}

void read_body(pb::Entry& from, LogEntry& entry, Rules& rules) {
  entry.has_body = from.body_digest().empty();
  if (entry.has_body) {
    entry.salt = rules.exactly<base::Salt>(from.salt(), "an entry has neither a salt of 16 bytes nor a digest");
    if (!from.body().empty()) entry.body = base::PeerText(std::move(*from.mutable_body()));
    return;
  }
  entry.body_digest = rules.digest(from.body_digest());
  rules.must(from.body().empty() && from.salt().empty(), "an entry has both a body and the digest of a destroyed one");
}

void read(pb::Entry& from, LogEntry& entry, Rules& rules) {
  read_times(from, entry, rules);
  rules.must(from.kind() >= 1 && from.kind() <= 65'535, "an entry has no kind from 1 to 65535");
  entry.kind = static_cast<EntryKind>(from.kind());
  read_body(from, entry, rules);
  if (from.has_target()) entry.target = read_ref(from.target(), rules);
  entry.heads = read_refs(from.heads(), rules);
  if (!from.signature().empty()) entry.signature = rules.signature(from.signature());
}

Frame read(const pb::Hello& from, Rules& rules) {
  return Hello{from.version(),
               from.features(),
               cut(from.team(), max_field_bytes),
               cut(from.software(), max_field_bytes),
               read_endpoints(from.endpoints(), rules),
               from.run()};
}

LogExtent read(const pb::LogExtent& from, Rules& rules) {
  LogExtent log{rules.key(from.author()), from.up_to(), from.island_first(), from.island_last(), {}, from.hops()};
  if (!from.hash().empty()) log.hash = rules.digest(from.hash());
  const bool has_island = log.island_first != 0 || log.island_last != 0;
  rules.must(log.up_to <= max_seq && log.island_last <= max_seq, "a log ends beyond every number");
  rules.must(!has_island || (log.up_to + 1 < log.island_first && log.island_first <= log.island_last),
             "a log has a range that cannot be");
  return log;
}

Frame read(const pb::Have& from, Rules& rules) {
  return Have{rules.digest_if_said(from.conversation()),
              read_all(from.logs(), [&](const auto& log) { return read(log, rules); })};
}

Frame read(const pb::Want& from, Rules& rules) {
  const Want want{rules.digest_if_said(from.conversation()), rules.key(from.author()), from.first(), from.last(),
                  from.grafts()};
  rules.must(want.first >= 1 && want.first <= want.last && want.last <= max_seq, "a range is wanted that cannot be");
  return want;
}

// A receiver holds unsigned entries back until one is signed: there is a bound to that.
void check_signatures(const std::vector<LogEntry>& entries, Rules& rules) {
  std::size_t unsigned_run = 0;
  for (const auto& entry : entries) {
    unsigned_run = entry.signature ? 0 : unsigned_run + 1;
    rules.must(unsigned_run <= max_burst_entries + 1, "too many entries in a row are not signed");
  }
  rules.must(unsigned_run == 0, "the last entry of a frame is not signed");
}

Frame read(pb::Entries& from, Rules& rules) {
  Entries batch{rules.digest_if_said(from.conversation()),
                rules.key_if_said(from.author()),
                rules.digest_if_said(from.prev()),
                {},
                from.is_answer(),
                from.hops()};
  const auto count = static_cast<std::size_t>(from.entries_size());
  rules.must(count > 0, "a frame of entries holds none");
  rules.must(from.first_seq() >= 1 && from.first_seq() - 1 <= max_seq - count, "entries have numbers that none has");
  if (!rules.broken().empty()) return batch;
  batch.entries.resize(count);
  auto seq = from.first_seq();
  for (std::size_t i = 0; i < count; ++i) {
    batch.entries[i].seq = seq++;
    read(*from.mutable_entries(static_cast<int>(i)), batch.entries[i], rules);
  }
  check_signatures(batch.entries, rules);
  return batch;
}

Frame read(const pb::Bye& from, Rules& rules) {
  rules.must(from.code() <= std::numeric_limits<std::uint16_t>::max(), "a farewell has a code over 65535");
  return Bye{static_cast<ByeCode>(from.code()), cut(from.why(), max_why_bytes)};
}

Frame read(const pb::Located& from, Rules& rules) {
  return Located{rules.digest(from.token()), read_endpoints(from.endpoints(), rules)};
}

std::optional<Frame> read(pb::Frame& from, Rules& rules) {
  switch (from.kind_case()) {
  case pb::Frame::kHello: return read(from.hello(), rules);
  case pb::Frame::kHave: return read(from.have(), rules);
  case pb::Frame::kWant: return read(from.want(), rules);
  case pb::Frame::kEntries: return read(*from.mutable_entries(), rules);
  case pb::Frame::kPing: return Ping{from.ping().token()};
  case pb::Frame::kPong: return Pong{from.pong().token()};
  case pb::Frame::kBye: return read(from.bye(), rules);
  case pb::Frame::kLocate: return Locate{rules.digest(from.locate().token())};
  case pb::Frame::kLocated: return read(from.located(), rules);
  case pb::Frame::KIND_NOT_SET: return std::nullopt;
  default: return read_room_frame(from, rules);
  }
}

} // namespace

base::Result<std::optional<Frame>> decode_message(std::string_view message) {
  if (auto shape = check_shape(message); !shape) return tl::unexpected(std::move(shape.error()));
  google::protobuf::Arena arena;
  auto& parsed = *google::protobuf::Arena::CreateMessage<pb::Frame>(&arena);
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size())))
    return base::fail(base::ErrorCode::bad_bytes, "a frame cannot be decoded");
  Rules rules;
  auto frame = read(parsed, rules);
  if (!rules.broken().empty()) return base::fail(base::ErrorCode::bad_bytes, std::string(rules.broken()));
  return frame;
}

} // namespace tincan::wire
