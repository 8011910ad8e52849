#include "tincan/app/room_lines.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::app {

namespace {

using chat::RoomPhase;
using term::Style;

constexpr int topic_columns = 40;
constexpr std::size_t ticket_characters_shown = 8;

base::SafeText short_topic(const base::PeerText& topic) {
  const auto safe = base::safe_line(topic);
  const auto fitting = base::fit_columns(safe.str(), topic_columns);
  return fitting.size() == safe.str().size() ? safe : base::SafeText::own(std::string(fitting) + "…");
}

std::string presence_of(const chat::RoomView& view) {
  switch (view.room.phase) {
  case RoomPhase::invited: return "you are invited: /join " + view.alias;
  case RoomPhase::joining: return view.trouble.empty() ? "waiting to meet a member" : "";
  case RoomPhase::joined: return fmt::format("{}, {} linked", counted(view.members, "member"), view.linked);
  case RoomPhase::left: return "left";
  case RoomPhase::removed: return "you were removed";
  }
  return {};
}

void add_unread(LineBuilder& line, const chat::RoomRecord& room) {
  if (room.unread == 0) return;
  line.add(Style::warning, fmt::format("  {} unread", room.unread));
  if (room.mentions > 0) line.add(Style::mention, fmt::format(" ({} for you)", room.mentions));
}

std::string_view role_text(wire::Role role) {
  return role == wire::Role::creator ? "its creator" : "a moderator of it";
}

int widest_kind(const std::vector<chat::RoomView>& rooms) {
  int width = 0;
  for (const auto& view : rooms) width = std::max(width, base::display_width(kind_of(view)));
  return width;
}

template<class Rooms> int widest_alias(const Rooms& rooms) {
  int width = 0;
  for (const auto& room : rooms) width = std::max(width, base::display_width(base::SafeText::own(room.alias).str()));
  return width;
}

std::string alias_cell(const std::string& alias, int width) {
  return "  " + base::pad_to(base::SafeText::own(alias).str(), width) + "  ";
}

term::Line own_room_line(const chat::RoomView& view, int width, int kind_width) {
  LineBuilder line;
  line.add(Style::peer, alias_cell(view.alias, width));
  line.add(view.room.is_private ? Style::plain : Style::warning, base::pad_to(kind_of(view), kind_width)).plain("  ");
  line.plain(presence_of(view));
  if (view.own_role != wire::Role::member) line.dim(fmt::format(", you are {}", role_text(view.own_role)));
  if (view.is_muted) line.add(Style::warning, ", you are muted");
  add_unread(line, view.room);
  if (!view.topic.empty()) line.dim("  ").add(Style::dim, short_topic(view.topic));
  const auto* gap = view.room.phase == RoomPhase::joining ? "" : "  ";
  if (!view.trouble.empty()) line.add(Style::warning, gap + view.trouble);
  return line.take();
}

term::Line found_room_line(const chat::FoundRoom& found, int width, const NameOfPeer& name_of) {
  LineBuilder line;
  line.add(Style::peer, alias_cell(found.alias, width)).plain(counted(found.members, "member"));
  const auto teller = found.known_by.empty() ? base::SafeText{} : name_of(found.known_by.front());
  if (!teller.empty()) {
    line.dim(", told by ").add(Style::peer, teller);
    if (found.known_by.size() > 1) line.dim(fmt::format(" and {} more", found.known_by.size() - 1));
  }
  if (!found.topic.empty()) line.dim("  ").add(Style::dim, short_topic(found.topic));
  return line.take();
}

} // namespace

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string_view kind_of(const chat::RoomView& view) {
  if (view.room.is_hosted) return "hosted, clear text";
  return view.room.is_private ? "private" : "public";
}

base::SafeText room_name(const chat::RoomView& view) { return base::SafeText::own(view.alias); }

base::SafeText member_name(const chat::MemberView& member) {
  if (member.is_self) return base::SafeText::own("you");
  auto name = member.petname.empty() ? base::safe_name(member.name) : base::safe_name(base::PeerText(member.petname));
  if (member.petname.empty() && member.name.empty() && !member.key.is_zero())
    name = base::SafeText::own(member.key.short_text());
  if (!member.is_look_alike) return name;
  return base::SafeText::own(fmt::format("{} ≈ ({})", name.str(), member.key.short_text()));
}

Lines room_list_lines(const chat::RoomsListed& event, const NameOfPeer& name_of) {
  if (event.rooms.empty() && event.found.empty())
    return {LineBuilder().dim("No rooms yet: /create #name makes one, /join takes a ticket.").take()};
  const int width = std::max(widest_alias(event.rooms), widest_alias(event.found));
  const int kind_width = widest_kind(event.rooms);
  Lines lines;
  if (!event.rooms.empty()) lines.push_back(LineBuilder().add(Style::strong, "Your rooms (/room #NAME)").take());
  for (const auto& view : event.rooms) lines.push_back(own_room_line(view, width, kind_width));
  if (!event.found.empty())
    lines.push_back(LineBuilder().add(Style::strong, "Public rooms of your peers (/join #NAME)").take());
  for (const auto& found : event.found) lines.push_back(found_room_line(found, width, name_of));
  return lines;
}

namespace {

std::string_view phase_text(chat::MemberView::Phase phase) {
  using Phase = chat::MemberView::Phase;
  switch (phase) {
  case Phase::invited: return "invited";
  case Phase::present: return "";
  case Phase::left: return "left";
  case Phase::removed: return "removed";
  case Phase::guest: return "guest, clear text";
  }
  return "";
}

// "you (Rockets)"; beside a petname what the member calls itself.
std::string full_name(const chat::MemberView& member) {
  const auto name = member_name(member).str();
  const auto claimed = base::safe_name(member.name).str();
  const bool has_other = (member.is_self || !member.petname.empty()) && !member.name.empty() && claimed != name;
  return has_other ? fmt::format("{} ({})", name, claimed) : name;
}

term::Line member_line(const chat::MemberView& member, int width) {
  LineBuilder line;
  line.add(member.is_self ? Style::own : Style::peer, "  " + base::pad_to(full_name(member), width) + "  ");
  line.dim(member.key.is_zero() ? std::string(base::PublicKey::short_characters, '-') : member.key.short_text());
  if (member.role != wire::Role::member) line.plain(fmt::format("  {}", chat::name(member.role)));
  if (member.is_linked) line.add(Style::good, "  linked");
  if (member.is_muted) line.add(Style::warning, "  muted");
  if (member.is_blocked) line.add(Style::warning, "  [BLOCKED]");
  if (const auto phase = phase_text(member.phase); !phase.empty()) line.dim(fmt::format("  {}", phase));
  return line.take();
}

void add_names(Lines& lines, std::string_view title, const std::vector<chat::MemberView>& members, Style style) {
  constexpr std::size_t names_in_row = 6;
  LineBuilder line;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i % names_in_row == 0) {
      if (i > 0) lines.push_back(line.take());
      line = LineBuilder().plain(i == 0 ? title : std::string_view("             "));
    }
    line.add(style, member_name(members[i])).plain(i + 1 < members.size() ? ", " : "");
  }
  if (!members.empty()) lines.push_back(line.take());
}

std::string_view state_of(const chat::TicketsListed::One& ticket, base::WallTime now) {
  if (ticket.is_revoked) return "revoked";
  if (ticket.used >= ticket.uses) return "used up";
  return ticket.expires <= now ? "expired" : "good";
}

} // namespace

term::Line earlier_lines_line(const chat::RoomView& view, std::uint64_t count, bool is_in_front, base::WallTime now) {
  LineBuilder line;
  line.dim(base::short_time(now, now) + " · ")
      .dim(counted(count, "earlier line") + " of ")
      .add(Style::dim, room_name(view));
  line.dim(count == 1 ? " is here" : " are here");
  return line.dim(is_in_front ? ": /more" : fmt::format(": /room {}", room_name(view).str())).take();
}

Lines member_list_lines(const chat::MembersListed& event) {
  Lines lines{LineBuilder()
                  .add(Style::peer, room_name(event.room))
                  .plain(fmt::format(" ({}): {}", kind_of(event.room), counted(event.room.members, "member")))
                  .take()};
  if (!event.room.topic.empty())
    lines.push_back(LineBuilder().dim("  Topic: ").add(Style::plain, base::safe_line(event.room.topic)).take());
  int width = 0;
  for (const auto& member : event.members) width = std::max(width, base::display_width(full_name(member)));
  for (const auto& member : event.members) lines.push_back(member_line(member, width));
  return lines;
}

Lines ticket_lines(const chat::TicketMade& event, base::WallTime now) {
  const auto left = base::Millis(event.expires.ms - now.ms);
  return {
      LineBuilder()
          .plain("A ticket for ")
          .add(Style::peer, room_name(event.room))
          .plain(fmt::format(", for {}, good for {} (until {}):", counted(event.uses, "newcomer"),
                             base::rough_duration(left + base::Millis(999)), base::short_time(event.expires, now)))
          .take(),
      LineBuilder().add(Style::own, event.text).take(),
      LineBuilder()
          .dim("Who has it comes in: /join TICKET, or tincan join - (which asks for it). /revoke makes it worthless.")
          .take()};
}

Lines ticket_list_lines(const chat::TicketsListed& event, base::WallTime now) {
  if (event.tickets.empty())
    return {LineBuilder().dim("There are no tickets for ").add(Style::peer, room_name(event.room)).dim(".").take()};
  Lines lines;
  for (const auto& ticket : event.tickets) {
    const auto state = state_of(ticket, now);
    lines.push_back(LineBuilder()
                        .plain("  ")
                        .add(Style::own, ticket.ticket.text().substr(0, ticket_characters_shown))
                        .plain("  by ")
                        .add(Style::peer, member_name(ticket.author))
                        .plain(fmt::format(", used {} of {}, until {}  ", ticket.used, ticket.uses,
                                           base::short_time(ticket.expires, now)))
                        .add(state == "good" ? Style::good : Style::dim, state)
                        .take());
  }
  return lines;
}

Lines who_has_lines(const chat::WhoHasListed& event) {
  Lines lines{LineBuilder()
                  .add(Style::peer, room_name(event.room))
                  .plain(fmt::format(": {} of {} have it", event.have.size(), event.have.size() + event.lack.size()))
                  .take()};
  add_names(lines, "  ✓          ", event.have, Style::good);
  add_names(lines, "  not yet    ", event.lack, Style::dim);
  return lines;
}

} // namespace tincan::app
