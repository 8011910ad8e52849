// Links to other tincans: from TLS to Hello to the end.
#include "tincan/chat/native_talk.hpp"

#include "tincan/chat/settings.hpp"

#include <fmt/format.h>

namespace tincan::chat {

using base::ErrorCode;
using wire::ByeCode;

namespace {

// A conversation that is named is a room's.
bool is_of_rooms(const wire::Frame& frame) {
  if (const auto* have = std::get_if<wire::Have>(&frame)) return !have->conversation.is_zero();
  if (const auto* want = std::get_if<wire::Want>(&frame)) return !want->conversation.is_zero();
  if (const auto* entries = std::get_if<wire::Entries>(&frame)) return !entries->conversation.is_zero();
  static const auto first = wire::Frame(wire::Rooms{}).index();
  return frame.index() >= first;
}

} // namespace

void NativeTalk::begin(base::LinkId id, base::PeerId peer, const base::PublicKey& key, const base::Digest& exporter,
                       const base::Endpoint& remote, bool was_dialled, base::Now now) {
  auto& link = *(links_[id] = std::make_unique<NativeLink>());
  link.link = id;
  link.key = key;
  link.peer = peer;
  link.exporter = exporter;
  link.remote = remote;
  link.was_dialled = was_dialled;
  link.heard = now.tick;
  wire::Hello hello;
  hello.team = base::PeerText(ground_.settings.self.team);
  hello.software = base::PeerText(ground_.settings.software);
  hello.endpoints = ground_.settings.own_endpoints;
  hello.run = run_;
  put(link, hello);
  dialler_.stage(id, DialStage::hello, now);
  deadlines_.set(id, now.tick + greeting_patience);
}

void NativeTalk::bytes(base::LinkId id, std::string_view bytes, base::Now now) {
  auto* found = link(id);
  if (!found) return;
  found->heard = now.tick;
  found->pinged.reset();
  found->must_answer_by.reset();
  found->reader.bytes(bytes);
  while (found) {
    auto frame = found->reader.next();
    if (!frame) return;
    if (!*frame) return end(id, ByeCode::bad_frame, frame->error().text, now);
    if (found->is_up && !ground_.peers.has(found->peer)) return end(id, ByeCode::too_much, "it was forgotten", now);
    hear(*found, **frame, now);
    found = link(id); // it may have ended over what it said
  }
}

void NativeTalk::hear(NativeLink& link, wire::Frame& frame, base::Now now) {
  if (const auto* hello = std::get_if<wire::Hello>(&frame)) return hear_hello(link, *hello, now);
  if (const auto* bye = std::get_if<wire::Bye>(&frame)) {
    if (bye->code == ByeCode::leaving && link.is_up && ground_.peers.has(link.peer)) {
      auto& view = ground_.peers.change(link.peer);
      view.peer.has_left = true;
      auto told = view;
      told.presence = Presence::left;
      ground_.turn.tell(PeerChanged{PeerChanged::What::left, std::move(told)});
    }
    if (bye->code == ByeCode::enough && link.is_up) ground_.let_go_by(link.peer, now);
    const auto why = fmt::format("the peer ended the link: {}{}", wire::name(bye->code),
                                 bye->why.empty() ? "" : " (" + base::safe_line(bye->why).str().substr(0, 200) + ")");
    ground_.turn.act(CloseLink{link.link});
    return closed(link.link, {ErrorCode::reset, why}, now, false);
  }
  if (!link.is_up) return end(link.link, ByeCode::bad_hello, "something came before Hello", now);
  if (is_of_rooms(frame)) return ground_.hear_room(link.peer, frame, now);
  if (const auto* have = std::get_if<wire::Have>(&frame)) return hear_have(link, *have, now);
  if (const auto* want = std::get_if<wire::Want>(&frame)) return hear_want(link, *want, now);
  if (auto* entries = std::get_if<wire::Entries>(&frame)) return hear_entries(link, std::move(*entries), now);
  if (const auto* ping = std::get_if<wire::Ping>(&frame)) return put(link, wire::Pong{ping->token});
  if (const auto* locate = std::get_if<wire::Locate>(&frame)) return hear_locate(link, *locate, now);
  if (const auto* located = std::get_if<wire::Located>(&frame)) return hear_located(link, *located, now);
  const auto* pong = std::get_if<wire::Pong>(&frame);
  if (pong && pong->token == link.last_ping && link.ping_sent) {
    ground_.peers.change(link.peer).round_trip = now.tick - *std::exchange(link.ping_sent, std::nullopt);
  }
}

void NativeTalk::hear_hello(NativeLink& link, const wire::Hello& hello, base::Now now) {
  if (link.is_up || hello.version == 0)
    return end(link.link, ByeCode::bad_hello, "a second Hello, or none of version 1", now);
  link.their_run = hello.run;
  if (!ground_.peers.has(link.peer)) // it was forgotten meanwhile
    link.peer = ground_.peers.know(link.key, {link.remote.address, 0});
  auto& view = ground_.peers.change(link.peer);
  if (!hello.team.empty() && view.peer.team != hello.team) {
    view.peer.team = hello.team;
    ground_.named(link.peer);
  }
  view.peer.last_heard = now.wall;
  view.peer.has_left = false;
  view.peer.dialect = wire::Dialect::native;
  if (const auto* endpoint = dialler_.endpoint_of(link.link)) note_worked(link.peer, endpoint->endpoint, now);
  learn_announced(link, hello);
  link.reader.raise_limit();
  if (!wins(link, now)) return end(link.link, ByeCode::duplicate, "another link stays", now);
  come_up(link, now);
}

// Two links between the same two: both ends keep the one dialled by the smaller key. Where one side dialled both, or
// has started anew, or comes although the older one was up for a while, the older one is dead.
bool NativeTalk::wins(NativeLink& link, base::Now now) {
  auto* other = up_link(link.peer);
  if (!other) return true;
  const bool is_newer_life = other->their_run != link.their_run;
  const bool same_dialler = other->was_dialled == link.was_dialled;
  const bool we_are_smaller = ground_.keys.own() < link.key;
  const bool is_old = now.tick - other->up_since > simultaneous;
  if (is_newer_life || same_dialler || is_old || link.was_dialled == we_are_smaller) {
    end(other->link, ByeCode::duplicate, "another link stays", now);
    return true;
  }
  other->must_answer_by = now.tick + conflict_patience; // if it is dead, the next attempt of the peer comes through
  put(*other, wire::Ping{++other->last_ping});
  watch(*other, now);
  return false;
}

void NativeTalk::come_up(NativeLink& link, base::Now now) {
  link.is_up = true;
  link.up_since = now.tick;
  up_[link.peer] = link.link;
  dialler_.stage(link.link, DialStage::up, now);
  dialler_.up(link.peer, now);
  auto& view = ground_.peers.change(link.peer);
  ++view.links;
  view.is_encrypted = true;
  view.trouble.clear();
  view.next_try.reset();
  view.path = link.remote;
  view.peer.changed_key.reset();
  auto told = view;
  told.presence = Presence::active;
  ground_.turn.tell(PeerChanged{PeerChanged::What::encrypted, std::move(told)});
  answer_awaited(link.peer, nullptr);
  link.owes_have = true;
  talk(link.peer);
  link.ping_sent = now.tick;
  put(link, wire::Ping{++link.last_ping});
  watch(link, now);
  ground_.linked(link.peer, now);
}

void NativeTalk::send(base::PeerId peer, std::string_view frames) {
  auto* up = up_link(peer);
  if (!up) return;
  up->out += frames;
  busy_links_.insert(up->link);
}

void NativeTalk::send_now(base::PeerId peer, std::string_view frames) {
  auto* up = up_link(peer);
  if (!up) return;
  up->untaken += frames.size();
  ground_.turn.act_now(SendBytes{up->link, std::string(frames)});
}

std::size_t NativeTalk::backlog(base::PeerId peer) const {
  const auto up = up_.find(peer);
  if (up == up_.end()) return 0;
  const auto& link = *links_.at(up->second);
  return link.untaken + link.out.size();
}

base::Digest NativeTalk::exporter(base::PeerId peer) const {
  const auto up = up_.find(peer);
  return up == up_.end() ? base::Digest{} : links_.at(up->second)->exporter;
}

void NativeTalk::end_link(base::PeerId peer, ByeCode code, std::string_view why, base::Now now) {
  if (const auto up = up_.find(peer); up != up_.end()) end(base::LinkId(up->second), code, why, now);
}

bool NativeTalk::let_go(base::PeerId peer, base::Now now) {
  if (!ground_.peers.has(peer) || ground_.peers.is_contact(peer) || has_need(peer)) return false;
  end_link(peer, ByeCode::enough, "links enough", now);
  return true;
}

void NativeTalk::taken(base::LinkId id) {
  auto* found = link(id);
  if (found) {
    found->untaken = 0;
    if (found->is_up) ground_.link_took(found->peer);
  }
  auto* known = found && found->is_up ? talk_of(found->peer) : nullptr;
  if (!known || found->sender.handed() <= known->sent_up_to) return;
  const auto before = std::exchange(known->sent_up_to, found->sender.handed());
  for (const auto& line : known->unacked) {
    if (line.seq > known->sent_up_to) break;
    if (line.seq > before) tell_state(*known, line, MessageState::sent);
  }
}

void NativeTalk::closed(base::LinkId id, const base::Error& error, base::Now now, bool is_lost) {
  if (dialler_.owns(id)) {
    const auto* greeting = link(id);
    drop(id, is_lost, now);
    return failed(id, greeting ? DialStage::hello : DialStage::tls, error, now);
  }
  drop(id, is_lost, now);
}

void NativeTalk::end(base::LinkId id, ByeCode code, std::string_view why, base::Now now) {
  auto* found = link(id);
  if (!found) return;
  put(*found, wire::Bye{code, base::PeerText(std::string(why))});
  flush(*found);
  ground_.turn.act(CloseLink{id});
  closed(id, {ErrorCode::bad_bytes, fmt::format("the link was ended: {} ({})", wire::name(code), why)}, now, false);
}

// It is gone from our lists; whether it is closed is not our business.
void NativeTalk::drop(base::LinkId id, bool is_lost, base::Now now) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  const auto peer = found->second->peer;
  const bool was_up = found->second->is_up && up_.contains(peer) && up_.at(peer) == id;
  const bool counted = found->second->is_up;
  const bool has_lasted = now.tick - found->second->up_since > lasting;
  deadlines_.clear(id);
  busy_links_.erase(id);
  links_.erase(found);
  if (counted && ground_.peers.has(peer)) {
    auto& view = ground_.peers.change(peer);
    if (view.links > 0) --view.links;
  }
  if (!was_up) {
    if (ground_.peers.has(peer)) need_link(peer, now);
    return;
  }
  up_.erase(peer);
  ground_.unlinked(peer, now);
  if (!ground_.peers.has(peer)) return;
  auto& view = ground_.peers.change(peer);
  view.is_encrypted = false;
  view.path.reset();
  view.round_trip.reset();
  view.peer.last_heard = now.wall;
  if (auto* known = talk_of(peer)) not_sent(*known);
  dialler_.lost(peer, has_lasted);
  need_link(peer, now);
  // A stranger that vanished is not called back, or anybody could make us dial what it announced (R16).
  const bool is_wanted = ground_.peers.is_contact(peer) && !view.blocked && !view.peer.changed_key;
  if (is_lost && is_wanted && !is_leaving_ && ground_.settings.greets_contacts)
    dialler_.want(peer, endpoints_of(peer), rounds_after_loss, now);
}

void NativeTalk::end_links(base::PeerId peer, base::Now now) {
  dialler_.give_up(peer);
  std::vector<base::LinkId> all;
  for (const auto& [id, link] : links_)
    if (link->peer == peer) all.push_back(id);
  for (const auto id : all) {
    ground_.turn.act(CloseLink{id});
    drop(id, false, now);
  }
}

void NativeTalk::leave(base::Now now) {
  is_leaving_ = true;
  write_lazy();
  std::vector<base::LinkId> all;
  for (const auto& entry : links_) all.push_back(entry.first);
  for (const auto id : all) {
    if (const auto* found = link(id); found && !found->is_up) continue;
    push(*link(id));
    end(id, ByeCode::leaving, {}, now);
  }
}

} // namespace tincan::chat
