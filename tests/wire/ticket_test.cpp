// Tickets as text: what a person copies, types or scans.
#include "frame_samples.hpp"
#include "tincan/wire/room.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>

namespace tincan::wire {

namespace {

using namespace test;

TicketText sample() {
  return {filled<base::Digest>(1),
          filled<base::Seed>(2),
          base::PeerText("harbour"),
          {{filled<base::PublicKey>(3), {*base::Endpoint::parse("10.0.0.7:4100"), *base::Endpoint::parse("[::1]:1")}},
           {filled<base::PublicKey>(4), {}}},
          filled<base::PublicKey>(5)};
}

TicketText fullest() {
  const std::vector endpoints(max_ticket_endpoints, *base::Endpoint::parse("[2001:db8::7]:65535"));
  return {filled<base::Digest>(0xff), filled<base::Seed>(0xff),
          base::PeerText(std::string(max_room_name_bytes, '\xff')),
          std::vector(max_ticket_members, TicketText::Member{filled<base::PublicKey>(0xff), endpoints}),
          filled<base::PublicKey>(0xff)};
}

std::string refusal(std::string_view text) {
  const auto ticket = parse_ticket(text);
  if (ticket) return "";
  CHECK(ticket.error().code == base::ErrorCode::bad_argument);
  return ticket.error().text;
}

constexpr auto mistyped = "cannot use this ticket: it is mistyped, or not the whole of it (copy it again)";
constexpr auto other_version =
    "cannot use this ticket: it holds something else than a ticket of this version (ask for a new one)";

// A sound text around any message.
std::string text_of(std::string message) {
  std::uint32_t rest = ~std::uint32_t{0};
  for (const char byte : message) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1U ^ ((rest & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(~rest >> shift & 0xFFU);
  return "tincan:" + base::z_base_32(message);
}

} // namespace

TEST_CASE("a ticket is read as it was written") {
  for (const auto& ticket : {TicketText{}, sample(), fullest()}) {
    const auto text = ticket_text(ticket);
    CHECK(text.starts_with("tincan:"));
    CHECK(text.size() <= max_ticket_characters);
    CHECK(parse_ticket(text).value() == ticket);
  }
}

TEST_CASE("a ticket survives blanks around it and another case") {
  auto text = ticket_text(sample());
  CHECK(parse_ticket(" \t" + text + "\r\n").value() == sample());
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  CHECK(parse_ticket(text).value() == sample());
}

TEST_CASE("the sum of a ticket is the CRC-32 that everybody computes") {
  // Of "123456789" it is cbf43926; a ticket of that message is sound, but holds nothing.
  CHECK(refusal("tincan:" + base::z_base_32("123456789\xcb\xf4\x39\x26")) == other_version);
  CHECK(refusal("tincan:" + base::z_base_32("123456789\xcb\xf4\x39\x27")) == mistyped);
}

TEST_CASE("a ticket with any character mistyped, left out, doubled or swapped is refused") {
  const auto text = ticket_text(sample());
  for (std::size_t i = ticket_prefix.size(); i < text.size(); ++i) {
    for (const char typed : std::string_view("ybndrfg8ejkmcpqxot1uwisza345h769 l0\xff")) {
      auto wrong = text;
      wrong[i] = typed;
      if (wrong != text && typed != ' ') CHECK(refusal(wrong) == mistyped);
      if (typed == ' ' && i + 1 < text.size()) CHECK(refusal(wrong) == mistyped);
    }
    CHECK(refusal(text.substr(0, i) + text.substr(i + 1)) == mistyped);
    auto swapped = text;
    if (i + 1 < text.size()) std::swap(swapped[i], swapped[i + 1]);
    if (swapped != text) CHECK(refusal(swapped) == mistyped);
    auto doubled = text;
    doubled.insert(i, 1, text[i]);
    CHECK(refusal(doubled) == mistyped);
  }
}

TEST_CASE("a ticket that was cut off is refused") {
  const auto text = ticket_text(sample());
  for (auto size = ticket_prefix.size(); size < text.size(); ++size) CHECK(refusal(text.substr(0, size)) == mistyped);
}

TEST_CASE("what is no ticket is called so") {
  constexpr auto no_ticket = "this is no ticket: a ticket begins with \"tincan:\"";
  for (const auto* text : {"", "  ", "tincan", "10.0.0.7:4100", "ticket:ybndr"}) CHECK(refusal(text) == no_ticket);
  CHECK(refusal("tincan:" + std::string(max_ticket_characters, 'y')) ==
        "this is no ticket: it is longer than 2048 characters");
}

TEST_CASE("a sound text that holds no ticket of this version is refused") {
  const std::string key(32, 'k');
  const auto whole = bytes_field(1, key) + bytes_field(2, key) + bytes_field(5, key);
  const auto endpoint = bytes_field(2, bytes_field(1, "\x0a\1\1\1") + number_field(2, 7));
  const auto member = [&](std::size_t endpoints) {
    return bytes_field(4, bytes_field(1, key) + times(endpoints, endpoint));
  };
  CHECK(refusal(text_of(whole + member(max_ticket_endpoints))).empty());
  const std::string broken[] = {"",
                                bytes_field(1, key) + bytes_field(2, key),
                                bytes_field(1, key) + bytes_field(5, key),
                                bytes_field(2, key) + bytes_field(5, key),
                                whole + bytes_field(4, ""),
                                whole + times(max_ticket_members + 1, member(0)),
                                whole + member(max_ticket_endpoints + 1),
                                "\x0a\x7f"};
  for (const auto& message : broken) CHECK(refusal(text_of(message)) == other_version);
}

TEST_CASE("the name of a room in a ticket is cut to its limit") {
  auto ticket = sample();
  ticket.name = base::PeerText(std::string(100, 'n'));
  CHECK(parse_ticket(ticket_text(ticket)).value().name.untrusted_bytes() == std::string(64, 'n'));
}

} // namespace tincan::wire
