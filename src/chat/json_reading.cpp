#include "tincan/chat/json.hpp"

#include <nlohmann/json.hpp>

namespace tincan::chat {

namespace {

using nlohmann::json;

// Fields of an event that one of our own programs wrote.
class EventFields {
public:
  explicit EventFields(json object) : object_(std::move(object)) {}
  std::string text(const char* key) const {
    return object_.value(key, json()).is_string() ? object_[key].get<std::string>() : "";
  }
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

template<class Enum> Enum value_named(std::string_view wanted, std::initializer_list<Enum> values) {
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
  if (const auto address = base::Address::parse(target))
    return BlockChanged{{*address, std::nullopt}, fields.flag("blocked")};
  return std::nullopt;
}

} // namespace

std::optional<Event> event_from_json(std::string_view text) {
  using What = PeerChanged::What;
  auto object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object()) return std::nullopt;
  const EventFields fields(std::move(object));
  const auto event = fields.text("event");
  if (event == "message") return MessageAdded{message_from(fields), {}, base::Address::parse(fields.text("claims"))};
  if (event == "state") return StateChanged{message_from(fields), {}, fields.time("next_try")};
  if (event == "peer")
    return PeerChanged{
        value_named(fields.text("change"), {What::appeared, What::announced, What::left, What::unreachable,
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

} // namespace tincan::chat
