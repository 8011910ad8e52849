#include "tincan/wire/log_entry.hpp"

#include "frame_samples.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

namespace tincan::wire {

namespace {

using namespace test;

std::string repeated(char byte, std::size_t count) { return std::string(count, byte); }

LogPlace sample_place() {
  return {filled<base::Digest>(0xC0), filled<base::PublicKey>(0xA0), filled<base::Digest>(0xB0)};
}

} // namespace

TEST_CASE("the header of an entry is laid out byte by byte as its table says") {
  LogEntry entry;
  entry.seq = 0x0102030405060708;
  entry.order_us = 0x1112131415161718;
  entry.wall_ms = -2;
  entry.kind = static_cast<EntryKind>(0x2122);
  entry.body_digest = filled<base::Digest>(0xD0);
  const std::string start = std::string("tincan/1 entry\0", 15) + repeated('\xC0', 32) + repeated('\xA0', 32) +
                            "\x01\x02\x03\x04\x05\x06\x07\x08" + repeated('\xB0', 32) +
                            "\x11\x12\x13\x14\x15\x16\x17\x18" + "\xff\xff\xff\xff\xff\xff\xff\xfe" + "\x21\x22";
  CHECK(header_bytes(sample_place(), entry) == start + repeated('\0', 2) + repeated('\xD0', 32));

  entry.target = EntryRef{filled<base::PublicKey>(0xE1), 5, filled<base::Digest>(0xE2)};
  entry.heads = {EntryRef{filled<base::PublicKey>(0xF1), 6, filled<base::Digest>(0xF2)},
                 EntryRef{filled<base::PublicKey>(0xF3), 256, filled<base::Digest>(0xF4)}};
  const auto target = repeated('\xE1', 32) + repeated('\0', 7) + '\5' + repeated('\xE2', 32);
  const auto heads = repeated('\xF1', 32) + repeated('\0', 7) + '\6' + repeated('\xF2', 32) + repeated('\xF3', 32) +
                     repeated('\0', 6) + '\1' + '\0' + repeated('\xF4', 32);
  CHECK(header_bytes(sample_place(), entry) == start + '\1' + target + '\2' + heads + repeated('\xD0', 32));
}

TEST_CASE("a body is digested with its domain and its salt in front") {
  CHECK(body_bytes(filled<base::Salt>(5), base::PeerText("hi")) ==
        std::string("tincan/1 body\0", 14) + repeated('\5', 16) + "hi");
  CHECK(body_bytes({}, {}).size() == 30);
}

TEST_CASE("the header of an entry does not hold its body, its signature or its hash") {
  auto entry = sample_entry();
  const auto header = header_bytes(sample_place(), entry);
  entry.body = base::PeerText("another");
  entry.salt = {};
  entry.has_body = false;
  entry.signature.reset();
  entry.hash = filled<base::Digest>(1);
  CHECK(header_bytes(sample_place(), entry) == header);
}

TEST_CASE("every other field changes the header of an entry") {
  std::set<std::string> all;
  const auto add = [&](auto change) {
    auto place = sample_place();
    auto entry = sample_entry();
    change(place, entry);
    CHECK(all.insert(header_bytes(place, entry)).second);
  };
  add([](LogPlace&, LogEntry&) {});
  add([](LogPlace& place, LogEntry&) { place.conversation.bytes[31] = 1; });
  add([](LogPlace& place, LogEntry&) { place.author.bytes[31] = 1; });
  add([](LogPlace& place, LogEntry&) { place.prev.bytes[31] = 1; });
  add([](LogPlace&, LogEntry& entry) { ++entry.seq; });
  add([](LogPlace&, LogEntry& entry) { ++entry.order_us; });
  add([](LogPlace&, LogEntry& entry) { entry.wall_ms = std::numeric_limits<std::int64_t>::min(); });
  add([](LogPlace&, LogEntry& entry) { entry.kind = EntryKind::edit; });
  add([](LogPlace&, LogEntry& entry) { entry.target = sample_ref(); });
  add([](LogPlace&, LogEntry& entry) { entry.heads = {sample_ref()}; });
  add([](LogPlace&, LogEntry& entry) { entry.heads = {sample_ref(1), sample_ref(2)}; });
  add([](LogPlace&, LogEntry& entry) { entry.heads = {sample_ref(2), sample_ref(1)}; });
  add([](LogPlace&, LogEntry& entry) { entry.body_digest.bytes[0] = 1; });
}

} // namespace tincan::wire
