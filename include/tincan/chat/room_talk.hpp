// Rooms without a server: who is in, what is said there, and how it gets to every member. Owned by Node, whose parts it
// shares (Ground); I/O thread. Links are NativeTalk's: this feature hears of them, and says whom it wants to be linked
// with. Source: shared/design/protocol.md, "Rooms"; Plumtree (overlay.hpp).
//
// A turn: inputs and commands → finish_turn (our entries are signed and recorded, what follows from new changes is
// done) → commit → committed (what members lack, and what we have of theirs, goes out).
#pragma once

#include "tincan/chat/block_list.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"
#include "tincan/chat/focus.hpp"
#include "tincan/chat/overlay.hpp"
#include "tincan/chat/peer_book.hpp"
#include "tincan/chat/room_keys.hpp"
#include "tincan/chat/room_logs.hpp"
#include "tincan/chat/room_state.hpp"
#include "tincan/chat/room_sync.hpp"
#include "tincan/chat/turn.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

struct Settings;

inline constexpr std::size_t max_rooms = 64;                 // that we are in: one frame names them all
inline constexpr std::size_t max_found_rooms = 256;          // public rooms that others told us of
inline constexpr std::size_t max_waiting_wants = 32;         // of one link in one room
inline constexpr std::size_t max_link_backlog = 1024 * 1024; // bytes that a slow link makes us hold for a room
inline constexpr std::size_t room_frame_bytes = 64 * 1024;   // of entries in one frame
inline constexpr base::Millis lazy_have{100};                // what came is told on after this, except to its author
inline constexpr base::Millis lazy_tree_have{250};           // in a tree: many lines in one
inline constexpr base::Millis busy_tree_have{1'000};         // and while they keep coming: their chain shows what lacks
inline constexpr base::Millis tally_pause{100};              // between two news of the same kind for the screen
inline constexpr base::Millis receipt_delay{40};             // of receipts for authors far away: lines go before them
inline constexpr base::Millis busy_receipts{250};            // between two of them, while lines keep coming
inline constexpr std::uint32_t max_receipt_hops = 16;
inline constexpr base::Millis key_patience{2'000};              // then another member is asked for a key
inline constexpr std::uint64_t room_author_bytes = 64ULL << 20; // of texts kept of one member of one room
inline constexpr double author_burst = 5'000;                   // new lines of one author that are taken at once, …
inline constexpr double author_rate = 100;                      // … and per second after that (rows R of security.md)
inline constexpr base::Millis clock_ahead = std::chrono::hours(24); // lines from a later time than this wait

inline constexpr std::size_t max_kept_rooms = 512;             // those that were left too: their lines stay readable
inline constexpr std::size_t max_acquaintances = 16;           // members to ask while joining
inline constexpr std::size_t max_invitations = 16;             // that wait for an answer; …
inline constexpr std::size_t max_invitations_of_one = 4;       // … of one inviter, and …
inline constexpr std::size_t max_invitations_of_strangers = 8; // … of all to whom our user never wrote

class RoomTalk {
public:
  struct Ground {
    const Settings& settings;
    Store& store;
    const Keys& keys;
    Entropy& entropy;
    Turn& turn;
    PeerBook& peers;
    const BlockList& blocks;
    const Foci& foci;
    std::function<base::EntryId()> new_entry;
    // Of NativeTalk: encoded frames for an open link; its secret; how much is not taken yet; open one; end it.
    std::function<void(base::PeerId, std::string_view)> send;
    std::function<void(base::PeerId, std::string_view)> send_now; // before the commit of this turn
    std::function<bool(base::PeerId)> is_linked;
    std::function<base::Digest(base::PeerId)> exporter;
    std::function<std::size_t(base::PeerId)> backlog;
    std::function<void(base::PeerId, base::Now)> need_link;
    std::function<void(base::PeerId, wire::ByeCode, std::string_view, base::Now)> end_link;
    std::function<bool(base::PeerId, base::Now)> let_go; // no room needs it; false: it stays, it is a contact's
    std::function<void(base::PeerId, const KnownEndpoint&)> learn_endpoint;
    std::function<std::vector<KnownEndpoint>(base::PeerId)> endpoints;
    // An invitation, as an entry of the direct conversation.
    std::function<void(base::PeerId, const wire::Invitation&, base::Now)> invite;
    std::function<void(const Message&)> hosted_line; // a new line of the broadcast host's room, not by a guest
  };
  explicit RoomTalk(Ground ground);
  ~RoomTalk();
  RoomTalk(const RoomTalk&) = delete;
  RoomTalk& operator=(const RoomTalk&) = delete;
  void load(const Snapshot& snapshot, base::Now now);

  // --- what the user says. `typed` is "#name", or the id (z-base-32) or number of a room. bad_argument: several have
  // that name.
  base::Result<base::RoomId> resolve(std::string_view typed) const;
  bool has(base::RoomId room) const { return rooms_.contains(room); }
  base::Result<RoomView> create(const CreateRoom& command, base::RequestId request, base::Now now);
  base::Result<RoomView> join(const std::string& what, base::RequestId request, base::Now now);
  base::Result<void> leave(base::RoomId room, base::RequestId request, base::Now now);
  base::Result<void> invite(base::RoomId room, base::PeerId peer, base::RequestId request, base::Now now);
  base::Result<TicketMade> make_ticket(base::RoomId room, const MakeTicket& command, base::Now now);
  base::Result<void> revoke_ticket(base::RoomId room, const std::string& ticket, base::Now now);
  base::Result<void> set_topic(base::RoomId room, const std::string& topic, base::Now now);
  base::Result<void> set_role(base::RoomId room, const std::string& member, Role role, base::Now now);
  base::Result<void> mute(base::RoomId room, const std::string& member, bool is_muted, base::Now now);
  base::Result<void> remove(base::RoomId room, const std::string& member, base::Now now);
  base::Result<Message> say(base::RoomId room, const std::string& text, base::EntryId reply_to, base::RequestId request,
                            base::Now now);
  void say_as_guest(base::RoomId room, const base::PeerText& name, const base::PeerText& text, base::Now now);
  base::Result<void> edit(const Message& message, const std::string& text, base::RequestId request, base::Now now);
  base::Result<void> erase(const Message& message, base::RequestId request, base::Now now);
  base::Result<void> react(const Message& message, const std::string& text, base::RequestId request, base::Now now);
  void mark_read(base::RoomId room);
  base::EntryId last_uncommitted_line(base::RoomId room) const;     // of ours, said in this turn
  base::RoomId hosted_room(const std::string& name, base::Now now); // made when there is none

  // --- what the user asks
  RoomsListed list(base::Now now) const;
  RoomView view(base::RoomId room) const;
  MembersListed members(base::RoomId room) const;
  TicketsListed tickets(base::RoomId room) const;
  base::Result<WhoHasListed> who_has(const Message& message) const;
  void complete(Message& message) const;  // tally and state of a line of ours
  void complete(HistoryPage& page) const; // likewise; lines of blocked people go
  std::string member_name(base::RoomId room, const base::PublicKey& key) const;

  // --- links
  void linked(base::PeerId peer, base::Now now);
  void unlinked(base::PeerId peer, base::Now now);
  void hear(base::PeerId peer, wire::Frame& frame, base::Now now);
  void taken(base::PeerId peer);
  void unreachable(base::PeerId peer, base::Now now);
  void let_go_by(base::PeerId peer, base::Now now); // it has links enough
  bool needs_link(base::PeerId peer) const;
  void invited(base::PeerId by, const wire::Invitation& invitation, base::Now now);
  void block_changed(base::PeerId peer, base::Now now);
  bool knows(const base::PublicKey& key) const; // a present member of a room of ours

  void time_passed(base::Now now);
  void finish_turn(base::Now now);
  void committed(base::Now now);
  std::optional<base::Tick> next_deadline() const;

private:
  struct Link;   // a linked member, in one room
  struct Push;   // entries that go along the tree after the commit
  struct Burst;  // lines of ours that are not recorded yet
  struct Change; // what a line becomes, to be told after the commit
  struct Own;    // a line of ours whose tally is told
  struct Room;
  struct Visitor {                    // a linked peer
    std::vector<base::Digest> tokens; // the rooms that it named
  };

  // room_talk.cpp: the life of rooms and links
  Room* room_of(base::RoomId id);
  const Room* room_of(base::RoomId id) const;
  std::pair<Room*, RoomPart> find(const base::Digest& conversation);
  Room& add(RoomRecord record);
  void take_up_changes(Room& room, const AuthorLog& log);
  void name_rooms(base::PeerId peer);
  void name_rooms_to_all();
  void match(base::PeerId peer, base::Now now);
  void meet(Room& room, const base::PublicKey& key, base::Now now);
  void part(Room& room, const base::PublicKey& key, base::Now now);
  void put(base::PeerId peer, const wire::Frame& frame);
  void put(const base::PublicKey& key, const wire::Frame& frame);
  base::PeerId peer_of(const base::PublicKey& key) const { return ground_.peers.find(key); }
  void hear_public_rooms(base::PeerId peer, const wire::PublicRooms& rooms);

  // room_links.cpp: with whom we want to be linked
  void want_links(Room& room, base::Now now);
  bool let_go_of_some(Room& room, base::Now now);
  void introduce(Room& room, const base::PublicKey& key);
  std::vector<base::Endpoint> addresses_of(const base::PublicKey& key) const;
  void tell_neighbours(Room& room, const base::PublicKey& to);
  void hear_neighbours(const base::PublicKey& from, const wire::Neighbours& neighbours, base::Now now);

  // room_saying.cpp: what we write
  wire::EntryRef write_change(Room& room, const wire::RoomChange& change, base::Now now);
  wire::LogEntry& write_line(Room& room, Message message, wire::EntryKind kind, std::string_view plain,
                             const std::optional<wire::EntryRef>& target, base::Now now);
  void close_burst(Room& room);
  void ensure_key(Room& room, base::Now now);
  base::Result<void> may_speak(const Room& room) const;
  base::Result<void> prepare(Room& room, base::Now now);
  Message draft(const Room& room, MessageKind kind, std::string_view text, base::Now now);
  base::Result<wire::EntryRef> target_of(const Room& room, base::EntryId entry) const;
  base::Result<void> change_line(const Message& message, wire::EntryKind kind, MessageKind message_kind,
                                 std::string_view text, MessageChanged::What what, base::RequestId request,
                                 base::Now now);

  // room_hearing.cpp: what others write
  void hear_entries(const base::PublicKey& from, wire::Entries entries, base::Now now);
  bool may_take(const Room& room, RoomPart part, const base::PublicKey& author, std::uint64_t seq) const;
  bool may_come_now(Room& room, RoomPart part, const wire::Entries& entries, base::Now now);
  void hear_own(Room& room, RoomPart part, const base::PublicKey& from, wire::Entries entries, base::Now now);
  static bool is_measured(const Room& room, const wire::LogEntry& newest, base::Now now);
  bool is_in_measure(Room& room, const wire::Entries& entries, base::Now now);
  void count_to_measure(Room& room, const base::PublicKey& author, const std::vector<wire::LogEntry>& taken,
                        base::Now now);
  void store_change(Room& room, const base::PublicKey& author, wire::LogEntry entry, base::Now now);
  void store_line(Room& room, const base::PublicKey& author, wire::LogEntry entry, bool is_late, base::Now now);
  void take_change(Room& room, const base::PublicKey& author, const wire::LogEntry& entry);
  void freeze(Room& room, AuthorLog& log);
  std::optional<base::PeerText> readable(const Room& room, const base::PublicKey& author, const wire::LogEntry& entry,
                                         base::PeerText& guest) const;
  void reveal(Room& room);
  void tell_changes(Room& room);
  void tell_change(Room& room, const Change& change);

  // room_serving.cpp: who has what
  void tell_all(Room& room, const base::PublicKey& to);
  void tell_logs(Room& room, const base::PublicKey& to, RoomPart part);
  void tell_outcasts(Room& room);
  void hand(Room& room, const base::PublicKey& to, const wire::Entries& lines);
  void hear_have(const base::PublicKey& from, const wire::Have& have, base::Now now);
  void hear_extent(Room& room, RoomPart part, const base::PublicKey& from, const wire::LogExtent& extent,
                   base::Now now);
  void take_shorter_way(Room& room, const base::PublicKey& from, const wire::LogExtent& extent);
  void freeze_own(Room& room, RoomPart part, const base::PublicKey& from);
  void hear_want(const base::PublicKey& from, const wire::Want& want, base::Now now);
  void hear_newest(const base::PublicKey& from, const wire::Newest& newest);
  void serve(Room& room, const base::PublicKey& to, Link& link);
  std::optional<std::int64_t> removal_of(const Room& room, const base::PublicKey& member) const;
  void serve_want(Room& room, const base::PublicKey& to, const wire::Want& want);
  void serve_newest(Room& room, const base::PublicKey& to, std::uint32_t lines);
  std::optional<wire::Entries> entries_of(Room& room, RoomPart part, const base::PublicKey& author, std::uint64_t first,
                                          std::uint64_t last);
  void push(Room& room);
  void send_along(Room& room, Push push, bool is_now);
  void relay(Room& room);
  void tell_authors(Room& room, base::Now now);
  void tell_lazily(Room& room);
  void ask(Room& room, base::Now now);

  // room_receipts.cpp: how far members have our lines
  void hear_receipts(const base::PublicKey& from, const wire::Receipts& receipts);
  void sign_receipt(Room& room);
  void pass_on_receipts(Room& room, base::Now now);
  std::optional<base::PublicKey> way_to(const Room& room, const base::PublicKey& author) const;
  void tell_tally(const Room& room, const Own& line);
  void has_ours(Room& room, const base::PublicKey& member, std::uint64_t up_to, const base::Digest& hash);
  void tell_tallies(Room& room, base::Now now);
  Message::Tally tally(const Room& room, std::uint64_t seq) const;

  // room_key_talk.cpp
  void give_new_keys(Room& room);
  void ask_keys(Room& room, base::Now now);
  void hear_ask_keys(const base::PublicKey& from, const wire::AskKeys& ask);
  void hear_keys(const base::PublicKey& from, const wire::GiveKeys& keys, base::Now now);
  void take_key(Room& room, const base::Secret& key);

  // room_members.cpp: who is in
  void settle(Room& room, base::Now now);
  void settle_phase(Room& room, base::Now now);
  void settle_member(Room& room, const RoomMember* before, const RoomMember& after);
  void settle_link(Room& room, const RoomMember& member, base::Now now);
  void settle_topic(Room& room, bool is_news);
  void take_sealed_keys(Room& room);
  void settle_spans(Room& room, const RoomMember* before, const RoomMember& after);
  void tell(const Room& room, RoomChanged::What what, const base::PublicKey& who = {}, const base::PublicKey& by = {},
            base::RequestId request = {}, base::PeerText text = {}, Role role = Role::member);
  MemberView member_view(const Room& room, const base::PublicKey& key) const;
  base::Result<base::PublicKey> resolve_member(const Room& room, std::string_view typed) const;
  std::vector<wire::EntryRef> removals_of(const Room& room, const base::PublicKey& member) const;
  base::PeerText topic_of(const Room& room) const;
  void hear_knock(const base::PublicKey& from, const wire::Knock& knock, base::Now now);
  void knock(Room& room, base::PeerId peer);
  RoomView view_of(const Room& room) const;
  std::string alias_of(const RoomRecord& record) const;
  static std::string long_alias(const RoomRecord& record);
  static std::string folded(const base::PeerText& name);
  base::Result<void> has_place(bool is_new) const;
  base::Result<FoundRoom> find_open(std::string_view typed, base::Now now) const;
  base::Result<RoomView> join_by_ticket(std::string_view text, base::RequestId request, base::Now now);
  base::Result<RoomView> join_again(Room& room, base::RequestId request, base::Now now);
  Room& take_in(RoomRecord record, base::Now now);
  base::Result<RoomView> begin_joining(Room& room, base::RequestId request, base::Now now);
  base::Result<void> change(Room& room, const wire::RoomChange& change, base::Now now);
  std::string sealed_keys(const Room& room, const base::PublicKey& to) const;

  // room_invitations.cpp
  RoomRecord record_of(const wire::Invitation& invitation, const base::PublicKey& by) const;
  bool has_place_for_invitation(base::PeerId by) const;
  void refuse_invitation(base::PeerId by, const wire::Invitation& invitation);
  void made_by(Room& room, const base::PublicKey& creator);
  void call(Room& room, const base::PeerText& name);

  Ground ground_;
  std::map<base::RoomId, std::unique_ptr<Room>> rooms_;
  std::map<base::Digest, std::pair<base::RoomId, RoomPart>> by_conversation_;
  std::map<base::PeerId, Visitor> visitors_;
  std::map<base::Digest, FoundRoom> found_;
  std::map<base::Digest, base::PublicKey> creators_; // of found rooms
  bool names_changed_ = false;
  bool has_refused_invitation_ = false; // and our user answered none since
  base::Now now_{};                     // of this turn
};

} // namespace tincan::chat
