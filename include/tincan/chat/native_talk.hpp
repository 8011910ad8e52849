// Talk with other tincans: links, logs and their synchronisation, contacts. The half of the node that speaks tincan/1;
// owned by Node, whose parts it shares (Ground); I/O thread. Source: shared/design/protocol.md.
//
// A turn: inputs and commands → finish_turn (our entries are signed and recorded) → commit → committed (what the peers
// lack and what we have of theirs goes out).
#pragma once

#include "tincan/chat/block_list.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/conversation.hpp"
#include "tincan/chat/dialler.hpp"
#include "tincan/chat/focus.hpp"
#include "tincan/chat/native_link.hpp"
#include "tincan/chat/peer_book.hpp"
#include "tincan/chat/turn.hpp"
#include "tincan/wire/room.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tincan::chat {

struct Settings;

inline constexpr std::size_t frame_target_bytes =
    64 * 1024; // of entries: few signatures, and a new line soon gets through
inline constexpr std::uint64_t stranger_bytes = 16ULL << 20;  // of texts kept from somebody we never wrote to
inline constexpr std::uint64_t contact_bytes = 1024ULL << 20; // … and from others
inline constexpr std::size_t max_greeted_contacts = 64;       // dialled at start, the lately heard first
inline constexpr base::Millis lazy_write{250}; // what only an acknowledgement changed may wait so long for the disk
inline constexpr unsigned rounds_after_loss =
    6; // about a minute: one of two may have moved, and the other cannot know where
inline constexpr std::size_t max_asked_contacts = 8;                  // "where did you last hear …"
inline constexpr base::Millis located_window = std::chrono::days(30); // older news is not passed on

class NativeTalk {
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
    std::function<base::LinkId()> new_link;
    std::function<base::EntryId()> new_entry;
    std::function<void(base::PeerId)> named;                           // it claims another name than before
    std::function<void(base::RequestId)> announced;                    // one answer to "connect" was given
    std::function<void(base::PeerId, const base::Endpoint&)> collides; // a tincan says that it listens there
    // Of rooms: a link is open, or is not any more; a frame for them came; a link took all; a round of dialling failed;
    // whether they want a link; an invitation came.
    std::function<void(base::PeerId, base::Now)> linked, unlinked;
    std::function<void(base::PeerId, wire::Frame&, base::Now)> hear_room;
    std::function<void(base::PeerId)> link_took;
    std::function<void(base::PeerId, base::Now)> let_go_by; // it ends the link, having enough
    std::function<void(base::PeerId, base::Now)> unreachable;
    std::function<bool(base::PeerId)> is_wanted;
    std::function<void(base::PeerId, const wire::Invitation&, base::Now)> invited;
  };
  explicit NativeTalk(Ground ground);
  void load(const Snapshot& snapshot, base::Now now);

  // --- what the user says
  // Gives the message as it was queued. Errors: limit.
  base::Result<Message> say(base::PeerId peer, const std::string& text, MessageKind kind, base::EntryId reply_to,
                            base::RequestId request, base::Now now);
  // A message that was queued before its peer was known to be a tincan, or for its former key.
  void adopt(Message message, base::RequestId request, base::Now now);
  base::Result<void> edit(const Edit& command, base::RequestId request, base::Now now);
  base::Result<void> erase(base::EntryId entry, base::RequestId request, base::Now now);
  base::Result<void> react(const React& command, base::RequestId request, base::Now now);
  void tell_read(base::PeerId peer, base::Now now); // the user sees the conversation
  // The waiting mandatory message to a peer, if there is one.
  base::EntryId first_waiting(base::PeerId peer, MessageKind kind) const;
  std::vector<base::EntryId> waiting(base::PeerId peer) const; // lines that are not delivered, oldest first
  bool waits(base::EntryId entry) const;
  // Before anybody else records a message: what we wrote so far comes first.
  void close_burst();

  // --- links
  bool owns(base::LinkId link) const { return links_.contains(link) || dialler_.owns(link); }
  bool is_linked(base::PeerId peer) const { return up_.contains(peer); }
  base::PeerId dialled_peer(base::LinkId link) const { return dialler_.peer_of(link); }
  const KnownEndpoint* dialled_endpoint(base::LinkId link) const { return dialler_.endpoint_of(link); }
  void connect(base::PeerId peer, base::RequestId request, const std::string& target, base::Now now); // "connect"
  void hint(base::PeerId peer, base::Now now) { dialler_.hint(peer, now); }
  void retry(base::PeerId peer, base::Now now);
  void opened(base::LinkId link, base::Now now); // one of dialler's
  void failed(base::LinkId link, DialStage at, const base::Error& error, base::Now now);
  // A link to `peer`'s key (checked) carries TLS. Hello goes out.
  void begin(base::LinkId link, base::PeerId peer, const base::PublicKey& key, const base::Digest& exporter,
             const base::Endpoint& remote, bool was_dialled, base::Now now);
  void bytes(base::LinkId link, std::string_view bytes, base::Now now);
  void taken(base::LinkId link);
  // By the other side, or broken; `is_lost`: without a Bye.
  void closed(base::LinkId link, const base::Error& error, base::Now now, bool is_lost = true);
  void end_links(base::PeerId peer, base::Now now); // we do not want them any more
  void leave(base::Now now);                        // the program ends

  // --- for rooms
  void send(base::PeerId peer, std::string_view frames);     // encoded; on its open link, else nothing happens
  void send_now(base::PeerId peer, std::string_view frames); // likewise, before the commit of this turn
  std::size_t backlog(base::PeerId peer) const;              // bytes that its link has not taken
  base::Digest exporter(base::PeerId peer) const;            // of its open link
  void need(base::PeerId peer, base::Now now) { need_link(peer, now); }
  void end_link(base::PeerId peer, wire::ByeCode code, std::string_view why, base::Now now);
  bool let_go(base::PeerId peer, base::Now now); // of a link that nobody here needs; false: somebody does
  std::vector<KnownEndpoint> endpoints_of(base::PeerId peer) const;
  // A line of the direct conversation, whose text is the encoded invitation.
  void invite(base::PeerId peer, const wire::Invitation& invitation, base::Now now);

  // --- contacts
  // Somebody else's key answered where `peer` should be.
  void key_changed(base::PeerId peer, const base::PublicKey& seen, const base::Endpoint& at, base::Now now);
  void trust(base::PeerId peer, bool accept, base::RequestId request, base::Now now);
  // The records of two peers are one now: `from` is gone from the book.
  void merged(base::PeerId from, base::PeerId to, base::Now now);
  void learn_endpoint(base::PeerId peer, const KnownEndpoint& endpoint);
  Explained explain(base::PeerId peer, base::Now now) const;
  Verification verification(base::PeerId peer) const;

  void time_passed(base::Now now);
  void finish_turn(base::Now now);
  void committed();
  std::optional<base::Tick> next_deadline() const;
  // What is only known here: lines of ours that are on their way.
  void mark_sent(HistoryPage& page) const;
  std::uint32_t waiting_count(base::PeerId peer) const; // lines

  // States that came to be, for the node's mandatory list.
  std::deque<Message>& state_reports() { return state_reports_; }
  void forgotten(const std::vector<base::PeerId>& peers, base::Now now); // by the peer book

private:
  struct Unacked {
    std::uint64_t seq = 0;
    base::EntryId message{};
    MessageKind kind{};
    base::RequestId request{};
  };
  struct Talk {
    Talk(const Keys& keys, base::PeerId peer, const base::PublicKey& other) : conversation(keys, peer, other) {}
    Conversation conversation;
    std::deque<Unacked> unacked;       // our lines that are not delivered
    std::uint64_t sent_up_to = 0;      // of our log: the peer's machine has it, the link is open
    std::uint64_t committed_last = 0;  // of our log
    std::deque<wire::LogEntry> recent; // our newest entries, so that they need not be read back
    std::size_t recent_bytes = 0;
    wire::EntryRef newest_line; // of their log
    bool is_touched = false;    // its logs changed in this turn
    bool has_warned_full = false;
  };
  struct Burst {
    base::PeerId peer{};
    Message message;
    wire::LogEntry entry;
    bool is_adopted = false;
  };
  struct Change {
    MessageChanged::What what{};
    bool by_us = false;
    base::PeerId peer{};
    base::Digest conversation;
    wire::EntryRef author_place; // who changed it
    wire::EntryRef target;
    base::RequestId request{};
  };
  struct Awaited { // "connect"
    base::RequestId request{};
    std::string target;
  };

  // native_talk.cpp
  NativeLink* link(base::LinkId link);
  NativeLink* up_link(base::PeerId peer);
  void put(NativeLink& link, const wire::Frame& frame);
  void flush(NativeLink& link);
  void watch(NativeLink& link, base::Now now);
  void link_due(base::LinkId link, base::Now now);
  void need_link(base::PeerId peer, base::Now now);
  bool has_need(base::PeerId peer) const;
  void take_rounds(base::Now now);
  void answer_awaited(base::PeerId peer, const base::Error* error);
  void update_view(base::PeerId peer);
  void write_lazy();
  std::uint32_t unacknowledged(base::PeerId peer) const;

  // native_links.cpp: a link's life
  void hear(NativeLink& link, wire::Frame& frame, base::Now now);
  void hear_hello(NativeLink& link, const wire::Hello& hello, base::Now now);
  bool wins(NativeLink& link, base::Now now);
  void come_up(NativeLink& link, base::Now now);
  void drop(base::LinkId link, bool is_lost, base::Now now);
  void end(base::LinkId link, wire::ByeCode code, std::string_view why, base::Now now);

  // native_saying.cpp, native_sync.cpp, native_hearing.cpp
  Talk& talk(base::PeerId peer);
  void take_up(Talk& talk);
  Talk* talk_of(base::PeerId peer);
  const Talk* talk_of(base::PeerId peer) const;
  Message draft(base::PeerId peer, MessageKind kind, std::string text, base::Now now);
  wire::LogEntry& write(base::PeerId peer, Message message, wire::EntryKind kind,
                        const std::optional<wire::EntryRef>& target, base::Now now);
  struct Target {
    Message message;
    wire::EntryRef place;
  };
  base::Result<Target> target_of(base::EntryId entry) const;
  base::Result<Target> own_text(base::EntryId entry); // that we may edit or delete
  void change(base::PeerId peer, wire::EntryKind kind, MessageKind message_kind, const std::string& text,
              const wire::EntryRef& target, MessageChanged::What what, base::RequestId request, base::Now now);
  void hear_have(NativeLink& link, const wire::Have& have, base::Now now);
  void own_log_is_other_elsewhere(NativeLink& link, base::Now now);
  bool is_not_ours(const Talk& talk, const wire::LogExtent& extent);
  void hear_want(NativeLink& link, const wire::Want& want, base::Now now);
  void hear_entries(NativeLink& link, wire::Entries entries, base::Now now);
  bool has_room(Talk& talk, const wire::Entries& entries);
  bool was_signed_differently(const Talk& talk, const wire::EntryRef& newest);
  void store_entry(Talk& talk, wire::LogEntry entry, bool is_late, base::Now now);
  Message message_of(const Talk& talk, const wire::LogEntry& entry, base::Now now) const;
  void hear_read(Talk& talk, const wire::LogEntry& entry);
  void release_recent(Talk& talk);
  void delivered(Talk& talk);
  void tell_state(const Talk& talk, const Unacked& line, MessageState state);
  void not_sent(Talk& talk);
  void freeze(Talk& talk, base::Now now);
  void notice(Notice::What what, base::PeerId peer, std::string text);
  void push(NativeLink& link);
  bool push_range(NativeLink& link, Talk& talk, LogSender::Range range);
  std::vector<wire::LogEntry> entries_from(Talk& talk, LogSender::Range range);
  void tell_changes();
  void tell_change(const Change& change);

  // native_contacts.cpp
  void learn_announced(NativeLink& link, const wire::Hello& hello);
  bool is_plausible(const base::Endpoint& claimed, const base::Endpoint& link) const;
  void note_worked(base::PeerId peer, const base::Endpoint& endpoint, base::Now now);
  void ask_contacts(base::PeerId peer);
  void hear_locate(NativeLink& link, const wire::Locate& locate, base::Now now);
  void hear_located(NativeLink& link, const wire::Located& located, base::Now now);
  base::Digest locate_token(const NativeLink& link, const base::PublicKey& key) const;
  void move_queue(base::PeerId peer, Talk old, base::Now now);
  std::string shown_name(base::PeerId peer) const;

  Ground ground_;
  Dialler dialler_;
  std::unordered_map<base::LinkId, std::unique_ptr<NativeLink>> links_;
  std::map<base::PeerId, base::LinkId> up_;
  std::map<base::PeerId, Talk> talks_;
  Deadlines<base::LinkId> deadlines_;
  std::vector<Burst> burst_;
  std::set<base::PeerId> touched_;
  std::set<base::PeerId> lazy_; // whose acknowledgements are not on disk yet: true all the same
  std::optional<base::Tick> lazy_due_;
  std::set<base::LinkId> busy_links_; // with something to flush or push
  std::vector<Change> changes_;
  std::map<base::PeerId, std::vector<Awaited>> awaited_;
  std::deque<Message> state_reports_;
  std::uint64_t run_ = 0;
  bool is_leaving_ = false;
};

} // namespace tincan::chat
