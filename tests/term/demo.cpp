// A small program around the console, for the screen checks: echoes what is entered, prints lines from a thread on
// command (/burst N, /every MS N, /line TEXT, /mention), completes names, asks before a block is sent.
#include "tincan/term/console.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

using namespace tincan;
using namespace tincan::term;

namespace {

Line line(std::string_view text, Style style = Style::plain) { return {{style, base::SafeText::own(text)}}; }

// Does what it is given on a thread of its own, one after the other.
class Worker {
public:
  ~Worker() {
    post([this] { done_ = true; });
    thread_.join();
  }
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    ready_.notify_one();
  }

private:
  void run() {
    while (!done_) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !work_.empty(); });
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> work_;
  bool done_ = false;
  std::thread thread_{[this] { run(); }};
};

class Demo {
public:
  explicit Demo(Console& console) : console_(console) {
    console_.set_prompt({{Style::own, base::SafeText::own("you> ")}});
    console_.set_completer(complete);
    console_.set_history({"oldest line", "older line"});
    console_.set_keep_entered(std::getenv("DEMO_KEEP") != nullptr);
    console_.print(line("ready", Style::strong));
  }

  bool step() {
    return std::visit([this](const auto& input) { return on(input); }, console_.read());
  }

private:
  static Completion complete(std::string_view text, std::size_t cursor) {
    Completion completion;
    completion.begin = text.substr(0, cursor).rfind(' ') + 1;
    const auto typed = text.substr(completion.begin, cursor - completion.begin);
    for (const std::string_view name : {"annabel", "annette", "bob", "漢字"})
      if (name.starts_with(typed)) completion.candidates.emplace_back(name);
    return completion;
  }

  bool on(const LineEntered& input) {
    const auto& text = input.text;
    if (block_) return answer(text);
    if (text == "/quit") return false;
    if (text == "/abort") std::abort();
    if (text == "/throw") throw 1;
    if (text == "/mention") console_.ring();
    if (text.starts_with("/burst "))
      burst(std::atoi(text.c_str() + 7), 0);
    else if (text.starts_with("/every ")) {
      char* rest = nullptr;
      const auto pause = std::strtol(text.c_str() + 7, &rest, 10);
      burst(std::atoi(rest), static_cast<int>(pause));
    } else
      console_.print({{Style::peer, base::SafeText::own("got: ")}, {Style::plain, base::SafeText::own(text)}});
    return true;
  }
  bool on(const BlockPasted& block) {
    block_ = block.text;
    console_.set_prompt(line(fmt::format("send {} lines? ", 1 + std::count(block_->begin(), block_->end(), '\n'))));
    return true;
  }
  bool answer(std::string_view text) {
    console_.print(line(text == "y" ? "block: " + *block_ : "not sent"));
    block_.reset();
    console_.set_prompt({{Style::own, base::SafeText::own("you> ")}});
    return true;
  }
  bool on(const Cancelled&) {
    console_.print(line("cancelled"));
    return true;
  }
  bool on(const Woken&) { return true; }
  bool on(const Ended&) {
    console_.print(line("ended"));
    return false;
  }
  bool on(const Stopped& stopped) {
    console_.print(line(fmt::format("stopped {}", stopped.signal)));
    return false;
  }

  void burst(int count, int pause_ms) {
    worker_.post([this, count, pause_ms] {
      for (int i = 0; i < count; ++i) {
        console_.print(line(fmt::format("#{:05} arrives", next_++), Style::dim));
        if (pause_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
      }
    });
  }

  Console& console_;
  std::optional<std::string> block_;
  int next_ = 0;
  Worker worker_;
};

} // namespace

int main() {
  block_console_signals();
  std::signal(SIGPIPE, SIG_IGN);
  ConsoleOptions options;
  const char* no_colour = std::getenv("NO_COLOR");
  options.colour = no_colour != nullptr && *no_colour != '\0' ? Colour::off : Colour::on;
  auto console = open_console(options);
  if (!console) {
    fmt::print(stderr, "{}\n", console.error().text);
    return 1;
  }
  Demo demo(**console);
  while (demo.step()) {
  }
}
