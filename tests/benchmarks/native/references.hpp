// What the machine itself gives, beside which the peers are judged. Free functions; each takes the files or the
// processes that it needs and gives them back.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tincan::bench {

// Seconds of one TCP round trip of 120 bytes between two processes, one after the other.
class PingPong {
public:
  PingPong(); // forks: before any thread is started
  ~PingPong();
  PingPong(const PingPong&) = delete;
  PingPong& operator=(const PingPong&) = delete;
  double once();

private:
  int socket_ = -1;
  int child_ = -1;
};

// Seconds of one fdatasync after a block of 4 KiB was appended.
class Appending {
public:
  explicit Appending(const std::string& folder);
  ~Appending();
  Appending(const Appending&) = delete;
  Appending& operator=(const Appending&) = delete;
  double once();

private:
  int file_ = -1;
};

// Rows of 120 bytes each second into one SQLite table, in commits of 1,000, journal_mode=WAL, synchronous=FULL.
double bare_rows(const std::string& folder, std::size_t rows);
// Bytes each second through TLS 1.3 between two processes over loopback. Forks: before any thread is started.
double tls_bytes();

} // namespace tincan::bench
