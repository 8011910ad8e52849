#include "tincan/chat/json.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/chat/json_rooms.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ReadHistory history_command(CommandFields& fields) {
  ReadHistory command;
  command.peer = fields.text("peer", false);
  command.query.search = fields.text("search", false);
  command.query.limit = std::clamp<std::size_t>(fields.number("limit", 20), 1, 1000);
  if (const auto before = fields.number("before", 0)) command.query.before = base::EntryId{before};
  if (const auto after = fields.number("after", UINT64_MAX); after != UINT64_MAX)
    command.query.after = base::EntryId{after};
  return command;
}

std::optional<Command> message_command(const std::string& name, CommandFields& fields) {
  if (name == "send") return Send{fields.text("peer"), fields.text("text"), fields.entry("reply_to", false)};
  if (name == "edit") return Edit{fields.entry("id", false), fields.text("peer", false), fields.text("text")};
  if (name == "delete") return Delete{fields.entry("id", false), fields.text("peer", false)};
  if (name == "react") return React{fields.entry("id"), fields.text("text")};
  if (name == "versions") return ReadVersions{fields.entry("id")};
  return std::nullopt;
}

std::optional<Command> contact_command(const std::string& name, CommandFields& fields) {
  if (name == "id") return Identify{};
  if (name == "verify") return Verify{fields.text("peer"), fields.flag("verified", false)};
  if (name == "why") return Explain{fields.text("peer")};
  if (name == "rename") return Rename{fields.text("peer"), fields.text("petname")};
  if (name == "trust") return Trust{fields.text("peer"), fields.flag("accept").value_or(false)};
  return std::nullopt;
}

base::Result<Command> command_named(const std::string& name, CommandFields& fields) {
  if (auto command = message_command(name, fields)) return *std::move(command);
  if (auto command = contact_command(name, fields)) return *std::move(command);
  if (auto command = room_command_from(name, fields)) return *std::move(command);
  if (name == "connect") return Announce{fields.texts("peers")};
  if (name == "peers") return ListPeers{};
  if (name == "history") return history_command(fields);
  if (name == "block") return Block{fields.text("target")};
  if (name == "unblock") return Unblock{fields.text("target")};
  if (name == "toggle_block") return ToggleBlock{fields.text("target")};
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

// As JSON; none when it is neither a whole number nor a short string.
std::optional<std::string> tag_in(const json& object) {
  const auto found = object.find("tag");
  if (found == object.end()) return std::string{};
  if (found->is_number_integer()) return found->dump();
  if (!found->is_string() || found->get_ref<const std::string&>().size() > max_tag_bytes) return std::nullopt;
  return base::safe_json(found->dump(-1, ' ', false, json::error_handler_t::replace));
}

struct CommandWriter {
  ordered_json operator()(const Send& c) const {
    ordered_json object{{"command", "send"}, {"peer", c.peer}, {"text", c.text}};
    if (c.reply_to) object["reply_to"] = c.reply_to.value;
    return object;
  }
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
  ordered_json operator()(const ToggleBlock& c) const { return {{"command", "toggle_block"}, {"target", c.target}}; }
  ordered_json operator()(const ListBlocked&) const { return {{"command", "blocked"}}; }
  ordered_json operator()(const SetDialect& c) const {
    return {{"command", "dialect"}, {"peer", c.peer}, {"dialect", c.dialect}};
  }
  template<class RoomCommand> ordered_json operator()(const RoomCommand& c) const { return json_of(c); }
  ordered_json operator()(const Cancel& c) const { return {{"command", "cancel"}, {"what", c.what}}; }
  ordered_json operator()(const Retry& c) const { return {{"command", "retry"}, {"peer", c.peer}}; }
  ordered_json operator()(const Focus& c) const { return {{"command", "focus"}, {"peer", c.peer}}; }
  ordered_json operator()(const ListMandatory&) const { return {{"command", "mandatory"}}; }
  ordered_json operator()(const Quit&) const { return {{"command", "quit"}}; }
  ordered_json operator()(const Edit& c) const {
    return {{"command", "edit"}, {"id", c.entry.value}, {"peer", c.peer}, {"text", c.text}};
  }
  ordered_json operator()(const Delete& c) const {
    return {{"command", "delete"}, {"id", c.entry.value}, {"peer", c.peer}};
  }
  ordered_json operator()(const React& c) const {
    return {{"command", "react"}, {"id", c.entry.value}, {"text", c.text}};
  }
  ordered_json operator()(const ReadVersions& c) const { return {{"command", "versions"}, {"id", c.entry.value}}; }
  ordered_json operator()(const Identify&) const { return {{"command", "id"}}; }
  ordered_json operator()(const Verify& c) const {
    ordered_json object{{"command", "verify"}, {"peer", c.peer}};
    if (c.verified) object["verified"] = *c.verified;
    return object;
  }
  ordered_json operator()(const Explain& c) const { return {{"command", "why"}, {"peer", c.peer}}; }
  ordered_json operator()(const Rename& c) const {
    return {{"command", "rename"}, {"peer", c.peer}, {"petname", c.petname}};
  }
  ordered_json operator()(const Trust& c) const {
    return {{"command", "trust"}, {"peer", c.peer}, {"accept", c.accept}};
  }
};

} // namespace

base::Result<Command> command_from_json(std::string_view text) {
  auto wanted = command_line_from_json(text).wanted;
  if (!wanted) return tl::unexpected(wanted.error());
  if (auto* command = std::get_if<Command>(&*wanted)) return std::move(*command);
  return base::fail(base::ErrorCode::bad_argument, "that concerns a connection");
}

CommandLine command_line_from_json(std::string_view text) {
  auto object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object())
    return {{}, base::fail(base::ErrorCode::bad_bytes, "that line is not a JSON object")};
  const auto tag = tag_in(object);
  if (!tag)
    return {{}, base::fail(base::ErrorCode::bad_argument, "a tag is a whole number, or a string of 64 bytes at most")};
  CommandFields fields(std::move(object));
  const auto name = fields.text("command");
  if (!fields.complaint().empty()) return {*tag, base::fail(base::ErrorCode::bad_argument, fields.complaint())};
  if (name == "watch") return {*tag, ConnectionCommand::watch};
  if (name == "ping") return {*tag, ConnectionCommand::ping};
  auto command = command_named(name, fields);
  if (!command) return {*tag, tl::unexpected(command.error())};
  if (!fields.complaint().empty()) return {*tag, base::fail(base::ErrorCode::bad_argument, fields.complaint())};
  return {*tag, *std::move(command)};
}

std::string to_json(const Command& command) {
  return base::safe_json(
      std::visit(CommandWriter{}, command).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

} // namespace tincan::chat
