#include "tincan/chat/broadcast_host.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/wire/broadcast.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <algorithm>

namespace tincan::chat {

namespace {

std::shared_ptr<const std::string> line(std::string_view text, bool ends = false) {
  auto made = std::make_shared<std::string>(text);
  if (ends) *made += '\n';
  return made;
}

bool continues_character(std::string_view bytes) {
  return !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0xC0U) == 0x80U;
}

// Nothing of a text whose last character is torn; of one that is cut anyway, as it is longer than one read, all but
// that character.
std::string_view ready_part(std::string_view said) {
  const auto whole = base::whole_characters(said);
  return whole.size() == said.size() || said.size() > wire::max_wire_bytes ? whole : std::string_view{};
}

} // namespace

void BroadcastHost::welcome(base::LinkId link, const base::Endpoint& remote) {
  if (guests_.size() >= max_guests) make_room();
  if (guests_.size() >= max_guests) return turn_.act(CloseLink{link});
  guests_[link].remote = remote;
  wordless_.insert(link);
}

// Who never said a word goes first, the oldest of them.
void BroadcastHost::make_room() {
  if (!wordless_.empty()) dismiss(*wordless_.begin());
}

void BroadcastHost::dismiss(base::LinkId link) {
  turn_.act(CloseLink{link});
  forget(link);
}

void BroadcastHost::dismiss_all(const base::Address& address) {
  std::vector<base::LinkId> links;
  for (const auto& [link, guest] : guests_)
    if (guest.remote.address == address) links.push_back(link);
  for (const auto link : links) dismiss(link);
}

void BroadcastHost::forget(base::LinkId link) {
  guests_.erase(link);
  wordless_.erase(link);
  pauses_.clear(link);
  torn_ends_.clear(link);
}

void BroadcastHost::closed(base::LinkId link, base::Now now) {
  pass_on_held(link, now);
  forget(link);
}

// --- what guests say

void BroadcastHost::bytes(base::LinkId link, std::string_view bytes, base::Now now) {
  auto& guest = guests_.at(link);
  if (!spend(guest, std::max(bytes.size(), least_line_cost), now.tick)) return dismiss(link);
  wordless_.erase(link);
  if (!continues_character(bytes)) pass_on_held(link, now);
  guest.ends_lines = guest.ends_lines || bytes.ends_with('\n');
  const bool is_waiting = !guest.held.empty();
  auto all = std::exchange(guest.held, {});
  all += bytes;
  const auto [said, leaves] = wire::split_exit(all);
  const auto ready = ready_part(said);
  guest.held = said.substr(ready.size());
  if (guest.held.empty())
    torn_ends_.clear(link);
  else if (!is_waiting || !ready.empty())
    torn_ends_.set(link, now.tick + character_wait);
  pass_on(link, ready, now);
  if (leaves) dismiss(link);
}

void BroadcastHost::pass_on(base::LinkId link, std::string_view text, base::Now now) {
  if (text.empty()) return;
  spread(text, link, now);
  hand_on(guests_.at(link), text, now);
}

void BroadcastHost::pass_on_held(base::LinkId link, base::Now now) {
  torn_ends_.clear(link);
  pass_on(link, std::exchange(guests_.at(link).held, {}), now);
}

// False when it says more than a room can bear: one flooder must not drown the others.
bool BroadcastHost::spend(Guest& guest, std::size_t bytes, base::Tick now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - guest.spent_since);
  const auto grown =
      static_cast<std::size_t>(std::clamp<std::int64_t>(seconds.count(), 0, 3'600)) * allowed_bytes_per_second;
  if (grown > 0 || guest.spent_bytes == 0) {
    guest.spent_bytes -= std::min(guest.spent_bytes, grown);
    guest.spent_since = now;
  }
  guest.spent_bytes += bytes;
  return guest.spent_bytes <= max_burst_bytes;
}

// Each line of a program that sends lines stands for itself, as far as there are not too many at once.
void BroadcastHost::hand_on(Guest& guest, std::string_view said, base::Now now) {
  const auto lines = base::split(said, '\n');
  if (!guest.ends_lines || lines.size() > max_lines_at_once) return tell(guest, said, now);
  for (const auto text : lines) tell(guest, text, now);
}

// Whether a program puts a name before its words is seen from the first ones: "Note: no lunch today" names nobody.
void BroadcastHost::tell(Guest& guest, std::string_view text, base::Now now) {
  auto spoken = wire::read_spoken(text);
  if (base::is_blank(spoken.text.untrusted_bytes())) return;
  if (!guest.has_spoken) guest.gives_names = !spoken.name.empty();
  guest.has_spoken = true;
  if (guest.gives_names && !spoken.name.empty()) guest.name = spoken.name;
  if (!guest.gives_names) spoken.text = base::PeerText(std::string(text.substr(0, text.find_last_not_of("\r\n") + 1)));
  const auto shown = guest.name.empty() ? base::PeerText(guest.remote.text()) : guest.name;
  if (heard_) heard_(shown, spoken.text, now);
}

// --- what guests hear

void BroadcastHost::spread(std::string_view said, base::LinkId author, base::Now now) {
  const auto found = guests_.find(author);
  const bool lacks_end = !said.ends_with('\n') && (found == guests_.end() || !found->second.ends_lines);
  std::vector<Line> parts;
  for (const auto part : wire::readable_parts(said)) parts.push_back(line(part));
  const std::vector<Line> whole{line(said, lacks_end)};
  std::vector<base::LinkId> too_slow;
  for (auto& [link, guest] : guests_)
    if (link != author && !put(link, guest, guest.ends_lines ? whole : parts, now)) too_slow.push_back(link);
  for (const auto link : too_slow) dismiss(link);
}

// False when it has taken too little for too long.
bool BroadcastHost::put(base::LinkId link, Guest& guest, const std::vector<Line>& lines, base::Now now) {
  for (const auto& text : lines) {
    guest.queue.push_back(text);
    guest.queued_bytes += text->size() + queue_entry_bytes;
  }
  if (guest.queued_bytes > max_guest_queue_bytes) return false;
  write(link, guest, now);
  return true;
}

// One line for one read, as long as that does not keep the guest waiting.
void BroadcastHost::write(base::LinkId link, Guest& guest, base::Now now) {
  if (guest.is_in_flight || guest.queue.empty()) return;
  const auto keeps_apart = [&] { return !guest.ends_lines && guest.queue.size() <= max_lines_apart; };
  if (keeps_apart() && now.tick < guest.pause_end) return pauses_.set(link, guest.pause_end);
  std::size_t written = 0;
  do {
    const auto& text = *guest.queue.front();
    turn_.act(SendBytes{link, text});
    written += text.size();
    guest.queued_bytes -= text.size() + queue_entry_bytes;
    guest.queue.pop_front();
  } while (!guest.queue.empty() && written < max_flight_bytes && !keeps_apart());
  guest.was_told = guest.is_in_flight = true;
  guest.pause_end = now.tick + wire::reading_pause;
}

void BroadcastHost::taken(base::LinkId link, base::Now now) {
  auto& guest = guests_.at(link);
  guest.is_in_flight = false;
  write(link, guest, now);
}

void BroadcastHost::time_passed(base::Now now) {
  while (const auto link = pauses_.take_due(now.tick)) write(*link, guests_.at(*link), now);
  while (const auto link = torn_ends_.take_due(now.tick)) pass_on_held(*link, now);
}

// Its controls are dropped: the terminals of those who read it know no better.
void BroadcastHost::say(const base::PeerText& name, const base::PeerText& text) {
  const wire::Self speaker{{}, base::safe_name(name).str()};
  for (const auto& piece : wire::pieces(wire::Dialect::c, speaker, text.untrusted_bytes()))
    said_.push_back(wire::message_bytes(wire::Dialect::c, speaker, piece));
}

void BroadcastHost::finish_turn(base::Now now) {
  for (const auto& said : std::exchange(said_, {})) spread(said, {}, now);
}

std::vector<base::PeerText> BroadcastHost::guests() const {
  std::vector<base::PeerText> names;
  for (const auto& [link, guest] : guests_)
    names.push_back(guest.name.empty() ? base::PeerText(guest.remote.text()) : guest.name);
  return names;
}

} // namespace tincan::chat
