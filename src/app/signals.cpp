#include "tincan/app/signals.hpp"

#include <csignal>
#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tincan::app {

EndSignals::EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  descriptor_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

EndSignals::~EndSignals() { ::close(descriptor_); }

bool EndSignals::has_come() {
  signalfd_siginfo info{};
  while (::read(descriptor_, &info, sizeof info) == sizeof info) has_come_ = true;
  return has_come_;
}

} // namespace tincan::app
