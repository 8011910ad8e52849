// Runs a loop on the test's own thread until something is true, and a witness that writes down what links tell.
#pragma once

#include "tincan/net/link.hpp"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tincan::net::test {

inline constexpr std::chrono::seconds patience{20}; // sanitizers on a busy machine; never waited for when all is well

// False when it did not become true in time.
template<class Condition> bool run_until(asio::io_context& context, Condition condition) {
  const auto guard = asio::make_work_guard(context);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    context.restart();
    context.run_one_for(std::chrono::milliseconds(5));
    context.poll();
  }
  return true;
}

// Looks for so long whether something happens that must not.
inline void run_for(asio::io_context& context, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  run_until(context, [end] { return std::chrono::steady_clock::now() >= end; });
}

class Witness : public LinkOwner {
public:
  void opened(Link&) override { note("opened"); }
  void dial_failed(Link&, const base::Error& error) override {
    note("dial_failed");
    last_error = error;
  }
  void secured(Link& link, const base::PublicKey& key, const base::Digest& secret) override {
    note("secured");
    peer = key;
    exporter = secret;
    if (on_secured) on_secured(link);
  }
  void refused(Link&, const base::Error& error) override {
    note("refused");
    last_error = error;
  }
  void received(Link& link, std::string_view part) override {
    bytes.append(part);
    ++parts;
    if (on_received) on_received(link);
  }
  void finished(Link&) override { note("finished"); }
  void broken(Link&, const base::Error& error) override {
    note("broken");
    last_error = error;
  }
  void taken(Link& link) override {
    ++times_taken;
    if (on_taken) on_taken(link);
  }
  bool may_read() const override { return reads; }

  bool has(std::string_view event) const { return std::find(events.begin(), events.end(), event) != events.end(); }

  std::vector<std::string> events; // but received and taken
  std::string bytes;
  base::Error last_error;
  base::PublicKey peer;
  base::Digest exporter;
  std::function<void(Link&)> on_secured, on_received, on_taken;
  int parts = 0;
  int times_taken = 0;
  bool reads = true;

private:
  void note(std::string event) { events.push_back(std::move(event)); }
};

inline std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('!' + (i * 7 + i / 251) % 90);
  return text;
}

} // namespace tincan::net::test
