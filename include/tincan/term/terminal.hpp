// A console on a real terminal, with our editor: joins keys, editor, painter and the queue of finished lines in one
// loop around poll. Owned by app through Console; everything but print, replace, ring and wake belongs to the console
// thread.
// Never blocks on output: a stuck terminal costs finished lines, not keys.
#pragma once

#include "tincan/term/console.hpp"
#include "tincan/term/descriptor.hpp"
#include "tincan/term/editor.hpp"
#include "tincan/term/keys.hpp"
#include "tincan/term/painter.hpp"
#include "tincan/term/print_queue.hpp"
#include "tincan/term/raw_mode.hpp"
#include "tincan/term/tty_output.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tincan::term {

// One turn's output stays small, so that a key pressed meanwhile is drawn soon even by a slow terminal.
inline constexpr std::size_t max_lines_per_turn = 128;
inline constexpr std::size_t max_bytes_per_turn = 16 * 1024;
inline constexpr std::chrono::milliseconds answer_patience{100};   // for the cursor's position after a resize
inline constexpr std::chrono::milliseconds farewell_patience{500}; // for the last lines when we close
inline constexpr std::chrono::milliseconds bell_pause{1000};
// Between two paints for the sake of changed blocks alone: states that follow each other at once are drawn as one.
inline constexpr std::chrono::milliseconds change_pause{20};
// tmux tells of the first of several new sizes at once but of the next a quarter of a second late (its resize timer),
// having moved all rows already. Until that is over, nothing is drawn where finished lines may have moved.
inline constexpr std::chrono::milliseconds resize_rest{350};
inline constexpr std::size_t max_candidates_listed = 100;

class Terminal final : public Console {
public:
  // Both descriptors must be terminals; open_console looks.
  Terminal(const ConsoleOptions& options, Reflow reflow);
  ~Terminal() override;
  bool begin(); // false when the terminal's modes cannot be set

  void set_prompt(Line prompt) override;
  void set_completer(Completer completer) override { editor_.set_completer(std::move(completer)); }
  void set_history(std::vector<std::string> oldest_first) override { editor_.set_history(oldest_first); }
  Input read() override;
  void set_keep_entered(bool keep) override { keep_entered_ = keep; }
  void set_draft(std::string_view text) override;
  void print(Line line) override;
  void print(std::vector<Line> lines, LineTag tag) override;
  bool replace(LineTag tag, std::vector<Line> lines) override;
  void ring() override;
  void wake() override;
  bool is_interactive() const override { return true; }

private:
  using Clock = std::chrono::steady_clock;

  std::optional<Input> next_input();
  std::optional<Input> next_signal();
  std::optional<Input> act_on(Happened happened);
  Input finish(Input input);
  void list(const std::vector<std::string>& candidates);
  void wait();
  int time_to_wait() const;
  void read_keys();
  void expire();
  void paint();
  PrintQueue::Changes changes_at(Clock::time_point now) const;
  std::string paint_area(std::span<const Block> finished);
  void take_size();
  void clear();
  void suspend(bool whole_group);
  void take_terminal_again();
  void give_terminal_back();

  int input_;
  TtyOutput output_;
  RawMode raw_;
  SignalInbox signals_;
  WakeEvent event_;
  KeyDecoder keys_;
  Editor editor_;
  Painter painter_;
  PrintQueue queue_;
  Line prompt_;
  bool keep_entered_ = false;
  bool editing_ = false; // the edit area belongs on the screen
  bool dirty_ = false;   // and is not there as it should be
  bool hung_up_ = false;
  Clock::time_point key_deadline_{};
  Clock::time_point answer_deadline_{};
  Clock::time_point next_change_{}; // for its own sake
  Clock::time_point sizes_rest_{};  // no change is drawn before
  std::atomic<bool> woken_ = false;
  std::atomic<bool> bell_ = false;
  std::atomic<std::int64_t> next_bell_ms_ = 0;
};

} // namespace tincan::term
