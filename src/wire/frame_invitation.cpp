// Invitations, lines of guests, and bundles of keys.
#include "tincan.pb.h"
#include "tincan/wire/frame_rules.hpp"
#include "tincan/wire/room.hpp"

#include <array>
#include <cassert>

namespace tincan::wire {

namespace {

constexpr std::array invitation_fields{Nested{5, &flat, max_invited_to, "an invitation names too many members"}};
constexpr Shape invitation_shape{invitation_fields};
constexpr std::array bundle_fields{Nested{1, &flat, max_keys, "a bundle holds too many keys"}};
constexpr Shape bundle_shape{bundle_fields};

} // namespace

std::string encode(const Invitation& invitation) {
  assert(invitation.members.size() <= max_invited_to);
  pb::Invitation message;
  message.mutable_room()->assign(invitation.room.view());
  message.mutable_creator()->assign(invitation.creator.view());
  message.set_name(invitation.name.untrusted_bytes());
  message.set_is_private(invitation.is_private);
  for (const auto& member : invitation.members) message.add_members()->assign(member.view());
  return message.SerializeAsString();
}

base::Result<Invitation> decode_invitation(std::string_view bytes) {
  const auto read = [](const pb::Invitation& from, Rules& rules) {
    return Invitation{rules.digest(from.room()), rules.key(from.creator()), cut(from.name(), max_room_name_bytes),
                      from.is_private(), read_all(from.members(), [&](const auto& key) { return rules.key(key); })};
  };
  return decode_as<pb::Invitation>(bytes, invitation_shape, "an invitation", read);
}

std::string encode(const GuestLine& line) {
  pb::GuestLine message;
  message.set_name(line.name.untrusted_bytes());
  message.set_text(line.text.untrusted_bytes());
  return message.SerializeAsString();
}

base::Result<GuestLine> decode_guest_line(std::string_view bytes) {
  const auto read = [](const pb::GuestLine& from, Rules&) {
    return GuestLine{cut(from.name(), max_member_name_bytes), cut(from.text(), max_body_bytes)};
  };
  return decode_as<pb::GuestLine>(bytes, flat, "the line of a guest", read);
}

std::string encode_keys(const std::vector<base::Secret>& keys) {
  assert(keys.size() <= max_keys);
  pb::KeyBundle message;
  for (const auto& key : keys) message.add_keys()->assign(key.view());
  return message.SerializeAsString();
}

base::Result<std::vector<base::Secret>> decode_keys(std::string_view bytes) {
  const auto read = [](const pb::KeyBundle& from, Rules& rules) {
    return read_all(from.keys(), [&](const auto& key) { return rules.secret(key); });
  };
  return decode_as<pb::KeyBundle>(bytes, bundle_shape, "a bundle of keys", read);
}

} // namespace tincan::wire
