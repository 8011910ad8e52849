// How a typed peer is understood: an address, a name, a number or a key, and hosts that must be looked up.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using base::ErrorCode;
using base::fail;

} // namespace

base::Result<Node::Target> Node::resolve(std::string_view typed) const {
  typed = base::trim(typed);
  Target target;
  if (const auto number = base::as_number(typed)) {
    if (!peers_.has(base::PeerId{*number}))
      return fail(ErrorCode::unknown_peer, fmt::format("there is no peer number {} (see the list of peers)", *number));
    target.peer = base::PeerId{*number};
    return target;
  }
  if (native_ && typed.size() >= base::PublicKey::text_characters)
    if (const auto key = base::PublicKey::parse(typed.substr(0, base::PublicKey::text_characters)))
      return resolve_key(*key, typed.substr(base::PublicKey::text_characters));
  const auto parsed = base::HostPort::parse(typed);
  if (parsed && parsed->port && parsed->address) {
    target.endpoint = base::Endpoint{*parsed->address, *parsed->port};
    if (target.endpoint->address.is_unspecified() || target.endpoint->address.is_multicast())
      return fail(ErrorCode::bad_argument, fmt::format("{} is no address of a single machine", typed));
    target.peer = peers_.find(*target.endpoint);
    return target;
  }
  if (parsed && parsed->port) {
    target.host = parsed->host;
    target.port = *parsed->port;
    return target;
  }
  return resolve_name(typed);
}

// KEY, or KEY@ADDRESS:PORT as tincan id shows it.
base::Result<Node::Target> Node::resolve_key(const base::PublicKey& key, std::string_view rest) const {
  Target target;
  target.key = key;
  target.peer = peers_.find(key);
  if (!rest.empty()) {
    target.endpoint = rest.starts_with('@') ? base::Endpoint::parse(rest.substr(1)) : std::nullopt;
    if (!target.endpoint) return fail(ErrorCode::bad_argument, "after a key comes its address, like KEY@10.0.0.7:4100");
  }
  if (key == keys_->own()) return fail(ErrorCode::bad_argument, "that is your own key");
  if (!target.peer && !target.endpoint)
    return fail(ErrorCode::unknown_peer, "that key is not known yet: give its address too, like KEY@10.0.0.7:4100");
  return target;
}

// The peer that is meant, made known if it was not.
base::PeerId Node::meet(const Target& target) {
  if (!target.key) return target.peer ? target.peer : peers_.know(*target.endpoint);
  if (!target.endpoint) return target.peer;
  const auto peer = peers_.know(*target.key, *target.endpoint);
  native_->learn_endpoint(peer, {*target.endpoint, KnownEndpoint::Source::typed, std::nullopt});
  absorb(peer, *target.endpoint);
  return peer;
}

base::Result<Node::Target> Node::resolve_name(std::string_view typed) const {
  if (typed.empty()) return fail(ErrorCode::unknown_peer, "no peer was named");
  auto candidates = peers_.named(typed);
  if (const auto address = base::Address::parse(typed); address && candidates.empty()) {
    candidates = peers_.at_address(*address);
    std::erase_if(candidates, [this](auto peer) { return peers_.view(peer).peer.endpoint.port == 0; });
    if (candidates.empty())
      return fail(ErrorCode::unknown_peer, fmt::format("{} needs a port, like {}", base::as_typed(typed),
                                                       base::Endpoint{*address, 4100}.text()));
  }
  Target target;
  if (candidates.size() == 1) {
    target.peer = candidates.front();
    return target;
  }
  if (candidates.empty())
    return fail(ErrorCode::unknown_peer,
                fmt::format("no peer is called “{}” (give its number, its name, or its address like 10.0.0.7:4100)",
                            base::as_typed(typed)));
  std::string list;
  for (std::size_t i = 0; i < candidates.size() && i < 5; ++i)
    list +=
        fmt::format("{}{} ({})", i ? ", " : "", candidates[i].value, peers_.view(candidates[i]).peer.endpoint.text());
  return fail(ErrorCode::unknown_peer,
              fmt::format("several peers fit “{}”: {}; give the number", base::as_typed(typed), list));
}

base::Result<base::PeerId> Node::resolve_known(std::string_view typed) const {
  const auto target = resolve(typed);
  if (!target) return tl::unexpected(target.error());
  if (target->peer) return target->peer;
  if (const auto peer = known_by_host(*target)) return peer;
  if (const auto named = resolve_name(base::trim(typed))) return named->peer;
  return fail(ErrorCode::unknown_peer, fmt::format("{} is not known yet", base::as_typed(typed)));
}

// A name that was looked up before, with its port.
base::PeerId Node::known_by_host(const Target& target) const {
  if (target.host.empty()) return {};
  for (const auto peer : peers_.named(target.host)) {
    const auto& known = peers_.view(peer).peer;
    if (!known.host_name.empty() && known.endpoint.port == target.port) return peer;
  }
  return {};
}

// An address alone means the whole host, also when a single peer is known there.
base::Result<BlockRule> Node::resolve_rule(std::string_view typed) const {
  if (const auto address = base::Address::parse(base::trim(typed))) return BlockRule{*address, std::nullopt};
  const auto target = resolve(typed);
  if (!target) return tl::unexpected(target.error());
  auto endpoint = target->endpoint;
  const auto peer = target->peer ? target->peer : known_by_host(*target);
  if (target->key) return BlockRule{{}, std::nullopt, *target->key};
  if (peer && is_native(peer)) return BlockRule{{}, std::nullopt, *peers_.view(peer).peer.key};
  if (peer) endpoint = peers_.view(peer).peer.endpoint;
  if (!endpoint) return fail(ErrorCode::bad_argument, "give a known peer, or an address instead of a host name");
  if (endpoint->port == 0) return BlockRule{endpoint->address, std::nullopt};
  return BlockRule{endpoint->address, endpoint->port};
}

void Node::look_up(const Target& target, Request request, std::optional<std::size_t> mandatory) {
  const base::RequestId query{++last_lookup_};
  lookups_[query] = {std::move(request), target.host, target.port, mandatory};
  turn_.act(ResolveName{query, target.host});
}

void Node::name_resolved(base::RequestId query, const std::vector<base::Address>& addresses, base::Now now) {
  const auto found = lookups_.find(query);
  if (found == lookups_.end()) return;
  if (addresses.empty()) return name_failed(query, {ErrorCode::unreachable, "it has no address"}, now);
  const auto lookup = std::move(found->second);
  lookups_.erase(found);
  // Plain-text programs listen on IPv4.
  const auto v4 = std::find_if(addresses.begin(), addresses.end(), [](const auto& address) { return address.is_v4(); });
  const base::Endpoint endpoint{v4 == addresses.end() ? addresses.front() : *v4, lookup.port};
  const auto peer = peers_.know(endpoint);
  peers_.change(peer).peer.host_name = lookup.host;
  if (lookup.mandatory) {
    send_text(peer, settings_.mandatory_text, MessageKind::mandatory, {}, now, lookup.mandatory);
  } else if (const auto* send = std::get_if<Send>(&lookup.request.command)) {
    carry_out(Send{endpoint.text(), send->text}, lookup.request.id, now);
  } else if (const auto* announce = std::get_if<Announce>(&lookup.request.command)) {
    announce_to(peer, announce->peers.front(), lookup.request.id, now);
  } else if (const auto* dialect = std::get_if<SetDialect>(&lookup.request.command)) {
    carry_out(SetDialect{endpoint.text(), dialect->dialect}, lookup.request.id, now);
  } else if (std::holds_alternative<JoinRoom>(lookup.request.command)) {
    join_plain({endpoint.text(), true}, lookup.request.id, now);
  }
}

void Node::name_failed(base::RequestId query, const base::Error& error, base::Now now) {
  const auto found = lookups_.find(query);
  if (found == lookups_.end()) return;
  const auto lookup = std::move(found->second);
  lookups_.erase(found);
  const base::Error failure{error.code, fmt::format("cannot look up {}: {}", base::as_typed(lookup.host), error.text)};
  if (lookup.mandatory) {
    mandatory_.name_failed(*lookup.mandatory, failure.text, now);
    turn_.tell(mandatory_.status(*lookup.mandatory));
  } else if (const auto* announce = std::get_if<Announce>(&lookup.request.command)) {
    turn_.tell(PeerAnnounced{announce->peers.front(), std::nullopt, false, false, failure.text}, lookup.request.id);
    count_announcement(lookup.request.id, -1);
  } else {
    refuse(lookup.request.id, failure);
  }
}

} // namespace tincan::chat
