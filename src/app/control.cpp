#include "tincan/app/control.hpp"

#include "tincan/chat/json.hpp"

namespace tincan::app {

namespace {

// What a request that stays open was waiting for: a message got through, or a room let us in, or did not.
bool is_outcome(const chat::Event& event) {
  using What = chat::RoomChanged::What;
  if (const auto* changed = std::get_if<chat::StateChanged>(&event)) return chat::is_settled(changed->message);
  const auto* room = std::get_if<chat::RoomChanged>(&event);
  return room && (room->what == What::joined || room->what == What::denied || room->what == What::left);
}

std::string tagged(std::string line, const std::string& tag) {
  if (!tag.empty()) line.insert(line.size() - 1, ",\"tag\":" + tag); // before the object's end
  return line;
}

} // namespace

bool is_only_an_answer(const chat::Event& event) {
  const auto is_one_of = [&event]<class... Kinds>(std::variant<Kinds...>*) {
    return (std::holds_alternative<Kinds>(event) || ...);
  };
  using Answer =
      std::variant<chat::PeersListed, chat::HistoryRead, chat::BlocksListed, chat::MandatoryListed, chat::VersionsRead,
                   chat::Identity, chat::Explained, chat::RoomsListed, chat::MembersListed, chat::TicketMade,
                   chat::TicketsListed, chat::WhoHasListed, chat::Failed, chat::Done>;
  return is_one_of(static_cast<Answer*>(nullptr));
}

void Control::take_line(base::ClientId client, std::string_view line) {
  auto [tag, wanted] = chat::command_line_from_json(line);
  const Asker asker{client, std::move(tag)};
  if (!wanted) return send(asker, chat::Failed{wanted.error()});
  if (auto* command = std::get_if<chat::Command>(&*wanted)) return submit(asker, std::move(*command));
  const bool watches = std::get<chat::ConnectionCommand>(*wanted) == chat::ConnectionCommand::watch;
  if (watches) {
    watchers_.insert(client);
    send(asker, greeting_);
  }
  if (!watches || !asker.tag.empty()) send(asker, chat::Done{});
}

void Control::submit(const Asker& asker, chat::Command command) {
  if (auto* focus = std::get_if<chat::Focus>(&command)) {
    focus->viewer = asker.client;
    lookers_.insert(asker.client);
  }
  const auto* join = std::get_if<chat::JoinRoom>(&command);
  const bool has_outcome = std::holds_alternative<chat::Send>(command) || (join && !join->is_plain);
  const auto request = world_.submit(std::move(command));
  askers_[request] = asker;
  if (has_outcome) open_[request] = {};
}

// Nobody looks at anything there any more.
void Control::gone(base::ClientId client) {
  watchers_.erase(client);
  std::erase_if(askers_, [client](const auto& asker) { return asker.second.client == client; });
  std::erase_if(open_, [this](const auto& open) { return !askers_.contains(open.first); });
  if (lookers_.erase(client) > 0) world_.submit(chat::Focus{{}, client});
}

// What comes later than the answer still belongs to the one who asked: the request of a message, or to join a room,
// stays known until its outcome, or until its asker leaves.
void Control::tell(const chat::Told& told) {
  const auto found = askers_.find(told.request);
  const auto asking = found == askers_.end() ? Asker{} : found->second;
  bool is_last = std::holds_alternative<chat::Done>(told.event);
  if (const auto open = open_.find(told.request); open != open_.end()) {
    open->second.is_answered |= is_last;
    open->second.has_outcome |= is_outcome(told.event);
    is_last = open->second.is_answered && open->second.has_outcome;
  }
  if (asking.client && (is_last || std::holds_alternative<chat::Failed>(told.event))) {
    askers_.erase(found);
    open_.erase(told.request);
  }
  const bool is_for_all = !is_only_an_answer(told.event) && !watchers_.empty();
  if (!asking.client && !is_for_all) return;
  for (const auto& line : chat::to_json_lines(told.event)) {
    if (asking.client) world_.send(asking.client, tagged(line, asking.tag));
    if (!is_for_all) continue;
    for (const auto watcher : std::set(watchers_))
      if (watcher != asking.client) world_.send(watcher, line);
  }
}

void Control::send(const Asker& asker, const chat::Event& event) {
  for (auto& line : chat::to_json_lines(event)) world_.send(asker.client, tagged(std::move(line), asker.tag));
}

} // namespace tincan::app
