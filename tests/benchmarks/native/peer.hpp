// A whole peer as app's Engine builds it, told what to do through its commands and watched through its events. Owned by
// the program's main thread; what it counts is guarded by a mutex, because events come on the I/O thread.
#pragma once

#include "tincan/app/engine.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tincan::bench {

using Clock = std::chrono::steady_clock;
double seconds_between(Clock::time_point began, Clock::time_point ended);

inline constexpr std::size_t text_bytes = 120;
// "message 17 .......", text_bytes long.
std::string numbered_text(std::uint64_t number);

class Peer {
public:
  // Its profile is made in `folder` when there is none.
  Peer(const std::string& folder, std::uint16_t port);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::string address() const; // KEY@127.0.0.1:PORT
  bool connect(const std::string& address);
  // What the other end of the newest link is called here; waits for a link.
  std::string other();

  // Sends `count` messages, at most `window` of them not delivered at any time; when the last was delivered.
  Clock::time_point send_all(std::uint64_t count, std::uint64_t window);
  // One message; how long until it was delivered.
  double send_one();
  // Writes to a peer that may be away; returns when all are on disk here.
  void write_all(std::uint64_t count, const std::string& to);

  // What came in since the start, and when.
  struct Arrivals {
    Clock::time_point linked, newest, last;
    std::uint64_t count = 0;
  };
  // Waits for that many messages; the newest is the one with the greatest number.
  Arrivals wait_for(std::uint64_t count);

private:
  void hear(const chat::Told& told);
  void count(const chat::MessageAdded& added);
  void count(const chat::StateChanged& changed);
  template<class Condition> void wait(Condition condition);
  void say(std::uint64_t number, const std::string& to);

  std::unique_ptr<app::Engine> engine_;
  std::mutex mutex_;
  std::condition_variable news_;
  base::PublicKey key_;
  base::PeerId other_{};
  std::string other_text_;
  bool is_announced_ = false, is_reached_ = false, is_stopped_ = false;
  std::uint64_t said_ = 0, to_say_ = 0, delivered_ = 0, written_ = 0, to_write_ = 0, wanted_ = 0;
  std::optional<std::uint64_t> greatest_; // number of a message that came in
  Clock::time_point delivered_at_;
  Arrivals arrivals_;
};

} // namespace tincan::bench
