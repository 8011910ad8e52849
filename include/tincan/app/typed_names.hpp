// How people name peers when they type: compared without case, blanks like '_'. Pure; any thread. The node decides in
// the end; this only tells early what cannot be meant.
#pragma once

#include "tincan/chat/peer.hpp"

#include <string>
#include <string_view>

namespace tincan::app {

bool is_number(std::string_view text);
std::string comparable(std::string_view name);
// By its number, address, key, petname or the name that it claims.
bool is_named(const chat::Peer& peer, std::string_view typed);
// A key, or KEY@10.0.0.7:4100.
bool names_key(std::string_view typed);
// A name that is one plain word: what a peer calls itself must not become part of a command.
bool is_plain_word(std::string_view name);

} // namespace tincan::app
