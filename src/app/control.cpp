#include "tincan/app/control.hpp"

#include "tincan/chat/json.hpp"

namespace tincan::app {

Control::Control(net::Loop& loop, Submit submit)
    : server_(loop, {.line = [this](auto client, auto line) { take_line(client, line); },
                     .gone =
                         [this](auto client) {
                           watchers_.erase(client);
                           std::erase_if(askers_, [client](const auto& asker) { return asker.second == client; });
                           std::erase_if(open_, [this](const auto& open) { return !askers_.contains(open.first); });
                         }}),
      submit_(std::move(submit)) {}

base::Result<void> Control::open(const std::filesystem::path& path, chat::Listening greeting) {
  greeting_ = std::move(greeting);
  return server_.open(path);
}

void Control::take_line(net::ClientId client, std::string_view line) {
  std::string compact(line); // as other writers of JSON put it, with blanks
  std::erase_if(compact, [](char c) { return c == ' ' || c == '\r'; });
  if (compact == R"({"command":"watch"})") {
    watchers_.insert(client);
    return send(client, greeting_);
  }
  if (compact == R"({"command":"ping"})") return send(client, chat::Done{});
  auto command = chat::command_from_json(line);
  if (!command) return send(client, chat::Failed{command.error()});
  const auto* join = std::get_if<chat::JoinRoom>(&*command);
  const bool has_outcome = std::holds_alternative<chat::Send>(*command) || (join && !join->is_plain);
  const auto request = submit_(std::move(*command));
  askers_[request] = client;
  if (has_outcome) open_[request] = {};
}

namespace {

// What a request that stays open was waiting for: a message got through, or a room let us in, or did not.
bool is_outcome(const chat::Event& event) {
  using What = chat::RoomChanged::What;
  if (const auto* changed = std::get_if<chat::StateChanged>(&event)) return chat::is_settled(changed->message);
  const auto* room = std::get_if<chat::RoomChanged>(&event);
  return room && (room->what == What::joined || room->what == What::denied || room->what == What::left);
}

} // namespace

// What comes later than the answer still belongs to the one who asked: the request of a message, or to join a room,
// stays known until its outcome, or until its asker leaves.
void Control::tell(const chat::Told& told) {
  const auto asker = askers_.find(told.request);
  const auto asking = asker == askers_.end() ? net::ClientId{} : asker->second;
  bool is_last = std::holds_alternative<chat::Done>(told.event);
  if (const auto open = open_.find(told.request); open != open_.end()) {
    open->second.is_answered |= is_last;
    open->second.has_outcome |= is_outcome(told.event);
    is_last = open->second.is_answered && open->second.has_outcome;
  }
  if (asking && (is_last || std::holds_alternative<chat::Failed>(told.event))) {
    askers_.erase(asker);
    open_.erase(told.request);
  }
  if (!asking && watchers_.empty()) return;
  for (const auto& line : chat::to_json_lines(told.event)) {
    if (asking) server_.send(asking, line);
    for (const auto watcher : std::set(watchers_))
      if (watcher != asking) server_.send(watcher, line);
  }
}

void Control::send(net::ClientId client, const chat::Event& event) {
  for (const auto& line : chat::to_json_lines(event)) server_.send(client, line);
}

} // namespace tincan::app
