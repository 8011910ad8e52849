#include "tincan/app/line_builder.hpp"
#include "tincan/app/message_lines.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>
#include <vector>

namespace tincan::app {

using term::Style;

namespace {

constexpr int reaction_columns = 16;
constexpr std::size_t max_names_shown = 4; // of those who reacted alike

base::SafeText reaction_text(const base::PeerText& text) { return shortened(base::safe_line(text), reaction_columns); }

std::string other_side(const Setting& setting) {
  return setting.peer_name.empty() ? "the other side" : setting.peer_name.str();
}

// In a room many may react alike: each reaction once, with the first names.
std::string room_reactions(const chat::Message& message, const Setting& setting) {
  std::vector<std::pair<std::string, std::vector<std::string>>> given;
  for (std::size_t i = 0; i < message.reactions.size(); ++i) {
    const auto& reaction = message.reactions[i];
    const auto what = reaction_text(reaction.text).str();
    auto place = std::find_if(given.begin(), given.end(), [&](const auto& known) { return known.first == what; });
    if (place == given.end()) place = given.insert(given.end(), {what, {}});
    place->second.push_back(reaction.is_own                     ? "you"
                            : i < setting.reaction_names.size() ? setting.reaction_names[i].str()
                                                                : reaction.author.short_text());
  }
  std::string text;
  for (auto& [what, names] : given) {
    const auto more = names.size() > max_names_shown ? fmt::format(" +{}", names.size() - max_names_shown) : "";
    names.resize(std::min(names.size(), max_names_shown));
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", what, fmt::join(names, " "), more);
  }
  return text;
}

std::string changed_text(const chat::MessageChanged& event) {
  using What = chat::MessageChanged::What;
  if (event.what == What::voided) return "is not heard here: the line does not count";
  if (event.what == What::counted) return "is heard here after all";
  if (event.what == What::revealed) return "can be read now";
  if (event.what == What::deleted) return "deleted it";
  if (event.what == What::edited) return "edited it";
  for (const auto& reaction : event.message.reactions)
    if (reaction.is_own == event.by_us) return reaction_text(reaction.text).str();
  return "took the reaction back";
}

// What became of a line in a room, and by whom where that is known.
term::Line room_change_line(const chat::MessageChanged& event, const Setting& setting, base::WallTime now) {
  LineBuilder line;
  line.dim(base::short_time(now, now) + " ").dim(setting.handle + " ");
  if (!setting.room.empty()) line.add(Style::peer, setting.room).plain(" ");
  if (event.what == chat::MessageChanged::What::reacted) {
    const auto text = room_reactions(event.message, setting);
    return line.plain(text.empty() ? "a reaction was taken back" : text).take();
  }
  const bool is_own = event.message.direction == chat::Direction::out;
  return line.add(is_own ? Style::own : Style::peer, is_own ? "you" : other_side(setting))
      .plain(" ")
      .plain(changed_text(event))
      .take();
}

} // namespace

std::string reactions_text(const chat::Message& message, const Setting& setting) {
  if (message.room) return room_reactions(message, setting);
  std::string text;
  for (const auto& reaction : message.reactions)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reaction_text(reaction.text).str(),
                        reaction.is_own ? "you" : other_side(setting));
  return text;
}

Lines message_changed_lines(const chat::MessageChanged& event, const Setting& setting, base::WallTime now,
                            bool in_place) {
  const bool is_overtaken = event.what == chat::MessageChanged::What::edited && event.message.is_deleted;
  if (is_overtaken) return {}; // it is deleted by now, which is told next
  LineBuilder line;
  if (event.message.room) {
    line = LineBuilder(room_change_line(event, setting, now));
  } else {
    line.dim(base::short_time(now, now) + " ").dim(setting.handle + " ");
    line.add(event.by_us ? Style::own : Style::peer, event.by_us ? "you" : other_side(setting)).plain(" ");
    line.plain(changed_text(event));
  }
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

} // namespace tincan::app
