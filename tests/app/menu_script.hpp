// A menu without a console: lines go in, and what comes out is written down as it would be done.
#pragma once

#include "app_support.hpp"
#include "tincan/app/menu.hpp"

namespace tincan::app::test {

class MenuScript {
public:
  MenuScript()
      : MenuScript({.peers = [this] { return peers; },
                    .now = [] { return noon; },
                    .oldest_shown = [this] { return oldest; },
                    .has_older = [this] { return older; },
                    .line_of = [this](unsigned handle) { return handles.find(handle); }}) {}
  explicit MenuScript(Menu::World world) : menu(std::move(world), "Us") {}

  void type(std::string_view text) {
    menu.line(text);
    collect();
  }
  void paste(std::string_view text) {
    menu.block(text);
    collect();
  }
  void interrupt() {
    menu.cancel();
    collect();
  }
  // What was printed and submitted since the last time one asked.
  std::vector<std::string> take_lines() { return std::exchange(lines, {}); }
  std::vector<chat::Command> take_commands() { return std::exchange(commands, {}); }
  std::string all_text() {
    std::string text;
    for (const auto& line : take_lines()) text += line + "\n";
    return text;
  }
  // The one command that was submitted, if it is of this kind.
  template<class Command> std::optional<Command> only() {
    const auto given = take_commands();
    if (given.size() != 1 || !std::holds_alternative<Command>(given.front())) return std::nullopt;
    return std::get<Command>(given.front());
  }
  bool complained() {
    const auto given = take_lines();
    return given.size() == 1 && given.front().starts_with("✗ ");
  }
  std::string prompt() const { return shown(menu.prompt()); }
  std::vector<std::string> completions(std::string_view line) const {
    return menu.complete(line, line.size()).candidates;
  }

  std::vector<chat::PeerView> peers{peer_view(1, "Ann", "10.0.0.7:4100"), peer_view(2, "Bob", "10.0.0.8:4100"),
                                    peer_view(3, "Team Three", "[2001:db8::3]:4103")};
  Handles handles;
  std::uint64_t oldest = 0;
  bool older = false;
  Menu menu;
  std::vector<std::string> lines;
  std::vector<chat::Command> commands;
  bool has_left = false;

private:
  void collect() {
    while (auto output = menu.next_output()) {
      if (auto* line = std::get_if<term::Line>(&*output))
        lines.push_back(shown(*line));
      else if (auto* command = std::get_if<chat::Command>(&*output))
        commands.push_back(std::move(*command));
      else
        has_left = true;
    }
  }
};

} // namespace tincan::app::test
