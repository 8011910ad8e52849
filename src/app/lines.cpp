#include "tincan/app/lines.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace tincan::app {

namespace {

using chat::MessageState;
using term::Style;

constexpr std::string_view gutter = "      │ "; // no line of a text can begin where names begin

Style state_style(MessageState state) {
  switch (state) {
  case MessageState::sent:
  case MessageState::acknowledged: return Style::good;
  case MessageState::failed: return Style::bad;
  default: return Style::dim;
  }
}

LineBuilder message_head(const chat::Message& message, const base::PeerText& peer_team,
                         const std::optional<base::Address>& claimed, base::WallTime now, bool mentions_us) {
  LineBuilder head;
  head.dim(base::short_time(message.time, now) + " ");
  const bool is_own = message.direction == chat::Direction::out;
  const auto& team = is_own ? peer_team : message.team;
  if (is_own) head.add(Style::own, base::safe_name(message.team)).dim(" → ");
  if (!team.empty()) head.add(mentions_us ? Style::mention : Style::peer, base::safe_name(team)).plain(" ");
  head.dim(endpoint_text(message.endpoint) + " ");
  if (claimed) head.add(Style::warning, fmt::format("(says it is {}) ", claimed->text()));
  head.add(Style::warning, message.clear ? "(clear" : "(encrypted");
  if (is_own) {
    head.add(Style::warning, ", ").add(state_style(message.state), state_text(message.state, message.why, {}, now));
    if (is_undelivered(message.state)) head.dim(fmt::format(" #{}", message.id.value));
  }
  head.add(Style::warning, ")").plain(": ");
  return head;
}

std::string cell(std::string_view text, int columns) { return base::pad_to(text, columns) + "  "; }

} // namespace

std::string endpoint_text(const base::Endpoint& endpoint) {
  return endpoint.port == 0 ? endpoint.address.text() + " (port unknown)" : endpoint.text();
}

base::SafeText peer_name(const base::PeerText& team, const base::Endpoint& endpoint) {
  return team.empty() ? base::SafeText::own(endpoint_text(endpoint)) : base::safe_name(team);
}

std::string state_text(MessageState state, const std::string& why, const std::optional<base::WallTime>& next_try,
                       base::WallTime now) {
  std::string text(chat::name(state));
  if (!why.empty() && state != MessageState::cancelled) text += ": " + why;
  if (next_try)
    text += fmt::format(", next try in {}", base::rough_duration(base::Millis(next_try->ms - now.ms + 999)));
  return text;
}

Lines message_lines(const chat::Message& message, const base::PeerText& peer_team,
                    const std::optional<base::Address>& claimed, base::WallTime now, bool mentions_us) {
  Lines lines;
  for (auto& text : base::safe_lines(message.text)) {
    auto builder =
        lines.empty() ? message_head(message, peer_team, claimed, now, mentions_us) : LineBuilder().dim(gutter);
    lines.push_back(builder.add(mentions_us ? Style::mention : Style::plain, std::move(text)).take());
  }
  if (message.was_cut)
    lines.push_back(
        LineBuilder().dim(gutter).add(Style::warning, "(longer than 64 KiB: the rest was not taken)").take());
  return lines;
}

term::Line state_line(const chat::StateChanged& event, base::WallTime now) {
  const auto& message = event.message;
  return LineBuilder()
      .dim(base::short_time(now, now) + " ")
      .dim(fmt::format("#{} to ", message.id.value))
      .add(Style::peer, peer_name(event.peer_team, message.endpoint))
      .dim(": ")
      .add(state_style(message.state), state_text(message.state, message.why, event.next_try, now))
      .take();
}

std::string presence_text(const chat::PeerView& view, base::WallTime now) {
  switch (view.presence) {
  case chat::Presence::active: return "active";
  case chat::Presence::left: return "left";
  case chat::Presence::unheard: return "not heard yet";
  case chat::Presence::silent:
    return view.peer.last_heard ? "silent since " + base::short_time(*view.peer.last_heard, now) : "silent";
  case chat::Presence::unreachable: return "unreachable: " + view.trouble.substr(0, view.trouble.find(" ("));
  }
  return {};
}

namespace {

constexpr std::size_t columns = 6;
constexpr std::array<std::string_view, columns> titles{"No", "Name", "Address", "Dialect", "Heard", "Unread"};
using Row = std::array<std::string, columns>;

Row row_of(const chat::PeerView& view, base::WallTime now) {
  const auto& peer = view.peer;
  return {std::to_string(peer.id.value),
          peer.team.empty() ? "?" : base::safe_name(peer.team).str(),
          endpoint_text(peer.endpoint),
          std::string(wire::name(peer.dialect)) + (peer.dialect_fixed ? "!" : ""),
          peer.last_heard ? base::short_time(*peer.last_heard, now) : "-",
          peer.unread ? std::to_string(peer.unread) : "-"};
}

// As wide as its widest cell: an address is never cut.
std::array<int, columns> widths_of(const std::vector<Row>& rows) {
  std::array<int, columns> widths{};
  for (std::size_t i = 0; i < columns; ++i) {
    widths.at(i) = base::display_width(titles.at(i));
    for (const auto& row : rows) widths.at(i) = std::max(widths.at(i), base::display_width(row.at(i)));
  }
  return widths;
}

void add_state(LineBuilder& line, const chat::PeerView& view, base::WallTime now) {
  const bool is_active = view.presence == chat::Presence::active;
  const bool is_bad = view.presence == chat::Presence::unreachable;
  if (view.blocked) line.add(Style::warning, "[BLOCKED] ");
  line.add(is_active ? Style::good : is_bad ? Style::bad : Style::dim, presence_text(view, now));
  if (view.queued > 0) line.dim(fmt::format(", {} waiting", view.queued));
  if (view.peer.claimed_address)
    line.add(Style::warning, fmt::format(", says it is {}", view.peer.claimed_address->text()));
  if (!view.peer.host_name.empty()) line.dim(", " + view.peer.host_name);
}

} // namespace

Lines peer_table_lines(const std::vector<chat::PeerView>& peers, base::WallTime now) {
  if (peers.empty())
    return {
        LineBuilder().dim("No peers yet: 1 sends a message to an address, and who writes to you appears here.").take()};
  std::vector<Row> rows;
  for (const auto& view : peers) rows.push_back(row_of(view, now));
  const auto widths = widths_of(rows);
  std::string head;
  for (std::size_t i = 0; i < columns; ++i) head += cell(titles.at(i), widths.at(i));
  Lines lines{LineBuilder().add(Style::strong, head + "State").take()};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    LineBuilder line;
    for (std::size_t i = 0; i < columns; ++i)
      line.add(i == 1 ? Style::peer : Style::plain, cell(rows[r].at(i), widths.at(i)));
    add_state(line, peers[r], now);
    lines.push_back(line.take());
  }
  return lines;
}

term::Line mandatory_line(const chat::MandatoryStatus& status, base::WallTime now) {
  std::string text = state_text(status.state, status.why, status.next_try, now);
  if (status.state == MessageState::queued) text = "waiting";
  if (status.state == MessageState::sent || status.state == MessageState::acknowledged)
    text = fmt::format("{} {}", chat::name(status.state), base::short_time(status.since, now));
  if (status.state == MessageState::failed) text = state_text(status.state, status.why, status.next_try, now).substr(8);
  return LineBuilder()
      .dim("Mandatory peer ")
      .add(Style::peer, status.target)
      .dim(": ")
      .add(state_style(status.state), text)
      .take();
}

term::Line announced_line(const chat::PeerAnnounced& event) {
  const auto address = event.endpoint ? endpoint_text(*event.endpoint) : event.target;
  LineBuilder line;
  line.dim("Connect ").add(Style::peer, address).dim(": ");
  if (event.reached)
    return line.add(Style::good, event.acknowledged ? "announced, and acknowledged" : "announced").take();
  return line.add(Style::bad, "failed: " + event.why).take();
}

std::optional<term::Line> peer_changed_line(const chat::PeerChanged& event, base::WallTime now) {
  using What = chat::PeerChanged::What;
  const auto& peer = event.view.peer;
  LineBuilder line;
  line.dim(base::short_time(now, now) + " ");
  if (!peer.team.empty()) line.add(Style::peer, base::safe_name(peer.team)).plain(" ");
  line.dim(endpoint_text(peer.endpoint) + " ");
  switch (event.what) {
  case What::announced: return line.add(Style::good, "connected").take();
  case What::left: return line.dim("left").take();
  case What::reachable: return line.add(Style::good, "is reachable again").take();
  case What::dialect:
    return line
        .plain(fmt::format("is spoken to in {}{}: {}", wire::name(peer.dialect),
                           peer.dialect_fixed ? "" : " (follows what it speaks)", wire::describe(peer.dialect)))
        .take();
  case What::appeared:
  case What::unreachable:
  case What::blocked:
  default: return std::nullopt;
  }
  return std::nullopt;
}

Lines block_lines(const std::vector<chat::BlockRule>& rules) {
  if (rules.empty()) return {LineBuilder().dim("Nobody is blocked.").take()};
  Lines lines;
  for (const auto& rule : rules)
    lines.push_back(LineBuilder()
                        .add(Style::warning, "[BLOCKED] ")
                        .plain(rule.text() + (rule.port ? "" : " (the whole host)"))
                        .take());
  return lines;
}

term::Line failure_line(const base::Error& error) { return LineBuilder().add(Style::bad, "✗ " + error.text).take(); }

} // namespace tincan::app
