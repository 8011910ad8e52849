// What the tests of app/ share: a folder that vanishes, peers as the console sees them, lines as text, and waiting.
#pragma once

#include "tincan/app/lines.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/term/line.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tincan::app::test {

namespace fs = std::filesystem;

inline constexpr base::WallTime noon{1'795'176'000'000}; // 2026-11-20T12:00:00Z

// A port that nobody has on any address, also not in a connection that just ended: tincan listens on all of them.
inline std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool has_one = ::bind(descriptor, plain, size) == 0 && ::getsockname(descriptor, plain, &size) == 0;
  ::close(descriptor);
  REQUIRE(has_one);
  return ntohs(address.sin_port);
}

class TempFolder {
public:
  TempFolder() {
    std::string name = (fs::temp_directory_path() / "tincan-app-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  fs::path operator/(std::string_view name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

inline std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_text(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string shown(const term::Line& line) {
  std::string text;
  for (const auto& span : line) text += span.text.str();
  return text;
}
inline std::vector<std::string> shown(const Lines& lines) {
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(shown(line));
  return texts;
}
inline bool has_style(const term::Line& line, term::Style style, std::string_view part) {
  for (const auto& span : line)
    if (span.style == style && span.text.str().find(part) != std::string::npos) return true;
  return false;
}

inline chat::PeerView peer_view(std::uint64_t number, std::string team, std::string_view endpoint) {
  chat::PeerView view;
  view.peer.id = {number};
  view.peer.team = base::PeerText(std::move(team));
  view.peer.endpoint = base::Endpoint::parse(endpoint).value();
  view.presence = chat::Presence::active;
  return view;
}

// False when it did not come true in time; never waited for when all is well.
template<class Condition> bool comes_true(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // between two looks at the condition
  }
  return true;
}

} // namespace tincan::app::test
