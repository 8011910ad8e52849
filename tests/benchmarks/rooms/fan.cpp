#include "fan.hpp"

#include <array>
#include <chrono>
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>

namespace tincan::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

} // namespace

Fan::Fan(Publish publish) : publish_(std::move(publish)), poll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Fan::~Fan() { ::close(poll_); }

void Fan::add(std::unique_ptr<Receiver> receiver) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = receiver.get();
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, receiver->descriptor(), &event);
  receivers_.push_back(std::move(receiver));
}

double Fan::burst(std::size_t lines, std::size_t receivers) {
  const auto began = Clock::now();
  std::thread writer([&] { publish_(lines); });
  for (std::size_t got = 0; got < lines * receivers;) got += receive();
  const auto took = seconds_since(began);
  writer.join();
  return took;
}

double Fan::single(std::size_t receivers) {
  const auto began = Clock::now();
  publish_(1);
  for (std::size_t got = 0; got < receivers;) got += receive();
  return seconds_since(began);
}

std::size_t Fan::receive() {
  std::array<epoll_event, 128> events;
  const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
  std::size_t lines = 0;
  for (int i = 0; i < count; ++i)
    lines += static_cast<Receiver*>(events.at(static_cast<std::size_t>(i)).data.ptr)->read_some();
  return lines;
}

} // namespace tincan::bench
