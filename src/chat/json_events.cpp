#include "tincan/chat/json.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/chat/json_rooms.hpp"

#include <fmt/format.h>

namespace tincan::chat {

std::string readable(const base::PeerText& text) { return base::to_valid_utf8(text.untrusted_bytes()); }

namespace {

using nlohmann::ordered_json;

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const auto left = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= left ? digits[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::string line(const ordered_json& object) {
  return base::safe_json(object.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

void add_time(ordered_json& object, const char* key, const std::optional<base::WallTime>& time) {
  if (time) object[key] = base::iso_time(*time);
}

void add_text(ordered_json& object, const base::PeerText& text) {
  object["text"] = readable(text);
  if (!base::is_valid_utf8(text.untrusted_bytes())) object["bytes"] = base64(text.untrusted_bytes());
}

// Of messages to and from tincans, where it applies.
void add_native(ordered_json& object, const Message& message) {
  if (message.peer) append(object, "number", message.peer.value);
  if (message.about) append(object, "reply_to", message.about.value);
  if (message.is_edited) append(object, "edited", true);
  if (message.is_deleted) append(object, "deleted", true);
  if (message.is_late) append(object, "late", true);
  if (message.has_doubtful_time) append(object, "doubtful_time", true);
  if (message.kind == MessageKind::unknown) append(object, "unknown", true);
  if (message.order_us != 0) append(object, "order_us", message.order_us);
  if (message.reactions.empty()) return;
  auto reactions = ordered_json::array();
  for (const auto& reaction : message.reactions) {
    ordered_json given{{"own", reaction.is_own}};
    add_text(given, reaction.text);
    if (!reaction.author.is_zero()) given["author"] = reaction.author.text();
    reactions.push_back(std::move(given));
  }
  append(object, "reactions", std::move(reactions));
}

// Of each line that comes: made without copies, for they may come by the thousand.
ordered_json message_fields(const char* event, const Message& message) {
  constexpr std::size_t most_fields = 32;
  auto object = ordered_json::object();
  object.get_ref<ordered_json::object_t&>().reserve(most_fields);
  const bool is_invitation = message.kind == MessageKind::invitation;
  append(object, "event", event);
  append(object, "direction", name(message.direction));
  if (!message.room) append(object, "peer", message.endpoint.text());
  append(object, "team", readable(message.team));
  append(object, "text", is_invitation ? std::string{} : readable(message.text));
  append(object, "dialect", wire::name(message.dialect));
  append(object, "clear", message.clear);
  append(object, "encrypted", !message.clear);
  append(object, "time", base::iso_time(message.time));
  append(object, "id", message.id.value);
  append(object, "state", name(message.state));
  add_native(object, message);
  add_room_fields(object, message);
  if (!message.why.empty()) append(object, "why", message.why);
  if (message.was_cut) append(object, "cut", true);
  if (message.kind == MessageKind::mandatory) append(object, "mandatory", true);
  if (!is_invitation && !base::is_valid_utf8(message.text.untrusted_bytes()))
    append(object, "bytes", base64(message.text.untrusted_bytes()));
  return object;
}

std::string_view speaks_name(Speaks speaks) {
  switch (speaks) {
  case Speaks::unknown: return "unknown";
  case Speaks::classic: return "classic";
  case Speaks::native: return "tincan";
  }
  return "unknown";
}

ordered_json endpoint_fields(const KnownEndpoint& known) {
  ordered_json object{{"endpoint", known.endpoint.text()}, {"source", name(known.source)}};
  add_time(object, "last_worked", known.last_worked);
  return object;
}

void add_contact(ordered_json& object, const PeerView& view) {
  const auto& peer = view.peer;
  object["speaks"] = speaks_name(peer.speaks);
  object["encrypted"] = view.is_encrypted;
  if (!peer.petname.empty()) object["petname"] = peer.petname;
  if (peer.key) {
    object["key"] = peer.key->text();
    object["verified"] = peer.is_verified;
  }
  if (peer.changed_key) object["changed_key"] = peer.changed_key->text();
  if (view.round_trip) object["rtt_ms"] = view.round_trip->count();
  if (view.path) object["path"] = view.path->text();
  if (view.look_alike) object["look_alike"] = view.look_alike.value;
  for (const auto& known : peer.endpoints) object["endpoints"].push_back(endpoint_fields(known));
}

ordered_json peer_fields(const PeerView& view, const char* event = "peer") {
  const auto& peer = view.peer;
  ordered_json object{{"event", event},
                      {"number", peer.id.value},
                      {"peer", peer.endpoint.text()},
                      {"team", readable(peer.team)},
                      {"dialect", wire::name(peer.dialect)},
                      {"dialect_fixed", peer.dialect_fixed},
                      {"presence", name(view.presence)},
                      {"blocked", view.blocked},
                      {"unread", peer.unread},
                      {"queued", view.queued}};
  add_time(object, "last_heard", peer.last_heard);
  add_time(object, "next_try", view.next_try);
  if (!view.trouble.empty()) object["why"] = view.trouble;
  if (!peer.host_name.empty()) object["host"] = peer.host_name;
  if (peer.claimed_address) object["claims"] = peer.claimed_address->text();
  add_contact(object, view);
  return object;
}

std::string_view outcome_name(ExplainedStep::Outcome outcome) {
  switch (outcome) {
  case ExplainedStep::Outcome::good: return "good";
  case ExplainedStep::Outcome::bad: return "bad";
  case ExplainedStep::Outcome::open: return "open";
  }
  return "open";
}

ordered_json mandatory_fields(const MandatoryStatus& status) {
  const bool waits = status.state == MessageState::queued;
  ordered_json object{{"event", "mandatory"}, {"target", status.target}};
  if (status.endpoint) object["peer"] = status.endpoint->text();
  object["state"] = waits ? "waiting" : name(status.state);
  object["why"] = status.why;
  if (!waits) object["since"] = base::iso_time(status.since);
  add_time(object, "next_try", status.next_try);
  return object;
}

ordered_json block_fields(const BlockRule& rule, bool blocked) {
  return {{"event", "block"}, {"target", rule.text()}, {"blocked", blocked}};
}

class Writer {
public:
  std::vector<std::string> lines;

  void operator()(const MessageAdded& event) {
    auto object = message_fields("message", event.message);
    if (event.claimed_address) object["claims"] = event.claimed_address->text();
    add(object);
  }
  void operator()(const StateChanged& event) {
    ordered_json object{{"event", "state"}, {"id", event.message.id.value}};
    if (!event.message.room) object["peer"] = event.message.endpoint.text();
    object.update({{"state", name(event.message.state)},
                   {"dialect", wire::name(event.message.dialect)},
                   {"why", event.message.why}});
    add_room_fields(object, event.message);
    add_time(object, "next_try", event.next_try);
    add(object);
  }
  void operator()(const PeerChanged& event) {
    auto object = peer_fields(event.view);
    object["change"] = name(event.what);
    add(object);
  }
  void operator()(const PeerAnnounced& event) {
    ordered_json object{{"event", "connect"}, {"target", event.target}};
    object["peer"] = event.endpoint ? event.endpoint->text() : event.target;
    object["ok"] = event.reached;
    object["acknowledged"] = event.acknowledged;
    object["why"] = event.why;
    add(object);
  }
  void operator()(const MandatoryStatus& event) { add(mandatory_fields(event)); }
  void operator()(const MandatoryListed& event) {
    for (const auto& status : event.peers) add(mandatory_fields(status));
  }
  void operator()(const PeersListed& event) {
    for (const auto& view : event.peers) add(peer_fields(view));
  }
  void operator()(const HistoryRead& event) {
    for (const auto& message : event.page.messages) add(message_fields("message", message));
    if (event.page.has_more) add({{"event", "more"}});
  }
  void operator()(const BlocksListed& event) {
    for (const auto& rule : event.rules) add(block_fields(rule, true));
  }
  template<class RoomEvent> void operator()(const RoomEvent& event) { add(json_of(event)); }
  void operator()(const BlockChanged& event) { add(block_fields(event.rule, event.blocked)); }
  void operator()(const Listening& event) {
    ordered_json object{{"event", "listening"}, {"endpoints", ordered_json::array()}};
    for (const auto& endpoint : event.endpoints) object["endpoints"].push_back(endpoint.text());
    object["team"] = event.team;
    object["version"] = event.version;
    object["profile"] = event.profile;
    if (event.key) object["key"] = event.key->text();
    add(object);
  }
  void operator()(const StorageChanged& event) {
    add({{"event", "storage"}, {"healthy", event.healthy}, {"why", event.why}});
  }
  void operator()(const Failed& event) {
    add({{"event", "failed"}, {"code", base::name(event.error.code)}, {"why", event.error.text}});
  }
  void operator()(const Done&) { add({{"event", "done"}}); }
  void operator()(const Stopping&) { add({{"event", "stopping"}}); }

  void operator()(const MessageChanged& event) {
    auto object = message_fields("changed", event.message);
    object["change"] = name(event.what);
    object["by_us"] = event.by_us;
    add(object);
  }
  void operator()(const VersionsRead& event) {
    ordered_json object{{"event", "versions"}, {"id", event.entry.value}, {"forms", ordered_json::array()}};
    for (const auto& form : event.forms) {
      ordered_json entry{{"time", base::iso_time(form.time)}};
      add_text(entry, form.text);
      object["forms"].push_back(std::move(entry));
    }
    add(object);
  }
  void operator()(const Identity& event) {
    ordered_json object{
        {"event", "id"}, {"key", event.key.text()}, {"short", event.key.short_text()}, {"team", event.team}};
    object["addresses"] = ordered_json::array();
    for (const auto& endpoint : event.endpoints)
      object["addresses"].push_back(event.key.text() + "@" + endpoint.text());
    add(object);
  }
  void operator()(const Verification& event) {
    auto object = peer_fields(event.view, "verification");
    object["code"] = event.number;
    add(object);
  }
  void operator()(const Explained& event) {
    auto object = peer_fields(event.view, "why");
    object["steps"] = ordered_json::array();
    for (const auto& step : event.steps)
      object["steps"].push_back({{"what", step.what}, {"outcome", outcome_name(step.outcome)}, {"text", step.text}});
    add(object);
  }
  void operator()(const Notice& event) {
    ordered_json object{{"event", "notice"}, {"what", name(event.what)}};
    if (event.peer) object["number"] = event.peer.value;
    object["text"] = event.text;
    add(object);
  }

private:
  void add(const ordered_json& object) { lines.push_back(line(object)); }
};

} // namespace

std::vector<std::string> to_json_lines(const Event& event) {
  Writer writer;
  std::visit(writer, event);
  return std::move(writer.lines);
}

} // namespace tincan::chat
