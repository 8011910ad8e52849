#include "tincan/app/message_lines.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace tincan::app {

namespace {

using chat::MessageState;
using term::Style;

constexpr std::string_view quote_gutter = "      ┌ ";
constexpr int excerpt_columns = 48;
constexpr int state_columns = 10; // "delivered:"

Style state_style(MessageState state) {
  switch (state) {
  case MessageState::sent:
  case MessageState::acknowledged:
  case MessageState::delivered:
  case MessageState::read: return Style::good;
  case MessageState::failed: return Style::bad;
  default: return Style::dim;
  }
}

bool is_own(const chat::Message& message) { return message.direction == chat::Direction::out; }

void add_speakers(LineBuilder& head, const chat::Message& message, const Setting& setting) {
  if (is_own(message)) head.add(Style::own, base::safe_name(message.team)).dim(" → ");
  if (!setting.peer_name.empty())
    head.add(setting.mentions_us ? Style::mention : Style::peer, setting.peer_name).plain(" ");
}

void add_classic_head(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  add_speakers(head, message, setting);
  head.dim(endpoint_text(message.endpoint) + " ");
  if (setting.claimed_address)
    head.add(Style::warning, fmt::format("(says it is {}) ", setting.claimed_address->text()));
  head.add(Style::warning, message.clear ? "(clear" : "(encrypted");
  if (is_own(message)) {
    head.add(Style::warning, ", ").add(state_style(message.state), state_text(message.state, message.why, {}, now));
    if (is_undelivered(message.state)) head.dim(fmt::format(" #{}", message.id.value));
  }
  head.add(Style::warning, ")").plain(": ");
}

void add_native_state(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  const auto why = message.state == MessageState::failed ? message.why : std::string{};
  const auto word = (message.room ? short_state(message, setting) : state_text(message.state, why, {}, now)) + ":";
  const auto style = !is_complete(message) ? Style::dim : message.room ? Style::good : state_style(message.state);
  const int missing = std::max(0, state_columns - base::display_width(word));
  head.plain(" ").add(style, word).plain(std::string(static_cast<std::size_t>(missing) + 1, ' '));
}

// Its time, unless the line begins with that anyway.
std::string late_mark(const chat::Message& message, base::WallTime now) {
  const auto said = base::short_time(base::WallTime{message.order_us / 1000}, now);
  return said == base::short_time(message.time, now) ? " (late)" : fmt::format(" (earlier: {})", said);
}

void add_remarks(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  if (message.is_edited && !message.is_deleted) head.dim(" (edited)");
  if (message.is_late) head.add(Style::warning, late_mark(message, now));
  if (message.has_doubtful_time) head.add(Style::warning, " (clock?)");
  if (is_own(message))
    add_native_state(head, message, setting, now);
  else
    head.plain(": ");
}

void add_native_head(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  if (!setting.handle.empty()) head.dim(setting.handle + " ");
  add_speakers(head, message, setting);
  if (setting.peer_name.empty()) head.dim(endpoint_text(message.endpoint) + " ");
  head.add(message.clear ? Style::warning : Style::dim, message.clear ? "(clear)" : "(encrypted)");
  add_remarks(head, message, setting, now);
}

void add_room_head(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  if (!setting.handle.empty()) head.dim(setting.handle + " ");
  if (!setting.room.empty()) head.add(Style::peer, setting.room).plain(" ");
  if (is_own(message))
    head.add(Style::own, base::safe_name(message.team));
  else
    head.add(setting.mentions_us ? Style::mention : Style::peer, setting.peer_name);
  if (message.is_guest)
    head.add(Style::warning, " (guest, clear)");
  else if (message.clear)
    head.add(Style::warning, " (clear)");
  add_remarks(head, message, setting, now);
}

LineBuilder message_head(const chat::Message& message, const Setting& setting, base::WallTime now) {
  LineBuilder head;
  head.dim(base::short_time(message.time, now) + " ");
  if (message.room)
    add_room_head(head, message, setting, now);
  else if (is_native(message))
    add_native_head(head, message, setting, now);
  else
    add_classic_head(head, message, setting, now);
  return head;
}

// A tincan's text comes whole or not at all.
bool lacks_text(const chat::Message& message) { return message.was_cut && is_native(message) && message.text.empty(); }

// What stands in place of a text that is not there to be shown.
std::string_view stand_in(const chat::Message& message) {
  if (message.is_deleted) return "(deleted)";
  if (!message.is_readable) return "(key not here yet)";
  if (lacks_text(message)) return "(its text was deleted, or is longer than 64 KiB)";
  return message.kind == chat::MessageKind::unknown ? "(from a newer version)" : "";
}

// What an invitation to a room says, and what to type.
void add_invitation(LineBuilder& head, const chat::Message& message) {
  const auto invitation = wire::decode_invitation(message.text.untrusted_bytes());
  if (!invitation) {
    head.dim("(an invitation that cannot be read)");
    return;
  }
  const auto name = base::safe_name(invitation->name);
  head.plain(fmt::format("invitation to the {} room ", invitation->is_private ? "private" : "public"))
      .add(Style::strong, fmt::format("#{}", name.str()));
  if (!is_own(message)) head.dim(" (/rooms, /join)");
}

void add_text(Lines& lines, const chat::Message& message, const Setting& setting, base::WallTime now) {
  auto head = message_head(message, setting, now);
  const auto instead = setting.is_void ? "(not counted: its author was removed or muted before)" : stand_in(message);
  if (!instead.empty()) {
    lines.push_back(head.dim(instead).take());
    return;
  }
  if (message.kind == chat::MessageKind::invitation) {
    add_invitation(head, message);
    lines.push_back(head.take());
    return;
  }
  const auto style = setting.mentions_us ? Style::mention : Style::plain;
  for (auto& text : base::safe_lines(message.text)) {
    lines.push_back(head.add(style, std::move(text)).take());
    head = LineBuilder().dim(gutter);
  }
}

} // namespace

bool is_native(const chat::Message& message) { return message.room || message.dialect == wire::Dialect::native; }

base::SafeText shortened(const base::SafeText& text, int columns) {
  const auto fitting = base::fit_columns(text.str(), columns);
  return fitting.size() == text.str().size() ? text : base::SafeText::own(std::string(fitting) + "…");
}

base::SafeText excerpt(const chat::Message& message) {
  if (const auto instead = stand_in(message); !instead.empty()) return base::SafeText::own(instead);
  if (message.kind == chat::MessageKind::invitation) return base::SafeText::own("invitation");
  return shortened(base::safe_line(message.text), excerpt_columns);
}

bool is_complete(const chat::Message& message) {
  if (!message.room) return chat::is_settled(message);
  return message.tally.have >= message.tally.of || message.state == MessageState::cancelled;
}

std::string short_state(const chat::Message& message, const Setting& setting) {
  if (!message.room || message.state == MessageState::cancelled) return std::string(chat::name(message.state));
  if (message.tally.of == 0) return setting.is_hosted ? "to guests" : "alone";
  return fmt::format("{} {}/{}", message.tally.have > 0 ? "✓" : "·", message.tally.have, message.tally.of);
}

std::string state_text(MessageState state, const std::string& why, const std::optional<base::WallTime>& next_try,
                       base::WallTime now) {
  std::string text(chat::name(state));
  if (!why.empty() && state != MessageState::cancelled) text += ": " + why;
  if (next_try)
    text += fmt::format(", next try in {}", base::rough_duration(base::Millis(next_try->ms - now.ms + 999)));
  return text;
}

Lines message_lines(const chat::Message& message, const Setting& setting, base::WallTime now) {
  Lines lines;
  if (setting.quote)
    lines.push_back(LineBuilder()
                        .dim(quote_gutter)
                        .add(Style::dim, setting.quote->who)
                        .dim(": ")
                        .add(Style::dim, setting.quote->text)
                        .take());
  add_text(lines, message, setting, now);
  if (message.was_cut && !lacks_text(message))
    lines.push_back(
        LineBuilder().dim(gutter).add(Style::warning, "(longer than 64 KiB: the rest was not taken)").take());
  if (const auto reactions = reactions_text(message, setting); !reactions.empty())
    lines.push_back(LineBuilder().dim(gutter).dim(reactions).take());
  return lines;
}

term::Line state_line(const chat::StateChanged& event, const Setting& setting, base::WallTime now) {
  const auto& message = event.message;
  const auto what = setting.handle.empty() ? fmt::format("#{}", message.id.value) : setting.handle;
  const auto whom = message.room                ? setting.room
                    : setting.peer_name.empty() ? base::SafeText::own(endpoint_text(message.endpoint))
                                                : setting.peer_name;
  LineBuilder line;
  line.dim(base::short_time(now, now) + " ").dim(what);
  if (!whom.empty()) line.dim(" to ").add(Style::peer, whom);
  return line.dim(": ")
      .add(state_style(message.state),
           message.room ? short_state(message) : state_text(message.state, message.why, event.next_try, now))
      .take();
}

std::vector<int> widths_of(const Lines& lines) {
  std::vector<int> widths;
  for (const auto& line : lines) {
    int width = 0;
    for (const auto& span : line) width += base::display_width(span.text.str());
    widths.push_back(width);
  }
  return widths;
}

bool fits(const Lines& fresh, const std::vector<int>& widths) {
  const auto now = widths_of(fresh);
  return now.size() <= widths.size() && std::equal(now.begin(), now.end(), widths.begin(), std::less_equal<>());
}

base::SafeText claimed_name(const base::PeerText& team) {
  return team.empty() ? base::SafeText{} : base::safe_name(team);
}

Lines filled_up(Lines fresh, const std::vector<int>& widths) {
  while (fresh.size() < widths.size()) fresh.push_back(LineBuilder().dim(gutter).take());
  const auto now = widths_of(fresh);
  for (std::size_t i = 0; i < widths.size(); ++i)
    if (now[i] < widths[i])
      fresh[i].push_back(
          {Style::plain, base::SafeText::own(std::string(static_cast<std::size_t>(widths[i] - now[i]), ' '))});
  return fresh;
}

} // namespace tincan::app
