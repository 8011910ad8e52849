#include "tincan/chat/json.hpp"
#include "tincan/chat/json_rooms.hpp"

namespace tincan::chat {

namespace {

using nlohmann::json;

MessageState state_named(std::string_view text) {
  using enum MessageState;
  return value_named(text, {queued, received, failed, sent, acknowledged, cancelled, delivered, read});
}

wire::Dialect dialect_named(std::string_view text) {
  if (text == wire::name(wire::Dialect::native)) return wire::Dialect::native;
  return wire::dialect_from_name(text).value_or(wire::Dialect::raw);
}

MessageKind kind_of(const EventFields& fields) {
  if (fields.flag("unknown")) return MessageKind::unknown;
  return fields.flag("mandatory") ? MessageKind::mandatory : MessageKind::text;
}

void read_native(Message& message, const EventFields& fields) {
  message.peer = base::PeerId{fields.number("number")};
  message.about = base::EntryId{fields.number("reply_to")};
  message.order_us = fields.signed_number("order_us");
  message.is_edited = fields.flag("edited");
  message.is_deleted = fields.flag("deleted");
  message.is_late = fields.flag("late");
  message.has_doubtful_time = fields.flag("doubtful_time");
  for (const auto& reaction : fields.objects("reactions"))
    message.reactions.push_back(
        {reaction.flag("own"), reaction.peer_text("text"), reaction.key("author").value_or(base::PublicKey{})});
}

Message message_from(const EventFields& fields) {
  Message message;
  message.id = base::EntryId{fields.number("id")};
  message.endpoint = fields.endpoint();
  message.direction = value_named(fields.text("direction"), {Direction::in, Direction::out});
  message.kind = kind_of(fields);
  message.state = state_named(fields.text("state"));
  message.team = base::PeerText(fields.text("team"));
  message.text = base::PeerText(fields.text("text"));
  message.dialect = dialect_named(fields.text("dialect"));
  message.clear = fields.flag("clear");
  message.was_cut = fields.flag("cut");
  message.time = fields.time("time").value_or(base::WallTime{});
  message.why = fields.text("why");
  read_native(message, fields);
  read_room_message(message, fields);
  return message;
}

Speaks speaks_named(std::string_view text) {
  if (text == "tincan") return Speaks::native;
  return text == "classic" ? Speaks::classic : Speaks::unknown;
}

KnownEndpoint known_endpoint_from(const EventFields& fields) {
  using enum KnownEndpoint::Source;
  return {fields.endpoint("endpoint"), value_named(fields.text("source"), {typed, connected, announced, hinted}),
          fields.time("last_worked")};
}

void read_contact(PeerView& view, const EventFields& fields) {
  auto& peer = view.peer;
  peer.speaks = speaks_named(fields.text("speaks"));
  peer.petname = fields.text("petname");
  peer.key = fields.key("key");
  peer.changed_key = fields.key("changed_key");
  peer.is_verified = fields.flag("verified");
  for (const auto& known : fields.objects("endpoints")) peer.endpoints.push_back(known_endpoint_from(known));
  view.is_encrypted = fields.flag("encrypted");
  view.look_alike = base::PeerId{fields.number("look_alike")};
  if (!fields.text("path").empty()) view.path = fields.endpoint("path");
  if (fields.has("rtt_ms")) view.round_trip = base::Millis(fields.signed_number("rtt_ms"));
}

PeerView peer_from(const EventFields& fields) {
  using enum Presence;
  PeerView view;
  view.peer.id = base::PeerId{fields.number("number")};
  view.peer.endpoint = fields.endpoint();
  view.peer.host_name = fields.text("host");
  view.peer.team = base::PeerText(fields.text("team"));
  view.peer.dialect = dialect_named(fields.text("dialect"));
  view.peer.dialect_fixed = fields.flag("dialect_fixed");
  view.peer.claimed_address = base::Address::parse(fields.text("claims"));
  view.peer.last_heard = fields.time("last_heard");
  view.peer.unread = static_cast<std::uint32_t>(fields.number("unread"));
  view.presence = value_named(fields.text("presence"), {unheard, active, silent, unreachable, left});
  view.trouble = fields.text("why");
  view.blocked = fields.flag("blocked");
  view.queued = static_cast<std::uint32_t>(fields.number("queued"));
  view.next_try = fields.time("next_try");
  read_contact(view, fields);
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
  if (const auto key = base::PublicKey::parse(target)) return BlockChanged{{{}, {}, key}, fields.flag("blocked")};
  return std::nullopt;
}

PeerChanged peer_change_from(const EventFields& fields) {
  using enum PeerChanged::What;
  return {value_named(fields.text("change"), {appeared, announced, left, unreachable, reachable, dialect, blocked,
                                              encrypted, key_changed, trusted, verified, renamed, found, read}),
          peer_from(fields)};
}

MessageChanged message_change_from(const EventFields& fields) {
  using enum MessageChanged::What;
  return {value_named(fields.text("change"), {edited, deleted, reacted, voided, counted, revealed}),
          fields.flag("by_us"),
          message_from(fields),
          {}};
}

VersionsRead versions_from(const EventFields& fields) {
  VersionsRead event{base::EntryId{fields.number("id")}, {}};
  for (const auto& form : fields.objects("forms"))
    event.forms.push_back({form.peer_text("text"), form.time("time").value_or(base::WallTime{})});
  return event;
}

std::optional<Event> identity_from(const EventFields& fields) {
  const auto key = fields.key("key");
  if (!key) return std::nullopt;
  Identity event{*key, {}, fields.text("team")};
  for (const auto& address : fields.texts("addresses"))
    if (const auto endpoint = base::Endpoint::parse(std::string_view(address).substr(address.find('@') + 1)))
      event.endpoints.push_back(*endpoint);
  return event;
}

Explained explanation_from(const EventFields& fields) {
  using enum ExplainedStep::Outcome;
  Explained event{peer_from(fields), {}};
  for (const auto& step : fields.objects("steps")) {
    const auto outcome = step.text("outcome");
    event.steps.push_back({step.text("what"),
                           outcome == "good"  ? good
                           : outcome == "bad" ? bad
                                              : open,
                           step.text("text")});
  }
  return event;
}

Notice notice_from(const EventFields& fields) {
  using enum Notice::What;
  return {value_named(fields.text("what"), {key_changed, restored_backup, log_frozen, look_alike, too_much}),
          base::PeerId{fields.number("number")}, fields.text("text")};
}

Listening listening_from(const EventFields& fields) {
  Listening listening{{}, fields.text("team"), fields.text("version"), fields.text("profile"), fields.key("key")};
  for (const auto& endpoint : fields.texts("endpoints"))
    if (const auto parsed = base::Endpoint::parse(endpoint)) listening.endpoints.push_back(*parsed);
  return listening;
}

} // namespace

std::optional<Event> event_from_json(std::string_view text) {
  auto object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object()) return std::nullopt;
  const EventFields fields(std::move(object));
  const auto event = fields.text("event");
  if (event == "message") return MessageAdded{message_from(fields), {}, base::Address::parse(fields.text("claims"))};
  if (event == "state") return StateChanged{message_from(fields), {}, fields.time("next_try")};
  if (event == "peer") return peer_change_from(fields);
  if (event == "connect")
    return PeerAnnounced{fields.text("target"), base::Endpoint::parse(fields.text("peer")), fields.flag("ok"),
                         fields.flag("acknowledged"), fields.text("why")};
  if (event == "mandatory") return mandatory_from(fields);
  if (event == "block") return block_from(fields);
  if (event == "listening") return listening_from(fields);
  if (event == "changed") return message_change_from(fields);
  if (event == "versions") return versions_from(fields);
  if (event == "id") return identity_from(fields);
  if (event == "verification") return Verification{peer_from(fields), fields.text("code")};
  if (event == "why") return explanation_from(fields);
  if (event == "notice") return notice_from(fields);
  if (auto of_room = room_event_from(event, fields)) return of_room;
  if (event == "storage") return StorageChanged{fields.flag("healthy"), fields.text("why")};
  if (event == "failed") return Failed{{base::error_code_named(fields.text("code")), fields.text("why")}};
  if (event == "done") return Done{};
  if (event == "stopping") return Stopping{};
  return std::nullopt;
}

} // namespace tincan::chat
