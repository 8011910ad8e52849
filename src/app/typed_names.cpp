#include "tincan/app/typed_names.hpp"

#include "tincan/app/lines.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/room.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace tincan::app {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string comparable(std::string_view name) {
  auto folded = base::fold_case(base::trim(name));
  std::replace(folded.begin(), folded.end(), ' ', '_');
  return folded;
}

bool is_named(const chat::Peer& peer, std::string_view typed) {
  if (is_number(typed)) return std::to_string(peer.id.value) == typed;
  if (names_key(typed)) return peer.key == base::PublicKey::parse(typed.substr(0, typed.find('@')));
  if (endpoint_text(peer.endpoint) == typed) return true;
  const auto wanted = comparable(typed);
  return (!peer.petname.empty() && comparable(peer.petname) == wanted) ||
         comparable(peer.team.untrusted_bytes()) == wanted;
}

bool names_key(std::string_view typed) {
  const auto at = typed.find('@');
  if (!base::PublicKey::parse(typed.substr(0, at))) return false;
  if (at == std::string_view::npos) return true;
  return names_host(typed.substr(at + 1));
}

std::string as_room(std::string_view typed) {
  typed = base::trim(typed);
  return typed.empty() || typed.starts_with('#') ? std::string(typed) : "#" + std::string(typed);
}

bool names_host(std::string_view typed) {
  const auto parsed = base::HostPort::parse(typed);
  return parsed && parsed->port;
}

base::Result<std::string> as_room_or_ticket(std::string_view typed) {
  typed = base::trim(typed);
  if (names_host(typed))
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("{0} is an address: for the room of plain-text programs there, /join {0} --plain "
                                  "(tincan join {0} --plain); for a room of that name, #{0}",
                                  base::as_typed(typed)));
  const bool is_ticket = base::fold_case(typed.substr(0, wire::ticket_prefix.size())) == wire::ticket_prefix;
  const bool is_id = typed.size() >= base::PublicKey::text_characters && typed.find(' ') == std::string_view::npos;
  return is_ticket || is_id ? std::string(typed) : as_room(typed);
}

std::optional<base::Millis> parse_duration(std::string_view typed) {
  using namespace std::chrono;
  constexpr base::Millis longest = hours(24) * 365;
  constexpr std::array units{std::pair("s", seconds(1)), std::pair("min", seconds(60)), std::pair("m", seconds(60)),
                             std::pair("h", seconds(3600)), std::pair("d", seconds(86400))};
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), count);
  if (error != std::errc() || count == 0) return std::nullopt;
  const auto unit = base::fold_case(typed.substr(static_cast<std::size_t>(end - typed.data())));
  for (const auto& [name, length] : units)
    if (unit == name && count <= longest / length) return count * base::Millis(length);
  return std::nullopt;
}

bool is_plain_word(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), is_letter) && !is_number(name);
}

} // namespace tincan::app
