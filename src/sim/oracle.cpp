#include "tincan/sim/oracle.hpp"

#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::sim {

using chat::Direction;
using chat::Message;
using chat::MessageState;

namespace {

constexpr std::size_t most_complaints = 20;              // of one world: the first ones say it all
constexpr unsigned most_dials = 60;                      // to one endpoint in a minute, whatever happens
constexpr std::size_t most_unread_bytes = 2 * 1'048'576; // on one link: twice what a sender may leave unacknowledged
constexpr std::size_t most_sockets = 64;

std::string shortened(const base::PeerText& text) { return text.untrusted_bytes().substr(0, 40); }

bool reached_device(MessageState state) { return state == MessageState::delivered || state == MessageState::read; }

} // namespace

std::int64_t Oracle::time_ms() const {
  return (agenda_.now().time_since_epoch() - std::chrono::hours(1)).count(); // where an agenda begins
}

void Oracle::complain(const std::string& what) {
  if (is_noting) fmt::print("{:8} ! {}\n", time_ms(), what);
  if (complaints_.size() < most_complaints) complaints_.push_back(fmt::format("{} ms: {}", time_ms(), what));
}

void Oracle::note(const Tincan& who, const std::string& what) {
  fmt::print("{:8} {} {}\n", time_ms(), who.name(), base::safe_json(what));
}

// --- what a user is told

void Oracle::told(Tincan& who, const chat::Told& told) {
  if (const auto* added = std::get_if<chat::MessageAdded>(&told.event)) {
    check_shown(who, added->message);
    check_received(who, added->message);
  } else if (const auto* state = std::get_if<chat::StateChanged>(&told.event)) {
    check_shown(who, state->message);
  } else if (const auto* changed = std::get_if<chat::MessageChanged>(&told.event)) {
    check_shown(who, changed->message);
  } else if (const auto* read = std::get_if<chat::HistoryRead>(&told.event)) {
    for (const auto& message : read->page.messages) check_shown(who, message);
  } else if (const auto* peer = std::get_if<chat::PeerChanged>(&told.event)) {
    if (peer->view.peer.key) told_keys_.insert({&who, *peer->view.peer.key});
  } else if (const auto* notice = std::get_if<chat::Notice>(&told.event)) {
    notices_.emplace_back(&who, *notice);
  }
}

void Oracle::check_received(Tincan& who, const Message& message) {
  if (message.direction == Direction::out) return;
  if (!told_in_[{&who, who.life()}].insert(message.id).second)
    complain(fmt::format("{} is told twice of {}", who.name(), shortened(message.text)));
}

// What is shown is on disk. (News of a state comes without the text.)
void Oracle::check_shown(Tincan& who, const Message& message) {
  const auto stored = who.store().find_message(message.id);
  if (!stored) return complain(fmt::format("{} shows what it has not stored: {}", who.name(), shortened(message.text)));
  if (!message.text.empty() && stored->text != message.text && !stored->is_edited && !stored->is_deleted)
    complain(fmt::format("{} shows another text than it has stored: {}", who.name(), shortened(message.text)));
  if (message.direction == Direction::in) return;
  told_out_[&who].insert(message.id);
  check_state(who, message, *stored);
}

// And it is true.
void Oracle::check_state(Tincan& who, const Message& message, const Message& stored) {
  const auto state = message.state;
  const auto says = [&] {
    return fmt::format("{} says that {} is {}", who.name(), shortened(stored.text), chat::name(state));
  };
  if (reached_device(state)) {
    const auto* reader = holder(who, message.id);
    if (!reader) return complain(says() + ", but it is on no disk");
    if (state == MessageState::read && !(reader->tells_read() && looks_.contains({reader, &who})))
      complain(says() + ", but nobody said so");
  } else if (state == MessageState::sent || state == MessageState::acknowledged) {
    if (who.disk().places.contains(message.id)) return; // of a tincan it means: on a link
    for (const auto mark : marks_in(message.text.untrusted_bytes()))
      if (!any_stack_took(who, mark)) complain(says() + ", but nobody ever had it");
  }
}

const Tincan* Oracle::holder(const Tincan& who, base::EntryId message) const {
  const auto place = who.disk().places.find(message);
  if (place == who.disk().places.end()) return nullptr;
  for (const auto* other : tincans_) {
    if (other == &who) continue;
    const auto* copy = other->disk().logged(place->second.log, place->second.seq);
    if (copy && copy->entry.hash == who.disk().logged(message)->entry.hash) return other;
  }
  return nullptr;
}

bool Oracle::any_stack_took(const Tincan& who, Mark mark) const {
  return std::any_of(tincans_.begin(), tincans_.end(),
                     [&](const auto* other) { return other != &who && other->in_stack.contains(mark); });
}

// --- what leaves a machine

void Oracle::says(Tincan& who, Socket socket, const std::string& bytes, bool is_clear) {
  if (!is_clear) {
    if (network_.unread_by_far_end(socket) > most_unread_bytes)
      complain(who.name() + " writes on and on to one who does not read");
    return;
  }
  const auto* listener = dynamic_cast<const Tincan*>(network_.far_host(socket));
  if (!listener || listener->is_plain() || bytes == wire::native_banner) return;
  if (!who.is_plain())
    for (const auto mark : marks_in(bytes)) said_in_clear_.insert(mark);
  if (socket.side == 1 && marks_in(bytes).empty()) return; // an answer to one who did not say who it is
  const auto* at = socket.side == 0 ? &network_.far_endpoint(socket) : nullptr;
  if (told_keys_.contains({&who, listener->key()}) && knows_as_native(who, *listener, at))
    complain(fmt::format("{} speaks in clear to {}: {}", who.name(), listener->name(), bytes.substr(0, 40)));
}

bool Oracle::knows_as_native(const Tincan& who, const Tincan& other, const base::Endpoint* at) {
  for (const auto& [id, peer] : who.disk().peers) {
    if (peer.speaks != chat::Speaks::native || peer.key != other.key()) continue;
    if (!at || peer.endpoint == *at) return true;
    for (const auto& known : peer.endpoints)
      if (known.endpoint == *at) return true;
  }
  return false;
}

void Oracle::dials(Tincan& who, const base::Endpoint& to) {
  if (network_.open_sockets(who) > most_sockets) complain(who.name() + " holds too many links");
  const auto* target = dynamic_cast<const Tincan*>(network_.host_at(to));
  if (!target || who.is_plain() || target->is_plain() || !knows_as_native(who, *target, &to))
    return; // plain text needs a connection for each message
  const auto minute = agenda_.now().time_since_epoch() / std::chrono::minutes(1);
  if (++dials_[{&who, {to, minute}}] == most_dials)
    complain(fmt::format("{} dials {} without end", who.name(), to.text()));
}

std::size_t Oracle::entries() const {
  std::size_t count = 0;
  for (const auto* tincan : tincans_)
    for (const auto& [name, log] : tincan->disk().entries)
      if (!tincan->is_plain() && name.second == tincan->key()) count += log.size();
  return count;
}

base::Digest Oracle::conversation_of(const Tincan& one, const Tincan& other) {
  const auto& [smaller, larger] = std::minmax(one.key(), other.key());
  std::string bytes("tincan/1 direct");
  bytes += '\0';
  return one.keys().digest(bytes.append(smaller.view()).append(larger.view()));
}

} // namespace tincan::sim
