#include "tincan/net/control_server.hpp"

#include "far_end.hpp"
#include "reactor.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

using namespace tincan;
using namespace tincan::net;
using namespace tincan::net::test;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "tincan-net-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

struct Control {
  Control()
      : server(loop, {.line =
                          [this](ClientId client, std::string_view line) {
                            lines.push_back(fmt::format("{}:{}", client.value, line));
                            if (on_line) on_line(client, line);
                          },
                      .gone = [this](ClientId client) { gone.push_back(client.value); }}) {}

  FarSocket dial() {
    Descriptor socket = new_socket(AF_UNIX);
    const auto address = address_of(path);
    is_connected = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return FarSocket(std::move(socket));
  }
  template<class Condition> bool until(Condition condition) { return run_until(loop.context(), condition); }

  Folder folder;
  fs::path path = folder.path / "control.sock";
  Loop loop;
  std::vector<std::string> lines;
  std::vector<std::uint64_t> gone;
  std::function<void(ClientId, std::string_view)> on_line;
  ControlServer server;
  bool is_connected = false;
};

unsigned mode_of(const fs::path& path) { return static_cast<unsigned>(fs::status(path).permissions()); }

} // namespace

TEST_CASE("The control socket is for its owner only, and removed at the end") {
  Control control;
  const auto mask = ::umask(0);
  REQUIRE(control.server.open(control.path));
  CHECK(::umask(mask) == 0); // it gave back the mask it found
  CHECK(fs::is_socket(control.path));
  CHECK(mode_of(control.path) == 0600);
  control.server.close();
  CHECK_FALSE(fs::exists(control.path));
}

TEST_CASE("A control socket that a killed process left is replaced") {
  Control control;
  {
    Descriptor dead = new_socket(AF_UNIX);
    const auto address = address_of(control.path);
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  REQUIRE(fs::is_socket(control.path));
  REQUIRE(control.server.open(control.path));
  auto far = control.dial();
  CHECK(control.is_connected);
  far.push("hello\n");
  CHECK(control.until([&] { return control.lines.size() == 1; }));
}

TEST_CASE("A symbolic link in the place of the control socket is replaced, not followed") {
  Control control;
  const auto victim = control.folder.path / "victim";
  std::ofstream(victim) << "precious";
  fs::create_symlink(victim, control.path);
  REQUIRE(control.server.open(control.path));
  CHECK_FALSE(fs::is_symlink(control.path));
  CHECK(fs::is_regular_file(victim));
  CHECK(fs::file_size(victim) == 8);
}

TEST_CASE("A control socket that cannot be made is an error that names it") {
  Control control;
  const auto nowhere = control.server.open(control.folder.path / "no" / "such" / "folder.sock");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == base::ErrorCode::storage);
  CHECK(nowhere.error().text.find("folder.sock") != std::string::npos);
  Control other;
  const auto long_path = other.server.open(other.folder.path / std::string(120, 'x'));
  REQUIRE_FALSE(long_path);
  CHECK(long_path.error().code == base::ErrorCode::storage);
}

TEST_CASE("Lines are lines however their bytes arrive") {
  Control control;
  REQUIRE(control.server.open(control.path));
  auto far = control.dial();
  const std::string stream = "one\ntwo\n\nth\xc3\xa9"
                             "ree\r\n";
  for (std::size_t i = 0; i < stream.size(); ++i) {
    far.push(stream.substr(i, 1));
    run_until(control.loop.context(), [once = false]() mutable { return std::exchange(once, true); });
  }
  far.push("four\nfive\nrest without end");
  CHECK(control.until([&] { return control.lines.size() == 6; }));
  CHECK(control.lines == std::vector<std::string>{"1:one", "1:two", "1:", "1:th\xc3\xa9ree\r", "1:four", "1:five"});
  far.close();
  CHECK(control.until([&] { return control.gone == std::vector<std::uint64_t>{1}; }));
  CHECK(control.lines.size() == 6);
}

TEST_CASE("A line may be half a mebibyte; a longer one ends its client, and only that") {
  Control control;
  REQUIRE(control.server.open(control.path));
  auto other = control.dial();
  auto far = control.dial();
  const auto push_all = [&](FarSocket& socket, const std::string& bytes) {
    std::size_t pushed = 0;
    return control.until([&] {
      pushed += socket.push(std::string_view(bytes).substr(pushed));
      return pushed == bytes.size() || !control.gone.empty();
    });
  };
  REQUIRE(push_all(far, std::string(max_control_line_bytes, 'a') + "\n"));
  CHECK(control.until([&] { return control.lines.size() == 1; }));
  REQUIRE(push_all(far, std::string(max_control_line_bytes + 8192, 'b')));
  CHECK(control.until([&] { return far.is_gone(); }));
  CHECK(control.gone == std::vector<std::uint64_t>{2});
  other.push("still here\n");
  CHECK(control.until([&] { return control.lines.size() == 2; }));
  CHECK(control.lines.back() == "1:still here");
}

TEST_CASE("Many clients are served side by side, and one too many is turned away") {
  Control control;
  control.on_line = [&](ClientId client, std::string_view line) {
    control.server.send(client, fmt::format("you are {}", line));
  };
  REQUIRE(control.server.open(control.path));
  std::vector<FarSocket> clients;
  for (std::size_t i = 0; i < max_control_clients; ++i) {
    clients.push_back(control.dial());
    REQUIRE(control.is_connected);
    clients.back().push(fmt::format("{}\n", i));
    REQUIRE(control.until([&] { return control.lines.size() == i + 1; }));
  }
  for (std::size_t i = 0; i < clients.size(); ++i)
    CHECK(control.until([&] { return clients[i].pulled(fmt::format("you are {}\n", i)); }));
  auto surplus = control.dial();
  CHECK(control.until([&] { return surplus.is_gone(); }));
  clients.front().close();
  CHECK(control.until([&] { return control.gone.size() == 1; }));
  auto next = control.dial();
  next.push("late\n");
  CHECK(control.until([&] { return control.lines.back().ends_with(":late"); }));
}

TEST_CASE("A client that does not read is dropped at the bound, and told as gone once") {
  Control control;
  REQUIRE(control.server.open(control.path));
  auto lazy = control.dial();
  auto busy = control.dial();
  lazy.push("watch\n");
  busy.push("watch\n");
  REQUIRE(control.until([&] { return control.lines.size() == 2; }));
  const std::string event(16 * 1024, 'e');
  std::size_t told = 0;
  CHECK(control.until([&] {
    for (std::uint64_t client = 1; client <= 2; ++client) control.server.send(ClientId{client}, event);
    told += event.size() + 1;
    busy.pull();
    return !control.gone.empty();
  }));
  CHECK(control.gone == std::vector<std::uint64_t>{1});
  CHECK(told <= max_control_backlog_bytes + (4U << 20U)); // the bound, and what the kernel takes
  CHECK(control.until([&] {
    busy.pull();
    return busy.got.size() == told;
  }));
  control.server.send(ClientId{1}, "to nobody");
  control.server.finish(ClientId{1});
}

TEST_CASE("A client that is finished gets everything that was sent before") {
  Control control;
  control.on_line = [&](ClientId client, std::string_view) {
    for (int i = 0; i < 1000; ++i) control.server.send(client, pattern(1000));
    control.server.finish(client);
  };
  REQUIRE(control.server.open(control.path));
  auto far = control.dial();
  far.push("all\nand more\n");
  CHECK(control.until([&] { return far.is_gone(); }));
  CHECK(far.got.size() >= 1000 * 1001);
}

TEST_CASE("When it closes all clients are gone and nobody connects any more") {
  Control control;
  REQUIRE(control.server.open(control.path));
  auto far = control.dial();
  far.push("hi\n");
  REQUIRE(control.until([&] { return control.lines.size() == 1; }));
  control.server.send(ClientId{1}, "goodbye");
  control.server.close();
  CHECK(control.until([&] { return far.is_gone(); }));
  CHECK(far.got == "goodbye\n");
  auto late = control.dial();
  CHECK_FALSE(control.is_connected);
}

TEST_CASE("Another user is refused, by the file's mode and by the socket itself") {
  if (::geteuid() != 0) return; // needs to become somebody else
  Control control;
  REQUIRE(control.server.open(control.path));
  REQUIRE(::chmod(control.folder.path.c_str(), 0755) == 0);
  const auto address = address_of(control.path);
  // In the child: 1 could not connect, 2 connected and was answered, 3 connected and was shown out.
  const auto try_as_nobody = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
      const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
      if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) ::_exit(1);
      ::send(descriptor, "quit\n", 5, MSG_NOSIGNAL);
      char answer = 0;
      ::_exit(::read(descriptor, &answer, 1) > 0 ? 2 : 3);
    }
    int status = 0;
    pid_t ended = 0;
    CHECK(control.until([&] { return (ended = ::waitpid(child, &status, WNOHANG)) != 0; }));
    return ended == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  CHECK(try_as_nobody() == 1);
  REQUIRE(::chmod(control.path.c_str(), 0666) == 0);
  CHECK(try_as_nobody() == 3);
  CHECK(control.lines.empty());
}
