#include "tincan.pb.h"
#include "tincan/wire/frame_filling.hpp"
#include "tincan/wire/room.hpp"

#include <cassert>

namespace tincan::wire {

namespace {

void fill(pb::RoomChange&, const std::monostate&) {}

void fill(pb::RoomChange& to, const Genesis& genesis) {
  auto& change = *to.mutable_genesis();
  change.set_name(genesis.name.untrusted_bytes());
  change.set_is_private(genesis.is_private);
  change.mutable_nonce()->assign(genesis.nonce.view());
}

void fill(pb::RoomChange& to, const Admit& admit) {
  assert(admit.knows.size() <= max_known_removals && admit.sealed.size() <= max_sealed_bytes);
  auto& change = *to.mutable_admit();
  change.mutable_member()->assign(admit.member.view());
  if (admit.ticket) {
    change.mutable_ticket()->assign(admit.ticket->view());
    change.mutable_proof()->assign(admit.proof.view());
  }
  for (const auto& ref : admit.knows) fill_ref(*change.add_knows(), ref);
  change.set_sealed(admit.sealed);
}

void fill(pb::RoomChange& to, const Join& join) {
  to.mutable_join()->set_name(join.name.untrusted_bytes());
  to.mutable_join()->set_lines_from(join.lines_from);
}

void fill(pb::RoomChange& to, const Leave&) { to.mutable_leave(); }

void fill(pb::RoomChange& to, const SetRole& set) {
  assert(set.role != Role::creator && set.knows.size() <= max_known_removals);
  auto& change = *to.mutable_set_role();
  change.mutable_member()->assign(set.member.view());
  change.set_role(static_cast<std::uint32_t>(set.role));
  for (const auto& ref : set.knows) fill_ref(*change.add_knows(), ref);
}

void fill(pb::RoomChange& to, const Remove& remove) {
  auto& change = *to.mutable_remove();
  change.mutable_member()->assign(remove.member.view());
  change.set_changes_up_to(remove.changes_up_to);
  change.set_lines_up_to(remove.lines_up_to);
}

void fill(pb::RoomChange& to, const Mute& mute) {
  auto& change = *to.mutable_mute();
  change.mutable_member()->assign(mute.member.view());
  change.set_is_muted(mute.is_muted);
  change.set_lines(mute.lines);
}

void fill(pb::RoomChange& to, const Topic& topic) { to.mutable_topic()->set_text(topic.text.untrusted_bytes()); }

void fill(pb::RoomChange& to, const Epoch& epoch) {
  assert(epoch.covers.size() <= max_covered);
  auto& change = *to.mutable_epoch();
  change.mutable_id()->assign(epoch.id.view());
  for (const auto& covered : epoch.covers) {
    auto& added = *change.add_covers();
    added.mutable_author()->assign(covered.author.view());
    added.set_seq(covered.seq);
  }
}

void fill(pb::RoomChange& to, const Ticket& ticket) {
  assert(ticket.uses >= 1 && ticket.uses <= max_ticket_uses);
  assert(ticket.expires_ms >= 0 && ticket.expires_ms <= max_order_us / 1000);
  auto& change = *to.mutable_ticket();
  change.mutable_key()->assign(ticket.key.view());
  change.set_uses(ticket.uses);
  change.set_expires_ms(static_cast<std::uint64_t>(ticket.expires_ms));
}

void fill(pb::RoomChange& to, const RevokeTicket& revoke) {
  to.mutable_revoke_ticket()->mutable_key()->assign(revoke.key.view());
}

} // namespace

std::string encode(const RoomChange& change) {
  pb::RoomChange message;
  std::visit([&](const auto& kind) { fill(message, kind); }, change);
  return message.SerializeAsString();
}

} // namespace tincan::wire
