// Drives one node: takes the inputs that are ready, commits the store once, carries out effects, delivers events, and
// arms one timer. Owned by app's Engine; everything but submit() belongs to the I/O thread (or to the time before it
// runs).
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/node.hpp"
#include "tincan/net/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace tincan::net {

// Whom the driver tells. All are called on the I/O thread.
struct Sink {
  std::function<void(const chat::Told&)> tell;
  std::function<void(const chat::PeerBook::Changes&)> peers_changed;
  std::function<bool()> idle;     // nothing happened for a while: do some put-off work; true: there is more of it
  std::function<void()> finished; // Quit was carried out, all links are closed
};

// Who we are to other tincans. Without keys plain text only is spoken.
struct Security {
  chat::Keys* keys = nullptr;
  base::Seed seed{}; // of the same key
};

inline constexpr base::Millis commit_retry{1'000}; // while the disk does not take what happened
inline constexpr base::Millis idle_pause{500};

class Driver {
public:
  Driver(Loop& loop, chat::Store& store, chat::Entropy& entropy, Sink sink, const Security& security = {});
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Port 0: any free one. Gives the port. Links are accepted from start() on.
  base::Result<std::uint16_t> listen(std::uint16_t port);
  void start(chat::Settings settings, chat::Snapshot snapshot);
  // Any thread.
  void submit(chat::Request request);

private:
  class Machine;
  Loop& loop_;
  std::shared_ptr<Machine> machine_;
};

base::Now now(); // the machine's clocks

} // namespace tincan::net
