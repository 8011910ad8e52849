#include "session.hpp"

using namespace tincan;
using namespace tincan::term;
using namespace tincan::term::test;

TEST_CASE("a printed block changes where it stands, the line being typed and the cursor stay") {
  Session session;
  session.console->print({line("you: one · queued"), line("and two")}, 1);
  session.console->print(line("bob: hi"));
  session.pty.type("typing");
  REQUIRE(session.pty.shows("bob: hi"));
  REQUIRE(session.pty.shows("> typing"));
  CHECK(session.console->replace(1, {line("you: one · read"), line("and two")}));
  REQUIRE(session.pty.shows("you: one · read"));
  CHECK(session.pty.screen().row(1) == "and two");
  CHECK(session.pty.screen().row(2) == "bob: hi");
  CHECK(session.pty.screen().row(3) == "> typing");
  CHECK(session.pty.until([&] { return session.pty.screen().cursor() == std::pair(3, 8); }));
  CHECK_FALSE(session.console->replace(2, {line("nobody knows me")}));
}

TEST_CASE("a block that has left the screen is known to be gone") {
  Session session(40, 5);
  session.console->print({line("old")}, 1);
  for (int i = 0; i < 10; ++i) session.console->print({line(fmt::format("#{}", i))}, 2);
  session.console->print(line("end"));
  REQUIRE(session.pty.shows("end"));
  CHECK_FALSE(session.console->replace(1, {line("new")}));
  CHECK(session.console->replace(2, {line("#9 changed")}));
  REQUIRE(session.pty.shows("#9 changed"));
}

TEST_CASE("a key is on the screen at once while another thread prints 5,000 lines a second and changes them") {
  Session session(80, 24);
  REQUIRE(session.pty.shows(">"));
  constexpr int total = 5000;
  const auto text = [](int i, std::string_view state) {
    return line(fmt::format("#{:05} a line of ours · {}", i, state));
  };
  std::atomic<bool> done = false;
  std::thread printer([&] {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < total; ++i) {
      session.console->print({text(i, "queued")}, static_cast<LineTag>(i) + 1);
      for (int old = std::max(0, i - 3); old < i; ++old)
        session.console->replace(static_cast<LineTag>(old) + 1, {text(old, "read")});
      std::this_thread::sleep_until(begin + std::chrono::microseconds(200) * (i + 1));
    }
    done = true;
  });
  check_keys_until(session, done);
  printer.join();
  REQUIRE(session.pty.shows(fmt::format("#{:05} a line of ours · read", total - 2)));
  REQUIRE(session.pty.shows(fmt::format("#{:05} a line of ours · queued", total - 1)));
  int next = -1;
  for (const auto& row : session.pty.screen().everything())
    if (row.starts_with("#")) {
      const int number = std::atoi(row.c_str() + 1);
      CHECK(number > next);
      next = number;
    }
}

TEST_CASE("a key is on the screen at once while another thread changes a block 100,000 times a second") {
  Session session(80, 24);
  for (LineTag tag = 1; tag <= 10; ++tag) session.console->print({line(fmt::format("{} · queued", tag))}, tag);
  REQUIRE(session.pty.shows("10 · queued"));
  constexpr int total = 100'000;
  std::atomic<bool> done = false;
  std::thread changer([&] {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < total; ++i) {
      const auto tag = static_cast<LineTag>(i) % 10 + 1;
      session.console->replace(tag, {line(fmt::format("{} · {}", tag, i))});
      if (i % 100 == 0) std::this_thread::sleep_until(begin + std::chrono::microseconds(10) * (i + 1));
    }
    done = true;
  });
  check_keys_until(session, done);
  changer.join();
  for (int i = total - 10; i < total; ++i) REQUIRE(session.pty.shows(fmt::format("{} · {}", i % 10 + 1, i)));
}

TEST_CASE("a terminal that nobody reads blocks no change, and closing draws the last ones") {
  Session session;
  session.console->print({line("you: one · queued")}, 1);
  REQUIRE(session.pty.shows("you: one · queued"));
  for (unsigned i = 0; i < 100'000; ++i)
    session.console->replace(1, {line("you: one · sent " + std::string(i % 2, '!'))});
  session.console->replace(1, {line("you: one · read")});
  session.close();
  const auto rows = session.pty.screen().everything();
  CHECK(std::count(rows.begin(), rows.end(), "you: one · read") == 1);
}
