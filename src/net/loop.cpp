#include "tincan/net/loop.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

namespace tincan::net {

Loop::Loop() : context_(std::make_unique<asio::io_context>(1)) {}
Loop::~Loop() = default;

void Loop::run() {
  const auto guard = asio::make_work_guard(*context_);
  context_->run();
}

void Loop::post(std::function<void()> work) { asio::post(*context_, std::move(work)); }

void Loop::after(std::chrono::milliseconds wait, std::function<void()> work) {
  auto timer = std::make_shared<asio::steady_timer>(*context_, wait);
  timer->async_wait([timer, work = std::move(work)](const std::error_code& error) {
    if (!error) work();
  });
}

void Loop::stop() { context_->stop(); }

} // namespace tincan::net
