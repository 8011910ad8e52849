#include "tincan/term/descriptor.hpp"

#include "tincan/term/console.hpp"

#include <csignal>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tincan::term {

namespace {

sigset_t signal_set(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

sigset_t console_signals() { return signal_set({SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP}); }

} // namespace

void block_console_signals() {
  const auto set = console_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

WakeEvent::WakeEvent() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void WakeEvent::signal() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one); // full means: already awake
}

void WakeEvent::drain() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
}

SignalInbox::SignalInbox() {
  block_console_signals();
  const auto set = console_signals();
  signals_ = Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

int SignalInbox::take() {
  signalfd_siginfo info{};
  const auto got = ::read(signals_.get(), &info, sizeof info);
  return got == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

void stop_until_continued(bool whole_group) {
  const auto stop = signal_set({SIGTSTP});
  ::kill(whole_group ? 0 : ::getpid(), SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr); // here we stop
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const auto went_on = signal_set({SIGCONT});
  const timespec at_once{};
  sigtimedwait(&went_on, nullptr, &at_once);
}

OwnOutput open_own_output(int fd) {
  const auto path = fmt::format("/proc/self/fd/{}", fd);
  Descriptor own(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (own) return {std::move(own), false};
  const int flags = ::fcntl(fd, F_GETFL);
  const bool switched = (flags & O_NONBLOCK) == 0;
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return {Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 3)), switched};
}

} // namespace tincan::term
