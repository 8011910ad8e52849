#include "tincan.pb.h"
#include "tincan/wire/frame_rules.hpp"
#include "tincan/wire/room.hpp"

#include <array>

namespace tincan::wire {

namespace {

constexpr std::string_view again = "a change of a room says something twice";
constexpr std::string_view too_many_removals = "a change of a room names too many removals";

constexpr std::array admit_fields{Nested{4, &flat, max_known_removals, too_many_removals}};
constexpr std::array role_fields{Nested{3, &flat, max_known_removals, too_many_removals}};
constexpr std::array epoch_fields{Nested{2, &flat, max_covered, "an epoch covers too many logs"}};
constexpr Shape admit_shape{admit_fields};
constexpr Shape set_role_shape{role_fields};
constexpr Shape epoch_shape{epoch_fields};
constexpr std::array change_fields{
    Nested{1, &flat, 1, again},  Nested{2, &admit_shape, 1, again},    Nested{3, &flat, 1, again},
    Nested{4, &flat, 1, again},  Nested{5, &set_role_shape, 1, again}, Nested{6, &flat, 1, again},
    Nested{7, &flat, 1, again},  Nested{8, &flat, 1, again},           Nested{9, &epoch_shape, 1, again},
    Nested{10, &flat, 1, again}, Nested{11, &flat, 1, again}};
constexpr Shape change_shape{change_fields, true};

std::uint64_t read_count(std::uint64_t count, Rules& rules) {
  rules.must(count <= max_seq, "a change of a room goes beyond every number");
  return count;
}

Genesis read(const pb::Genesis& from, Rules& rules) {
  return {cut(from.name(), max_room_name_bytes), from.is_private(),
          rules.exactly<base::Salt>(from.nonce(), "a room is born without a nonce of 16 bytes")};
}

Admit read(const pb::Admit& from, Rules& rules) {
  Admit result;
  result.member = rules.key(from.member());
  if (from.ticket().empty()) {
    rules.must(from.proof().empty(), "there is a proof without a ticket");
  } else {
    result.ticket = rules.key(from.ticket());
    result.proof = rules.signature(from.proof());
  }
  result.knows = read_refs(from.knows(), rules);
  rules.must(from.sealed().size() <= max_sealed_bytes, "too much is sealed for a new member");
  result.sealed = from.sealed();
  return result;
}

Join read(const pb::Join& from, Rules& rules) {
  rules.must(from.lines_from() >= 1, "a member's lines have to begin somewhere");
  return {cut(from.name(), max_member_name_bytes), read_count(from.lines_from(), rules)};
}

SetRole read(const pb::SetRole& from, Rules& rules) {
  rules.must(from.role() == static_cast<std::uint32_t>(Role::member) ||
                 from.role() == static_cast<std::uint32_t>(Role::moderator),
             "there is no such role to be given");
  return {rules.key(from.member()), static_cast<Role>(from.role()), read_refs(from.knows(), rules)};
}

Remove read(const pb::Remove& from, Rules& rules) {
  return {rules.key(from.member()), read_count(from.changes_up_to(), rules), read_count(from.lines_up_to(), rules)};
}

Mute read(const pb::Mute& from, Rules& rules) {
  return {rules.key(from.member()), from.is_muted(), read_count(from.lines(), rules)};
}

Epoch read(const pb::Epoch& from, Rules& rules) {
  return {rules.digest(from.id()), read_all(from.covers(), [&](const auto& covered) {
            rules.must(covered.seq() >= 1, "an epoch covers a number that no entry has");
            return Epoch::Covered{rules.key(covered.author()), read_count(covered.seq(), rules)};
          })};
}

Ticket read(const pb::Ticket& from, Rules& rules) {
  rules.must(from.uses() >= 1 && from.uses() <= max_ticket_uses, "a ticket is not for 1 to 1000 uses");
  rules.must(from.expires_ms() <= static_cast<std::uint64_t>(max_order_us) / 1000,
             "a ticket is good until after the year 9999");
  return {rules.key(from.key()), from.uses(), static_cast<std::int64_t>(from.expires_ms())};
}

RoomChange read(const pb::RoomChange& from, Rules& rules) {
  switch (from.kind_case()) {
  case pb::RoomChange::kGenesis: return read(from.genesis(), rules);
  case pb::RoomChange::kAdmit: return read(from.admit(), rules);
  case pb::RoomChange::kJoin: return read(from.join(), rules);
  case pb::RoomChange::kLeave: return Leave{};
  case pb::RoomChange::kSetRole: return read(from.set_role(), rules);
  case pb::RoomChange::kRemove: return read(from.remove(), rules);
  case pb::RoomChange::kMute: return read(from.mute(), rules);
  case pb::RoomChange::kTopic: return Topic{cut(from.topic().text(), max_topic_bytes + sealing_bytes)};
  case pb::RoomChange::kEpoch: return read(from.epoch(), rules);
  case pb::RoomChange::kTicket: return read(from.ticket(), rules);
  case pb::RoomChange::kRevokeTicket: return RevokeTicket{rules.key(from.revoke_ticket().key())};
  case pb::RoomChange::KIND_NOT_SET: break;
  }
  return std::monostate{};
}

} // namespace

base::Result<RoomChange> decode_room_change(std::string_view bytes) {
  return decode_as<pb::RoomChange>(bytes, change_shape, "a change of a room",
                                   [](const pb::RoomChange& from, Rules& rules) { return read(from, rules); });
}

} // namespace tincan::wire
