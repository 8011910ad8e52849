// A console without editor and without any escape sequence: lines in, lines out, for pipes, scripts and screen readers.
// Owned by app through Console; everything but print, ring and wake belongs to the console thread.
#pragma once

#include "tincan/term/console.hpp"
#include "tincan/term/descriptor.hpp"
#include "tincan/term/line_splitter.hpp"
#include "tincan/term/plain_output.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace tincan::term {

inline constexpr std::chrono::milliseconds plain_farewell_patience{2000}; // for a reader that is behind when we close

class PlainConsole final : public Console {
public:
  explicit PlainConsole(const ConsoleOptions& options);
  ~PlainConsole() override;

  void set_prompt(Line prompt) override;
  void set_completer(Completer) override {}
  void set_history(std::vector<std::string>) override {}
  Input read() override;
  void set_keep_entered(bool) override {} // a terminal in its own line mode has echoed it already
  void set_draft(std::string_view) override {}
  void print(Line line) override;
  void print(std::vector<Line> lines, LineTag tag) override;
  bool replace(LineTag, std::vector<Line>) override { return false; } // what is written stays
  void ring() override {}
  void wake() override;
  bool is_interactive() const override { return false; }

private:
  std::optional<Input> next_input();
  std::optional<Input> next_signal();
  Input finish(Input input);
  void wait();
  void read_bytes();

  int input_;
  PlainOutput output_;
  SignalInbox signals_;
  WakeEvent event_;
  LineSplitter lines_;
  std::string prompt_;
  bool asking_ = false; // the prompt was written for the line being waited for
  bool at_end_ = false;
  std::atomic<bool> woken_ = false;
};

} // namespace tincan::term
