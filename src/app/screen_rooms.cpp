// What Screen shows of rooms.
#include "tincan/app/line_builder.hpp"
#include "tincan/app/room_lines.hpp"
#include "tincan/app/screen.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::app {

namespace {

using RoomWhat = chat::RoomChanged::What;

// In bigger rooms, who comes and goes is news only while one looks at it.
constexpr std::uint32_t max_members_announced = 32;

// What was done to others, and to the topic: a newcomer hears of all that was ever done.
bool is_about_others(const chat::RoomChanged& event) {
  switch (event.what) {
  case RoomWhat::member_joined:
  case RoomWhat::member_invited:
  case RoomWhat::member_left:
  case RoomWhat::member_removed:
  case RoomWhat::role:
  case RoomWhat::muted:
  case RoomWhat::unmuted:
  case RoomWhat::topic: return !event.who.is_self;
  default: return false;
  }
}

bool is_coming_or_going(RoomWhat what) {
  return what == RoomWhat::member_joined || what == RoomWhat::member_left || what == RoomWhat::member_invited;
}

// `before`: how many of them are not on this page.
term::Line unread_mark(std::uint32_t unread, std::uint32_t before) {
  const auto where = before > 0 ? fmt::format(", {} of them before these", before) : "";
  return LineBuilder().dim(fmt::format("── {} unread{} ──", unread, where)).take();
}

} // namespace

base::SafeText Screen::name_of_peer(base::PeerId peer) const {
  const auto view = world_.peer_of ? world_.peer_of(peer) : std::nullopt;
  return view ? shown_name(*view) : base::SafeText::own(fmt::format("peer {}", peer.value));
}

base::SafeText Screen::name_of_key(const base::PublicKey& key) const {
  const auto view = world_.peer_with_key ? world_.peer_with_key(key) : std::nullopt;
  return view ? shown_name(*view) : base::SafeText{};
}

// As our user calls it, else as it calls itself in that room.
base::SafeText Screen::author_name(base::RoomId room, const base::PublicKey& author) const {
  const auto view = world_.peer_with_key ? world_.peer_with_key(author) : std::nullopt;
  if (view && !view->peer.petname.empty()) return shown_name(*view);
  return authors_.name_of(room, author);
}

Setting Screen::room_setting(const chat::Message& message) {
  Setting setting;
  const bool is_own = message.direction == chat::Direction::out;
  if (!is_own && !message.is_guest) authors_.heard(message.room, message.author, message.team);
  if (!is_own)
    setting.peer_name = message.is_guest ? base::safe_name(message.team) : author_name(message.room, message.author);
  if (!world_.rooms || world_.rooms->front() != message.room)
    setting.room = base::SafeText::own(world_.rooms ? world_.rooms->alias_of(message.room)
                                                    : fmt::format("room {}", message.room.value));
  setting.handle = world_.handles ? fmt::format("[{}]", world_.handles->give({message.id, {}, message.room}))
                                  : fmt::format("#{}", message.id.value);
  if (message.about && !message.is_deleted) setting.quote = shown_.quote_of(message.about);
  for (const auto& reaction : message.reactions)
    setting.reaction_names.push_back(author_name(message.room, reaction.author));
  setting.mentions_us = mentions_us(message);
  const auto view = world_.rooms ? world_.rooms->find(message.room) : std::nullopt;
  setting.is_hosted = view && view->room.is_hosted;
  return setting;
}

void Screen::room_message_changed(const chat::MessageChanged& event) {
  auto* shown = shown_.find(event.message.id);
  if (!shown && earlier_.has(event.message)) return;
  auto setting = room_setting(event.message);
  setting.is_void = event.what == chat::MessageChanged::What::voided;
  const bool is_shown_late =
      event.what == chat::MessageChanged::What::revealed || event.what == chat::MessageChanged::What::counted;
  if (!shown && is_shown_late) return show(event.message, std::move(setting));
  if (!shown && setting.is_void) return; // it was never seen here
  bool is_in_place = false;
  if (shown) {
    setting.room = shown->setting.room; // as the line began
    auto lines = message_lines(event.message, setting, world_.now());
    is_in_place = fits(lines, shown->widths);
    lines = filled_up(std::move(lines), shown->widths);
    const auto widths = widths_of(lines);
    const bool is_changed = can_change() && world_.replace(event.message.id.value, std::move(lines));
    is_in_place = is_in_place && is_changed;
    shown_.remember(event.message, setting, is_changed ? widths : shown->widths);
  }
  if (is_shown_late && !is_in_place) return show(event.message, std::move(setting));
  if (!is_shown_late && !(setting.is_void && is_in_place))
    print(message_changed_lines(event, setting, world_.now(), is_in_place));
  world_.prompt_changed();
}

bool Screen::is_news(const chat::RoomChanged& event) {
  const bool is_seen = is_in_front(event.room.room.id);
  if (event.what == RoomWhat::caught_up) return is_seen;
  if (event.what == RoomWhat::denied) return !was_denied_alike(event);
  if (is_about_others(event) && earlier_.is_arriving(event.room.room.id, world_.now())) return false;
  return is_seen || !is_coming_or_going(event.what) || event.room.members <= max_members_announced;
}

void Screen::room_changed(const chat::RoomChanged& event) {
  authors_.heard(event.room.room.id, event.who);
  authors_.heard(event.room.room.id, event.by);
  if (event.what == RoomWhat::caught_up) show_earlier_lines(event.room.room.id);
  if (is_news(event))
    if (auto line = room_changed_line(event, world_.now())) world_.print(std::move(*line));
  follow_arrival(event);
  world_.prompt_changed();
}

void Screen::rooms_listed(const chat::RoomsListed& event) {
  const bool is_asked_at_start = !std::exchange(has_listed_rooms_, true);
  if (is_asked_at_start && event.rooms.empty()) return;
  print(room_list_lines(event, [this](base::PeerId peer) { return name_of_peer(peer); }));
  world_.prompt_changed();
}

void Screen::members_listed(const chat::MembersListed& event) {
  for (const auto& member : event.members) authors_.heard(event.room.room.id, member);
  print(member_list_lines(event));
}

void Screen::ticket_made(const chat::TicketMade& event) {
  print(ticket_lines(event, world_.now()));
  if (!shows_ticket_as_qr_.exchange(false) || !world_.qr_of) return;
  for (const auto& line : world_.qr_of(event.text)) world_.print(LineBuilder().plain(line).take());
}

// With a mark before what was unread.
void Screen::show_page_of_room(const chat::HistoryPage& page, base::RoomId room) {
  const auto newly_read = world_.rooms->take_newly_read(room);
  const auto unread = newly_read.value_or(0);
  if (page.messages.empty())
    return world_.print(LineBuilder().dim(newly_read ? "No lines here yet." : "Nothing found.").take());
  if (page.has_more) world_.print(LineBuilder().dim("(older ones: /more)").take());
  std::uint32_t left = unread; // of them, from here on back
  auto first = page.messages.size();
  while (left > 0 && first > 0)
    if (page.messages[--first].direction == chat::Direction::in) --left;
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    if (unread > 0 && i == first) world_.print(unread_mark(unread, left));
    show(page.messages[i], room_setting(page.messages[i]));
  }
}

} // namespace tincan::app
