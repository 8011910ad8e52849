// A one-shot command's way to a peer: the running tincan of the profile through its control socket, or one of its own.
// Both speak the same JSON lines. Main thread.
#pragma once

#include "tincan/app/options.hpp"
#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace tincan::app {

class Session {
public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  static Deadline at_once() { return std::chrono::steady_clock::time_point{}; } // only what is there

  virtual ~Session() = default;
  virtual void submit(const chat::Command& command) = 0;
  // The next line of the answers; none when the deadline passed, a signal came, or the peer ended.
  virtual std::optional<std::string> next_line(Deadline deadline) = 0;
  virtual bool is_over() const = 0; // nothing more will come
  virtual bool is_own() const = 0;  // it ends with us, and what is not delivered waits until the next
  virtual void leave() = 0;         // ends it; a peer of one's own says what it must
};

// Does the command send (then a peer of one's own listens and dials), or only look?
enum class Purpose : bool { looks, sends };
base::Result<std::unique_ptr<Session>> open_session(const Options& options, Purpose purpose);
// Hears every event: of the running tincan, or of a headless one that listens as long as the session lasts.
base::Result<std::unique_ptr<Session>> open_listening(const Options& options);

// Whether a tincan of the profile runs that hears scripts.
bool is_running(const Options& options);

} // namespace tincan::app
