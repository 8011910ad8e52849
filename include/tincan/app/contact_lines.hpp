// How what concerns a contact looks on a screen: our own identity, the number to compare, why a peer is not reached,
// and notices. Pure functions; any thread.
#pragma once

#include "tincan/app/lines.hpp"
#include "tincan/chat/events.hpp"

namespace tincan::app {

Lines identity_lines(const chat::Identity& identity);
// The number in two rows of four groups, and what to do with it.
Lines verification_lines(const chat::Verification& event);
// One line for each step: ✓ it worked, ✗ it did not, · it was not come to.
Lines explained_lines(const chat::Explained& event);
Lines notice_lines(const chat::Notice& event); // a plain paragraph

// What others type, or scan, to reach us: "KEY@10.0.0.7:4100".
std::string address_to_share(const base::PublicKey& key, const base::Endpoint& endpoint);

} // namespace tincan::app
