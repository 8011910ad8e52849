#include "tincan/term/terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace tincan::term {

namespace {

ScreenSize size_of(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

Line hint(std::string_view text) { return {{Style::dim, base::SafeText::own(text)}}; }

int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

} // namespace

Terminal::Terminal(const ConsoleOptions& options, Reflow reflow)
    : input_(options.input),
      output_(options.output),
      raw_(options.input, output_.get()),
      painter_(size_of(output_.get()), options.colour) {
  painter_.expect(reflow);
}

bool Terminal::begin() {
  if (!raw_.enter()) return false;
  output_.send(paste_marks_on);
  return true;
}

Terminal::~Terminal() {
  editing_ = false;
  dirty_ = true;
  give_terminal_back();
}

void Terminal::set_prompt(Line prompt) {
  prompt_ = std::move(prompt);
  dirty_ = true;
}

void Terminal::set_draft(std::string_view text) {
  editor_.set_line(text);
  dirty_ = true;
}

void Terminal::print(Line line) { print({std::move(line)}, 0); }

void Terminal::print(std::vector<Line> lines, LineTag tag) {
  if (queue_.push({std::move(lines), tag})) event_.signal();
}

bool Terminal::replace(LineTag tag, std::vector<Line> lines) {
  const auto change = queue_.replace(tag, std::move(lines));
  if (change == PrintQueue::Change::first) event_.signal();
  return change != PrintQueue::Change::refused;
}

void Terminal::ring() {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
  auto next = next_bell_ms_.load();
  if (now < next || !next_bell_ms_.compare_exchange_strong(next, now + bell_pause.count())) return;
  bell_ = true;
  event_.signal();
}

void Terminal::wake() {
  woken_ = true;
  event_.signal();
}

Input Terminal::read() {
  dirty_ |= !std::exchange(editing_, true);
  for (;;) {
    if (auto input = next_input()) return *std::move(input);
    paint();
    wait();
  }
}

std::optional<Input> Terminal::next_input() {
  if (auto input = next_signal()) return input;
  if (hung_up_ || output_.gone()) return finish(Ended{});
  while (const auto key = keys_.next()) {
    if (key->code == KeyCode::cursor_report) painter_.cursor_reported(key->row, key->column);
    dirty_ = true;
    if (auto input = act_on(editor_.handle(*key))) return input;
  }
  if (woken_.exchange(false)) return Woken{};
  return std::nullopt;
}

std::optional<Input> Terminal::next_signal() {
  while (const int signal = signals_.take()) {
    switch (signal) {
    case SIGWINCH: dirty_ = true; break; // paint() looks at the size
    case SIGCONT: take_terminal_again(); break;
    case SIGTSTP: suspend(false); break;
    case SIGINT: editor_.set_line({}); return finish(Cancelled{});
    default: return finish(Stopped{signal});
    }
  }
  return std::nullopt;
}

std::optional<Input> Terminal::act_on(Happened happened) {
  using What = Happened::What;
  switch (happened.what) {
  case What::changed:
  case What::refused: break;
  case What::cut: print(hint("the paste was too long: its end was left out")); break;
  case What::listed: list(happened.candidates); break;
  case What::clear_screen: clear(); break;
  case What::suspend: suspend(true); break;
  case What::cancelled: return finish(Cancelled{});
  case What::ended: return finish(Ended{});
  case What::pasted: return finish(BlockPasted{std::move(happened.text)});
  case What::entered:
    if (keep_entered_) {
      auto line = prompt_;
      line.push_back({Style::plain, base::SafeText::own(happened.text)});
      print(std::move(line));
    }
    return finish(LineEntered{std::move(happened.text)});
  }
  return std::nullopt;
}

// The line is done: nothing of it may stand on the screen while the caller acts on it.
Input Terminal::finish(Input input) {
  editing_ = false;
  dirty_ = true;
  paint();
  return input;
}

void Terminal::list(const std::vector<std::string>& candidates) {
  std::string text;
  const auto shown = std::min(candidates.size(), max_candidates_listed);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : "  ") + candidates[i];
  if (shown < candidates.size()) text += fmt::format("  and {} more", candidates.size() - shown);
  print(hint(text));
}

void Terminal::wait() {
  const auto can_send = static_cast<short>(output_.idle() ? 0 : POLLOUT);
  std::array<pollfd, 4> waiting{pollfd{input_, POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0},
                                pollfd{event_.get(), POLLIN, 0}, pollfd{output_.get(), can_send, 0}};
  // An output that is gone reports it all the time; the keyboard's descriptor tells as well.
  const auto count = output_.idle() ? waiting.size() - 1 : waiting.size();
  if (::poll(waiting.data(), count, time_to_wait()) < 0) return;
  if (waiting[2].revents != 0) event_.drain();
  if (waiting[0].revents != 0) read_keys();
  if (count == waiting.size() && waiting[3].revents != 0) output_.flush();
  expire();
}

int Terminal::time_to_wait() const {
  int time = -1;
  const auto until = [&](Clock::time_point deadline) {
    const int left = milliseconds_until(deadline);
    if (time < 0 || left < time) time = left;
  };
  if (keys_.waits()) until(key_deadline_);
  if (painter_.asks())
    until(answer_deadline_);
  else if (output_.idle() && !queue_.empty())
    time = 0;
  else if (output_.idle() && queue_.has_changes())
    until(std::max(next_change_, sizes_rest_));
  return time;
}

void Terminal::read_keys() {
  std::array<char, 4096> bytes;
  const auto got = ::read(input_, bytes.data(), bytes.size());
  if (got > 0) {
    keys_.feed({bytes.data(), static_cast<std::size_t>(got)});
    key_deadline_ = Clock::now() + keys_.patience();
  } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
    hung_up_ = true;
  }
}

void Terminal::expire() {
  const auto now = Clock::now();
  if (keys_.waits() && now >= key_deadline_) keys_.timed_out();
  if (painter_.asks() && now >= answer_deadline_) painter_.cursor_unknown();
}

// Only when the terminal has taken all that came before: then what waits is the present state, not a backlog of
// pictures.
void Terminal::paint() {
  if (!output_.idle()) return;
  take_size(); // the signal may come after the keys that were typed into the new size
  if (painter_.asks()) return;
  const auto now = Clock::now();
  const auto turn = queue_.take(max_lines_per_turn, max_bytes_per_turn, changes_at(now));
  if (!turn.changes.empty()) next_change_ = now + change_pause;
  std::string bytes;
  if (bell_.exchange(false)) bytes += '\a';
  for (const auto& change : turn.changes) bytes += painter_.replace(change);
  if (dirty_ || !turn.blocks.empty()) bytes += paint_area(turn.blocks);
  dirty_ = false;
  if (!bytes.empty()) output_.send(bytes);
}

PrintQueue::Changes Terminal::changes_at(Clock::time_point now) const {
  if (now < sizes_rest_) return PrintQueue::Changes::held;
  return dirty_ || now >= next_change_ ? PrintQueue::Changes::taken : PrintQueue::Changes::with_blocks;
}

std::string Terminal::paint_area(std::span<const Block> finished) {
  const auto label = editor_.search_label();
  const auto prompt = label ? hint(*label) : prompt_;
  const EditArea area{prompt, editor_.text(), editor_.cursor()};
  auto bytes = painter_.paint(finished, editing_ ? &area : nullptr);
  queue_.keep(painter_.tags());
  return bytes;
}

void Terminal::take_size() {
  const auto size = size_of(output_.get());
  if (size == painter_.size()) return;
  const auto question = painter_.resize(size);
  sizes_rest_ = Clock::now() + resize_rest;
  dirty_ = true;
  if (question.empty()) return;
  output_.send(question);
  answer_deadline_ = Clock::now() + answer_patience;
}

void Terminal::clear() {
  output_.send(painter_.clear_screen());
  dirty_ = true;
}

void Terminal::suspend(bool whole_group) {
  const bool editing = std::exchange(editing_, false);
  dirty_ = true;
  give_terminal_back();
  stop_until_continued(whole_group);
  editing_ = editing;
  take_terminal_again();
}

// What stands on the screen is not known after a stop: begin on a free row.
void Terminal::take_terminal_again() {
  raw_.enter();
  painter_.forget();
  painter_.resize(size_of(output_.get()));
  output_.send("\r\x1b[K");
  output_.send(paste_marks_on);
  dirty_ = true;
}

void Terminal::give_terminal_back() {
  if (painter_.asks()) {
    painter_.cursor_unknown();
    raw_.discard_input(); // the answer must not end up in the shell
  }
  const auto deadline = Clock::now() + farewell_patience;
  do {
    paint();
    output_.flush_within(std::chrono::milliseconds(milliseconds_until(deadline)));
  } while ((dirty_ || !queue_.empty()) && output_.idle() && Clock::now() < deadline);
  output_.send(paste_marks_off);
  output_.flush_within(std::chrono::milliseconds(milliseconds_until(deadline)));
  raw_.leave();
}

} // namespace tincan::term
