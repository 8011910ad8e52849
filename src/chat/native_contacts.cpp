// Contacts: whose key, where it is reached, what to do when somebody else answers, and why a peer is not reached.
#include "tincan/chat/native_talk.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using base::ErrorCode;
using StepOutcome = ExplainedStep::Outcome;

constexpr std::string_view locate_domain{"tincan/1 locate\0", 16};
constexpr std::string_view verify_domain{"tincan/1 verify\0", 16};

// What worked last comes first, then what is better known.
auto rank(const KnownEndpoint& endpoint) {
  return std::pair(-(endpoint.last_worked ? endpoint.last_worked->ms : 0), endpoint.source);
}

void add_endpoint(std::vector<KnownEndpoint>& list, const KnownEndpoint& endpoint) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& known) { return known.endpoint == endpoint.endpoint; });
  if (found == list.end()) {
    list.push_back(endpoint);
  } else {
    found->source = std::min(found->source, endpoint.source);
    if (endpoint.last_worked) found->last_worked = endpoint.last_worked;
  }
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (list.size() > max_known_endpoints) list.resize(max_known_endpoints);
}

enum class Reach { loopback, link_local, site, world };

Reach reach_of(const base::Address& address) {
  if (address.is_loopback()) return Reach::loopback;
  if (address.is_link_local()) return Reach::link_local;
  const auto& bytes = address.bytes();
  if (address.is_v6()) return (bytes[0] & 0xfeU) == 0xfcU ? Reach::site : Reach::world; // RFC 4193
  const bool is_private = bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0U) == 16) ||
                          (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 100 && (bytes[1] & 0xc0U) == 64);
  return is_private ? Reach::site : Reach::world; // RFC 1918, RFC 6598
}

std::string source_text(KnownEndpoint::Source source) {
  switch (source) {
  case KnownEndpoint::Source::typed: return "typed by you";
  case KnownEndpoint::Source::connected: return "it connected from there";
  case KnownEndpoint::Source::announced: return "announced by itself";
  case KnownEndpoint::Source::hinted: return "a common contact heard it there";
  }
  return {};
}

std::string advice(const Attempt& attempt) {
  switch (attempt.failed_at) {
  case DialStage::tcp: return "is the other program running, and does a firewall let the port through?";
  case DialStage::tls: return "something else than tincan may be listening there";
  case DialStage::key: return "somebody else answers there; decide with: tincan trust";
  case DialStage::hello: return "the other program may be of another version, or has blocked you";
  default: return {};
  }
}

// An error says in brackets what may be wrong; the advice says it better.
std::string without_guess(const std::string& why) { return why.substr(0, why.find(" (is the peer")); }

ExplainedStep step(std::string what, StepOutcome outcome, std::string text) {
  return {std::move(what), outcome, std::move(text)};
}

void explain_attempt(const Attempt& attempt, base::WallTime now, std::vector<ExplainedStep>& steps) {
  constexpr std::array names{std::pair(DialStage::tcp, "TCP"), std::pair(DialStage::tls, "TLS"),
                             std::pair(DialStage::key, "key"), std::pair(DialStage::hello, "hello")};
  steps.push_back(step("address", StepOutcome::good,
                       fmt::format("{} ({}), tried {}", attempt.at.endpoint.text(), source_text(attempt.at.source),
                                   base::short_time(attempt.time, now))));
  for (const auto& [stage, name] : names) {
    if (attempt.failed_at > stage) {
      steps.push_back(step(name, StepOutcome::good, "worked"));
      continue;
    }
    const auto todo = advice(attempt);
    if (attempt.is_running)
      steps.push_back(step(name, StepOutcome::open, "under way"));
    else
      steps.push_back(step(name, StepOutcome::bad, without_guess(attempt.why) + (todo.empty() ? "" : ": " + todo)));
    return;
  }
}

} // namespace

std::string NativeTalk::shown_name(base::PeerId peer) const {
  const auto& known = ground_.peers.view(peer).peer;
  if (!known.petname.empty()) return base::SafeText::own(known.petname).str();
  if (!known.team.empty()) return base::safe_name(known.team).str();
  return known.endpoint.port ? known.endpoint.text() : known.key->short_text();
}

// --- endpoints

std::vector<KnownEndpoint> NativeTalk::endpoints_of(base::PeerId peer) const {
  const auto& known = ground_.peers.view(peer).peer;
  auto endpoints = known.endpoints;
  if (endpoints.empty() && known.endpoint.port != 0)
    endpoints.push_back({known.endpoint, KnownEndpoint::Source::typed, std::nullopt});
  return endpoints;
}

void NativeTalk::learn_endpoint(base::PeerId peer, const KnownEndpoint& endpoint) {
  auto& known = ground_.peers.change(peer).peer;
  add_endpoint(known.endpoints, endpoint);
  if (known.endpoint.port == 0) ground_.peers.set_endpoint(peer, endpoint.endpoint);
  dialler_.set_endpoints(peer, endpoints_of(peer));
}

void NativeTalk::note_worked(base::PeerId peer, const base::Endpoint& endpoint, base::Now now) {
  auto& known = ground_.peers.change(peer).peer;
  const bool has_moved = known.endpoint != endpoint && known.endpoint.port != 0;
  add_endpoint(known.endpoints, {endpoint, KnownEndpoint::Source::hinted, now.wall});
  ground_.peers.set_endpoint(peer, endpoint);
  if (has_moved) ground_.turn.tell(PeerChanged{PeerChanged::What::found, ground_.peers.view(peer)});
}

// What a peer claims about where it listens is believed no further than its own link reaches (R16).
bool NativeTalk::is_plausible(const base::Endpoint& claimed, const base::Endpoint& link) const {
  const auto& address = claimed.address;
  if (claimed.port == 0 || address.is_unspecified() || address.is_multicast()) return false;
  const auto reach = reach_of(address);
  const auto reach_of_link = reach_of(link.address);
  if (reach == Reach::link_local) return false;
  return reach == reach_of_link || (reach == Reach::world && reach_of_link != Reach::loopback);
}

void NativeTalk::learn_announced(NativeLink& link, const wire::Hello& hello) {
  if (hello.endpoints.empty()) return;
  const base::Endpoint at{link.remote.address, hello.endpoints.front().port};
  const auto before = ground_.peers.view(link.peer).peer.endpoint;
  if (!link.was_dialled) learn_endpoint(link.peer, {at, KnownEndpoint::Source::connected, std::nullopt});
  for (const auto& claimed : hello.endpoints)
    if (is_plausible(claimed, link.remote) && claimed.address != link.remote.address)
      learn_endpoint(link.peer, {claimed, KnownEndpoint::Source::announced, std::nullopt});
  if (link.was_dialled || before == at) return;
  ground_.peers.set_endpoint(link.peer, at);
  if (before.port != 0) ground_.turn.tell(PeerChanged{PeerChanged::What::found, ground_.peers.view(link.peer)});
  ground_.collides(link.peer, at);
}

base::Digest NativeTalk::locate_token(const NativeLink& link, const base::PublicKey& key) const {
  std::string bytes(locate_domain);
  bytes += link.exporter.view();
  bytes += key.view();
  return ground_.keys.digest(bytes);
}

// Asked, not broadcast: those that we talk with anyway, and only when everything else failed twice.
void NativeTalk::ask_contacts(base::PeerId peer) {
  const auto& key = *ground_.peers.view(peer).peer.key;
  std::size_t asked = 0;
  for (const auto& [contact, id] : up_) {
    if (asked++ == max_asked_contacts) return;
    auto* contact_link = link(id);
    if (!contact_link) continue;
    auto& open = contact_link->asked_for;
    if (std::find(open.begin(), open.end(), key) == open.end()) open.push_back(key);
    put(*contact_link, wire::Locate{locate_token(*contact_link, key)});
  }
}

void NativeTalk::hear_locate(NativeLink& link, const wire::Locate& locate, base::Now now) {
  if (!ground_.peers.is_contact(link.peer)) return; // where somebody is, is told to those only whom our user knows
  if (now.tick - link.locate_minute >= std::chrono::minutes(1)) {
    link.locate_minute = now.tick;
    link.locates = 0;
  }
  if (++link.locates > max_locates_per_minute) return;
  for (const auto peer : ground_.peers.all()) {
    const auto& view = ground_.peers.view(peer);
    if (!view.peer.key || view.blocked || locate_token(link, *view.peer.key) != locate.token) continue;
    wire::Located answer{locate.token, {}};
    for (const auto& known : view.peer.endpoints)
      if (known.source == KnownEndpoint::Source::connected ||
          (known.last_worked && now.wall.ms - known.last_worked->ms < located_window.count()))
        answer.endpoints.push_back(known.endpoint);
    if (!answer.endpoints.empty()) put(link, answer);
    return;
  }
}

void NativeTalk::hear_located(NativeLink& link, const wire::Located& located, base::Now now) {
  const auto asked = std::find_if(link.asked_for.begin(), link.asked_for.end(),
                                  [&](const auto& key) { return locate_token(link, key) == located.token; });
  if (asked == link.asked_for.end()) return; // nobody asked
  const auto peer = ground_.peers.find(*asked);
  link.asked_for.erase(asked);
  if (!peer || up_.contains(peer)) return;
  bool is_news = false;
  for (const auto& endpoint : located.endpoints) {
    if (!is_plausible(endpoint, link.remote)) continue;
    const auto known = endpoints_of(peer);
    is_news =
        is_news || std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.endpoint == endpoint; });
    learn_endpoint(peer, {endpoint, KnownEndpoint::Source::hinted, std::nullopt});
  }
  if (is_news) dialler_.hint(peer, now);
}

// --- keys

void NativeTalk::key_changed(base::PeerId peer, const base::PublicKey& seen, const base::Endpoint& at, base::Now now) {
  const auto name = shown_name(peer);
  auto& view = ground_.peers.change(peer);
  const bool is_news = view.peer.changed_key != seen;
  view.peer.changed_key = seen;
  view.trouble = "another key answers there";
  const base::Error error{ErrorCode::refused, "another key answers there"};
  answer_awaited(peer, &error);
  dialler_.give_up(peer);
  if (!is_news) return;
  auto told = view;
  told.presence = presence_at(told, now.wall);
  ground_.turn.tell(PeerChanged{PeerChanged::What::key_changed, std::move(told)});
  notice(Notice::What::key_changed, peer,
         fmt::format("Somebody else than {0} answers at {1}: the key there is {2}, that of {0} is {3}. Perhaps {0} has "
                     "reinstalled the program, perhaps the address belongs to another machine now, perhaps somebody "
                     "poses as {0}. Nothing is sent, and what waits for {0} is kept. Ask {0} over another way; then "
                     "accept the new key (tincan trust PEER --accept) or refuse it (tincan trust PEER --refuse).",
                     name, at.text(), seen.short_text(), view.peer.key->short_text()));
}

void NativeTalk::trust(base::PeerId peer, bool accept, base::RequestId request, base::Now now) {
  const auto changed = ground_.peers.view(peer).peer.changed_key;
  auto& view = ground_.peers.change(peer);
  view.peer.changed_key.reset();
  view.trouble.clear();
  end_links(peer, now);
  if (!accept) {
    // What answered there is not this peer: its address is not this peer's any more.
    const auto lost = view.peer.endpoint;
    std::erase_if(view.peer.endpoints, [&](const auto& known) { return known.endpoint == lost; });
    ground_.peers.set_endpoint(peer, view.peer.endpoints.empty() ? base::Endpoint{lost.address, 0}
                                                                 : view.peer.endpoints.front().endpoint);
  } else {
    std::optional<Talk> old;
    if (auto* known = talk_of(peer)) {
      close_burst();
      old.emplace(std::move(*known));
      talks_.erase(peer);
    }
    if (const auto other = ground_.peers.find(*changed); other && other != peer) {
      ground_.peers.merge(other, peer);
      ground_.store.merge_peer(other, peer);
      merged(other, peer, now);
    }
    ground_.peers.set_key(peer, *changed);
    view.peer.is_verified = false;
    if (old) move_queue(peer, std::move(*old), now);
  }
  auto told = ground_.peers.view(peer);
  told.presence = presence_at(told, now.wall);
  ground_.turn.tell(PeerChanged{PeerChanged::What::trusted, std::move(told)}, request);
  touched_.insert(peer);
  need_link(peer, now);
}

// What waited for the former key waits for the new one.
void NativeTalk::move_queue(base::PeerId peer, Talk old, base::Now now) {
  for (const auto& line : old.unacked) {
    auto message = ground_.store.find_message(line.message);
    if (!message || message->is_deleted) continue;
    message->peer = peer;
    adopt(std::move(*message), line.request, now);
  }
}

void NativeTalk::merged(base::PeerId from, base::PeerId to, base::Now now) {
  end_links(from, now);
  dialler_.forget(from);
  const auto found = talks_.find(from);
  if (found == talks_.end()) return;
  auto moved = std::move(found->second);
  talks_.erase(found);
  moved.conversation.set_peer(to);
  talks_.erase(to);
  talks_.emplace(to, std::move(moved));
  touched_.insert(to);
}

Verification NativeTalk::verification(base::PeerId peer) const {
  const auto& view = ground_.peers.view(peer);
  std::string bytes(verify_domain);
  bytes += std::min(ground_.keys.own(), *view.peer.key).view();
  bytes += std::max(ground_.keys.own(), *view.peer.key).view();
  const auto digest = ground_.keys.digest(bytes);
  Verification result{view, {}};
  for (std::size_t group = 0; group < 8; ++group) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | digest.bytes.at(4 * group + i);
    result.number += fmt::format("{}{:05}", group ? " " : "", value % 100'000);
  }
  return result;
}

// --- why

Explained NativeTalk::explain(base::PeerId peer, base::Now now) const {
  const auto& view = ground_.peers.view(peer);
  Explained result{view, {}};
  result.view.presence = presence_at(view, now.wall);
  auto& steps = result.steps;
  if (const auto* tried = dialler_.attempts(peer))
    for (const auto& attempt : *tried) explain_attempt(attempt, now.wall, steps);
  if (steps.empty() && view.path)
    steps.push_back(step("address", StepOutcome::good, fmt::format("it connected from {}", view.path->text())));
  if (view.is_encrypted && view.path)
    steps.push_back(
        step("link", StepOutcome::good,
             fmt::format("open to {}, encrypted with TLS 1.3{}{}", view.path->text(),
                         view.peer.is_verified ? ", the key is verified" : ", the key is not verified (tincan verify)",
                         view.round_trip ? fmt::format(", round trip {} ms", view.round_trip->count()) : "")));
  else if (view.blocked)
    steps.push_back(step("link", StepOutcome::bad, "it is blocked: nothing is sent or taken (tincan unblock)"));
  else if (view.peer.changed_key)
    steps.push_back(step("key", StepOutcome::bad,
                         fmt::format("another key answers where it was ({} instead of {}): decide with tincan trust",
                                     view.peer.changed_key->short_text(), view.peer.key->short_text())));
  else if (endpoints_of(peer).empty())
    steps.push_back(
        step("address", StepOutcome::bad, "none is known: it must connect to you, or give its address again"));
  const auto* known = talk_of(peer);
  if (known && known->conversation.own().is_frozen)
    steps.push_back(
        step("log", StepOutcome::bad, "this profile is older than what the peer has from you (a restored backup?)"));
  if (known && known->conversation.theirs().is_frozen)
    steps.push_back(
        step("log", StepOutcome::bad, "it signed two different messages for one place: nothing is taken from it"));
  const auto waiting = waiting_count(peer);
  steps.push_back(step("queue", waiting ? StepOutcome::open : StepOutcome::good,
                       waiting ? fmt::format("{} of your messages wait", waiting) : "nothing waits for it"));
  if (const auto next = dialler_.next_try(peer); next && !view.is_encrypted)
    steps.push_back(step("next", StepOutcome::open,
                         fmt::format("tried again in {}", base::rough_duration(base::Millis(
                                                              std::max<std::int64_t>(next->ms - now.wall.ms, 0))))));
  return result;
}

} // namespace tincan::chat
