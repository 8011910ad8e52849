// A small program around the console, for the screen checks: echoes what is entered, prints lines from a thread on
// command (/burst N, /every MS N, /mention), prints and changes blocks (/print TAG LINE|LINE, /change TAG LINE|LINE,
// /track MS N: N lines whose states change), completes names, asks before a block is sent.
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
#include <utility>
#include <vector>

using namespace tincan;
using namespace tincan::term;

namespace {

Line line(std::string_view text, Style style = Style::plain) { return {{style, base::SafeText::own(text)}}; }

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (auto end = text.find('|'); end != std::string_view::npos; end = text.find('|')) {
    lines.push_back(line(text.substr(0, end), Style::own));
    text.remove_prefix(end + 1);
  }
  lines.push_back(line(text, Style::own));
  return lines;
}

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
    const auto [number, rest] = number_and_rest(text);
    if (text.starts_with("/burst "))
      burst(number, 0);
    else if (text.starts_with("/every "))
      burst(std::atoi(rest.c_str()), number);
    else if (text.starts_with("/track "))
      track(std::atoi(rest.c_str()), number);
    else if (text.starts_with("/print "))
      console_.print(lines_of(rest), static_cast<LineTag>(number));
    else if (text.starts_with("/change "))
      console_.replace(static_cast<LineTag>(number), lines_of(rest));
    else
      console_.print({{Style::peer, base::SafeText::own("got: ")}, {Style::plain, base::SafeText::own(text)}});
    return true;
  }
  // Of "/command NUMBER REST".
  static std::pair<int, std::string> number_and_rest(const std::string& text) {
    const auto begin = std::min(text.find(' '), text.size());
    char* end = nullptr;
    const auto number = std::strtol(text.c_str() + begin, &end, 10);
    const std::string rest = end;
    return {static_cast<int>(number), rest.starts_with(" ") ? rest.substr(1) : rest};
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

  // Each line is "sent" when five more have been printed, and so on.
  void track(int count, int pause_ms) {
    worker_.post([this, count, pause_ms] {
      const int first = next_;
      next_ += count;
      for (int step = first; step < next_ + 15; ++step) {
        change(step, "queued", next_);
        if (step >= first + 5) change(step - 5, "sent", next_);
        if (step >= first + 10) change(step - 10, "delivered", next_);
        if (step >= first + 15) change(step - 15, "read", next_);
        std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
      }
    });
  }
  void change(int number, std::string_view state, int end) {
    if (number >= end) return;
    const auto text = line(fmt::format("#{:05} arrives · {}", number, state));
    const auto tag = static_cast<LineTag>(number) + 1000;
    if (state == "queued")
      console_.print({text}, tag);
    else
      console_.replace(tag, {text});
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
