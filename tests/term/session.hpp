// A real console on a pty, read by a thread of its own, for tests that type, print and look at the screen.
#pragma once

#include "pty.hpp"
#include "tincan/term/terminal.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tincan::term::test {

inline Line line(std::string_view text) { return {{Style::plain, base::SafeText::own(text)}}; }

inline std::unique_ptr<Console> open_on(const Pty& pty) {
  ::setenv("TERM", "xterm", 1);
  ConsoleOptions options;
  options.input = options.output = pty.slave();
  options.colour = Colour::off;
  auto console = open_console(options);
  if (!console) throw std::runtime_error(console.error().text);
  (*console)->set_prompt(line("> "));
  return *std::move(console);
}

inline std::string word_for(const Input& input) {
  if (const auto* entered = std::get_if<LineEntered>(&input)) return "line " + entered->text;
  if (const auto* pasted = std::get_if<BlockPasted>(&input)) return "block " + pasted->text;
  if (std::holds_alternative<Cancelled>(input)) return "cancelled";
  if (std::holds_alternative<Ended>(input)) return "ended";
  if (std::holds_alternative<Woken>(input)) return "woken";
  return "stopped";
}

// A console on a pty with a thread that reads it until it ends.
class Session {
public:
  explicit Session(int columns = 40, int rows = 12, bool keep = false) : pty(columns, rows), console(open_on(pty)) {
    console->set_keep_entered(keep);
    thread_ = std::thread([this] {
      for (std::string word; word != "ended" && word != "stopped";) {
        word = word_for(console->read());
        const std::lock_guard lock(mutex_);
        inputs_.push_back(word);
      }
    });
  }
  ~Session() { close(); }

  void close() {
    if (!thread_.joinable()) return;
    if (pty.master() >= 0) pty.type("\x03\x04");
    thread_.join();
    std::atomic<bool> closed = false;
    std::thread closing([&] {
      console.reset();
      closed = true;
    });
    if (pty.master() >= 0) CHECK(pty.until([&] { return closed.load(); }));
    closing.join();
    while (pty.master() >= 0 && pty.drain()) {
    }
  }

  std::string next() {
    std::string word;
    pty.until([&] {
      const std::lock_guard lock(mutex_);
      if (inputs_.empty()) return false;
      word = inputs_.front();
      inputs_.pop_front();
      return true;
    });
    return word;
  }

  Pty pty;
  std::unique_ptr<Console> console;

private:
  std::mutex mutex_;
  std::deque<std::string> inputs_;
  std::thread thread_;
};

// Types until `done`, each key when the one before is on the screen.
inline void check_keys_until(Session& session, const std::atomic<bool>& done) {
  std::vector<std::chrono::microseconds> delays;
  std::string typed;
  while (!done) {
    typed += static_cast<char>('a' + typed.size() % 26);
    if (typed.size() > 60) {
      session.pty.type("\x15");
      typed.assign(1, 'a');
    }
    const auto begin = std::chrono::steady_clock::now();
    session.pty.type({&typed.back(), 1});
    REQUIRE(session.pty.until(
        [&] { return session.pty.screen().row(session.pty.screen().cursor().first) == "> " + typed; }));
    delays.push_back(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin));
  }
  std::sort(delays.begin(), delays.end());
  const auto median = delays[delays.size() / 2];
  WARN(fmt::format("{} keys, median {} us, 99% {} us", delays.size(), median.count(),
                   delays[delays.size() * 99 / 100].count()));
  CHECK(median < 10ms);
}

} // namespace tincan::term::test
