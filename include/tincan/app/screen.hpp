// Turns events into lines on a console, as they come. Owned by console mode; `tell` runs on the I/O thread.
#pragma once

#include "tincan/app/earlier_lines.hpp"
#include "tincan/app/handles.hpp"
#include "tincan/app/message_lines.hpp"
#include "tincan/app/room_authors.hpp"
#include "tincan/app/room_table.hpp"
#include "tincan/app/shown_messages.hpp"
#include "tincan/chat/events.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

namespace tincan::app {

class Screen {
public:
  // What it needs of the world; all are called on the I/O thread. Those that follow `now` may be missing.
  struct World {
    std::function<void(term::Line)> print;
    std::function<void()> ring;
    std::function<void()> prompt_changed;
    std::function<void(base::Millis, std::function<void()>)> after;
    std::function<base::WallTime()> now;
    std::function<std::optional<chat::PeerView>(base::PeerId)> peer_of{};
    // A block of lines that may change later, and such a change (see term::Console). Missing: what is written stays,
    // and states are told by lines of their own.
    std::function<void(Lines, term::LineTag)> print_block{};
    std::function<bool(term::LineTag, Lines)> replace{};
    Handles* handles = nullptr; // missing: lines of tincans carry their ids
    RoomTable* rooms = nullptr; // missing: every room is called by its number
    std::function<std::optional<chat::PeerView>(const base::PublicKey&)> peer_with_key{};
    std::function<std::vector<std::string>(const std::string&)> qr_of{}; // its lines; none when that is not possible
  };

  Screen(World world, std::string team);

  void tell(const chat::Told& told);
  // The oldest message of the last history page, for the next older page; 0 when there is none. Any thread.
  std::uint64_t oldest_shown() const { return oldest_shown_; }
  // Of the last history page: are there older ones? Any thread.
  bool has_older() const { return has_older_; }
  // The next ticket is shown as a QR code too. Any thread.
  void show_next_ticket_as_qr() { shows_ticket_as_qr_ = true; }

private:
  struct Teller;
  friend struct Teller;

  void added(const chat::MessageAdded& event);
  void changed(const chat::StateChanged& event);
  void show_waiting(const chat::MessageAdded& waiting, const chat::StateChanged& event);
  void native_changed(const chat::StateChanged& event);
  void delivered_earlier(const chat::Message& message);
  void message_changed(const chat::MessageChanged& event);
  void print_waiting(base::EntryId entry);
  void print_state(const chat::StateChanged& event);
  void mandatory(const chat::MandatoryStatus& status);
  void page(const chat::HistoryPage& page);
  void show(const chat::Message& message, Setting setting);
  void print(Lines lines);
  bool can_change() const { return static_cast<bool>(world_.replace); }
  Setting setting_of(const chat::Message& message, const base::PeerText& peer_team);
  bool mentions_us(const chat::Message& message) const;

  // screen_rooms.cpp
  Setting room_setting(const chat::Message& message);
  base::SafeText author_name(base::RoomId room, const base::PublicKey& author) const;
  base::SafeText name_of_peer(base::PeerId peer) const;
  base::SafeText name_of_key(const base::PublicKey& key) const; // empty: it is no peer's
  void room_message_changed(const chat::MessageChanged& event);
  void room_changed(const chat::RoomChanged& event);
  void rooms_listed(const chat::RoomsListed& event);
  void members_listed(const chat::MembersListed& event);
  void ticket_made(const chat::TicketMade& event);
  void show_page_of_room(const chat::HistoryPage& page, base::RoomId room);
  bool is_news(const chat::RoomChanged& event);
  bool was_denied_alike(const chat::RoomChanged& event);
  bool is_in_front(base::RoomId room) const { return world_.rooms && world_.rooms->front() == room; }
  void earlier_line(const chat::Message& message);
  void show_earlier_lines(base::RoomId room);
  void follow_arrival(const chat::RoomChanged& event);

  World world_;
  std::string folded_team_;
  RoomAuthors authors_;
  EarlierLines earlier_;
  std::unordered_map<base::RoomId, std::string> denied_; // why a room does not let us in, as told last
  ShownMessages shown_;
  std::unordered_map<base::EntryId, chat::MessageAdded> waiting_; // own messages not yet shown
  std::unordered_map<base::EntryId, std::string> failed_;         // shown as failed, and why
  std::unordered_map<std::string, std::string> mandatory_failed_; // likewise, by target
  std::unordered_map<base::PeerId, unsigned> delivered_earlier_;  // not told yet
  std::atomic<std::uint64_t> oldest_shown_{0};
  std::atomic<bool> has_older_{false};
  std::atomic<bool> shows_ticket_as_qr_{false};
  bool has_listed_rooms_ = false; // the first list is asked for at start: without rooms it is no news
};

} // namespace tincan::app
