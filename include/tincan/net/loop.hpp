// The I/O thread's event loop, so that other rooms need not see Asio. Owned by app's Engine.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace asio {
class io_context;
}

namespace tincan::net {

class Loop {
public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();                            // until stop(); the calling thread is the I/O thread
  void post(std::function<void()> work); // any thread; carried out on the I/O thread
  void after(std::chrono::milliseconds wait, std::function<void()> work); // I/O thread
  void stop();                                                            // any thread
  asio::io_context& context() { return *context_; }

private:
  std::unique_ptr<asio::io_context> context_;
};

} // namespace tincan::net
