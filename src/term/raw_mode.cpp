#include "tincan/term/raw_mode.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <unistd.h>

namespace tincan::term {

namespace {

constexpr std::array fatal_signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS, SIGXCPU};
constexpr std::string_view farewell = "\x1b[?2004l\x1b[0m\r\n";

// Global, because a signal handler and a terminate handler are given nothing else to find the terminal by.
struct Rescue {
  std::atomic<bool> armed = false;
  int input = -1;
  int output = -1;
  termios found{};
  std::array<struct sigaction, fatal_signals.size()> before{};
  std::terminate_handler terminate_before = nullptr;
  std::array<char, 16 * 1024> stack{}; // a handler for an overflown stack needs another one
};
Rescue rescue;

// A write from the background must fail or pass, never stop us while we give the terminal back.
class WithoutTtou {
public:
  WithoutTtou() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~WithoutTtou() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutTtou(const WithoutTtou&) = delete;
  WithoutTtou& operator=(const WithoutTtou&) = delete;

private:
  sigset_t before_{};
};

void give_back() {
  if (!rescue.armed.exchange(false)) return;
  const WithoutTtou guard;
  [[maybe_unused]] const auto written = ::write(rescue.output, farewell.data(), farewell.size());
  ::tcsetattr(rescue.input, TCSANOW, &rescue.found);
}

// A fault comes again by itself when we return; a signal that somebody sent must be sent again.
void on_fatal_signal(int signal, siginfo_t* info, void*) {
  give_back();
  for (std::size_t i = 0; i < fatal_signals.size(); ++i)
    if (fatal_signals[i] == signal) ::sigaction(signal, &rescue.before[i], nullptr);
  if (info->si_code <= 0) ::raise(signal);
}

[[noreturn]] void on_terminate() {
  give_back();
  if (rescue.terminate_before != nullptr) rescue.terminate_before();
  std::abort();
}

void use_own_signal_stack() {
  stack_t present{};
  if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
  stack_t own{};
  own.ss_sp = rescue.stack.data();
  own.ss_size = rescue.stack.size();
  ::sigaltstack(&own, nullptr);
}

void arm(int input, int output, const termios& found) {
  if (rescue.armed) return;
  rescue.input = input;
  rescue.output = output;
  rescue.found = found;
  use_own_signal_stack();
  struct sigaction action {};
  action.sa_sigaction = on_fatal_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (std::size_t i = 0; i < fatal_signals.size(); ++i) ::sigaction(fatal_signals[i], &action, &rescue.before[i]);
  rescue.terminate_before = std::set_terminate(on_terminate);
  rescue.armed = true;
}

void disarm() {
  if (!rescue.armed.exchange(false)) return;
  for (std::size_t i = 0; i < fatal_signals.size(); ++i) ::sigaction(fatal_signals[i], &rescue.before[i], nullptr);
  std::set_terminate(rescue.terminate_before);
}

termios raw_from(termios modes) {
  modes.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON | PARMRK);
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
  modes.c_cflag = (modes.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS8;
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return modes;
}

} // namespace

// TCSANOW throughout: the other forms wait for a terminal that may be stuck.
bool RawMode::enter() {
  if (!known_ && ::tcgetattr(input_, &found_) != 0) return false;
  known_ = true;
  arm(input_, output_, found_);
  const auto raw = raw_from(found_);
  raw_ = ::tcsetattr(input_, TCSANOW, &raw) == 0;
  if (!raw_) disarm();
  return raw_;
}

void RawMode::leave() {
  if (!raw_) return;
  const WithoutTtou guard;
  ::tcsetattr(input_, TCSANOW, &found_);
  raw_ = false;
  disarm();
}

void RawMode::discard_input() const { ::tcflush(input_, TCIFLUSH); }

} // namespace tincan::term
