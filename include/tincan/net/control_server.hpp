// The Unix socket of a running profile: lines in, lines out, for processes of the same user only. Owned by app's
// Engine; I/O thread. It does not know what the lines say. Socket 0600 in a 0700 folder, and the caller's uid is
// checked.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/net/loop.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tincan::net {

using ClientId = base::ClientId;

inline constexpr std::size_t max_control_clients = 64;              // scripts of one user
inline constexpr std::size_t max_control_line_bytes = 512 * 1024;   // a 64 KiB text, escaped, with room
inline constexpr std::size_t max_control_backlog_bytes = 8U << 20U; // a listener that does not read is dropped

class ControlServer {
public:
  struct Owner {
    std::function<void(ClientId, std::string_view line)> line;
    std::function<void(ClientId)> gone;
  };

  ControlServer(Loop& loop, Owner owner);
  ~ControlServer();

  // Call it with the profile's lock held: a socket left by a killed process is removed.
  base::Result<void> open(const std::filesystem::path& path);
  void send(ClientId client, std::string_view line); // LF is added
  void finish(ClientId client);                      // closes after what was sent
  void close();                                      // all of them, and removes the socket

private:
  class Machine;
  std::shared_ptr<Machine> machine_;
};

} // namespace tincan::net
