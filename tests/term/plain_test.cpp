#include "pty.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/term/line_buffer.hpp"
#include "tincan/term/plain.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

using namespace tincan;
using namespace tincan::term;
using namespace tincan::term::test;

namespace {

Line line(std::string_view text, Style style = Style::bad) { return {{style, base::SafeText::own(text)}}; }

struct Pipe {
  Pipe() {
    if (::pipe(ends) != 0) std::abort();
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_reader() {
    if (ends[0] >= 0) ::close(std::exchange(ends[0], -1));
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(std::exchange(ends[1], -1));
  }
  void write(std::string_view bytes) const {
    REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  std::string read_some() const {
    std::string bytes(1 << 20, '\0');
    const auto got = ::read(ends[0], bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  std::string read_all() const {
    std::string all;
    for (auto part = read_some(); !part.empty(); part = read_some()) all += part;
    return all;
  }
  int ends[2];
};

ConsoleOptions options_for(const Pipe& in, const Pipe& out) {
  ConsoleOptions options;
  options.input = in.ends[0];
  options.output = out.ends[1];
  return options;
}

std::string entered(Console& console) { return std::get<LineEntered>(console.read()).text; }
bool ends(Console& console) { return std::holds_alternative<Ended>(console.read()); }

} // namespace

TEST_CASE("a plain console asks, reads and prints as a script expects it") {
  Pipe in;
  Pipe out;
  {
    PlainConsole console(options_for(in, out));
    console.set_prompt(line("> "));
    in.write("1\r\nhello\n\nlast");
    in.close_writer();
    CHECK(entered(console) == "1");
    console.print({{Style::peer, base::SafeText::own("bob")}, {Style::plain, base::SafeText::own(": hi")}});
    CHECK(entered(console) == "hello");
    CHECK(entered(console).empty());
    CHECK(entered(console) == "last");
    CHECK(ends(console));
    CHECK(ends(console));
    console.ring();
  }
  out.close_writer();
  CHECK(out.read_all() == "> bob: hi\n> > > > > ");
}

TEST_CASE("a plain console never writes an escape or a bell, whatever it is told to print") {
  Pipe in;
  Pipe out;
  {
    PlainConsole console(options_for(in, out));
    console.set_prompt(line("\x1b[31m> "));
    console.print({{Style::mention, base::safe_line(base::PeerText("a\x1b[2J\a\x9b\x07"
                                                                   "b\r\nc"))}});
    console.ring();
    in.write("x\n");
    CHECK(entered(console) == "x");
  }
  out.close_writer();
  const auto all = out.read_all();
  CHECK(all.find('\x1b') == std::string::npos);
  CHECK(all.find('\a') == std::string::npos);
}

TEST_CASE("hostile input becomes clean lines") {
  LineSplitter lines;
  lines.feed("a\xff"
             "b\x1b[A\x07\tc\r\n");
  lines.feed(std::string_view("n\0ul\n", 5));
  lines.feed("\xf0\x9f");
  lines.feed("\x91\x8d\n\xc2\x9b"
             "31m\n");
  CHECK(lines.next() == "a\xef\xbf\xbd"
                        "b[A c");
  CHECK(lines.next() == "nul");
  CHECK(lines.next() == "👍");
  CHECK(lines.next() == "31m");
  CHECK_FALSE(lines.next());
  lines.end();
  CHECK_FALSE(lines.next());
}

TEST_CASE("an endless line is cut at the bound, the next one is whole") {
  LineSplitter lines;
  for (int i = 0; i < 100; ++i) lines.feed(std::string(100'000, 'x'));
  lines.feed("\nnext\n");
  CHECK(lines.next()->size() == max_line_bytes);
  CHECK(lines.next() == "next");
}

TEST_CASE("end of file, a wake and a reader that has gone are told apart") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  PlainConsole console(options_for(in, out));
  console.wake();
  CHECK(std::holds_alternative<Woken>(console.read()));
  std::thread waker([&] { console.wake(); });
  CHECK(std::holds_alternative<Woken>(console.read()));
  waker.join();
  out.close_reader();
  std::thread printer([&] { console.print(line("nobody reads")); });
  CHECK(ends(console));
  printer.join();
}

TEST_CASE("a reader that is behind blocks nobody and gets everything in the end") {
  Pipe in;
  Pipe out;
  constexpr int count = 20'000;
  std::string all;
  std::thread reader;
  {
    PlainConsole console(options_for(in, out));
    for (int i = 0; i < count; ++i) console.print(line(fmt::format("#{:05} a line of some length", i)));
    reader = std::thread([&] { all = out.read_all(); });
    in.write("done\n");
    CHECK(entered(console) == "done");
  }
  out.close_writer();
  reader.join();
  CHECK(std::count(all.begin(), all.end(), '\n') == count);
  CHECK(all.find("#19999") != std::string::npos);
}

TEST_CASE("at a plain terminal a line printed behind an open prompt begins in column 0") {
  Pty pty(40, 10);
  ConsoleOptions options;
  options.input = options.output = pty.slave();
  options.mode = Mode::plain;
  auto console = *open_console(options);
  console->set_prompt(line("> "));
  console->wake();
  CHECK(std::holds_alternative<Woken>(console->read()));
  console->print(line("one"));
  console->print(line("two"));
  REQUIRE(pty.shows("two"));
  CHECK(pty.screen().rows()[0] == ">");
  CHECK(pty.screen().rows()[1] == "one");
  CHECK(pty.screen().rows()[2] == "two");
  pty.type("abc\n");
  CHECK(entered(*console) == "abc");
  console->print(line("three"));
  REQUIRE(pty.shows("three"));
  CHECK(pty.screen().rows()[4] == "three");
  CHECK(pty.seen().find('\x1b') == std::string::npos);
}

TEST_CASE("a plain console prints a block as lines and changes none of them") {
  Pipe in;
  Pipe out;
  {
    PlainConsole console(options_for(in, out));
    console.print({line("you: one · queued"), line("and two")}, 1);
    CHECK_FALSE(console.replace(1, {line("you: one · read"), line("and two")}));
    console.print({}, 2);
    console.print(line("end"));
  }
  out.close_writer();
  CHECK(out.read_all() == "you: one · queued\nand two\nend\n");
}
