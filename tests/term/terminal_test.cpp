#include "session.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>

using namespace tincan;
using namespace tincan::term;
using namespace tincan::term::test;

namespace {

// Runs `act` with a console in a child that has the pty as its own terminal; returns its wait status.
int run_child(Pty& pty, const std::function<void(Console&)>& act) {
  const auto child = ::fork();
  if (child == 0) {
    ::setsid();
    ::ioctl(pty.slave(), TIOCSCTTY, 0);
    ::dup2(pty.slave(), 2);
    for (const int signal : {SIGABRT, SIGSEGV, SIGQUIT}) std::signal(signal, SIG_DFL); // not the test runner's
    block_console_signals();
    const auto console = open_on(pty);
    act(*console);
    ::_exit(7);
  }
  int status = -1;
  CHECK(pty.until([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
  while (pty.drain()) {
  }
  return status;
}

} // namespace

TEST_CASE("what is typed appears, and what arrives is printed above it") {
  Session session;
  session.pty.type("hello");
  REQUIRE(session.pty.shows("> hello"));
  session.console->print(line("bob: hi"));
  REQUIRE(session.pty.shows("bob: hi"));
  CHECK(session.pty.screen().row(0) == "bob: hi");
  CHECK(session.pty.screen().row(1) == "> hello");
  session.pty.type("\r");
  CHECK(session.next() == "line hello");
  REQUIRE(session.pty.shows(">"));
}

TEST_CASE("an entered line stays after its prompt only when that was asked for") {
  Session session(40, 12, true);
  session.pty.type("kept\r");
  CHECK(session.next() == "line kept");
  REQUIRE(session.pty.until([&] { return session.pty.screen().row(1) == ">"; }));
  CHECK(session.pty.screen().row(0) == "> kept");
}

TEST_CASE("Ctrl-C cancels, wake wakes, Ctrl-D ends, a block is told from lines") {
  Session session;
  session.pty.type("abc\x03");
  CHECK(session.next() == "cancelled");
  session.console->wake();
  CHECK(session.next() == "woken");
  session.pty.type("\x1b[200~one\rtwo\r\x1b[201~");
  CHECK(session.next() == "block one\ntwo");
  session.pty.type("a\rb\rc\r");
  CHECK(session.next() == "line a");
  CHECK(session.next() == "line b");
  CHECK(session.next() == "line c");
  session.pty.type("\x04");
  CHECK(session.next() == "ended");
}

TEST_CASE("the answers of a terminal never become text") {
  Session session;
  session.pty.type("a\x1b[?1;2c\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[5;5Rb\r");
  CHECK(session.next() == "line ab");
}

TEST_CASE("the bell rings at most once a second") {
  Session session;
  for (int i = 0; i < 1000; ++i) session.console->ring();
  session.console->print(line("after"));
  REQUIRE(session.pty.shows("after"));
  CHECK(session.pty.screen().bells() == 1);
}

TEST_CASE("a key is on the screen at once while another thread prints 5,000 lines a second") {
  Session session(80, 24);
  REQUIRE(session.pty.shows(">"));
  constexpr int total = 5000;
  std::atomic<bool> done = false;
  std::thread printer([&] {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < total; ++i) {
      session.console->print(line(fmt::format("#{:05} a line that somebody else has sent to all of us", i)));
      std::this_thread::sleep_until(begin + std::chrono::microseconds(200) * (i + 1));
    }
    done = true;
  });
  check_keys_until(session, done);
  printer.join();
  REQUIRE(session.pty.shows(fmt::format("#{:05} a line that somebody else has sent to all of us", total - 1)));
  int last = -1;
  int shown = 0;
  int left_out = 0;
  for (const auto& row : session.pty.screen().everything()) {
    if (row.starts_with("… ")) left_out += std::atoi(row.c_str() + std::string_view("… ").size());
    if (!row.starts_with("#")) continue;
    const int now = std::atoi(row.c_str() + 1);
    CHECK(now > last);
    last = now;
    ++shown;
  }
  CHECK(shown + left_out == total);
}

TEST_CASE("a terminal that nobody reads blocks neither print nor the keyboard") {
  Session session;
  REQUIRE(session.pty.shows(">"));
  std::atomic<bool> printed = false;
  std::thread printer([&] {
    for (int i = 0; i < 50'000; ++i) session.console->print(line(fmt::format("#{:05} nobody reads me", i)));
    printed = true;
  });
  printer.join(); // would hang if print waited for the terminal
  CHECK(printed);
  session.pty.type("still here\r\x03");
  CHECK(session.next() == "line still here"); // which reads again
  CHECK(session.next() == "cancelled");
  REQUIRE(session.pty.shows("#49999 nobody reads me"));
  int left_out = 0;
  int shown = 0;
  for (const auto& row : session.pty.screen().everything()) {
    if (row.starts_with("… ")) left_out += std::atoi(row.c_str() + std::string_view("… ").size());
    shown += row.starts_with("#");
  }
  CHECK(left_out > 0);
  CHECK(shown + left_out == 50'000);
}

TEST_CASE("closing does not wait for a terminal that nobody reads") {
  Pty pty(40, 12);
  auto console = open_on(pty);
  for (int i = 0; i < 20'000; ++i) console->print(line("nobody reads me"));
  const auto begin = std::chrono::steady_clock::now();
  console.reset();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(pty.is_cooked());
}

TEST_CASE("closing prints what waits, and gives the terminal back as it was") {
  Session session;
  REQUIRE(session.pty.shows(">"));
  CHECK(session.pty.is_raw());
  session.pty.type("half a line");
  REQUIRE(session.pty.shows("> half a line"));
  for (int i = 0; i < 300; ++i) session.console->print(line(fmt::format("#{}", i)));
  session.close();
  CHECK(session.pty.is_cooked());
  CHECK(session.pty.seen().ends_with(paste_marks_off));
  const auto rows = session.pty.screen().everything();
  CHECK(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.starts_with("#"); }) == 300);
  CHECK(session.pty.screen().row(session.pty.screen().cursor().first).empty());
}

TEST_CASE("a hang-up ends the reading") {
  Session session;
  REQUIRE(session.pty.shows(">"));
  session.pty.hang_up();
  CHECK(session.next() == "ended");
}

TEST_CASE("the terminal is given back on fatal signals and on terminate") {
  Pty pty(80, 24);
  int status = 0;
  SECTION("abort") {
    status = run_child(pty, [](Console&) { std::abort(); });
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
  }
  SECTION("a signal that somebody sends") {
    status = run_child(pty, [](Console&) { std::raise(SIGQUIT); });
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT));
  }
  SECTION("an exception that nobody catches") {
    status =
        run_child(pty, [](Console&) { std::thread([] { throw std::runtime_error("nobody catches me"); }).join(); });
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
  }
  SECTION("a fault") {
    status = run_child(pty, [](Console&) { std::raise(SIGSEGV); });
    CHECK(!(WIFEXITED(status) && WEXITSTATUS(status) == 7));
  }
  CHECK(pty.is_cooked());
  CHECK(pty.seen().find(paste_marks_on) != std::string::npos);
  CHECK(pty.seen().find(paste_marks_off) != std::string::npos);
}

TEST_CASE("SIGTERM and SIGHUP are inputs, and Ctrl-Z without a shell stops nothing") {
  Pty pty(80, 24);
  const int status = run_child(pty, [&pty](Console& console) {
    ::kill(::getpid(), SIGTERM);
    if (std::get<Stopped>(console.read()).signal != SIGTERM) ::_exit(1);
    ::kill(::getpid(), SIGINT);
    if (!std::holds_alternative<Cancelled>(console.read())) ::_exit(2);
    pty.type("\x1a"
             "going on\r");
    if (std::get<LineEntered>(console.read()).text != "going on") ::_exit(3);
    ::kill(::getpid(), SIGHUP);
    if (std::get<Stopped>(console.read()).signal != SIGHUP) ::_exit(4);
    ::_exit(0);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("without a terminal that can be edited on, the plain console is opened") {
  Pty pty(80, 24);
  ::setenv("TERM", "dumb", 1);
  ConsoleOptions options;
  options.input = options.output = pty.slave();
  CHECK_FALSE((*open_console(options))->is_interactive());
  ::setenv("TERM", "xterm", 1);
  CHECK((*open_console(options))->is_interactive());
  options.mode = Mode::plain;
  CHECK_FALSE((*open_console(options))->is_interactive());
  options.mode = Mode::automatic;
  options.input = ::open("/dev/null", O_RDONLY);
  CHECK_FALSE((*open_console(options))->is_interactive());
  ::close(options.input);
  const auto closed = open_console(options);
  REQUIRE_FALSE(closed);
  CHECK(closed.error().text.find("cannot open the console") == 0);
}
