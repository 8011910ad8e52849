// Direct talk of tincans: taken up at start, whom we dial for it, and what a turn ends with.
#include "tincan/chat/native_talk.hpp"

#include "tincan/chat/settings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;
using wire::ByeCode;

NativeTalk::NativeTalk(Ground ground)
    : ground_(std::move(ground)),
      dialler_(ground_.turn, ground_.entropy, ground_.new_link) {}

void NativeTalk::load(const Snapshot& snapshot, base::Now now) {
  run_ = ground_.entropy.next();
  if (!ground_.settings.dials) dialler_.hold();
  for (const auto& log : snapshot.logs) {
    if (!ground_.peers.has(log.peer)) continue;
    const auto& peer = ground_.peers.view(log.peer).peer;
    const bool is_of_present_key =
        peer.key && log.conversation == direct_conversation(ground_.keys, ground_.keys.own(), *peer.key);
    if (!is_of_present_key) continue;
    talks_.try_emplace(log.peer, ground_.keys, log.peer, *peer.key).first->second.conversation.load(log);
  }
  for (auto& [peer, talk] : talks_) {
    talk.committed_last = talk.conversation.own().last;
    if (talk.committed_last > 0) ground_.peers.keep(peer);
  }
  std::vector<base::EntryId> left; // what waited for a former key, of the peer or of ours
  for (const auto& line : snapshot.unacknowledged) {
    if (!ground_.peers.has(line.peer) || !ground_.peers.view(line.peer).peer.key) continue;
    const auto* known = talk_of(line.peer);
    if (known && known->conversation.id() == line.conversation)
      talk(line.peer).unacked.push_back({line.seq, line.message, line.kind, {}});
    else if (line.kind == MessageKind::text)
      left.push_back(line.message);
  }
  for (const auto entry : left)
    if (auto message = ground_.store.find_message(entry); message && !message->is_deleted)
      adopt(std::move(*message), {}, now);
  std::vector<base::PeerId> contacts;
  for (const auto peer : ground_.peers.all())
    if (ground_.peers.view(peer).peer.key) contacts.push_back(peer);
  for (const auto peer : contacts) {
    update_view(peer);
    if (has_need(peer)) need_link(peer, now);
  }
  if (!ground_.settings.greets_contacts) return;
  const auto heard = [this](base::PeerId peer) {
    return ground_.peers.view(peer).peer.last_heard.value_or(base::WallTime{}).ms;
  };
  std::sort(contacts.begin(), contacts.end(), [&](auto a, auto b) { return heard(a) > heard(b); });
  if (contacts.size() > max_greeted_contacts) contacts.resize(max_greeted_contacts);
  for (const auto peer : contacts) {
    const auto& view = ground_.peers.view(peer);
    if (view.blocked || view.peer.changed_key) continue;
    auto endpoints = endpoints_of(peer);
    // Whoever our user never wrote to is called only where it came from, not where it says that it is (R16).
    if (!ground_.peers.is_contact(peer))
      std::erase_if(endpoints, [](const auto& known) { return known.source == KnownEndpoint::Source::announced; });
    if (!endpoints.empty()) dialler_.want(peer, endpoints, 1, now);
  }
}

NativeLink* NativeTalk::link(base::LinkId id) {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : found->second.get();
}

NativeLink* NativeTalk::up_link(base::PeerId peer) {
  const auto found = up_.find(peer);
  return found == up_.end() ? nullptr : link(found->second);
}

void NativeTalk::put(NativeLink& link, const wire::Frame& frame) {
  wire::encode(frame, link.out);
  busy_links_.insert(link.link);
}

void NativeTalk::flush(NativeLink& link) {
  link.untaken += link.out.size();
  if (!link.out.empty()) ground_.turn.act(SendBytes{link.link, std::exchange(link.out, {})});
}

// --- dialling

bool NativeTalk::has_need(base::PeerId peer) const {
  const auto& view = ground_.peers.view(peer);
  if (view.blocked || view.peer.changed_key || !view.peer.key) return false;
  const auto* known = talk_of(peer);
  const bool has_queue =
      known && !known->conversation.own().is_frozen && known->conversation.own().last > known->conversation.own().acked;
  return has_queue || awaited_.contains(peer) || ground_.is_wanted(peer);
}

void NativeTalk::need_link(base::PeerId peer, base::Now now) {
  if (is_leaving_ || up_.contains(peer) || !has_need(peer)) return;
  const bool is_greeting =
      std::any_of(links_.begin(), links_.end(), [&](const auto& one) { return one.second->peer == peer; });
  if (is_greeting) return; // if it fails, we come here again
  dialler_.want(peer, endpoints_of(peer), 0, now);
}

void NativeTalk::connect(base::PeerId peer, base::RequestId request, const std::string& target, base::Now now) {
  awaited_[peer].push_back({request, target});
  if (up_.contains(peer)) return answer_awaited(peer, nullptr);
  const auto& view = ground_.peers.view(peer);
  if (view.peer.changed_key || view.blocked) {
    const base::Error error{ErrorCode::refused,
                            view.blocked ? "it is blocked" : "another key answered there (see: tincan why)"};
    return answer_awaited(peer, &error);
  }
  need_link(peer, now);
  dialler_.retry(peer, now);
}

void NativeTalk::answer_awaited(base::PeerId peer, const base::Error* error) {
  const auto found = awaited_.find(peer);
  if (found == awaited_.end()) return;
  for (const auto& waiting : std::exchange(found->second, {})) {
    PeerAnnounced event{waiting.target, ground_.peers.view(peer).peer.endpoint, !error, !error, {}};
    if (error) event.why = error->text;
    ground_.turn.tell(std::move(event), waiting.request);
    ground_.announced(waiting.request);
  }
  awaited_.erase(peer);
}

void NativeTalk::retry(base::PeerId peer, base::Now now) {
  need_link(peer, now);
  dialler_.retry(peer, now);
}

void NativeTalk::opened(base::LinkId id, base::Now now) {
  dialler_.stage(id, DialStage::tls, now);
  ground_.turn.act(SecureLink{id, SecureLink::Role::client, {}});
  deadlines_.set(id, now.tick + greeting_patience);
}

void NativeTalk::failed(base::LinkId id, DialStage at, const base::Error& error, base::Now now) {
  deadlines_.clear(id);
  dialler_.failed(id, at, error, now);
}

void NativeTalk::take_rounds(base::Now now) {
  while (const auto round = dialler_.next_report()) {
    if (!ground_.peers.has(round->peer)) continue;
    ground_.unreachable(round->peer, now);
    answer_awaited(round->peer, &round->error);
    auto& view = ground_.peers.change(round->peer);
    const bool is_news = view.trouble != round->error.text;
    view.trouble = round->error.text;
    view.next_try = round->next_try;
    if (is_news) {
      auto told = view;
      told.presence = presence_at(told, now.wall);
      ground_.turn.tell(PeerChanged{PeerChanged::What::unreachable, std::move(told)});
    }
    if (dialler_.is_endless(round->peer) && !has_need(round->peer)) dialler_.give_up(round->peer);
    if (dialler_.failed_rounds(round->peer) >= 2) ask_contacts(round->peer);
  }
}

// --- time

void NativeTalk::watch(NativeLink& link, base::Now now) {
  auto due = link.heard + (link.pinged ? dead_after : ping_after);
  if (link.must_answer_by) due = std::min(due, *link.must_answer_by);
  deadlines_.set(link.link, std::max(due, now.tick));
}

void NativeTalk::link_due(base::LinkId id, base::Now now) {
  auto* found = link(id);
  if (!found || !found->is_up) { // TLS or Hello took too long
    if (found)
      end(id, ByeCode::bad_hello, "no Hello within 5 s", now);
    else if (dialler_.owns(id)) {
      ground_.turn.act(CloseLink{id});
      failed(id, DialStage::tls, {ErrorCode::timed_out, "no TLS handshake within 5 s"}, now);
    }
    return;
  }
  const bool did_not_answer = found->must_answer_by && now.tick >= *found->must_answer_by;
  if (did_not_answer || now.tick - found->heard >= dead_after) {
    ground_.turn.act(CloseLink{id});
    return closed(id, {ErrorCode::timed_out, "nothing came from it for a minute"}, now);
  }
  if (now.tick - found->heard >= ping_after && !found->pinged) {
    found->pinged = now.tick;
    found->ping_sent = now.tick;
    put(*found, wire::Ping{++found->last_ping});
  }
  watch(*found, now);
}

void NativeTalk::time_passed(base::Now now) {
  while (const auto due = deadlines_.take_due(now.tick)) link_due(*due, now);
  if (lazy_due_ && now.tick >= *lazy_due_) write_lazy();
  dialler_.time_passed(now);
  take_rounds(now);
}

void NativeTalk::write_lazy() {
  touched_.insert(lazy_.begin(), lazy_.end());
  lazy_due_.reset();
}

void NativeTalk::finish_turn(base::Now now) {
  take_rounds(now);
  close_burst();
  for (const auto peer : touched_) {
    if (auto* known = talk_of(peer)) {
      ground_.store.put_log(known->conversation.own());
      ground_.store.put_log(known->conversation.theirs());
      lazy_.erase(peer);
      need_link(peer, now);
    }
    if (ground_.peers.has(peer)) update_view(peer);
  }
}

void NativeTalk::committed() {
  for (const auto peer : std::exchange(touched_, {}))
    if (auto* known = talk_of(peer)) {
      known->committed_last = known->conversation.own().last;
      if (auto* up = up_link(peer)) busy_links_.insert(up->link);
    }
  for (const auto id : std::exchange(busy_links_, {})) {
    auto* found = link(id);
    if (!found) continue;
    if (found->is_up) push(*found);
    flush(*found);
  }
  tell_changes();
}

std::optional<base::Tick> NativeTalk::next_deadline() const {
  return earlier(earlier(deadlines_.next(), dialler_.next_deadline()), lazy_due_);
}

void NativeTalk::update_view(base::PeerId peer) {
  auto& view = ground_.peers.change(peer);
  view.queued = unacknowledged(peer);
  if (!view.is_encrypted) view.next_try = dialler_.next_try(peer);
}

void NativeTalk::forgotten(const std::vector<base::PeerId>& peers, base::Now now) {
  for (const auto peer : peers) {
    end_links(peer, now);
    dialler_.forget(peer);
    talks_.erase(peer);
    awaited_.erase(peer);
  }
}

} // namespace tincan::chat
