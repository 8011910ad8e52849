// Frames and entries as examples, for the tests of the native dialect; also random ones from a seed.
#pragma once

#include "tincan/wire/frame.hpp"

#include <random>
#include <string>

namespace tincan::wire::test {

template<class Value> Value filled(std::uint8_t byte) {
  Value value;
  value.bytes.fill(byte);
  return value;
}

inline EntryRef sample_ref(std::uint8_t byte = 1) {
  return {filled<base::PublicKey>(byte), byte, filled<base::Digest>(static_cast<std::uint8_t>(byte + 1))};
}

inline LogEntry sample_entry(std::uint64_t seq = 1) {
  LogEntry entry;
  entry.seq = seq;
  entry.order_us = 1'763'632'800'123'456;
  entry.wall_ms = 1'763'632'800'123;
  entry.body = base::PeerText("hello");
  entry.salt = filled<base::Salt>(7);
  entry.signature = filled<base::Signature>(9);
  return entry;
}

inline Entries sample_entries(std::size_t count = 1) {
  Entries batch{{}, {}, filled<base::Digest>(3), {}};
  for (std::size_t i = 0; i < count; ++i) batch.entries.push_back(sample_entry(41 + i));
  return batch;
}

inline std::string encoded(const Frame& frame) {
  std::string out;
  encode(frame, out);
  return out;
}

// The only frame in the bytes, or why there is none.
inline base::Result<Frame> decoded(std::string_view bytes) {
  FrameReader reader;
  reader.raise_limit();
  reader.bytes(bytes);
  auto frame = reader.next();
  if (!frame) return base::fail(base::ErrorCode::timed_out, "no whole frame");
  return std::move(*frame);
}

// Protobuf by hand, for what encode() does not write.
inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(0x80 | (value & 0x7FU));
  return out + static_cast<char>(value);
}
inline std::string number_field(std::uint64_t number, std::uint64_t value) {
  return varint(number << 3U) + varint(value);
}
inline std::string bytes_field(std::uint64_t number, const std::string& bytes) {
  return varint(number << 3U | 2U) + varint(bytes.size()) + bytes;
}
inline std::string times(std::size_t count, const std::string& field) {
  std::string out;
  for (; count > 0; --count) out += field;
  return out;
}
inline std::string with_length(const std::string& message) {
  const auto size = message.size();
  const std::string length{'\0', static_cast<char>(size >> 16U), static_cast<char>(size >> 8U & 0xFFU),
                           static_cast<char>(size & 0xFFU)};
  return length + message;
}

class RandomFrames {
public:
  explicit RandomFrames(std::uint32_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
  }

  template<class Value> Value value() {
    Value result;
    for (auto& byte : result.bytes) byte = static_cast<std::uint8_t>(engine_());
    return result;
  }

  base::PeerText text(std::size_t most) {
    std::string bytes(below(most + 1), '\0');
    for (auto& byte : bytes) byte = static_cast<char>(engine_());
    return base::PeerText(std::move(bytes));
  }

  EntryRef ref() { return {value<base::PublicKey>(), 1 + below(1'000'000), value<base::Digest>()}; }

  LogEntry entry(std::uint64_t seq) {
    LogEntry entry;
    entry.seq = seq;
    entry.order_us = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(max_order_us) + 1));
    entry.wall_ms = static_cast<std::int64_t>(wild());
    entry.kind = static_cast<EntryKind>(1 + below(65'535));
    entry.has_body = below(4) != 0;
    if (entry.has_body) {
      entry.body = text(300);
      entry.salt = value<base::Salt>();
    } else {
      entry.body_digest = value<base::Digest>();
    }
    if (below(3) == 0) entry.target = ref();
    for (auto heads = below(3) == 0 ? below(max_heads + 1) : 0; heads > 0; --heads) entry.heads.push_back(ref());
    if (below(2) == 0) entry.signature = value<base::Signature>();
    return entry;
  }

  Entries entries() {
    Entries batch{value<base::Digest>(), value<base::PublicKey>(), value<base::Digest>(), {}};
    auto seq = 1 + below(1'000'000'000'000);
    for (auto count = 1 + below(20); count > 0; --count) batch.entries.push_back(entry(seq++));
    batch.entries.back().signature = value<base::Signature>();
    return batch;
  }

private:
  std::uint64_t wild() { return std::uniform_int_distribution<std::uint64_t>()(engine_) >> below(64); }

  std::mt19937_64 engine_;
};

} // namespace tincan::wire::test
