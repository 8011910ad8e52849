// Commands about contacts and about messages that were said before.
#include "tincan/base/unicode.hpp"
#include "tincan/chat/node.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using base::ErrorCode;

constexpr std::size_t max_petname_bytes = 64;

} // namespace

base::Result<base::PeerId> Node::resolve_native(std::string_view typed) {
  const auto peer = resolve_known(typed);
  if (!peer) return peer;
  if (is_native(*peer)) return peer;
  return base::fail(ErrorCode::bad_argument,
                    fmt::format("{} is not known to be a tincan: it has no key", display_name(*peer)));
}

void Node::carry_out(const Edit& command, base::RequestId request, base::Now now) {
  if (!native_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key"});
  if (base::is_blank(command.text))
    return refuse(request, {ErrorCode::bad_argument, "the new text is empty (delete takes a message away)"});
  if (command.text.size() > max_text_bytes)
    return refuse(request, {ErrorCode::limit, "the message is longer than 64 KiB"});
  auto entry = command.entry;
  if (!entry) {
    const auto last = last_line_to(command.peer);
    if (!last) return refuse(request, last.error());
    entry = *last;
  }
  if (postpone(entry, {request, Edit{entry, {}, command.text}})) return;
  if (const auto line = room_message(entry)) {
    if (const auto done = rooms_->edit(*line, command.text, request, now); !done) refuse(request, done.error());
    return;
  }
  if (const auto done = native_->edit({entry, {}, command.text}, request, now); !done) refuse(request, done.error());
}

void Node::carry_out(const Delete& command, base::RequestId request, base::Now now) {
  if (!native_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key"});
  auto entry = command.entry;
  if (!entry) {
    const auto last = last_line_to(command.peer);
    if (!last) return refuse(request, last.error());
    entry = *last;
  }
  if (postpone(entry, {request, Delete{entry, {}}})) return;
  if (const auto line = room_message(entry)) {
    if (const auto done = rooms_->erase(*line, request, now); !done) refuse(request, done.error());
    return;
  }
  if (const auto done = native_->erase(entry, request, now); !done) refuse(request, done.error());
}

void Node::carry_out(const React& command, base::RequestId request, base::Now now) {
  if (!native_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key"});
  if (postpone(command.entry, {request, command})) return;
  if (const auto line = room_message(command.entry)) {
    if (const auto done = rooms_->react(*line, command.text, request, now); !done) refuse(request, done.error());
    return;
  }
  if (const auto done = native_->react(command, request, now); !done) refuse(request, done.error());
}

// Our last line may have been said in this very turn: then it is looked for after the commit.
base::Result<base::EntryId> Node::last_line_to(std::string_view typed) {
  if (is_room(typed)) {
    const auto room = rooms_->resolve(typed);
    if (!room) return tl::unexpected(room.error());
    if (const auto said = rooms_->last_uncommitted_line(*room)) return said;
    const auto last = store_.last_own_line(*room);
    if (last && !*last) return base::fail(ErrorCode::bad_argument, "you have not written anything there yet");
    return last;
  }
  const auto peer = resolve_native(typed);
  if (!peer) return tl::unexpected(peer.error());
  const auto waiting = native_->waiting(*peer);
  if (!waiting.empty() && waiting.back().value > committed_entry_) return waiting.back();
  const auto last = store_.last_own_line(*peer);
  if (last && !*last) return base::fail(ErrorCode::bad_argument, "you have not written anything there yet");
  return last;
}

bool Node::postpone(base::EntryId entry, Request request) {
  if (entry.value <= committed_entry_ || entry.value > last_entry_) return false;
  postponed_.push_back(std::move(request));
  return true;
}

void Node::carry_out(const ReadVersions& command, base::RequestId request, base::Now) {
  version_questions_.emplace_back(request, command.entry);
}

void Node::carry_out(const Identify&, base::RequestId request, base::Now) {
  if (!keys_) return refuse(request, {ErrorCode::bad_argument, "this peer has no key"});
  turn_.tell(Identity{keys_->own(), settings_.own_endpoints, settings_.self.team}, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Verify& command, base::RequestId request, base::Now now) {
  const auto peer = resolve_native(command.peer);
  if (!peer) return refuse(request, peer.error());
  if (command.verified) {
    peers_.change(*peer).peer.is_verified = *command.verified;
    tell_change(PeerChanged::What::verified, *peer, now, request);
  }
  auto answer = native_->verification(*peer);
  answer.view.presence = presence_at(answer.view, now.wall);
  turn_.tell(std::move(answer), request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Explain& command, base::RequestId request, base::Now now) {
  const auto peer = resolve_known(command.peer);
  if (!peer) return refuse(request, peer.error());
  turn_.tell(is_native(*peer) ? native_->explain(*peer, now) : explain_plain(*peer, now), request);
  turn_.tell(Done{}, request);
}

Explained Node::explain_plain(base::PeerId peer, base::Now now) const {
  using Outcome = ExplainedStep::Outcome;
  Explained result{peers_.view(peer), {}};
  auto& view = result.view;
  view.presence = presence_at(view, now.wall);
  const auto& known = view.peer;
  auto& steps = result.steps;
  if (known.endpoint.port == 0)
    steps.push_back({"address", Outcome::bad, "its port is not known: give its address and port"});
  else
    steps.push_back({"address", Outcome::good,
                     known.endpoint.text() + (known.host_name.empty() ? "" : " (" + known.host_name + ")")});
  if (view.blocked) steps.push_back({"link", Outcome::bad, "it is blocked: nothing of it is taken (tincan unblock)"});
  if (!view.trouble.empty())
    steps.push_back({"TCP", Outcome::bad,
                     view.trouble.substr(0, view.trouble.find(" (is the peer")) +
                         ": is the other program running, and does a firewall let the "
                         "port through?"});
  else if (known.last_heard)
    steps.push_back({"TCP", Outcome::good, "it was heard " + base::short_time(*known.last_heard, now.wall)});
  steps.push_back({"dialect", known.speaks == Speaks::unknown ? Outcome::open : Outcome::good,
                   known.speaks == Speaks::unknown && native_
                       ? "not found out yet whether it is a tincan; next time we wait a moment for its banner"
                       : fmt::format("plain text, not encrypted: {} ({})", wire::name(known.dialect),
                                     wire::describe(known.dialect))});
  steps.push_back({"queue", view.queued ? Outcome::open : Outcome::good,
                   view.queued ? fmt::format("{} of your messages wait", view.queued) : "nothing waits for it"});
  if (view.next_try)
    steps.push_back({"next", Outcome::open,
                     "tried again in " + base::rough_duration(base::Millis(
                                             std::max<std::int64_t>(view.next_try->ms - now.wall.ms, 0)))});
  return result;
}

void Node::carry_out(const Rename& command, base::RequestId request, base::Now now) {
  const auto peer = resolve_known(command.peer);
  if (!peer) return refuse(request, peer.error());
  const auto name = base::trim(command.petname);
  const bool is_plain = base::is_valid_utf8(name) && base::SafeText::own(name).str() == name;
  if (name.size() > max_petname_bytes || !is_plain)
    return refuse(request, {ErrorCode::bad_argument, "a name has at most 64 bytes and no control characters"});
  const auto others = name.empty() ? std::vector<base::PeerId>{} : peers_.named(name);
  if (std::any_of(others.begin(), others.end(), [&](auto other) { return other != *peer; }))
    return refuse(request,
                  {ErrorCode::bad_argument, fmt::format("somebody else is called “{}” already", base::as_typed(name))});
  peers_.change(*peer).peer.petname = std::string(name);
  for (const auto other : peers_.all()) note_look_alike(other);
  tell_change(PeerChanged::What::renamed, *peer, now, request);
  turn_.tell(Done{}, request);
}

void Node::carry_out(const Trust& command, base::RequestId request, base::Now now) {
  const auto peer = resolve_native(command.peer);
  if (!peer) return refuse(request, peer.error());
  if (!peers_.view(*peer).peer.changed_key)
    return refuse(request,
                  {ErrorCode::bad_argument,
                   fmt::format("the key of {} has not changed: there is nothing to decide", display_name(*peer))});
  native_->trust(*peer, command.accept, request, now);
  turn_.tell(Done{}, request);
}

} // namespace tincan::chat
