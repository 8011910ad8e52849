#include "tincan.pb.h"
#include "tincan/wire/big_endian.hpp"
#include "tincan/wire/frame_filling.hpp"
#include "tincan/wire/frame_rules.hpp"
#include "tincan/wire/room.hpp"

#include <array>
#include <cassert>
#include <fmt/format.h>

namespace tincan::wire {

namespace {

using base::ErrorCode;

constexpr std::string_view too_many = "a ticket names too much"; // never shown
constexpr std::array member_fields{Nested{2, &flat, max_ticket_endpoints, too_many}};
constexpr Shape member_shape{member_fields};
constexpr std::array ticket_fields{Nested{4, &member_shape, max_ticket_members, too_many}};
constexpr Shape ticket_shape{ticket_fields};

std::string crc_32(std::string_view bytes) {
  std::uint32_t rest = ~std::uint32_t{0};
  for (const char byte : bytes) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = (rest & 1U) != 0 ? rest >> 1U ^ 0xEDB88320U : rest >> 1U;
  }
  std::string sum;
  append_big_endian(sum, ~rest);
  return sum;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

bool has_prefix(std::string_view text) {
  const auto is_same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  return text.size() >= ticket_prefix.size() &&
         std::equal(ticket_prefix.begin(), ticket_prefix.end(), text.begin(), is_same);
}

// The message, if nothing in it was mistyped.
std::optional<std::string> sound_message(std::string_view written) {
  constexpr std::size_t sum_bytes = 4;
  auto bytes = base::parse_z_base_32(written);
  if (!bytes || bytes->size() < sum_bytes) return std::nullopt;
  const auto sum = bytes->substr(bytes->size() - sum_bytes);
  bytes->resize(bytes->size() - sum_bytes);
  if (crc_32(*bytes) != sum) return std::nullopt;
  return bytes;
}

TicketText ticket_from(const pb::TicketText& from, Rules& rules) {
  return {rules.digest(from.room()), rules.exactly<base::Seed>(from.secret(), "a ticket has no secret of 32 bytes"),
          cut(from.name(), max_room_name_bytes),
          read_all(from.members(),
                   [&](const auto& member) {
                     return TicketText::Member{rules.key(member.key()), read_endpoints(member.endpoints(), rules)};
                   }),
          rules.key(from.creator())};
}

} // namespace

std::string ticket_text(const TicketText& ticket) {
  assert(ticket.members.size() <= max_ticket_members);
  pb::TicketText message;
  message.mutable_room()->assign(ticket.room.view());
  message.mutable_secret()->assign(ticket.secret.view());
  message.set_name(ticket.name.untrusted_bytes());
  message.mutable_creator()->assign(ticket.creator.view());
  for (const auto& member : ticket.members) {
    assert(member.endpoints.size() <= max_ticket_endpoints);
    auto& added = *message.add_members();
    added.mutable_key()->assign(member.key.view());
    fill_endpoints(*added.mutable_endpoints(), member.endpoints);
  }
  auto bytes = message.SerializeAsString();
  bytes += crc_32(bytes);
  return std::string(ticket_prefix) + base::z_base_32(bytes);
}

base::Result<TicketText> parse_ticket(std::string_view text) {
  text = without_blanks(text);
  if (!has_prefix(text))
    return base::fail(ErrorCode::bad_argument,
                      fmt::format("this is no ticket: a ticket begins with \"{}\"", ticket_prefix));
  if (text.size() > max_ticket_characters)
    return base::fail(ErrorCode::bad_argument,
                      fmt::format("this is no ticket: it is longer than {} characters", max_ticket_characters));
  const auto message = sound_message(text.substr(ticket_prefix.size()));
  if (!message)
    return base::fail(ErrorCode::bad_argument,
                      "cannot use this ticket: it is mistyped, or not the whole of it (copy it again)");
  auto ticket = decode_as<pb::TicketText>(*message, ticket_shape, "a ticket", ticket_from);
  if (ticket) return ticket;
  return base::fail(ErrorCode::bad_argument, "cannot use this ticket: it holds something else than a ticket of this "
                                             "version (ask for a new one)");
}

} // namespace tincan::wire
