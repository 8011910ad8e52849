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

Style attempt_style(MessageState state) {
  switch (state) {
  case MessageState::sent:
  case MessageState::acknowledged: return Style::good;
  case MessageState::failed: return Style::bad;
  default: return Style::dim;
  }
}

std::string cell(std::string_view text, int columns) { return base::pad_to(text, columns) + "  "; }

} // namespace

std::string endpoint_text(const base::Endpoint& endpoint) {
  return endpoint.port == 0 ? endpoint.address.text() + " (port unknown)" : endpoint.text();
}

namespace {

base::SafeText plain_name(const chat::Peer& peer) {
  if (!peer.petname.empty()) return base::safe_name(base::PeerText(peer.petname));
  if (!peer.team.empty()) return base::safe_name(peer.team);
  return base::SafeText::own(peer.key ? peer.key->short_text() : endpoint_text(peer.endpoint));
}

} // namespace

namespace {

// Where it is reached: the far end of an open link, but with the port on which it listens.
std::string where(const chat::PeerView& view) {
  const auto& usual = view.peer.endpoint;
  return endpoint_text(view.path && view.path->address != usual.address ? *view.path : usual);
}

} // namespace

base::SafeText shown_name(const chat::PeerView& view) {
  const auto name = plain_name(view.peer);
  if (!view.look_alike) return name;
  const auto key = view.peer.key ? fmt::format(" ({})", view.peer.key->short_text()) : "";
  return base::SafeText::own(fmt::format("{} ≈{}{}", name.str(), view.look_alike.value, key));
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

constexpr std::size_t table_columns = 6;
constexpr std::array<std::string_view, table_columns> titles{"No", "Name", "Address", "Speaks", "Heard", "Unread"};
using Row = std::array<std::string, table_columns>;

// "tincan", "clear A1", "A1" of a peer that was not asked yet; with '!' when it was set by hand.
std::string speech_of(const chat::Peer& peer) {
  if (peer.speaks == chat::Speaks::native) return "tincan";
  return fmt::format("{}{}{}", peer.speaks == chat::Speaks::classic ? "clear " : "", wire::name(peer.dialect),
                     peer.dialect_fixed ? "!" : "");
}

Row row_of(const chat::PeerView& view, base::WallTime now) {
  const auto& peer = view.peer;
  const bool is_nameless = peer.petname.empty() && peer.team.empty() && !peer.key;
  return {std::to_string(peer.id.value),
          is_nameless ? "?" : shown_name(view).str(),
          where(view),
          speech_of(peer),
          peer.last_heard ? base::short_time(*peer.last_heard, now) : "-",
          peer.unread ? std::to_string(peer.unread) : "-"};
}

// As wide as its widest cell: an address is never cut.
std::array<int, table_columns> column_widths(const std::vector<Row>& rows) {
  std::array<int, table_columns> widths{};
  for (std::size_t i = 0; i < table_columns; ++i) {
    widths.at(i) = base::display_width(titles.at(i));
    for (const auto& row : rows) widths.at(i) = std::max(widths.at(i), base::display_width(row.at(i)));
  }
  return widths;
}

void add_state(LineBuilder& line, const chat::PeerView& view, base::WallTime now) {
  const bool is_active = view.presence == chat::Presence::active;
  const bool is_bad = view.presence == chat::Presence::unreachable;
  if (view.blocked) line.add(Style::warning, "[BLOCKED] ");
  if (view.peer.changed_key) line.add(Style::bad, "[KEY CHANGED] ");
  line.add(is_active ? Style::good : is_bad ? Style::bad : Style::dim, presence_text(view, now));
  if (view.round_trip) line.dim(fmt::format(", {} ms", view.round_trip->count()));
  if (view.peer.is_verified) line.add(Style::good, ", verified");
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
  const auto widths = column_widths(rows);
  std::string head;
  for (std::size_t i = 0; i < table_columns; ++i) head += cell(titles.at(i), widths.at(i));
  Lines lines{LineBuilder().add(Style::strong, head + "State").take()};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    LineBuilder line;
    for (std::size_t i = 0; i < table_columns; ++i)
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
      .add(attempt_style(status.state), text)
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

namespace {

using PeerWhat = chat::PeerChanged::What;

// "Ann 10.0.0.7:4100"; a tincan by its name alone.
void add_who(LineBuilder& line, const chat::PeerView& view) {
  const auto& peer = view.peer;
  if (peer.key || !peer.petname.empty() || !peer.team.empty()) line.add(Style::peer, shown_name(view)).plain(" ");
  if (!peer.key) line.dim(endpoint_text(peer.endpoint) + " ");
}

void add_contact_change(LineBuilder& line, PeerWhat what, const chat::PeerView& view) {
  const auto& peer = view.peer;
  const auto key = peer.key ? peer.key->short_text() : "?";
  switch (what) {
  case PeerWhat::encrypted:
    line.add(Style::good, fmt::format("is connected, encrypted ({}, key {})", where(view), key));
    break;
  case PeerWhat::key_changed:
    line.add(Style::bad, fmt::format("does not answer, but somebody with another key does: nothing is sent until you "
                                     "decide (/verify {0}, /trust {0} yes|no)",
                                     peer.id.value));
    break;
  case PeerWhat::trusted: line.plain(fmt::format("is known by the key {} from now on", key)); break;
  case PeerWhat::verified:
    if (peer.is_verified)
      line.add(Style::good, "is verified");
    else
      line.add(Style::warning, "is not verified any more");
    break;
  case PeerWhat::renamed: line.plain(fmt::format("is what peer {} is called from now on", peer.id.value)); break;
  case PeerWhat::found: line.add(Style::good, "has moved, and was found at " + where(view)); break;
  default: break;
  }
}

} // namespace

std::optional<term::Line> peer_changed_line(const chat::PeerChanged& event, base::WallTime now) {
  const auto& peer = event.view.peer;
  LineBuilder line;
  line.dim(base::short_time(now, now) + " ");
  add_who(line, event.view);
  switch (event.what) {
  case PeerWhat::announced: return line.add(Style::good, "connected").take();
  case PeerWhat::left: return line.dim("left").take();
  case PeerWhat::reachable: return line.add(Style::good, "is reachable again").take();
  case PeerWhat::dialect:
    return line
        .plain(fmt::format("is spoken to in {}{}: {}", wire::name(peer.dialect),
                           peer.dialect_fixed ? "" : " (follows what it speaks)", wire::describe(peer.dialect)))
        .take();
  case PeerWhat::encrypted:
  case PeerWhat::key_changed:
  case PeerWhat::trusted:
  case PeerWhat::verified:
  case PeerWhat::renamed:
  case PeerWhat::found: add_contact_change(line, event.what, event.view); return line.take();
  case PeerWhat::unreachable:
    if (peer.dialect != wire::Dialect::c) break; // a broadcast host: we were in its room, or wanted to be
    return line.add(Style::bad, "is out of reach: " + event.view.trouble)
        .dim(" (it is tried again until /leave)")
        .take();
  case PeerWhat::appeared:
  case PeerWhat::read:
  case PeerWhat::blocked: break;
  }
  return std::nullopt;
}

std::string block_text(const chat::BlockRule& rule, const NameOfKey& name_of) {
  if (rule.key) {
    const auto name = name_of ? name_of(*rule.key) : base::SafeText{};
    const auto who = name.empty() ? rule.text() : fmt::format("{}, key {}", name.str(), rule.key->short_text());
    return who + " (wherever it is)";
  }
  return rule.text() + (rule.port ? "" : " (the whole host)");
}

Lines block_lines(const std::vector<chat::BlockRule>& rules, const NameOfKey& name_of) {
  if (rules.empty()) return {LineBuilder().dim("Nobody is blocked.").take()};
  Lines lines;
  for (const auto& rule : rules)
    lines.push_back(LineBuilder().add(Style::warning, "[BLOCKED] ").plain(block_text(rule, name_of)).take());
  return lines;
}

term::Line failure_line(const base::Error& error) { return LineBuilder().add(Style::bad, "✗ " + error.text).take(); }

} // namespace tincan::app
