// Many tincans in one process, as light as they can be: a key, TLS, Hello, and an answer to every Ping. Owned by the
// main thread, the only one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tincan::bench {

class Crowd {
public:
  // `address`: "127.0.0.1:4100", who is called. They come from 127.1.0.1 on, so that no address has many of them.
  Crowd(std::size_t count, const std::string& address);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Opens them, tells how many are up, and serves them until stdin is closed; then tells how many are left.
  void hold(const std::function<void(std::size_t)>& tell);

private:
  class Member;
  void open_one();
  void serve();
  std::size_t up() const;

  std::vector<std::unique_ptr<Member>> members_;
  int poll_ = -1;
  std::uint16_t port_;
  std::size_t opened_ = 0;
  std::size_t done_ = 0; // up, or refused
  bool is_over_ = false;
};

} // namespace tincan::bench
