// What entries of rooms and tickets hold, from anybody. The first byte chooses what the rest is read as. Whatever is
// read must be within its bounds, and be the same when it is written and read again.
#include "fuzz_check.hpp"
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/room.hpp"

#include <string>
#include <string_view>

namespace {

using namespace tincan;

bool fits(const base::PeerText& text, std::size_t most) { return text.untrusted_bytes().size() <= most; }

void check(const std::vector<wire::EntryRef>& refs) {
  TINCAN_MUST(refs.size() <= wire::max_known_removals);
  for (const auto& ref : refs) TINCAN_MUST(ref.seq >= 1 && ref.seq <= wire::max_seq);
}

void check(const std::monostate&) {}
void check(const wire::Genesis& genesis) { TINCAN_MUST(fits(genesis.name, wire::max_room_name_bytes)); }
void check(const wire::Admit& admit) {
  TINCAN_MUST(admit.ticket || admit.proof.is_zero());
  TINCAN_MUST(admit.sealed.size() <= wire::max_sealed_bytes);
  check(admit.knows);
}
void check(const wire::Join& join) {
  TINCAN_MUST(fits(join.name, wire::max_member_name_bytes));
  TINCAN_MUST(join.lines_from >= 1 && join.lines_from <= wire::max_seq);
}
void check(const wire::Leave&) {}
void check(const wire::SetRole& set) {
  TINCAN_MUST(set.role == wire::Role::member || set.role == wire::Role::moderator);
  check(set.knows);
}
void check(const wire::Remove& remove) {
  TINCAN_MUST(remove.changes_up_to <= wire::max_seq && remove.lines_up_to <= wire::max_seq);
}
void check(const wire::Mute& mute) { TINCAN_MUST(mute.lines <= wire::max_seq); }
void check(const wire::Topic& topic) { TINCAN_MUST(fits(topic.text, wire::max_topic_bytes + wire::sealing_bytes)); }
void check(const wire::Epoch& epoch) {
  TINCAN_MUST(epoch.covers.size() <= wire::max_covered);
  for (const auto& covered : epoch.covers) TINCAN_MUST(covered.seq >= 1 && covered.seq <= wire::max_seq);
}
void check(const wire::Ticket& ticket) {
  TINCAN_MUST(ticket.uses >= 1 && ticket.uses <= wire::max_ticket_uses);
  TINCAN_MUST(ticket.expires_ms >= 0 && ticket.expires_ms <= wire::max_order_us / 1000);
}
void check(const wire::RevokeTicket&) {}
void check(const wire::RoomChange& change) {
  std::visit([](const auto& kind) { check(kind); }, change);
}
void check(const wire::Invitation& invitation) {
  TINCAN_MUST(fits(invitation.name, wire::max_room_name_bytes));
  TINCAN_MUST(invitation.members.size() <= wire::max_invited_to);
}
void check(const wire::GuestLine& line) { TINCAN_MUST(fits(line.name, wire::max_member_name_bytes)); }
void check(const std::vector<base::Secret>& keys) { TINCAN_MUST(keys.size() <= wire::max_keys); }

template<class Decode, class Encode> void check_codec(std::string_view bytes, Decode decode, Encode encode) {
  const auto read = decode(bytes);
  TINCAN_MUST(read || !read.error().text.empty());
  if (!read) return;
  check(*read);
  const std::string again = encode(*read);
  TINCAN_MUST(again.size() <= bytes.size() && bytes.size() <= wire::max_body_bytes);
  TINCAN_MUST(decode(again) == read);
}

void check_ticket(std::string_view text) {
  const auto ticket = wire::parse_ticket(text);
  TINCAN_MUST(ticket || ticket.error().code == base::ErrorCode::bad_argument);
  if (!ticket) return;
  TINCAN_MUST(fits(ticket->name, wire::max_room_name_bytes));
  TINCAN_MUST(ticket->members.size() <= wire::max_ticket_members);
  for (const auto& member : ticket->members) TINCAN_MUST(member.endpoints.size() <= wire::max_ticket_endpoints);
  TINCAN_MUST(wire::parse_ticket(wire::ticket_text(*ticket)) == ticket);
}

// A ticket's text around any message: nobody guesses a CRC-32.
void check_ticket_message(std::string message) {
  std::uint32_t rest = ~std::uint32_t{0};
  for (const char byte : message) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1U ^ ((rest & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(~rest >> shift & 0xFFU);
  check_ticket(std::string(wire::ticket_prefix) + base::z_base_32(message));
}

void check_sealed(std::string_view body) {
  const auto parts = wire::split_sealed(body);
  TINCAN_MUST(parts.has_value() == (body.size() >= wire::sealing_bytes));
  if (parts) TINCAN_MUST(wire::join(*parts) == body);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto encode = [](const auto& value) { return wire::encode(value); };
  switch (data[0] % 7) {
  case 0: check_codec(rest, wire::decode_room_change, encode); break;
  case 1: check_codec(rest, wire::decode_invitation, encode); break;
  case 2: check_codec(rest, wire::decode_guest_line, encode); break;
  case 3: check_codec(rest, wire::decode_keys, wire::encode_keys); break;
  case 4: check_ticket(rest); break;
  case 5: check_ticket_message(std::string(rest)); break;
  default: check_sealed(rest);
  }
  return 0;
}
