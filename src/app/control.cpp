#include "tincan/app/control.hpp"

#include "tincan/chat/json.hpp"

namespace tincan::app {

Control::Control(net::Loop& loop, Submit submit)
    : server_(loop, {.line = [this](auto client, auto line) { take_line(client, line); },
                     .gone =
                         [this](auto client) {
                           watchers_.erase(client);
                           std::erase_if(askers_, [client](const auto& asker) { return asker.second == client; });
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
  const bool is_send = std::holds_alternative<chat::Send>(*command);
  const auto request = submit_(std::move(*command));
  askers_[request] = client;
  if (is_send) senders_.insert(request);
}

// A state that comes later than the answer still belongs to the one who asked: a message's request stays known until
// its asker leaves.
void Control::tell(const chat::Told& told) {
  const auto asker = askers_.find(told.request);
  const auto asking = asker == askers_.end() ? net::ClientId{} : asker->second;
  const auto* changed = std::get_if<chat::StateChanged>(&told.event);
  const bool is_settled = changed && chat::is_settled(changed->message);
  const bool awaits_state = asking && senders_.contains(told.request);
  const bool is_last = is_settled || std::holds_alternative<chat::Failed>(told.event) ||
                       (std::holds_alternative<chat::Done>(told.event) && !awaits_state);
  if (asking && is_last) {
    askers_.erase(asker);
    senders_.erase(told.request);
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
