// How what happened looks on a screen: pure functions from the vocabulary to finished lines. Any thread.
#pragma once

#include "tincan/chat/events.hpp"
#include "tincan/term/line.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tincan::app {

using Lines = std::vector<term::Line>;
using NameOfKey = std::function<base::SafeText(const base::PublicKey&)>; // empty: not known

// The table of peers, headed; one line that says so when there are none.
Lines peer_table_lines(const std::vector<chat::PeerView>& peers, base::WallTime now);
term::Line mandatory_line(const chat::MandatoryStatus& status, base::WallTime now);
term::Line announced_line(const chat::PeerAnnounced& event);
std::optional<term::Line> peer_changed_line(const chat::PeerChanged& event, base::WallTime now);
// "10.0.0.7:4100", "10.0.0.7 (the whole host)", "Ann, key ybndrfg8 (wherever it is)"
std::string block_text(const chat::BlockRule& rule, const NameOfKey& name_of = {});
Lines block_lines(const std::vector<chat::BlockRule>& rules, const NameOfKey& name_of = {});
term::Line failure_line(const base::Error& error);

// "waiting", "sent 12:01", "refused…, next try in 8 s": the state of a message or of a mandatory peer.
std::string state_text(chat::MessageState state, const std::string& why, const std::optional<base::WallTime>& next_try,
                       base::WallTime now);
// "active", "silent since 11:40", "unreachable: …"
std::string presence_text(const chat::PeerView& view, base::WallTime now);
// What a peer is called: by us, else by itself, washed; its short key or its address when neither is known. A name that
// looks like another peer's is marked: "Bob ≈2 (ybndrfg8)".
base::SafeText shown_name(const chat::PeerView& view);
// "10.0.0.7:4100", "10.0.0.7 (port unknown)"
std::string endpoint_text(const base::Endpoint& endpoint);

} // namespace tincan::app
