// The page on loopback: HTTP/1.1 for its files (RFC 9110, 9112), and WebSockets (RFC 6455) whose text frames carry
// lines. Owned by app's Engine; it has a thread of its own, on which `Owner` is called, and whose members may be called
// from any thread. It does not know what the lines say, nor who may say them: a socket is a stranger until it is
// admitted.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tincan::web {

inline constexpr std::size_t max_sockets = 64;                      // of one user's browser, HTTP and WebSocket
inline constexpr std::size_t max_strangers = 16;                    // WebSockets of them that nobody logged in on
inline constexpr std::size_t max_head_bytes = 8 * 1024;             // of a request
inline constexpr std::size_t max_message_bytes = 512 * 1024;        // a 64 KiB text, escaped, with room
inline constexpr std::size_t max_stranger_message_bytes = 4 * 1024; // a login has about 250
inline constexpr std::size_t max_answer_bytes = 128U << 20U;        // 1,000 lines of 64 KiB, escaped
inline constexpr std::size_t max_backlog_bytes = 8U << 20U;         // a page that does not read is dropped
inline constexpr std::chrono::seconds patience{10};                 // for a request, and for a login

class Server {
public:
  struct Owner {
    std::function<void(base::ClientId)> opened;
    std::function<void(base::ClientId, std::string message)> message; // the next one comes after read_next()
    std::function<void(base::ClientId)> gone;
  };

  explicit Server(Owner owner);
  ~Server();

  // On 127.0.0.1; 0 takes any free port. Errors: in_use.
  base::Result<std::uint16_t> open(std::uint16_t port);
  void send(base::ClientId client, std::string line); // what has gathered leaves as one frame, an LF between two lines
  void read_next(base::ClientId client);
  void admit(base::ClientId client);
  void refuse(base::ClientId client); // closes after what was sent (1008)
  void close();                       // says 1001 to all, and waits at most 300 ms

private:
  class Machine;
  std::shared_ptr<Machine> machine_;
};

} // namespace tincan::web
