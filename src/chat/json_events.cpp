#include "tincan/chat/json.hpp"

#include "tincan/base/unicode.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tincan::chat {

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

std::string readable(const base::PeerText& text) { return base::to_valid_utf8(text.untrusted_bytes()); }

void add_time(ordered_json& object, const char* key, const std::optional<base::WallTime>& time) {
  if (time) object[key] = base::iso_time(*time);
}

ordered_json message_fields(const char* event, const Message& message) {
  ordered_json object{{"event", event},
                      {"direction", name(message.direction)},
                      {"peer", message.endpoint.text()},
                      {"team", readable(message.team)},
                      {"text", readable(message.text)},
                      {"dialect", wire::name(message.dialect)},
                      {"clear", message.clear},
                      {"time", base::iso_time(message.time)},
                      {"id", message.id.value},
                      {"state", name(message.state)}};
  if (!message.why.empty()) object["why"] = message.why;
  if (message.was_cut) object["cut"] = true;
  if (message.kind == MessageKind::mandatory) object["mandatory"] = true;
  if (!base::is_valid_utf8(message.text.untrusted_bytes())) object["bytes"] = base64(message.text.untrusted_bytes());
  return object;
}

ordered_json peer_fields(const PeerView& view) {
  const auto& peer = view.peer;
  ordered_json object{{"event", "peer"},
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
  return object;
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
    ordered_json object{{"event", "state"},
                        {"id", event.message.id.value},
                        {"peer", event.message.endpoint.text()},
                        {"state", name(event.message.state)},
                        {"dialect", wire::name(event.message.dialect)},
                        {"why", event.message.why}};
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
  void operator()(const BlockChanged& event) { add(block_fields(event.rule, event.blocked)); }
  void operator()(const Listening& event) {
    ordered_json object{{"event", "listening"}, {"endpoints", ordered_json::array()}};
    for (const auto& endpoint : event.endpoints) object["endpoints"].push_back(endpoint.text());
    object["team"] = event.team;
    object["version"] = event.version;
    object["profile"] = event.profile;
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

  template<class Other> void operator()(const Other&) {}

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
