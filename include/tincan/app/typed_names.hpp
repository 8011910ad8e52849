// How people name peers when they type: compared without case, blanks like '_'. Pure; any thread. The node decides in
// the end; this only tells early what cannot be meant.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/peer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tincan::app {

bool is_number(std::string_view text);
std::string comparable(std::string_view name);
// By its number, address, key, petname or the name that it claims.
bool is_named(const chat::Peer& peer, std::string_view typed);
// A key, or KEY@10.0.0.7:4100.
bool names_key(std::string_view typed);
// A room as commands name it: "#plans", also when only "plans" was typed.
std::string as_room(std::string_view typed);
// A host with its port: 10.0.0.7:5000.
bool names_host(std::string_view typed);
// What one joins: a ticket or the id of a room as it is, a name as above. Error: an address, and what could be meant.
base::Result<std::string> as_room_or_ticket(std::string_view typed);
// "90s", "30min", "2h", "7d": 1 s to 365 days. None: not such a text.
std::optional<base::Millis> parse_duration(std::string_view typed);
// A name that is one plain word: what a peer calls itself must not become part of a command.
bool is_plain_word(std::string_view name);

} // namespace tincan::app
