#include "tincan.pb.h"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/stubs/logging.h>
#include <limits>
#include <utility>

namespace tincan::wire {

namespace {

// What a peer sends must not make protobuf write to our terminal.
[[maybe_unused]] const auto protobufs_own_log = google::protobuf::SetLogHandler(nullptr);

// The first rule that a frame breaks; after it the rest is read without a meaning.
class Rules {
public:
  void must(bool holds, std::string_view broken) {
    if (!holds && broken_.empty()) broken_ = broken;
  }
  template<class Value> Value exactly(const std::string& bytes, std::string_view broken) {
    const auto value = Value::from(bytes);
    must(value.has_value(), broken);
    return value.value_or(Value{});
  }
  // Nothing said is zero.
  template<class Value> Value if_said(const std::string& bytes, std::string_view broken) {
    return bytes.empty() ? Value{} : exactly<Value>(bytes, broken);
  }
  std::string_view broken() const { return broken_; }

private:
  std::string_view broken_;
};

constexpr std::string_view key_size = "a key does not have 32 bytes";
constexpr std::string_view digest_size = "a digest does not have 32 bytes";

base::PeerText cut(const std::string& text, std::size_t limit) {
  return base::PeerText(std::string(base::fit_bytes(text, limit)));
}

template<std::size_t Size> std::array<std::uint8_t, Size> array_of(const std::string& bytes) {
  std::array<std::uint8_t, Size> result;
  std::copy_n(bytes.begin(), Size, result.begin());
  return result;
}

base::Endpoint read(const pb::Endpoint& from, Rules& rules) {
  const auto& bytes = from.address();
  rules.must(bytes.size() == 4 || bytes.size() == 16, "an address has neither 4 nor 16 bytes");
  rules.must(from.port() >= 1 && from.port() <= 65'535, "an endpoint has no port from 1 to 65535");
  if (!rules.broken().empty()) return {};
  const auto address =
      bytes.size() == 4 ? base::Address::v4(array_of<4>(bytes)) : base::Address::v6(array_of<16>(bytes));
  return {address, static_cast<std::uint16_t>(from.port())};
}

template<class Repeated> std::vector<base::Endpoint> read_endpoints(const Repeated& from, Rules& rules) {
  std::vector<base::Endpoint> result;
  result.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& endpoint : from) result.push_back(read(endpoint, rules));
  return result;
}

EntryRef read(const pb::EntryRef& from, Rules& rules) {
  EntryRef ref;
  ref.author = rules.exactly<base::PublicKey>(from.author(), key_size);
  ref.seq = from.seq();
  ref.hash = rules.exactly<base::Digest>(from.hash(), digest_size);
  rules.must(ref.seq >= 1 && ref.seq <= max_seq, "an entry names another by a number that none has");
  return ref;
}

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
  entry.body_digest = rules.exactly<base::Digest>(from.body_digest(), digest_size);
  rules.must(from.body().empty() && from.salt().empty(), "an entry has both a body and the digest of a destroyed one");
}

void read(pb::Entry& from, LogEntry& entry, Rules& rules) {
  read_times(from, entry, rules);
  rules.must(from.kind() >= 1 && from.kind() <= 65'535, "an entry has no kind from 1 to 65535");
  entry.kind = static_cast<EntryKind>(from.kind());
  read_body(from, entry, rules);
  if (from.has_target()) entry.target = read(from.target(), rules);
  entry.heads.reserve(static_cast<std::size_t>(from.heads_size()));
  for (const auto& head : from.heads()) entry.heads.push_back(read(head, rules));
  if (!from.signature().empty())
    entry.signature = rules.exactly<base::Signature>(from.signature(), "a signature does not have 64 bytes");
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
  LogExtent log{rules.exactly<base::PublicKey>(from.author(), key_size),
                from.up_to(),
                from.island_first(),
                from.island_last(),
                {}};
  if (!from.hash().empty()) log.hash = rules.exactly<base::Digest>(from.hash(), digest_size);
  const bool has_island = log.island_first != 0 || log.island_last != 0;
  rules.must(log.up_to <= max_seq && log.island_last <= max_seq, "a log ends beyond every number");
  rules.must(!has_island || (log.up_to + 1 < log.island_first && log.island_first <= log.island_last),
             "a log has a range that cannot be");
  return log;
}

Frame read(const pb::Have& from, Rules& rules) {
  Have have{rules.if_said<base::Digest>(from.conversation(), digest_size), {}};
  have.logs.reserve(static_cast<std::size_t>(from.logs_size()));
  for (const auto& log : from.logs()) have.logs.push_back(read(log, rules));
  return have;
}

Frame read(const pb::Want& from, Rules& rules) {
  const Want want{rules.if_said<base::Digest>(from.conversation(), digest_size),
                  rules.exactly<base::PublicKey>(from.author(), key_size), from.first(), from.last()};
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
  Entries batch{rules.if_said<base::Digest>(from.conversation(), digest_size),
                rules.if_said<base::PublicKey>(from.author(), key_size),
                rules.if_said<base::Digest>(from.prev(), digest_size),
                {}};
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
  return Located{rules.exactly<base::Digest>(from.token(), digest_size), read_endpoints(from.endpoints(), rules)};
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
  case pb::Frame::kLocate: return Locate{rules.exactly<base::Digest>(from.locate().token(), digest_size)};
  case pb::Frame::kLocated: return read(from.located(), rules);
  case pb::Frame::KIND_NOT_SET: break;
  }
  return std::nullopt;
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
