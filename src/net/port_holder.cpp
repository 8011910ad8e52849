// Finds who listens on a port: /proc/net/tcp gives the socket's inode, /proc/PID/fd who has it open (proc(5)).
#include "tincan/net/listener.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sstream>

namespace tincan::net {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view listening_state = "0A";

std::set<std::string> listening_inodes(const char* table, std::uint16_t port) {
  std::set<std::string> inodes;
  std::ifstream file(table);
  std::string line;
  const auto wanted = fmt::format(":{:04X}", port);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    if (state == listening_state && local.ends_with(wanted)) inodes.insert(fmt::format("socket:[{}]", inode));
  }
  return inodes;
}

bool holds_one(const fs::path& process, const std::set<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator it(process / "fd", error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (inodes.contains(fs::read_symlink(it->path(), unreadable).string())) return true;
  }
  return false;
}

} // namespace

std::string port_holder(std::uint16_t port) {
  auto inodes = listening_inodes("/proc/net/tcp", port);
  inodes.merge(listening_inodes("/proc/net/tcp6", port));
  if (inodes.empty()) return {};
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const auto pid = it->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos || !holds_one(it->path(), inodes)) continue;
    std::string command;
    std::getline(std::ifstream(it->path() / "comm"), command);
    return fmt::format("process {} ({})", pid, command);
  }
  return "a program of another user";
}

} // namespace tincan::net
