#include "tincan/term/plain.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tincan::term {

namespace {

std::string text_of(const Line& line) {
  std::string text;
  for (const auto& span : line) text += span.text.str();
  return text;
}

} // namespace

PlainConsole::PlainConsole(const ConsoleOptions& options) : input_(options.input), output_(options.output) {}

PlainConsole::~PlainConsole() { output_.flush_within(plain_farewell_patience); }

void PlainConsole::set_prompt(Line prompt) { prompt_ = text_of(prompt); }

void PlainConsole::print(Line line) {
  if (output_.write_line(text_of(line))) event_.signal();
}

void PlainConsole::print(std::vector<Line> lines, LineTag) {
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(text_of(line));
  if (output_.write_lines(std::move(texts))) event_.signal();
}

void PlainConsole::wake() {
  woken_ = true;
  event_.signal();
}

Input PlainConsole::read() {
  if (!std::exchange(asking_, true)) output_.write_prompt(prompt_);
  for (;;) {
    if (auto input = next_input()) return *std::move(input);
    wait();
  }
}

std::optional<Input> PlainConsole::next_input() {
  if (auto input = next_signal()) return input;
  if (output_.broken()) return finish(Ended{});
  if (auto line = lines_.next()) return finish(LineEntered{*std::move(line)});
  if (at_end_) return finish(Ended{});
  if (woken_.exchange(false)) return Woken{};
  return std::nullopt;
}

std::optional<Input> PlainConsole::next_signal() {
  while (const int signal = signals_.take()) {
    if (signal == SIGTSTP)
      stop_until_continued(false);
    else if (signal != SIGWINCH && signal != SIGCONT)
      return finish(Stopped{signal});
  }
  return std::nullopt;
}

Input PlainConsole::finish(Input input) {
  asking_ = false;
  output_.prompt_answered();
  return input;
}

void PlainConsole::wait() {
  const bool sending = !output_.idle();
  std::array<pollfd, 4> waiting{pollfd{signals_.get(), POLLIN, 0}, pollfd{event_.get(), POLLIN, 0},
                                pollfd{input_, POLLIN, 0}, pollfd{output_.get(), POLLOUT, 0}};
  if (::poll(waiting.data(), sending ? waiting.size() : waiting.size() - 1, -1) < 0) return;
  if (waiting[1].revents != 0) event_.drain();
  if (waiting[2].revents != 0) read_bytes();
  if (sending) output_.flush();
}

void PlainConsole::read_bytes() {
  std::vector<char> bytes(64 * 1024);
  const auto got = ::read(input_, bytes.data(), bytes.size());
  if (got > 0) return lines_.feed({bytes.data(), static_cast<std::size_t>(got)});
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  at_end_ = true;
  lines_.end();
}

} // namespace tincan::term
