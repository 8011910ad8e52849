// Whatever a user can do: the one vocabulary of console, one-shot commands and control socket. Values; any thread.
// A peer is named as people name it: its number, its petname or team name, its key, "10.0.0.7:4100", "[::1]:4100" or
// "host:4100".
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/wire/room.hpp"

#include <string>
#include <variant>
#include <vector>

namespace tincan::chat {

struct Send {
  std::string peer, text;
  base::EntryId reply_to{}; // to tincans only
};
struct Announce {
  std::vector<std::string> peers;
}; // "connect"; nobody named: every known peer that is not blocked
struct ListPeers {};
struct ReadHistory {
  std::string peer;
  HistoryQuery query;
}; // `peer` empty: all; query.peer is filled by the node
struct Block {
  std::string target;
}; // a peer, or an address without a port: the whole host
struct ToggleBlock {
  std::string target;
}; // the one or the other, as it is not now
struct Unblock {
  std::string target;
};
struct ListBlocked {};
struct SetDialect {
  std::string peer, dialect;
}; // "auto": follow what the peer speaks
struct Cancel {
  std::string what;
}; // "#12": that message; a peer: all that waits for it
struct Retry {
  std::string peer;
}; // now instead of at the next try; empty: everything
struct Focus {
  std::string peer;
  base::ClientId viewer{}; // which page or script it is; none: the console
};                         // what the user looks at counts as read; empty: nothing
struct ListMandatory {};

// Of messages to and from tincans.
struct Edit {
  base::EntryId entry{}; // none: our last text to `peer`
  std::string peer, text;
};
struct Delete {
  base::EntryId entry{}; // none: our last text to `peer`
  std::string peer;
};
struct React {
  base::EntryId entry{};
  std::string text; // an emoji or a word; empty: take it back
};
struct ReadVersions {
  base::EntryId entry{};
}; // the earlier forms of an edited text

// Of contacts.
struct Identify {}; // our own key and addresses
struct Verify {
  std::string peer;
  std::optional<bool> verified; // none: only show the number
};
struct Explain {
  std::string peer;
}; // "why": what was tried last, what failed, what to do
struct Rename {
  std::string peer, petname;
}; // empty: the name that it claims
struct Trust {
  std::string peer;
  bool accept = false;
}; // the answer to a changed key: true: it is the same person

// Of rooms. Wherever a command takes a peer, "#name" is a room: Send, ReadHistory, Focus, Edit, Delete.
struct CreateRoom {
  std::string name;
  bool is_private = false;
  bool is_hosted = false; // plain-text clients of the broadcast host sit in it
};
struct ListRooms {};
struct JoinRoom {
  std::string what;      // "#name", the id of a public room, or a ticket ("tincan:…")
  bool is_plain = false; // `what` is where a broadcast host listens: "10.0.0.7:5000"; Send to it talks there
};
struct LeaveRoom {
  std::string room; // or where a broadcast host listens
};
struct Invite {
  std::string room, peer;
};
struct MakeTicket {
  std::string room;
  std::uint32_t uses = 1;
  base::Millis lifetime = std::chrono::hours(24); // 1 s to 365 days
};
struct RevokeTicket {
  std::string room, ticket; // its key, or the first 4 or more characters of it; empty: all of ours
};
struct ListTickets {
  std::string room;
};
struct SetTopic {
  std::string room, topic;
};
struct ListMembers {
  std::string room;
};
struct SetRole {
  std::string room, member;
  wire::Role role = wire::Role::member;
};
struct MuteMember {
  std::string room, member;
  bool is_muted = true;
};
struct RemoveMember {
  std::string room, member;
};
struct WhoHas {
  base::EntryId entry{}; // a line of ours
};
struct Quit {};

using Command =
    std::variant<Send, Announce, ListPeers, ReadHistory, Block, Unblock, ToggleBlock, ListBlocked, SetDialect, Cancel,
                 Retry, Focus, ListMandatory, Quit, Edit, Delete, React, ReadVersions, Identify, Verify, Explain,
                 Rename, Trust, CreateRoom, ListRooms, JoinRoom, LeaveRoom, Invite, MakeTicket, RevokeTicket,
                 ListTickets, SetTopic, ListMembers, SetRole, MuteMember, RemoveMember, WhoHas>;

// A command with a number by which its answers are known. 0: nobody waits for them.
struct Request {
  base::RequestId id{};
  Command command;
};

} // namespace tincan::chat
