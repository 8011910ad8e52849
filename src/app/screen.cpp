#include "tincan/app/screen.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>

namespace tincan::app {

namespace {

// An own message is shown once, with its state; this long it may take until the state is known.
constexpr base::Millis state_patience{400};
constexpr std::size_t max_failures_remembered = 10'000;

bool is_word_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

} // namespace

struct Screen::Teller {
  Screen& screen;
  base::WallTime now;

  void operator()(const chat::MessageAdded& event) const { screen.added(event); }
  void operator()(const chat::StateChanged& event) const { screen.changed(event); }
  void operator()(const chat::PeerChanged& event) const {
    if (event.view.blocked && event.what != chat::PeerChanged::What::dialect) return;
    if (auto line = peer_changed_line(event, now)) screen.world_.print(std::move(*line));
  }
  void operator()(const chat::PeerAnnounced& event) const { screen.world_.print(announced_line(event)); }
  void operator()(const chat::MandatoryStatus& event) const { screen.mandatory(event); }
  void operator()(const chat::PeersListed& event) const { screen.print(peer_table_lines(event.peers, now)); }
  void operator()(const chat::HistoryRead& event) const { screen.page(event.page); }
  void operator()(const chat::BlocksListed& event) const { screen.print(block_lines(event.rules)); }
  void operator()(const chat::BlockChanged& event) const {
    screen.world_.print(LineBuilder()
                            .add(event.blocked ? term::Style::warning : term::Style::good,
                                 event.blocked ? "[BLOCKED] " : "No longer blocked: ")
                            .plain(event.rule.text() + (event.rule.port ? "" : " (the whole host)"))
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
  template<class Other> void operator()(const Other&) const {}
  void operator()(const chat::Stopping&) const { screen.world_.print(LineBuilder().dim("Saying goodbye …").take()); }
};

Screen::Screen(World world, std::string team) : world_(std::move(world)), folded_team_(base::fold_case(team)) {}

void Screen::tell(const chat::Told& told) { std::visit(Teller{*this, world_.now()}, told.event); }

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

void Screen::added(const chat::MessageAdded& event) {
  const auto& message = event.message;
  if (message.kind == chat::MessageKind::mandatory) return;
  if (message.direction == chat::Direction::out) {
    waiting_.emplace(message.id, event);
    world_.after(state_patience, [this, id = message.id] { print_waiting(id); });
    return;
  }
  const bool mentioned = mentions_us(message);
  print(message_lines(message, event.peer_team, event.claimed_address, world_.now(), mentioned));
  if (mentioned) world_.ring();
  world_.prompt_changed();
}

void Screen::print_waiting(base::EntryId entry) {
  const auto found = waiting_.find(entry);
  if (found == waiting_.end()) return;
  print(message_lines(found->second.message, found->second.peer_team, {}, world_.now(), false));
  waiting_.erase(found);
}

void Screen::changed(const chat::StateChanged& event) {
  const auto& message = event.message;
  if (message.kind == chat::MessageKind::mandatory) return;
  if (waiting_.erase(message.id) > 0) {
    auto shown = message;
    if (event.next_try)
      shown.why += fmt::format(", next try in {}",
                               base::rough_duration(base::Millis(event.next_try->ms - world_.now().ms + 999)));
    print(message_lines(shown, event.peer_team, {}, world_.now(), false));
    if (message.state == chat::MessageState::failed) failed_[message.id] = message.why;
    return;
  }
  // Every further try that fails for the same reason is no news.
  if (message.state == chat::MessageState::failed) {
    if (failed_.size() > max_failures_remembered) failed_.clear();
    if (std::exchange(failed_[message.id], message.why) == message.why) return;
  } else {
    failed_.erase(message.id);
  }
  world_.print(state_line(event, world_.now()));
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
  if (page.messages.empty()) world_.print(LineBuilder().dim("Nothing found.").take());
  if (page.has_more) world_.print(LineBuilder().dim("(older ones: m, or /more)").take());
  for (const auto& message : page.messages) {
    const auto peer_team = world_.team_of ? world_.team_of(message.peer) : base::PeerText{};
    print(message_lines(message, peer_team, {}, world_.now(), false));
  }
}

} // namespace tincan::app
