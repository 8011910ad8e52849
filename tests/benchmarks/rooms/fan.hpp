// One who publishes lines, and receivers that each get all of them: how long that takes. Owned by the main thread,
// which reads; a burst is written by a thread of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace tincan::bench {

inline constexpr std::size_t line_bytes = 120;

class Receiver {
public:
  virtual ~Receiver() = default;
  virtual int descriptor() const = 0;  // does not block
  virtual std::size_t read_some() = 0; // what is there now: how many lines it completed
};

class Fan {
public:
  using Publish = std::function<void(std::size_t lines)>; // blocks until all of it is written

  explicit Fan(Publish publish);
  ~Fan();
  Fan(const Fan&) = delete;
  Fan& operator=(const Fan&) = delete;
  void add(std::unique_ptr<Receiver> receiver);

  // Seconds from the first line written until each of `receivers` has so many lines more.
  double burst(std::size_t lines, std::size_t receivers);
  double single(std::size_t receivers);

private:
  std::size_t receive();

  Publish publish_;
  int poll_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

} // namespace tincan::bench
