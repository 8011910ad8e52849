#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_messages.hpp"
#include "tincan/wire/flat_json.hpp"

namespace tincan::wire {

namespace {

struct Fields {
  std::string type;
  std::string content;
  std::string name;
  std::optional<std::uint16_t> port;
  bool is_odd = false; // the content is an object or a list: nothing to show it by
};

void take(Fields& fields, JsonField&& field) {
  if (field.key == "type")
    fields.type = std::move(field.value);
  else if (field.key == "sender_name")
    fields.name = std::move(field.value);
  else if (field.key == "sender_port")
    fields.port = base::parse_port(field.value);
  else if (field.key == "content") {
    fields.is_odd = field.kind == JsonField::Kind::nested;
    fields.content = std::move(field.value);
  }
}

std::optional<Fields> read_fields(std::string_view object) {
  FlatJson json(object);
  Fields fields;
  while (auto field = json.next()) take(fields, std::move(*field));
  if (!json.is_whole()) return std::nullopt;
  return fields;
}

Heard::Kind kind_of(const Fields& fields) {
  if (fields.type == "exit") return Heard::Kind::leave;
  if (fields.type == "connect" || base::is_blank(fields.content)) return Heard::Kind::connect;
  return Heard::Kind::text;
}

bool is_known(const Fields& fields) {
  if (fields.type == "exit" || fields.type == "connect") return true;
  const bool names_sender = fields.port || !fields.name.empty();
  return !fields.is_odd && (!base::is_blank(fields.content) || (fields.type == "message" && names_sender));
}

} // namespace

std::optional<Heard> read_object(std::string_view object, Sender& sender) {
  auto fields = read_fields(object);
  if (!fields || !is_known(*fields)) return std::nullopt;
  sender = {std::move(fields->name), std::nullopt, fields->port};
  Heard heard;
  heard.kind = kind_of(*fields);
  heard.dialect = Dialect::a8;
  heard.team = base::PeerText(sender.team);
  heard.announced_port = sender.port;
  heard.was_cut = fields->content.size() > max_message_bytes;
  heard.text = base::PeerText(std::string(cut_text(fields->content, max_message_bytes)));
  return heard;
}

} // namespace tincan::wire
