// A console whose person is a list of inputs.
#pragma once

#include "app_support.hpp"
#include "tincan/term/console.hpp"

#include <deque>

namespace tincan::app::test {

class ScriptedConsole : public term::Console {
public:
  explicit ScriptedConsole(std::deque<term::Input> inputs) : inputs_(std::move(inputs)) {}

  void set_prompt(term::Line prompt) override { prompts.push_back(shown(prompt)); }
  void set_completer(term::Completer) override {}
  void set_history(std::vector<std::string>) override {}
  term::Input read() override {
    if (inputs_.empty()) return term::Ended{};
    auto input = inputs_.front();
    inputs_.pop_front();
    return input;
  }
  void set_keep_entered(bool keep) override { keeps_entered = keep; }
  void set_draft(std::string_view) override {}
  void print(term::Line line) override { lines.push_back(shown(line)); }
  void print(std::vector<term::Line> block, term::LineTag) override {
    for (auto& line : block) print(std::move(line));
  }
  bool replace(term::LineTag, std::vector<term::Line>) override { return false; }
  void ring() override {}
  void wake() override {}
  bool is_interactive() const override { return true; }

  bool is_used_up() const { return inputs_.empty(); }
  std::vector<std::string> complaints() const {
    std::vector<std::string> result;
    for (const auto& line : lines)
      if (line.starts_with("✗ ")) result.push_back(line);
    return result;
  }

  std::vector<std::string> prompts, lines;
  bool keeps_entered = false;

private:
  std::deque<term::Input> inputs_;
};

} // namespace tincan::app::test
