#include "tincan/chat/json.hpp"

#include "tincan/base/unicode.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tincan::chat {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const auto left = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
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

private:
  void add(const ordered_json& object) { lines.push_back(line(object)); }
};

// Fields of a command, with the first thing that is wrong with them.
class Fields {
public:
  explicit Fields(json object) : object_(std::move(object)) {}

  std::string text(const char* key, bool needed = true) {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      if (needed) complain(key, "is missing");
      return {};
    }
    if (found->is_string()) return found->get<std::string>();
    complain(key, "is not a string");
    return {};
  }

  std::uint64_t number(const char* key, std::uint64_t otherwise) {
    const auto found = object_.find(key);
    if (found == object_.end()) return otherwise;
    if (found->is_number_unsigned()) return found->get<std::uint64_t>();
    complain(key, "is not a number");
    return otherwise;
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> result;
    const auto found = object_.find(key);
    if (found == object_.end()) return result;
    if (!found->is_array()) complain(key, "is not a list");
    else
      for (const auto& element : *found) {
        if (element.is_string()) result.push_back(element.get<std::string>());
        else complain(key, "holds something else than strings");
      }
    return result;
  }

  const std::string& complaint() const { return complaint_; }

private:
  void complain(const char* key, const char* what) {
    if (complaint_.empty()) complaint_ = fmt::format("“{}” {}", key, what);
  }
  json object_;
  std::string complaint_;
};

ReadHistory history_command(Fields& fields) {
  ReadHistory command;
  command.peer = fields.text("peer", false);
  command.query.search = fields.text("search", false);
  command.query.limit = std::clamp<std::size_t>(fields.number("limit", 20), 1, 1000);
  if (const auto before = fields.number("before", 0)) command.query.before = base::EntryId{before};
  if (const auto after = fields.number("after", UINT64_MAX); after != UINT64_MAX)
    command.query.after = base::EntryId{after};
  return command;
}

base::Result<Command> command_named(const std::string& name, Fields& fields) {
  if (name == "send") return Send{fields.text("peer"), fields.text("text")};
  if (name == "connect") return Announce{fields.texts("peers")};
  if (name == "peers") return ListPeers{};
  if (name == "history") return history_command(fields);
  if (name == "block") return Block{fields.text("target")};
  if (name == "unblock") return Unblock{fields.text("target")};
  if (name == "blocked") return ListBlocked{};
  if (name == "dialect") return SetDialect{fields.text("peer"), fields.text("dialect")};
  if (name == "cancel") return Cancel{fields.text("what")};
  if (name == "retry") return Retry{fields.text("peer", false)};
  if (name == "focus") return Focus{fields.text("peer", false)};
  if (name == "mandatory") return ListMandatory{};
  if (name == "quit") return Quit{};
  return base::fail(base::ErrorCode::bad_argument,
                    fmt::format("there is no command “{}”", base::safe_name(base::PeerText(name)).str()));
}

// Fields of an event that one of our own programs wrote.
class EventFields {
public:
  explicit EventFields(json object) : object_(std::move(object)) {}
  std::string text(const char* key) const { return object_.value(key, json()).is_string() ? object_[key].get<std::string>() : ""; }
  std::uint64_t number(const char* key) const {
    return object_.value(key, json()).is_number_unsigned() ? object_[key].get<std::uint64_t>() : 0;
  }
  bool flag(const char* key) const { return object_.value(key, json()).is_boolean() && object_[key].get<bool>(); }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> result;
    if (const auto list = object_.value(key, json()); list.is_array())
      for (const auto& element : list)
        if (element.is_string()) result.push_back(element.get<std::string>());
    return result;
  }
  base::Endpoint endpoint() const {
    const auto peer = text("peer");
    if (const auto endpoint = base::Endpoint::parse(peer)) return *endpoint;
    // Where the port is not known it is 0, which Endpoint::parse does not take.
    const auto address = base::Address::parse(std::string_view(peer).substr(0, peer.rfind(':')));
    return {address.value_or(base::Address{}), 0};
  }
  std::optional<base::WallTime> time(const char* key) const { return base::parse_iso_time(text(key)); }

private:
  json object_;
};

template <class Enum> Enum value_named(std::string_view wanted, std::initializer_list<Enum> values) {
  for (const auto value : values)
    if (name(value) == wanted) return value;
  return *values.begin();
}

MessageState state_named(std::string_view text) {
  using enum MessageState;
  return value_named(text, {queued, received, failed, sent, acknowledged, cancelled});
}

Message message_from(const EventFields& fields) {
  Message message;
  message.id = base::EntryId{fields.number("id")};
  message.endpoint = fields.endpoint();
  message.direction = value_named(fields.text("direction"), {Direction::in, Direction::out});
  message.kind = fields.flag("mandatory") ? MessageKind::mandatory : MessageKind::text;
  message.state = state_named(fields.text("state"));
  message.team = base::PeerText(fields.text("team"));
  message.text = base::PeerText(fields.text("text"));
  message.dialect = wire::dialect_from_name(fields.text("dialect")).value_or(wire::Dialect::raw);
  message.clear = fields.flag("clear");
  message.was_cut = fields.flag("cut");
  message.time = fields.time("time").value_or(base::WallTime{});
  message.why = fields.text("why");
  return message;
}

PeerView peer_from(const EventFields& fields) {
  using enum Presence;
  PeerView view;
  view.peer.id = base::PeerId{fields.number("number")};
  view.peer.endpoint = fields.endpoint();
  view.peer.host_name = fields.text("host");
  view.peer.team = base::PeerText(fields.text("team"));
  view.peer.dialect = wire::dialect_from_name(fields.text("dialect")).value_or(wire::Dialect::raw);
  view.peer.dialect_fixed = fields.flag("dialect_fixed");
  view.peer.claimed_address = base::Address::parse(fields.text("claims"));
  view.peer.last_heard = fields.time("last_heard");
  view.peer.unread = static_cast<std::uint32_t>(fields.number("unread"));
  view.presence = value_named(fields.text("presence"), {unheard, active, silent, unreachable, left});
  view.trouble = fields.text("why");
  view.blocked = fields.flag("blocked");
  view.queued = static_cast<std::uint32_t>(fields.number("queued"));
  view.next_try = fields.time("next_try");
  return view;
}

MandatoryStatus mandatory_from(const EventFields& fields) {
  MandatoryStatus status;
  status.target = fields.text("target");
  status.endpoint = base::Endpoint::parse(fields.text("peer"));
  status.state = state_named(fields.text("state"));
  status.why = fields.text("why");
  status.since = fields.time("since").value_or(base::WallTime{});
  status.next_try = fields.time("next_try");
  return status;
}

std::optional<Event> block_from(const EventFields& fields) {
  const auto target = fields.text("target");
  if (const auto endpoint = base::Endpoint::parse(target))
    return BlockChanged{{endpoint->address, endpoint->port}, fields.flag("blocked")};
  if (const auto address = base::Address::parse(target)) return BlockChanged{{*address, std::nullopt}, fields.flag("blocked")};
  return std::nullopt;
}

struct CommandWriter {
  ordered_json operator()(const Send& c) const { return {{"command", "send"}, {"peer", c.peer}, {"text", c.text}}; }
  ordered_json operator()(const Announce& c) const { return {{"command", "connect"}, {"peers", c.peers}}; }
  ordered_json operator()(const ListPeers&) const { return {{"command", "peers"}}; }
  ordered_json operator()(const ReadHistory& c) const {
    ordered_json object{{"command", "history"}, {"peer", c.peer}, {"search", c.query.search}, {"limit", c.query.limit}};
    if (c.query.before) object["before"] = c.query.before->value;
    if (c.query.after) object["after"] = c.query.after->value;
    return object;
  }
  ordered_json operator()(const Block& c) const { return {{"command", "block"}, {"target", c.target}}; }
  ordered_json operator()(const Unblock& c) const { return {{"command", "unblock"}, {"target", c.target}}; }
  ordered_json operator()(const ListBlocked&) const { return {{"command", "blocked"}}; }
  ordered_json operator()(const SetDialect& c) const {
    return {{"command", "dialect"}, {"peer", c.peer}, {"dialect", c.dialect}};
  }
  ordered_json operator()(const Cancel& c) const { return {{"command", "cancel"}, {"what", c.what}}; }
  ordered_json operator()(const Retry& c) const { return {{"command", "retry"}, {"peer", c.peer}}; }
  ordered_json operator()(const Focus& c) const { return {{"command", "focus"}, {"peer", c.peer}}; }
  ordered_json operator()(const ListMandatory&) const { return {{"command", "mandatory"}}; }
  ordered_json operator()(const Quit&) const { return {{"command", "quit"}}; }
};

} // namespace

std::vector<std::string> to_json_lines(const Event& event) {
  Writer writer;
  std::visit(writer, event);
  return std::move(writer.lines);
}

std::optional<Event> event_from_json(std::string_view text) {
  using What = PeerChanged::What;
  auto object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object()) return std::nullopt;
  const EventFields fields(std::move(object));
  const auto event = fields.text("event");
  if (event == "message") return MessageAdded{message_from(fields), {}, base::Address::parse(fields.text("claims"))};
  if (event == "state") return StateChanged{message_from(fields), {}, fields.time("next_try")};
  if (event == "peer")
    return PeerChanged{value_named(fields.text("change"), {What::appeared, What::announced, What::left, What::unreachable,
                                                           What::reachable, What::dialect, What::blocked}),
                       peer_from(fields)};
  if (event == "connect")
    return PeerAnnounced{fields.text("target"), base::Endpoint::parse(fields.text("peer")), fields.flag("ok"),
                         fields.flag("acknowledged"), fields.text("why")};
  if (event == "mandatory") return mandatory_from(fields);
  if (event == "block") return block_from(fields);
  if (event == "listening") {
    Listening listening{{}, fields.text("team"), fields.text("version"), fields.text("profile")};
    for (const auto& endpoint : fields.texts("endpoints"))
      if (const auto parsed = base::Endpoint::parse(endpoint)) listening.endpoints.push_back(*parsed);
    return listening;
  }
  if (event == "storage") return StorageChanged{fields.flag("healthy"), fields.text("why")};
  if (event == "failed") return Failed{{base::error_code_named(fields.text("code")), fields.text("why")}};
  if (event == "done") return Done{};
  if (event == "stopping") return Stopping{};
  return std::nullopt;
}

base::Result<Command> command_from_json(std::string_view text) {
  auto object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object())
    return base::fail(base::ErrorCode::bad_bytes, "that line is not a JSON object");
  Fields fields(std::move(object));
  const auto name = fields.text("command");
  if (!fields.complaint().empty()) return base::fail(base::ErrorCode::bad_argument, fields.complaint());
  auto command = command_named(name, fields);
  if (command && !fields.complaint().empty()) return base::fail(base::ErrorCode::bad_argument, fields.complaint());
  return command;
}

std::string to_json(const Command& command) { return line(std::visit(CommandWriter{}, command)); }

} // namespace tincan::chat
