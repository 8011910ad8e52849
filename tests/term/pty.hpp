// A pseudo-terminal whose screen side is a Screen, for tests of the real console. Waits on conditions with deadlines.
#pragma once

#include "screen.hpp"

#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string>
#include <string_view>
#include <termios.h>
#include <unistd.h>

namespace tincan::term::test {

using namespace std::chrono_literals;

inline constexpr auto patience = 20s; // generous: machines under test may be busy

class Pty {
public:
  Pty(int columns, int rows) : screen_(columns, rows) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = static_cast<unsigned short>(rows);
    if (openpty(&master_, &slave_, nullptr, nullptr, &size) != 0) std::abort();
    fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  ~Pty() {
    hang_up();
    close_slave();
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  int slave() const { return slave_; }
  int master() const { return master_; }
  void close_slave() {
    if (slave_ >= 0) ::close(std::exchange(slave_, -1));
  }
  void hang_up() {
    if (master_ >= 0) ::close(std::exchange(master_, -1));
  }
  void type(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(master_, bytes.data(), bytes.size());
      if (written > 0)
        bytes.remove_prefix(static_cast<std::size_t>(written));
      else
        wait_for(POLLOUT);
    }
  }
  // Reads what has come; true when something had.
  bool drain() {
    char bytes[8192];
    const auto got = ::read(master_, bytes, sizeof bytes);
    if (got <= 0) return false;
    seen_.append(bytes, static_cast<std::size_t>(got));
    screen_.feed({bytes, static_cast<std::size_t>(got)});
    return true;
  }
  template<class Condition> bool until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      if (!drain()) wait_for(POLLIN);
    }
    return true;
  }
  bool shows(std::string_view row) {
    return until([&] {
      const auto rows = screen_.rows();
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    });
  }
  const Screen& screen() const { return screen_; }
  const std::string& seen() const { return seen_; } // every byte
  termios modes() const {
    termios modes{};
    tcgetattr(master_, &modes);
    return modes;
  }
  bool is_raw() const { return (modes().c_lflag & (ICANON | ECHO)) == 0; }
  bool is_cooked() const { return (modes().c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG); }

private:
  void wait_for(short event) const {
    pollfd wait{master_, event, 0};
    if (::poll(&wait, 1, 5) > 0 && (wait.revents & POLLHUP) != 0) ::usleep(1000);
  }

  Screen screen_;
  int master_ = -1;
  int slave_ = -1;
  std::string seen_;
};

} // namespace tincan::term::test
