#include "tincan.pb.h"
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/frame_filling.hpp"
#include "tincan/wire/frame_rooms.hpp"

#include <cassert>
#include <google/protobuf/arena.h>

namespace tincan::wire {

namespace {

// Modulo 2^64: whatever the author's clock says, it can be written.
std::int64_t wall_offset(const LogEntry& entry) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(entry.wall_ms) -
                                   static_cast<std::uint64_t>(entry.order_us / 1000));
}

void fill(pb::Entry& to, const LogEntry& entry) {
  to.set_order_us(static_cast<std::uint64_t>(entry.order_us));
  to.set_wall_offset_ms(wall_offset(entry));
  to.set_kind(static_cast<std::uint32_t>(entry.kind));
  if (entry.has_body) {
    to.set_body(entry.body.untrusted_bytes());
    to.mutable_salt()->assign(entry.salt.view());
  } else {
    to.mutable_body_digest()->assign(entry.body_digest.view());
  }
  if (entry.target) fill_ref(*to.mutable_target(), *entry.target);
  for (const auto& head : entry.heads) fill_ref(*to.add_heads(), head);
  if (entry.signature) to.mutable_signature()->assign(entry.signature->view());
}

void fill(pb::Frame& to, const Hello& hello) {
  auto& said_hello = *to.mutable_hello();
  said_hello.set_version(hello.version);
  said_hello.set_features(hello.features);
  said_hello.set_team(hello.team.untrusted_bytes());
  said_hello.set_software(hello.software.untrusted_bytes());
  fill_endpoints(*said_hello.mutable_endpoints(), hello.endpoints);
  said_hello.set_run(hello.run);
}

void fill(pb::Frame& to, const Have& have) {
  auto& vector = *to.mutable_have();
  assign(vector.mutable_conversation(), said(have.conversation));
  for (const auto& log : have.logs) {
    auto& extent = *vector.add_logs();
    extent.mutable_author()->assign(log.author.view());
    extent.set_up_to(log.up_to);
    extent.set_island_first(log.island_first);
    extent.set_island_last(log.island_last);
    extent.set_hops(log.hops);
    if (!log.hash.is_zero()) extent.mutable_hash()->assign(log.hash.view());
  }
}

void fill(pb::Frame& to, const Want& want) {
  auto& range = *to.mutable_want();
  assign(range.mutable_conversation(), said(want.conversation));
  range.mutable_author()->assign(want.author.view());
  range.set_first(want.first);
  range.set_last(want.last);
  range.set_grafts(want.grafts);
}

void fill(pb::Frame& to, const Entries& entries) {
  assert(!entries.entries.empty());
  auto& batch = *to.mutable_entries();
  assign(batch.mutable_conversation(), said(entries.conversation));
  assign(batch.mutable_author(), said(entries.author));
  assign(batch.mutable_prev(), said(entries.prev));
  batch.set_first_seq(entries.entries.front().seq);
  batch.set_is_answer(entries.is_answer);
  batch.set_hops(entries.hops);
  batch.mutable_entries()->Reserve(static_cast<int>(entries.entries.size()));
  for (const auto& entry : entries.entries) fill(*batch.add_entries(), entry);
}

void fill(pb::Frame& to, const Ping& ping) { to.mutable_ping()->set_token(ping.token); }
void fill(pb::Frame& to, const Pong& pong) { to.mutable_pong()->set_token(pong.token); }

void fill(pb::Frame& to, const Bye& bye) {
  to.mutable_bye()->set_code(static_cast<std::uint32_t>(bye.code));
  to.mutable_bye()->set_why(bye.why.untrusted_bytes());
}

void fill(pb::Frame& to, const Locate& locate) { to.mutable_locate()->mutable_token()->assign(locate.token.view()); }

void fill(pb::Frame& to, const Located& located) {
  to.mutable_located()->mutable_token()->assign(located.token.view());
  fill_endpoints(*to.mutable_located()->mutable_endpoints(), located.endpoints);
}

// Frames of rooms.
template<class Kind> void fill(pb::Frame& to, const Kind& kind) { fill_room_frame(to, kind); }

} // namespace

void encode_message(const Frame& frame, std::string& out) {
  google::protobuf::Arena arena;
  auto& message = *google::protobuf::Arena::CreateMessage<pb::Frame>(&arena);
  std::visit([&](const auto& kind) { fill(message, kind); }, frame);
  message.AppendToString(&out);
}

} // namespace tincan::wire
