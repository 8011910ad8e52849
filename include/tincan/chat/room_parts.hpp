// What RoomTalk keeps of one room. Private to the sources of room talk; I/O thread.
#pragma once

#include "tincan/chat/room_talk.hpp"

namespace tincan::chat {

struct RoomTalk::Link {
  std::deque<wire::Want> wants;
  std::optional<std::uint32_t> newest; // lines that it asked for
  base::Tick since{};
  bool was_told_all = false;
  bool lacks_some = false;  // not all was brought along the tree: it is to be told what is here
  std::uint64_t handed = 0; // of our lines, one after the other, to this link
};

struct RoomTalk::Push {
  RoomPart part{};
  base::PublicKey author;
  base::Digest prev;
  std::vector<wire::LogEntry> entries;
  base::PublicKey from;   // ourselves, or whoever brought it
  std::uint32_t hops = 0; // over how many links it came; 0: not known, or it is ours
};

struct RoomTalk::Burst {
  Message message;
  wire::LogEntry entry;
  base::Digest prev;
};

struct RoomTalk::Change {
  MessageChanged::What what{};
  bool by_us = false;
  base::Digest conversation;
  base::PublicKey by; // who changed it
  std::uint64_t by_seq = 0;
  wire::EntryRef target; // without a hash: whatever stands there
  base::RequestId request{};
};

struct RoomTalk::Own {
  std::uint64_t seq = 0;
  base::EntryId message{};
  base::RequestId request{};
  Message::Tally told{};
  MessageState state = MessageState::queued;
};

struct RoomTalk::Room {
  Room(const Keys& room_keys, const base::PublicKey& us, Entropy& entropy, RoomRecord of, const base::Digest& lines)
      : record(std::move(of)),
        state(room_keys, record.room, record.creator),
        keys(room_keys),
        overlay(us, entropy),
        logs(room_keys, record.id, record.room, lines),
        sync(logs) {}
  // Somebody to ask while we join; it is asked first, or only if there is room.
  void add_acquaintance(const base::PublicKey& key, bool goes_first);

  RoomRecord record;
  std::string folded_name; // of `record`: by it rooms of one name are found
  RoomState state;
  EpochKeys keys;
  Overlay overlay;
  RoomLogs logs;
  RoomSync sync;

  // What was made of the state so far.
  std::uint64_t settled_version = 0;
  std::map<base::PublicKey, RoomMember> settled;
  std::string settled_topic;
  bool was_caught_up = false;

  std::map<base::PublicKey, Link> links;
  std::map<base::PublicKey, std::vector<base::Endpoint>> addresses; // of members, as others told
  std::map<base::PublicKey, std::uint32_t> hops;                    // over how many links an author's newest line came
  std::map<base::PublicKey, base::PublicKey> came_from;             // whose newest line came from whom
  std::map<base::PublicKey, std::uint64_t> seen;                    // how far members have our lines
  std::deque<Own> own;                                              // our latest lines, oldest first
  std::vector<Burst> burst;
  std::vector<Push> pushes;
  std::vector<Change> changes;
  std::set<std::pair<RoomPart, base::PublicKey>> touched;          // logs to record
  std::set<std::pair<RoomPart, base::PublicKey>> fresh;            // logs to tell of: to their authors …
  std::set<std::pair<RoomPart, base::PublicKey>> untold;           // … and to the others
  std::set<base::PublicKey> unreceipted;                           // authors without a link to us
  std::map<base::PublicKey, wire::Receipts> onward;                // receipts of others, by the neighbour they go to
  std::set<std::pair<base::Signature, base::PublicKey>> passed_on; // receipts of late, towards which author …
  base::Tick passed_on_since{};                                    // … from then on
  std::set<base::PublicKey> seen_changed;                          // members who have more of our lines
  std::set<base::PublicKey> served;                                // links with questions
  std::set<base::PublicKey> outcasts;                              // linked, and to be told that they were removed
  struct Flow {
    double lines = author_burst;
    base::Tick at{};
  };
  std::map<base::PublicKey, Flow> flows;
  std::uint64_t sent_up_to = 0; // of our lines: taken by a link of this run
  bool is_record_changed = false, is_tally_changed = false, has_warned_clock = false;
  std::vector<base::Secret> new_keys;      // made or learned in this turn: the neighbours lack them too, mostly
  bool hides = false;                      // a line of this turn cannot be read
  bool reveals = false;                    // a key came: lines may be readable now
  std::size_t unrevealed = 0;              // lines without a key, the oldest ones
  std::set<base::PublicKey> ticket_guests; // whom we let in for a ticket, in this run
  std::string denied;                      // why our ticket was refused; empty when it was not
  base::RequestId join_request{};          // who waits to come in
  std::size_t key_turn = 0;                // which member is asked next
  std::set<base::Secret> offered;          // sealed to us with an Admit: keys, once their epochs are known
  std::set<base::PublicKey> wanted;
  base::Tick told_lazily{}, receipted{};
  std::optional<base::Tick> have_due{}, receipt_due{}, onward_due{}, tally_due{}, key_due{}, links_due{};
  std::optional<base::Tick> reveals_after{}; // hidden lines could not be read from the store
};

} // namespace tincan::chat
