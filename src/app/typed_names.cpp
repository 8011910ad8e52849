#include "tincan/app/typed_names.hpp"

#include "tincan/app/lines.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>

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
  const auto place = base::HostPort::parse(typed.substr(at + 1));
  return place && place->port;
}

bool is_plain_word(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), is_letter) && !is_number(name);
}

} // namespace tincan::app
