#include "tincan/app/screen.hpp"

#include "tincan/app/contact_lines.hpp"
#include "tincan/app/line_builder.hpp"
#include "tincan/app/room_lines.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>

namespace tincan::app {

namespace {

// An own message is shown once, with its state; this long it may take until the state is known: the silence in which an
// unknown peer shows whether it is a tincan (400 ms), and some more.
constexpr base::Millis state_patience{700};
constexpr std::size_t max_failures_remembered = 10'000;

bool is_word_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

} // namespace

struct Screen::Teller {
  Screen& screen;
  base::WallTime now;

  NameOfKey names() const {
    return [this](const base::PublicKey& key) { return screen.name_of_key(key); };
  }
  void operator()(const chat::MessageAdded& event) const { screen.added(event); }
  void operator()(const chat::StateChanged& event) const { screen.changed(event); }
  void operator()(const chat::PeerChanged& event) const {
    if (event.view.blocked && event.what != chat::PeerChanged::What::dialect) return;
    if (auto line = peer_changed_line(event, now)) screen.world_.print(std::move(*line));
  }
  void operator()(const chat::RoomsListed& event) const { screen.rooms_listed(event); }
  void operator()(const chat::RoomChanged& event) const { screen.room_changed(event); }
  void operator()(const chat::MembersListed& event) const { screen.members_listed(event); }
  void operator()(const chat::TicketMade& event) const { screen.ticket_made(event); }
  void operator()(const chat::TicketsListed& event) const { screen.print(ticket_list_lines(event, now)); }
  void operator()(const chat::WhoHasListed& event) const { screen.print(who_has_lines(event)); }
  void operator()(const chat::PeerAnnounced& event) const { screen.world_.print(announced_line(event)); }
  void operator()(const chat::MandatoryStatus& event) const { screen.mandatory(event); }
  void operator()(const chat::PeersListed& event) const { screen.print(peer_table_lines(event.peers, now)); }
  void operator()(const chat::HistoryRead& event) const { screen.page(event.page); }
  void operator()(const chat::BlocksListed& event) const { screen.print(block_lines(event.rules, names())); }
  void operator()(const chat::BlockChanged& event) const {
    screen.world_.print(LineBuilder()
                            .add(event.blocked ? term::Style::warning : term::Style::good,
                                 event.blocked ? "[BLOCKED] " : "No longer blocked: ")
                            .plain(block_text(event.rule, names()))
                            .take());
  }
  void operator()(const chat::MandatoryListed& event) const {
    for (const auto& status : event.peers) screen.world_.print(mandatory_line(status, now));
    if (event.peers.empty()) screen.world_.print(LineBuilder().dim("No mandatory peers are configured.").take());
  }
  void operator()(const chat::Listening&) const {}
  void operator()(const chat::StorageChanged& event) const {
    if (event.healthy) {
      screen.world_.print(
          LineBuilder().add(term::Style::good, "The disk takes what happens again; nothing was lost.").take());
      return;
    }
    screen.world_.print(failure_line({base::ErrorCode::storage, event.why}));
    screen.world_.print(
        LineBuilder()
            .add(term::Style::bad, "  Nothing more is received or sent until it is stored; it goes on by itself.")
            .take());
  }
  void operator()(const chat::Failed& event) const { screen.world_.print(failure_line(event.error)); }
  void operator()(const chat::Done&) const {}
  void operator()(const chat::MessageChanged& event) const { screen.message_changed(event); }
  void operator()(const chat::VersionsRead& event) const { screen.print(version_lines(event, now)); }
  void operator()(const chat::Identity& event) const { screen.print(identity_lines(event)); }
  void operator()(const chat::Verification& event) const { screen.print(verification_lines(event)); }
  void operator()(const chat::Explained& event) const { screen.print(explained_lines(event)); }
  void operator()(const chat::Notice& event) const { screen.print(notice_lines(event)); }
  void operator()(const chat::Stopping&) const { screen.world_.print(LineBuilder().dim("Saying goodbye …").take()); }
};

Screen::Screen(World world, std::string team)
    : world_(std::move(world)),
      folded_team_(base::fold_case(team)),
      authors_(team) {}

void Screen::tell(const chat::Told& told) {
  if (world_.rooms) world_.rooms->tell(told.event);
  std::visit(Teller{*this, world_.now()}, told.event);
}

void Screen::print(Lines lines) {
  for (auto& line : lines) world_.print(std::move(line));
}

// As a word: "Al" is not named by "also".
bool Screen::mentions_us(const chat::Message& message) const {
  if (message.direction != chat::Direction::in || folded_team_.empty()) return false;
  const auto text = base::fold_case(message.text.untrusted_bytes());
  for (auto at = text.find(folded_team_); at != std::string::npos; at = text.find(folded_team_, at + 1)) {
    const auto end = at + folded_team_.size();
    if ((at == 0 || !is_word_letter(text[at - 1])) && (end == text.size() || !is_word_letter(text[end]))) return true;
  }
  return false;
}

Setting Screen::setting_of(const chat::Message& message, const base::PeerText& peer_team) {
  if (message.room) return room_setting(message);
  Setting setting;
  const bool is_own = message.direction == chat::Direction::out;
  setting.peer_name = claimed_name(is_own ? peer_team : message.team);
  const auto view = world_.peer_of ? world_.peer_of(message.peer) : std::nullopt;
  // A plain-text peer is named as it names itself on this line, unless the user named it; a broadcast host passes on
  // what many say.
  const bool is_relayed = message.dialect == wire::Dialect::c && !is_own;
  if (view && !is_relayed &&
      (is_native(message) || view->look_alike || !view->peer.petname.empty() || (is_own && !view->peer.team.empty())))
    setting.peer_name = shown_name(*view);
  if (!is_native(message)) return setting;
  setting.handle = world_.handles ? fmt::format("[{}]", world_.handles->give({message.id, message.peer, {}}))
                                  : fmt::format("#{}", message.id.value);
  if (message.about && !message.is_deleted) setting.quote = shown_.quote_of(message.about);
  return setting;
}

void Screen::show(const chat::Message& message, Setting setting) {
  auto lines = message_lines(message, setting, world_.now());
  if (!is_native(message)) return print(std::move(lines));
  shown_.remember(message, setting, widths_of(lines));
  if (world_.print_block)
    world_.print_block(std::move(lines), message.id.value);
  else
    print(std::move(lines));
}

void Screen::added(const chat::MessageAdded& event) {
  const auto& message = event.message;
  if (message.kind == chat::MessageKind::mandatory) return;
  if (message.room && earlier_.has(message)) return earlier_line(message);
  auto setting = setting_of(message, event.peer_team);
  if (message.direction == chat::Direction::out) {
    const bool is_alone = message.room && is_complete(message);
    if (is_native(message) && (can_change() || is_alone)) return show(message, std::move(setting));
    waiting_.emplace(message.id, event);
    world_.after(state_patience, [this, id = message.id] { print_waiting(id); });
    return;
  }
  setting.claimed_address = event.claimed_address;
  setting.mentions_us = mentions_us(message);
  const bool mentioned = setting.mentions_us;
  if (world_.rooms && message.room) world_.rooms->count_unread(message.room, mentioned);
  show(message, std::move(setting));
  if (mentioned) world_.ring();
  world_.prompt_changed();
}

void Screen::print_waiting(base::EntryId entry) {
  const auto found = waiting_.find(entry);
  if (found == waiting_.end()) return;
  show(found->second.message, setting_of(found->second.message, found->second.peer_team));
  waiting_.erase(found);
}

void Screen::changed(const chat::StateChanged& event) {
  const auto& message = event.message;
  if (message.kind == chat::MessageKind::mandatory) return;
  if (const auto found = waiting_.find(message.id); found != waiting_.end())
    show_waiting(found->second, event);
  else if (is_native(message))
    native_changed(event);
  else
    print_state(event);
}

namespace {

// A state of a tincan's message comes without the rest of it.
chat::Message with_state_of(chat::Message message, const chat::Message& changed) {
  message.state = changed.state;
  message.why = changed.why;
  message.dialect = changed.dialect;
  message.clear = changed.clear;
  message.endpoint = changed.endpoint;
  message.tally = changed.tally;
  return message;
}

} // namespace

// Between two tincans the next state is mostly a moment away: one line tells both.
void Screen::show_waiting(const chat::MessageAdded& waiting, const chat::StateChanged& event) {
  auto shown = with_state_of(waiting.message, event.message);
  const bool has_failed = shown.state == chat::MessageState::failed;
  if (is_native(shown) && !can_change() && !is_complete(shown) && !has_failed) {
    waiting_[shown.id].message = shown;
    return;
  }
  if (event.next_try)
    shown.why +=
        fmt::format(", next try in {}", base::rough_duration(base::Millis(event.next_try->ms - world_.now().ms + 999)));
  const auto setting = setting_of(shown, event.peer_team);
  waiting_.erase(shown.id);
  if (has_failed) failed_[shown.id] = event.message.why;
  show(shown, setting);
}

void Screen::native_changed(const chat::StateChanged& event) {
  const bool has_failed = event.message.state == chat::MessageState::failed;
  auto* shown = shown_.find(event.message.id);
  if (!shown && event.message.room) return; // it has scrolled away: /who tells who has it
  if (!shown) {
    if (has_failed || event.message.state == chat::MessageState::cancelled) return print_state(event);
    return delivered_earlier(event.message);
  }
  shown->message = with_state_of(shown->message, event.message);
  // It may have told its name since the line was first shown.
  const auto view = world_.peer_of ? world_.peer_of(shown->message.peer) : std::nullopt;
  if (view) shown->setting.peer_name = shown_name(*view);
  auto lines = message_lines(shown->message, shown->setting, world_.now());
  const bool is_in_place = can_change() && world_.replace(event.message.id.value, filled_up(lines, shown->widths));
  if (has_failed || (!is_in_place && (!can_change() || event.message.state == chat::MessageState::cancelled)))
    if (has_failed || is_complete(event.message)) print_state(event);
}

// What waited since an earlier run may arrive by the thousand: one line tells of all.
void Screen::delivered_earlier(const chat::Message& message) {
  if (message.state != chat::MessageState::delivered || delivered_earlier_[message.peer]++ > 0) return;
  world_.after(state_patience, [this, message] {
    const auto count = std::exchange(delivered_earlier_[message.peer], 0);
    delivered_earlier_.erase(message.peer);
    const auto view = world_.peer_of ? world_.peer_of(message.peer) : std::nullopt;
    world_.print(
        LineBuilder()
            .dim(base::short_time(world_.now(), world_.now()) + " ")
            .add(term::Style::peer, view ? shown_name(*view) : base::SafeText::own(endpoint_text(message.endpoint)))
            .add(term::Style::good, fmt::format(" has {} earlier message{} of yours now", count, count == 1 ? "" : "s"))
            .take());
  });
}

void Screen::message_changed(const chat::MessageChanged& event) {
  if (event.message.room) return room_message_changed(event);
  const auto setting = setting_of(event.message, event.peer_team);
  auto lines = message_lines(event.message, setting, world_.now());
  bool is_in_place = false;
  if (const auto* shown = shown_.find(event.message.id)) {
    is_in_place = fits(lines, shown->widths);
    lines = filled_up(std::move(lines), shown->widths);
    const auto widths = widths_of(lines);
    const bool is_changed = can_change() && world_.replace(event.message.id.value, std::move(lines));
    is_in_place = is_in_place && is_changed;
    shown_.remember(event.message, setting, is_changed ? widths : shown->widths);
  }
  print(message_changed_lines(event, setting, world_.now(), is_in_place));
  if (!event.by_us) world_.prompt_changed();
}

void Screen::print_state(const chat::StateChanged& event) {
  const auto& message = event.message;
  // Every further try that fails for the same reason is no news.
  if (message.state == chat::MessageState::failed) {
    if (failed_.size() > max_failures_remembered) failed_.clear();
    if (std::exchange(failed_[message.id], message.why) == message.why) return;
  } else {
    failed_.erase(message.id);
  }
  world_.print(state_line(event, setting_of(message, event.peer_team), world_.now()));
}

// As for messages: a further try that fails for the same reason is no news; /mandatory tells when the next is.
void Screen::mandatory(const chat::MandatoryStatus& status) {
  if (status.state == chat::MessageState::queued) return;
  if (status.state != chat::MessageState::failed)
    mandatory_failed_.erase(status.target);
  else if (std::exchange(mandatory_failed_[status.target], status.why) == status.why)
    return;
  world_.print(mandatory_line(status, world_.now()));
}

void Screen::page(const chat::HistoryPage& page) {
  oldest_shown_ = page.messages.empty() ? 0 : page.messages.front().id.value;
  has_older_ = page.has_more;
  const auto front = world_.rooms ? world_.rooms->front() : base::RoomId{};
  if (front && (page.messages.empty() || page.messages.front().room == front)) return show_page_of_room(page, front);
  if (page.messages.empty()) world_.print(LineBuilder().dim("Nothing found.").take());
  if (page.has_more) world_.print(LineBuilder().dim("(older ones: m, or /more)").take());
  for (const auto& message : page.messages) show(message, setting_of(message, {}));
}

} // namespace tincan::app
