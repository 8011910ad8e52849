// The whole protocol of one peer without sockets, clock, threads or disk: inputs with the time go in, effects and
// events come out. Owned by net's driver, on the I/O thread; in tests N of them share one process and a virtual clock.
//
// One turn: any inputs → finish_turn → store.commit() → committed → effects, then events. Nothing leaves before the
// commit.
#pragma once

#include "tincan/chat/block_list.hpp"
#include "tincan/chat/broadcast_host.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/focus.hpp"
#include "tincan/chat/keys.hpp"
#include "tincan/chat/mandatory.hpp"
#include "tincan/chat/native_talk.hpp"
#include "tincan/chat/outbox.hpp"
#include "tincan/chat/peer_book.hpp"
#include "tincan/chat/room_talk.hpp"
#include "tincan/chat/session.hpp"
#include "tincan/chat/settings.hpp"
#include "tincan/chat/turn.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis banner_after{100};     // of silence on an accepted link (protocol.md)
inline constexpr std::size_t max_handshakes = 1'024; // under way, of 52 KiB each: then the longest under way gives way
inline constexpr std::size_t max_waiting_messages = 1'000'000; // for one tincan
inline constexpr base::Millis silent_link_patience{60'000};    // an accepted link that says nothing at all
inline constexpr base::Millis idle_link_patience{600'000};     // one that spoke, in a dialect without kept connections
inline constexpr base::Millis linger_patience{1'000};          // after our last word: answers on the same link
inline constexpr base::Millis farewell_patience{500};          // for all farewells together
inline constexpr std::size_t max_text_bytes = 64 * 1024; // of one message of ours: what a tincan takes in one piece
inline constexpr std::size_t max_peers_in_list = 64;     // of an A5 QUERY answer: it must fit one classic read
inline constexpr unsigned max_callbacks_per_minute = 6;  // connections that an address can make us open (R16)

class Node {
public:
  // Without keys it speaks plain text only.
  Node(Settings settings, Store& store, Entropy& entropy, Keys* keys = nullptr);

  // Once, before all else: takes up what an earlier run left. Mandatory messages go out when `now` first passes.
  void load(Snapshot snapshot, base::Now now);
  base::LinkId new_link() { return base::LinkId{++last_link_}; }

  // Inputs.
  void link_accepted(base::LinkId link, const base::Endpoint& remote, base::Now now);
  void link_opened(base::LinkId link, base::Now now);
  void dial_failed(base::LinkId link, const base::Error& error, base::Now now);
  void bytes_received(base::LinkId link, std::string_view bytes, base::Now now);
  void peer_finished(base::LinkId link, base::Now now);
  void link_closed(base::LinkId link, const base::Error& error, base::Now now);
  // TLS is up; `exporter` is a secret of this link alone, known to both ends (RFC 8446, 7.5).
  void link_secured(base::LinkId link, const base::PublicKey& peer, const base::Digest& exporter, base::Now now);
  void link_refused(base::LinkId link, const base::Error& error, base::Now now); // TLS failed: the link is gone
  void bytes_taken(base::LinkId link, base::Now now);
  void name_resolved(base::RequestId query, const std::vector<base::Address>& addresses, base::Now now);
  void name_failed(base::RequestId query, const base::Error& error, base::Now now);
  void command(const Request& request, base::Now now);
  void time_passed(base::Now now);

  // The end of a turn, before and after the store's commit.
  PeerBook::Changes finish_turn(base::Now now);
  void committed();

  // Outputs.
  std::optional<Effect> next_effect() { return turn_.next_effect(); }
  std::optional<Effect> next_early_effect() {
    return turn_.next_early_effect();
  } // after finish_turn, before the commit
  std::optional<Told> next_event() { return turn_.next_event(); }
  std::optional<base::Tick> next_deadline() const;
  bool is_finished() const { return is_finished_; } // Quit was carried out

private:
  enum class Timer : std::uint8_t {
    silence,  // ends a message
    patience, // ends the session
    banner,   // a tincan may be waiting for it
    secured,  // TLS must be up
  };
  // What a person meant by a peer.
  struct Target {
    base::PeerId peer{};                    // known, or …
    std::optional<base::Endpoint> endpoint; // … an endpoint, or …
    std::string host;                       // … a name with
    std::uint16_t port = 0;                 // this port, to be looked up
    std::optional<base::PublicKey> key;     // whoever holds it, perhaps at `endpoint`
  };
  struct Lookup {
    Request request;
    std::string host;
    std::uint16_t port = 0;
    std::optional<std::size_t> mandatory; // instead of a request
  };
  struct Question {
    base::RequestId request;
    HistoryQuery query;
  };

  // node_commands.cpp, node_targets.cpp
  void carry_out(const Send& command, base::RequestId request, base::Now now);
  void carry_out(const Announce& command, base::RequestId request, base::Now now);
  void carry_out(const ListPeers& command, base::RequestId request, base::Now now);
  void carry_out(const ReadHistory& command, base::RequestId request, base::Now now);
  void carry_out(const Block& command, base::RequestId request, base::Now now);
  void carry_out(const Unblock& command, base::RequestId request, base::Now now);
  void carry_out(const ToggleBlock& command, base::RequestId request, base::Now now);
  void carry_out(const ListBlocked& command, base::RequestId request, base::Now now);
  void carry_out(const SetDialect& command, base::RequestId request, base::Now now);
  void carry_out(const Cancel& command, base::RequestId request, base::Now now);
  void carry_out(const Retry& command, base::RequestId request, base::Now now);
  void carry_out(const Focus& command, base::RequestId request, base::Now now);
  void carry_out(const ListMandatory& command, base::RequestId request, base::Now now);
  void carry_out(const Quit& command, base::RequestId request, base::Now now);
  void carry_out(const Edit& command, base::RequestId request, base::Now now);
  void carry_out(const Delete& command, base::RequestId request, base::Now now);
  void carry_out(const React& command, base::RequestId request, base::Now now);
  void carry_out(const ReadVersions& command, base::RequestId request, base::Now now);
  void carry_out(const Identify& command, base::RequestId request, base::Now now);
  void carry_out(const Verify& command, base::RequestId request, base::Now now);
  void carry_out(const Explain& command, base::RequestId request, base::Now now);
  void carry_out(const Rename& command, base::RequestId request, base::Now now);
  void carry_out(const Trust& command, base::RequestId request, base::Now now);
  void carry_out(const CreateRoom& command, base::RequestId request, base::Now now);
  void carry_out(const ListRooms& command, base::RequestId request, base::Now now);
  void carry_out(const JoinRoom& command, base::RequestId request, base::Now now);
  void carry_out(const LeaveRoom& command, base::RequestId request, base::Now now);
  void carry_out(const Invite& command, base::RequestId request, base::Now now);
  void carry_out(const MakeTicket& command, base::RequestId request, base::Now now);
  void carry_out(const RevokeTicket& command, base::RequestId request, base::Now now);
  void carry_out(const ListTickets& command, base::RequestId request, base::Now now);
  void carry_out(const SetTopic& command, base::RequestId request, base::Now now);
  void carry_out(const ListMembers& command, base::RequestId request, base::Now now);
  void carry_out(const SetRole& command, base::RequestId request, base::Now now);
  void carry_out(const MuteMember& command, base::RequestId request, base::Now now);
  void carry_out(const RemoveMember& command, base::RequestId request, base::Now now);
  void carry_out(const WhoHas& command, base::RequestId request, base::Now now);
  void make_rooms(Entropy& entropy);
  bool is_room(std::string_view typed) const; // "#name"
  // The room that is meant; none, and the request is refused, when there is none.
  base::RoomId room_for(std::string_view typed, base::RequestId request);
  void answer(const base::Result<void>& done, base::RequestId request);
  // A message that was said in a room; none: it was not.
  std::optional<Message> room_message(base::EntryId entry);
  void send_to_room(const Send& command, base::RequestId request, base::Now now);
  base::Result<Target> resolve(std::string_view typed) const;
  base::Result<Target> resolve_name(std::string_view typed) const;
  base::Result<Target> resolve_key(const base::PublicKey& key, std::string_view rest) const;
  base::PeerId meet(const Target& target);
  base::Result<base::PeerId> resolve_known(std::string_view typed) const;
  base::PeerId known_by_host(const Target& target) const;
  base::Result<BlockRule> resolve_rule(std::string_view typed) const;
  void look_up(const Target& target, Request request, std::optional<std::size_t> mandatory);
  void set_block(const BlockRule& rule, bool blocked, base::RequestId request, base::Now now);
  void announce_to(base::PeerId peer, const std::string& target, base::RequestId request, base::Now now);
  void count_announcement(base::RequestId request, int change);
  base::Result<void> give_up_queue(base::PeerId peer, base::Now now);
  void refuse(base::RequestId request, const base::Error& error);
  void tell_change(PeerChanged::What what, base::PeerId peer, base::Now now, base::RequestId request = {});
  void mark_read(base::PeerId peer, base::Now now);
  std::string display_name(base::PeerId peer) const;

  // node_delivery.cpp
  // False when it was refused (and the request answered).
  bool send_text(base::PeerId peer, const std::string& text, MessageKind kind, base::RequestId request, base::Now now,
                 std::optional<std::size_t> mandatory = std::nullopt);
  bool say_native(base::PeerId peer, const std::string& text, MessageKind kind, base::EntryId reply_to,
                  base::RequestId request, base::Now now, std::optional<std::size_t> mandatory);
  void take_native_reports(base::Now now);
  void prepare_lane(base::PeerId peer);
  void send_mandatory(base::Now now);
  void take_reports(base::Now now);
  void take_report(const Report& report, base::Now now);
  void state_changed(const Report& report, base::Now now);
  void announced(const Report& report);
  void check_quit(base::Now now);

  // node_hearing.cpp
  void drain(Session& session, base::Now now);
  void hear(Session& session, wire::Heard& heard, base::Now now);
  void answer(const Session& session, wire::Heard& heard);
  base::Endpoint speaker(const Session& session, const wire::Heard& heard) const;
  base::Endpoint nameless_speaker(const Session& session) const;
  base::PeerId note_presence(Session& session, const wire::Heard& heard, const base::Endpoint& endpoint, base::Now now);
  void learn_dialect(PeerView& view, const wire::Heard& heard, const Session& session);
  void take_text(base::PeerId peer, wire::Heard& heard, base::Now now);
  void call_back(base::PeerId peer, base::Now now);
  void arm(const Session& session, base::Now now);
  void time_out(Session& session, Timer timer, base::Now now);
  void hear_out(base::LinkId link, base::Now now);

  // node_broadcast.cpp
  void welcome(base::LinkId link, base::Now now);
  bool hear_guest(base::LinkId link, std::string_view bytes, base::Now now);
  void guest_spoke(const base::PeerText& name, const base::PeerText& text, base::Now now);
  void tell_guests(const Message& line);
  void join_plain(const JoinRoom& command, base::RequestId request, base::Now now);
  bool leave_plain(const LeaveRoom& command, base::RequestId request, base::Now now);
  void hear_broadcast(Session& session, std::string_view bytes, base::Now now);

  // node_links.cpp
  bool read_probe(Session& session, std::string_view bytes, base::Now now);
  void begin_securing(Session& session, std::string_view bytes, base::Now now);
  void secured_dial(base::LinkId link, const base::PublicKey& key, const base::Digest& exporter, base::Now now);
  void secured_probe(Session& session, const base::PublicKey& key, const base::Digest& exporter, base::Now now);
  void secured_accepted(Session& session, const base::PublicKey& key, const base::Digest& exporter, base::Now now);
  void become_native(base::PeerId peer, std::vector<Job> jobs, base::Now now);
  void absorb(base::PeerId tincan, const base::Endpoint& endpoint);
  void note_look_alike(base::PeerId peer);
  const std::string& shape_of(base::PeerId peer);
  bool is_native(base::PeerId peer) const { return native_ && peers_.view(peer).peer.key.has_value(); }
  bool is_blocked(const Peer& peer) const {
    return blocks_.is_blocked(peer.endpoint) || (peer.key && blocks_.is_blocked(*peer.key));
  }
  base::Result<base::PeerId> resolve_native(std::string_view typed);
  base::Result<base::EntryId> last_line_to(std::string_view typed);
  bool postpone(base::EntryId entry, Request request);
  Explained explain_plain(base::PeerId peer, base::Now now) const;
  void end_session(base::LinkId link, base::Now now);
  void drop_session(base::LinkId link, base::Now now);
  Session* session(base::LinkId link);

  Settings settings_;
  Store& store_;
  Keys* keys_;
  Turn turn_;
  PeerBook peers_;
  BlockList blocks_;
  Outbox outbox_;
  Mandatory mandatory_;
  std::unordered_map<base::LinkId, std::unique_ptr<Session>> sessions_;
  Deadlines<std::pair<base::LinkId, Timer>> session_deadlines_;
  std::unordered_map<base::RequestId, Lookup> lookups_;
  std::unordered_map<base::RequestId, int> open_announcements_;
  std::vector<Question> questions_;
  std::vector<std::pair<base::RequestId, base::EntryId>> version_questions_;
  std::vector<base::LinkId> securing_;  // accepted links on which TLS begins in this turn
  std::deque<base::LinkId> handshakes_; // accepted ones that were begun, the oldest first; some are over
  struct Shape {
    std::string name, skeleton;
  };
  std::unordered_map<base::PeerId, Shape> shapes_; // of names, so that one Hello does not make us read them all
  std::vector<Request> postponed_;                 // about messages that this turn commits
  std::unique_ptr<NativeTalk> native_;             // none without keys
  std::unique_ptr<RoomTalk> rooms_;                // likewise
  base::Now now_{};                                // of this turn
  std::unique_ptr<BroadcastHost> host_;            // none when we host nothing
  base::RoomId hosted_room_{};                     // none without keys
  struct Callbacks {
    base::Tick minute{};
    unsigned count = 0;
  };
  std::map<base::Address, Callbacks> callbacks_;
  Foci foci_;
  std::uint64_t last_link_ = 0;
  std::uint64_t last_entry_ = 0;
  std::uint64_t committed_entry_ = 0;
  std::uint64_t last_lookup_ = 0;
  std::optional<base::Tick> quit_deadline_;
  bool is_finished_ = false;
};

} // namespace tincan::chat
