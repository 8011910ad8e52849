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

constexpr std::string_view gutter = "      │ "; // no line of a text can begin where names begin
constexpr std::string_view quote_gutter = "      ┌ ";
constexpr int excerpt_columns = 48;
constexpr int reaction_columns = 16;
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

base::SafeText shortened(const base::SafeText& text, int columns) {
  const auto fitting = base::fit_columns(text.str(), columns);
  return fitting.size() == text.str().size() ? text : base::SafeText::own(std::string(fitting) + "…");
}

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

void add_native_state(LineBuilder& head, const chat::Message& message, base::WallTime now) {
  const auto why = message.state == MessageState::failed ? message.why : std::string{};
  const auto word = state_text(message.state, why, {}, now) + ":";
  const auto style = message.state == MessageState::sent ? Style::dim : state_style(message.state);
  const int missing = std::max(0, state_columns - base::display_width(word));
  head.plain(" ").add(style, word).plain(std::string(static_cast<std::size_t>(missing) + 1, ' '));
}

void add_native_head(LineBuilder& head, const chat::Message& message, const Setting& setting, base::WallTime now) {
  if (!setting.handle.empty()) head.dim(setting.handle + " ");
  add_speakers(head, message, setting);
  if (setting.peer_name.empty()) head.dim(endpoint_text(message.endpoint) + " ");
  head.add(message.clear ? Style::warning : Style::dim, message.clear ? "(clear)" : "(encrypted)");
  if (message.is_edited && !message.is_deleted) head.dim(" (edited)");
  if (message.is_late)
    head.add(Style::warning,
             fmt::format(" (earlier: {})", base::short_time(base::WallTime{message.order_us / 1000}, now)));
  if (message.has_doubtful_time) head.add(Style::warning, " (clock?)");
  if (is_own(message))
    add_native_state(head, message, now);
  else
    head.plain(": ");
}

LineBuilder message_head(const chat::Message& message, const Setting& setting, base::WallTime now) {
  LineBuilder head;
  head.dim(base::short_time(message.time, now) + " ");
  if (is_native(message))
    add_native_head(head, message, setting, now);
  else
    add_classic_head(head, message, setting, now);
  return head;
}

// What stands in place of a text that is not there to be shown.
std::string_view stand_in(const chat::Message& message) {
  if (message.is_deleted) return "(deleted)";
  return message.kind == chat::MessageKind::unknown ? "(from a newer version)" : "";
}

void add_text(Lines& lines, const chat::Message& message, const Setting& setting, base::WallTime now) {
  auto head = message_head(message, setting, now);
  if (const auto instead = stand_in(message); !instead.empty()) {
    lines.push_back(head.dim(instead).take());
    return;
  }
  const auto style = setting.mentions_us ? Style::mention : Style::plain;
  for (auto& text : base::safe_lines(message.text)) {
    lines.push_back(head.add(style, std::move(text)).take());
    head = LineBuilder().dim(gutter);
  }
}

base::SafeText reaction_text(const base::PeerText& text) { return shortened(base::safe_line(text), reaction_columns); }

std::string other_side(const Setting& setting) {
  return setting.peer_name.empty() ? "the other side" : setting.peer_name.str();
}

void add_reactions(Lines& lines, const chat::Message& message, const Setting& setting) {
  std::string text;
  for (const auto& reaction : message.reactions)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reaction_text(reaction.text).str(),
                        reaction.is_own ? "you" : other_side(setting));
  if (!text.empty()) lines.push_back(LineBuilder().dim(gutter).dim(text).take());
}

std::string changed_text(const chat::MessageChanged& event) {
  using What = chat::MessageChanged::What;
  if (event.what == What::deleted) return "deleted it";
  if (event.what == What::edited) return "edited it";
  for (const auto& reaction : event.message.reactions)
    if (reaction.is_own == event.by_us) return reaction_text(reaction.text).str();
  return "took the reaction back";
}

} // namespace

bool is_native(const chat::Message& message) { return message.dialect == wire::Dialect::native; }

base::SafeText excerpt(const chat::Message& message) {
  if (const auto instead = stand_in(message); !instead.empty()) return base::SafeText::own(instead);
  return shortened(base::safe_line(message.text), excerpt_columns);
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
  if (message.was_cut)
    lines.push_back(
        LineBuilder().dim(gutter).add(Style::warning, "(longer than 64 KiB: the rest was not taken)").take());
  add_reactions(lines, message, setting);
  return lines;
}

term::Line state_line(const chat::StateChanged& event, const Setting& setting, base::WallTime now) {
  const auto& message = event.message;
  const auto what = setting.handle.empty() ? fmt::format("#{}", message.id.value) : setting.handle;
  const auto whom =
      setting.peer_name.empty() ? base::SafeText::own(endpoint_text(message.endpoint)) : setting.peer_name;
  return LineBuilder()
      .dim(base::short_time(now, now) + " ")
      .dim(what + " to ")
      .add(Style::peer, whom)
      .dim(": ")
      .add(state_style(message.state), state_text(message.state, message.why, event.next_try, now))
      .take();
}

Lines message_changed_lines(const chat::MessageChanged& event, const Setting& setting, base::WallTime now,
                            bool in_place) {
  LineBuilder line;
  line.dim(base::short_time(now, now) + " ").dim(setting.handle + " ");
  line.add(event.by_us ? Style::own : Style::peer, event.by_us ? "you" : other_side(setting)).plain(" ");
  line.plain(changed_text(event));
  if (event.what != chat::MessageChanged::What::edited || in_place) return {line.take()};
  Lines lines;
  for (auto& text : base::safe_lines(event.message.text)) {
    if (lines.empty()) line.plain(": ");
    lines.push_back(line.add(Style::plain, std::move(text)).take());
    line = LineBuilder().dim(gutter);
  }
  return lines;
}

Lines version_lines(const chat::VersionsRead& event, base::WallTime now) {
  Lines lines;
  for (const auto& form : event.forms) {
    auto head = LineBuilder().dim(base::short_time(form.time, now) + " ");
    for (auto& text : base::safe_lines(form.text)) {
      lines.push_back(head.plain("").add(Style::plain, std::move(text)).take());
      head = LineBuilder().dim(gutter);
    }
  }
  if (event.forms.size() < 2) lines.push_back(LineBuilder().dim("It was never edited.").take());
  return lines;
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
