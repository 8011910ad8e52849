#include "sim_tincan.hpp"

#include "sim_programs.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat::sim {

namespace {

constexpr Millis commit_retry{1'000}; // as in net/driver.hpp
constexpr int most_failed_dials = 60; // to one endpoint in a minute, whatever happens: see outbox.hpp

bool is_delivered(MessageState state) { return state == MessageState::sent || state == MessageState::acknowledged; }

} // namespace

void Judge::complain(const std::string& what) {
  complaints_.push_back(
      fmt::format("{} ms: {}", (agenda_.now().time_since_epoch() - std::chrono::hours(1)).count(), what));
}

Tincan::Tincan(base::Endpoint listens, Agenda& agenda, Network& network, Dice& dice, Judge& judge)
    : Host(listens),
      agenda_(agenda),
      network_(network),
      dice_(dice),
      judge_(judge),
      entropy_(dice) {
  start();
}

base::Now Tincan::now() const {
  return {agenda_.now(), {1'763'640'000'000 + agenda_.now().time_since_epoch().count()}};
}

void Tincan::start() {
  ++life_;
  is_up = true;
  is_turn_wanted_ = false;
  Settings settings{};
  settings.self = {endpoint, fmt::format("T{}", endpoint.port)};
  node_ = std::make_unique<Node>(settings, store_, entropy_);
  node_->load(*store_.load(), now());
  want_turn();
}

void Tincan::die(Millis away) {
  dies_at_.reset();
  ++life_;
  is_up = false;
  is_reading = true;
  node_.reset();
  store_.crash();
  sockets_.clear();
  links_.clear();
  network_.crash(*this);
  note_lost();
  agenda_.after(away, [this] { start(); });
}

void Tincan::crash(CrashPoint point, Millis away) {
  if (!node_ || dies_at_) return;
  if (point == CrashPoint::now) return die(away);
  dies_at_ = point;
  stays_away_ = away;
  want_turn();
}

bool Tincan::dies_at(CrashPoint point) {
  if (dies_at_ != point) return false;
  die(stays_away_);
  return true;
}

// What the stack had taken, and the process had not stored.
void Tincan::note_lost() {
  for (const auto mark : in_stack)
    if (!has_on_disk(mark)) lost_.insert(mark);
}

void Tincan::fill_disk(Millis time) {
  if (std::exchange(store_.is_full, true)) return;
  agenda_.after(time, [this] { store_.is_full = false; });
}

void Tincan::quit_and_restart(Millis away) {
  if (!node_) return;
  command(Quit{});
  agenda_.after(farewell_patience + Millis(20), [this, away, life = life_] {
    if (life != life_) return;
    if (!node_->is_finished() && is_reading) judge_.complain("it does not end half a second after quit");
    die(away);
  });
}

void Tincan::command(Command wanted) {
  if (!node_) return;
  node_->command({{}, std::move(wanted)}, now());
  want_turn();
}

// --- turns, as net/driver takes them

void Tincan::want_turn() {
  if (std::exchange(is_turn_wanted_, true)) return;
  agenda_.after(dice_.millis(0, 2), [this, life = life_] {
    if (life == life_) turn();
  });
}

void Tincan::turn() {
  is_turn_wanted_ = false;
  node_->time_passed(now());
  node_->finish_turn(now());
  if (dies_at(CrashPoint::before_commit) || !commit()) return;
  if (dies_at(CrashPoint::before_effects)) return;
  node_->committed();
  const bool was_stalled = !is_reading;
  if (was_stalled)
    network_.resume(*this); // what is heard before the effects are carried out has to wait for its own turn
  while (const auto effect = node_->next_effect()) {
    carry_out(*effect);
    if (dies_at(CrashPoint::between_effects)) return;
  }
  if (was_stalled) note_lost(); // links that were given up meanwhile
  if (dies_at(CrashPoint::before_events)) return;
  while (const auto told = node_->next_event()) deliver(*told);
  if (!node_->is_finished()) arm();
}

bool Tincan::commit() {
  if (!store_.has_uncommitted() || store_.commit()) return true;
  is_reading = false;
  agenda_.after(commit_retry, [this, life = life_] {
    if (life == life_) want_turn();
  });
  return false;
}

void Tincan::arm() {
  const auto next = node_->next_deadline();
  if (!next) return;
  agenda_.at(*next, [this, life = life_, timer = ++timer_] {
    if (life == life_ && timer == timer_) want_turn();
  });
}

// --- what it does

void Tincan::carry_out(const Effect& effect) {
  if (const auto* wanted = std::get_if<DialLink>(&effect)) return dial(*wanted);
  if (const auto* sent = std::get_if<SendBytes>(&effect)) {
    if (const auto socket = socket_of(sent->link)) network_.send(*socket, sent->bytes);
  } else if (const auto* finish = std::get_if<FinishSending>(&effect)) {
    if (const auto socket = socket_of(finish->link)) network_.finish_sending(*socket);
  } else if (const auto* closed = std::get_if<CloseLink>(&effect)) {
    if (const auto socket = socket_of(closed->link)) {
      forget(*socket);
      network_.close(*socket);
    }
  }
}

void Tincan::dial(const DialLink& effect) {
  if (!named_.contains(effect.to) && !callers_.contains(effect.to.address))
    judge_.complain(fmt::format("{} dials {}, of whom nobody has spoken", endpoint.text(), effect.to.text()));
  const auto socket = network_.dial(*this, effect.to);
  sockets_[effect.link] = socket;
  links_[socket] = effect.link;
}

void Tincan::deliver(const Told& told) {
  if (const auto* added = std::get_if<MessageAdded>(&told.event)) check(added->message);
  if (const auto* changed = std::get_if<StateChanged>(&told.event)) check(changed->message);
}

// What is shown is on disk, and it is true.
void Tincan::check(const Message& message) {
  const auto stored = store_.find_message(message.id);
  const auto& text = message.text.untrusted_bytes();
  if (!stored || stored->text != message.text || (is_delivered(message.state) && !is_delivered(stored->state)))
    judge_.complain(fmt::format("{} shows what it has not stored: {}", endpoint.text(), text.substr(0, 40)));
  if (!is_delivered(message.state)) return;
  auto* target = network_.host_at(message.endpoint);
  for (const auto mark : marks_in(text)) {
    if (!target || !target->in_stack.contains(mark))
      judge_.complain(fmt::format("{} says t{}; is {}, but the other machine never had it", endpoint.text(), mark,
                                  chat::name(message.state)));
    if (message.state != MessageState::acknowledged || !acks_are_prompt) continue;
    const auto* program = dynamic_cast<Program*>(target);
    auto* tincan = dynamic_cast<Tincan*>(target);
    if (!(program && program->read_marks().contains(mark)) && !(tincan && tincan->has_on_disk(mark)))
      judge_.complain(
          fmt::format("{} says t{}; is acknowledged, but the other program never had it", endpoint.text(), mark));
  }
}

bool Tincan::has_on_disk(Mark mark) {
  const auto& messages = store_.disk().messages;
  for (auto it = messages.upper_bound(last_seen_); it != messages.end(); ++it) {
    last_seen_ = it->first;
    if (it->second.direction == Direction::out) continue;
    for (const auto found : marks_in(it->second.text.untrusted_bytes())) on_disk_.insert(found);
  }
  return on_disk_.contains(mark);
}

std::vector<Mark> Tincan::marks_on_disk() const {
  std::vector<Mark> marks;
  for (const auto& [id, message] : store_.disk().messages) {
    if (message.direction == Direction::out) continue;
    for (const auto mark : marks_in(message.text.untrusted_bytes())) marks.push_back(mark);
  }
  return marks;
}

// --- what it hears

base::LinkId Tincan::link_of(Socket socket) const {
  const auto found = links_.find(socket);
  return found == links_.end() ? base::LinkId{} : found->second;
}

std::optional<Socket> Tincan::socket_of(base::LinkId link) const {
  const auto found = sockets_.find(link);
  return found == sockets_.end() ? std::nullopt : std::optional(found->second);
}

void Tincan::forget(Socket socket) {
  sockets_.erase(link_of(socket));
  links_.erase(socket);
}

void Tincan::accepted(Socket socket, const base::Endpoint& remote) {
  callers_.insert(remote.address);
  const auto link = node_->new_link();
  sockets_[link] = socket;
  links_[socket] = link;
  node_->link_accepted(link, remote, now());
  want_turn();
}

void Tincan::opened(Socket socket) {
  node_->link_opened(link_of(socket), now());
  want_turn();
}

void Tincan::dial_failed(Socket socket, const base::Error& error) {
  const auto link = link_of(socket);
  forget(socket);
  node_->dial_failed(link, error, now());
  want_turn();
  const auto minute = agenda_.now().time_since_epoch() / std::chrono::minutes(1);
  if (++failed_dials_[{network_.far_endpoint(socket), minute}] == most_failed_dials)
    judge_.complain(fmt::format("{} dials without end", endpoint.text()));
}

void Tincan::received(Socket socket, const std::string& bytes) {
  node_->bytes_received(link_of(socket), bytes, now());
  want_turn();
}

void Tincan::finished(Socket socket) {
  node_->peer_finished(link_of(socket), now());
  want_turn();
}

void Tincan::broken(Socket socket) {
  if (!is_reading) note_lost(); // a reset throws away what the stack held for us
  const auto link = link_of(socket);
  forget(socket);
  node_->link_closed(link, {base::ErrorCode::reset, "connection reset"}, now());
  want_turn();
}

void Tincan::taken(Socket socket) {
  node_->bytes_taken(link_of(socket), now());
  want_turn();
}

} // namespace tincan::chat::sim
