#include "tincan/app/line_builder.hpp"
#include "tincan/app/room_lines.hpp"

#include <fmt/format.h>

namespace tincan::app {

using term::Style;

namespace {

using RoomWhat = chat::RoomChanged::What;

// Whoever did it, and what to whom: "ann removed bob from #plans".
class Telling {
public:
  Telling(const chat::RoomChanged& event, base::WallTime now) : event_(event) {
    line_.dim(base::short_time(now, now) + " · ");
  }

  // "ann removed bob from #plans"; nobody named: "bob was removed from #plans".
  Telling& member(std::string_view what, std::string_view after) {
    if (event_.by.key.is_zero()) {
      safe(whom()).text(event_.who.is_self ? " were " : " was ").text(what);
    } else {
      by().text(" ").text(what).text(" ").safe(whom());
    }
    return text(after).room();
  }
  Telling& text(std::string_view words) {
    line_.dim(words);
    return *this;
  }
  Telling& text(Style style, std::string_view words) {
    line_.add(style, words);
    return *this;
  }
  Telling& safe(base::SafeText words) {
    line_.add(Style::dim, std::move(words));
    return *this;
  }
  Telling& room() {
    line_.add(Style::dim, room_name(event_.room));
    return *this;
  }
  Telling& by() { return safe(member_name(event_.by)); }
  term::Line take() { return line_.take(); }

private:
  base::SafeText whom() const { return member_name(event_.who); }

  const chat::RoomChanged& event_;
  LineBuilder line_;
};

std::string hint(const chat::RoomChanged& event) {
  return fmt::format(": /room {} talks there", base::SafeText::own(event.room.alias).str());
}

bool has_author(const chat::RoomChanged& event) { return !event.by.key.is_zero(); }

// Of ourselves.
std::optional<term::Line> own_change(const chat::RoomChanged& event, Telling telling) {
  const auto kind = fmt::format(" ({})", kind_of(event.room));
  switch (event.what) {
  case RoomWhat::created:
    return telling.text("you created ")
        .room()
        .text(kind)
        .text(hint(event))
        .text(", /invite NAME or /ticket lets people in")
        .take();
  case RoomWhat::invited:
    if (has_author(event))
      telling.by().text(" invites you to ").room();
    else
      telling.text("you are invited to ").room();
    return telling.text(kind).text(fmt::format(": /join {}", base::SafeText::own(event.room.alias).str())).take();
  case RoomWhat::joining: return telling.text("waiting to meet a member of ").room().take();
  case RoomWhat::joined:
    return telling.text(Style::good, "you are in ")
        .room()
        .text(kind) // how many are in is not known yet
        .text(hint(event))
        .take();
  case RoomWhat::left: return telling.text("you left ").room().text("; its lines stay here").take();
  case RoomWhat::removed:
    if (has_author(event))
      telling.by().text(Style::warning, " removed you from ").room();
    else
      telling.text(Style::warning, "you were removed from ").room();
    return telling.text("; its lines stay here").take();
  case RoomWhat::denied:
    return telling.room().text(Style::bad, " does not let you in: ").safe(base::safe_line(event.text)).take();
  default: return std::nullopt;
  }
}

term::Line topic_line(const chat::RoomChanged& event, Telling telling) {
  if (has_author(event))
    telling.by();
  else
    telling.text("somebody");
  if (event.text.empty()) return telling.text(" took away the topic of ").room().take();
  return telling.text(" set the topic of ").room().text(": ").safe(base::safe_line(event.text)).take();
}

term::Line role_line(const chat::RoomChanged& event, Telling telling) {
  const auto role = event.role == wire::Role::moderator ? " a moderator of " : " an ordinary member of ";
  if (has_author(event)) return telling.member("made", role).take();
  return telling.safe(member_name(event.who)).text(event.who.is_self ? " are now" : " is now").text(role).room().take();
}

} // namespace

std::optional<term::Line> room_changed_line(const chat::RoomChanged& event, base::WallTime now) {
  Telling telling(event, now);
  switch (event.what) {
  case RoomWhat::member_joined: return telling.safe(member_name(event.who)).text(" joined ").room().take();
  case RoomWhat::member_left: return telling.safe(member_name(event.who)).text(" left ").room().take();
  case RoomWhat::member_invited: return telling.member("invited", " to ").take();
  case RoomWhat::member_removed: return telling.member("removed", " from ").take();
  case RoomWhat::muted: return telling.member("muted", " in ").take();
  case RoomWhat::unmuted: return telling.member("unmuted", " in ").take();
  case RoomWhat::role: return role_line(event, std::move(telling));
  case RoomWhat::topic: return topic_line(event, std::move(telling));
  case RoomWhat::caught_up: return telling.text("all that was said in ").room().text(" is here now").take();
  default: return own_change(event, std::move(telling));
  }
}

} // namespace tincan::app
