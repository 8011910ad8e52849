// SIGINT, SIGTERM and SIGHUP as a descriptor to poll, for modes without a console. Make it before any thread. Main
// thread.
#pragma once

namespace tincan::app {

class EndSignals {
public:
  EndSignals(); // blocks them for this thread and those that it starts; SIGPIPE is ignored
  ~EndSignals();
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  int descriptor() const { return descriptor_; }
  bool has_come(); // one of them came since the object was made

private:
  int descriptor_;
  bool has_come_ = false;
};

} // namespace tincan::app
