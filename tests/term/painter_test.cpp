#include "bench.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <random>

using namespace tincan;
using namespace tincan::term;
using namespace tincan::term::test;

namespace {

// libvterm 0.1.4 does not leave the state "the next character wraps" by CR LF in the last row when the character that
// filled the row began in column 0: on two columns `widest` keeps wide ones away.
void run_bench(int columns, int rows, const std::string& prompt, unsigned seed, int steps, int widest = 2) {
  std::mt19937 random(seed);
  Bench bench(columns, rows, letters(prompt));
  for (int step = 0; step < steps; ++step) {
    CAPTURE(columns, rows, seed, step);
    std::vector<Arrival> arrivals;
    if (number(random, 0, 4) == 0)
      for (int i = number(random, 1, 3); i > 0; --i)
        arrivals.push_back({{random_symbols(random, static_cast<std::size_t>(columns * 2), widest)}});
    if (number(random, 0, 7) != 0) bench.random_step(random, widest);
    bench.paint(arrivals);
    bench.check();
  }
}

std::string paint_text(Painter& painter, std::string_view text, std::size_t cursor) {
  const Line prompt = line("> ");
  const EditArea area{prompt, text, cursor};
  return painter.paint({}, &area);
}

} // namespace

TEST_CASE("after thousands of random edits and arrivals the screen is what it should be") {
  const auto seed = GENERATE(1u, 2u, 3u);
  run_bench(20, 6, "you> ", seed, 2000);
  run_bench(80, 24, "you> ", seed + 10, 1000);
  run_bench(13, 4, "", seed + 20, 1500);
}

TEST_CASE("tiny and odd screens neither desync nor loop") {
  const auto seed = GENERATE(1u, 2u);
  run_bench(1, 1, "> ", seed, 400);
  run_bench(2, 2, "> ", seed, 400, 1);
  run_bench(3, 5, "long prompt> ", seed, 400);
  run_bench(500, 3, "> ", seed, 400);
  run_bench(7, 1, "> ", seed, 600);
}

TEST_CASE("a row that is exactly full leaves no empty row behind a finished line") {
  Screen screen(10, 5);
  Painter painter({10, 5}, Colour::off);
  const std::vector<Line> lines{line("0123456789"), line("abc"), line(""), line("漢漢漢漢漢")};
  screen.feed(painter.paint(each(lines), nullptr));
  CHECK(screen.rows() == std::vector<std::string>{"0123456789", "abc", "", "漢漢漢漢漢", ""});
  CHECK(screen.cursor() == std::pair(4, 0));
}

TEST_CASE("without colours there is no SGR, with colours each line ends plain") {
  const std::vector<Line> lines{{{Style::peer, base::SafeText::own("bob")}, {Style::plain, base::SafeText::own(" hi")}},
                                line("bad", Style::bad)};
  CHECK(Painter({20, 5}, Colour::off).paint(each(lines), nullptr) == "bob hi\r\nbad\r\n");
  CHECK(Painter({20, 5}, Colour::on).paint(each(lines), nullptr) == "\x1b[36mbob\x1b[0m hi\r\n\x1b[31mbad\x1b[0m\r\n");
}

TEST_CASE("clusters whose width is disputed damage nothing outside their row") {
  const std::vector<std::string> disputed{
      "👨‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🇩🇪🇫", "❤️",        "☺", "कि",
      "👩🏿‍🚀",           "1️⃣",  "ᄀ", "ᅡ",  "🏴‍☠️", "ﷺ", "𒐫"};
  std::mt19937 random(7);
  const int columns = 21;
  Screen screen(columns, 12);
  Painter painter({columns, 12}, Colour::off);
  std::string typed;
  for (int step = 0; step < 400; ++step) {
    CAPTURE(step, typed);
    std::string text;
    for (int i = number(random, 0, 12); i > 0; --i)
      text += number(random, 0, 2) == 0
                  ? "a"
                  : disputed[static_cast<std::size_t>(number(random, 0, static_cast<int>(disputed.size()) - 1))];
    const std::vector<Line> lines{line("before"), line(text), line("after")};
    typed = number(random, 0, 9) == 0 ? "" : typed + disputed[static_cast<std::size_t>(step) % disputed.size()] + "b";
    const Line prompt = line("> ");
    const EditArea area{prompt, typed, typed.size()};
    screen.feed(painter.paint(each(lines), &area));
    const auto rows = screen.everything();
    CHECK(std::count(rows.begin(), rows.end(), "before") == step + 1);
    CHECK(std::count(rows.begin(), rows.end(), "after") == step + 1);
    const auto [row, column] = screen.cursor();
    REQUIRE((typed.empty() || column > 0));
    if (!typed.empty()) {
      CHECK(screen.cell(row, column - 1).chars[0] == 'b');
    }
  }
}

TEST_CASE("text of nothing but invisible characters or ten thousand marks stays on its row") {
  Screen screen(30, 6);
  Painter painter({30, 6}, Colour::off);
  std::string marks = "e";
  for (int i = 0; i < 10'000; ++i) marks += "\u0301";
  const std::vector<Line> lines{line("\u200b\u200d\u2060"), line(marks), line("after")};
  const Line prompt = line("> ");
  const auto typed = marks + "z";
  const EditArea area{prompt, typed, typed.size()};
  screen.feed(painter.paint(each(lines), &area));
  const auto rows = screen.rows();
  CHECK(rows[0].find("U+200B") != std::string::npos);
  CHECK(std::count(rows.begin(), rows.end(), "after") == 1);
  CHECK(rows[3].starts_with("> e"));
  CHECK(rows[3].ends_with("marks⟩z"));
}

TEST_CASE("a word of one mebibyte is painted in a moment") {
  Painter painter({80, 24}, Colour::on);
  const std::vector<Line> lines{line(std::string(1024 * 1024, 'x'))};
  std::string wide;
  while (wide.size() < 1024 * 1024) wide += "漢";
  const std::vector<Line> wide_lines{line(wide)};
  const auto begin = std::chrono::steady_clock::now();
  CHECK(painter.paint(each(lines), nullptr).size() < 1100 * 1024);
  CHECK(painter.paint(each(wide_lines), nullptr).size() < 1100 * 1024);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
}

TEST_CASE("a key in the longest line is drawn in a moment") {
  Painter painter({80, 24}, Colour::on);
  std::string text;
  while (text.size() < max_line_bytes - 8) text += "漢e\u0301x";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(paint_text(painter, text, text.size()).size() < 20'000);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
}

TEST_CASE("bidirectional and invisible characters typed by the user are drawn escaped, the cursor by what is drawn") {
  Screen screen(40, 3);
  Painter painter({40, 3}, Colour::off);
  const std::string text = "a\u202eb\u200bc";
  screen.feed(paint_text(painter, text, text.size()));
  CHECK(screen.row(0) == "> a⟨U+202E⟩b⟨U+200B⟩c");
  CHECK(screen.cursor() == std::pair(0, 21));
  screen.feed(paint_text(painter, text, 4)); // before the b
  CHECK(screen.cursor() == std::pair(0, 11));
}

TEST_CASE("a joiner between letters is kept as it is") {
  Screen screen(40, 3);
  Painter painter({40, 3}, Colour::off);
  screen.feed(paint_text(painter, "می\u200cخواهم", 0));
  CHECK(screen.row(0).find("U+200C") == std::string::npos);
}

TEST_CASE("a resize that does not reflow costs no finished line") {
  const auto seed = GENERATE(range(1u, 13u));
  std::mt19937 random(seed);
  int columns = 40;
  int rows = 10;
  Screen screen(columns, rows);
  Painter painter({columns, rows}, Colour::off);
  const Line prompt = line("> ");
  std::string typed;
  int finished = 0;
  for (int step = 0; step < 150; ++step) {
    CAPTURE(seed, step, columns, rows, typed);
    std::vector<Line> lines;
    for (int i = number(random, 0, 2); i > 0; --i) lines.push_back(line(fmt::format("#{}", finished++)));
    if (typed.size() > 200) typed.clear();
    for (int i = number(random, 0, 30); i > 0; --i) typed += static_cast<char>('a' + number(random, 0, 25));
    const EditArea area{prompt, typed, typed.size()};
    screen.feed(painter.paint(each(lines), &area));
    if (number(random, 0, 2) == 0) {
      columns = number(random, 8, 60);
      rows = number(random, 4, 14);
      screen.resize(columns, rows);
      screen.feed(painter.resize({columns, rows}));
      KeyDecoder decoder;
      decoder.feed(screen.take_replies());
      if (const auto key = decoder.next()) painter.cursor_reported(key->row, key->column);
      REQUIRE_FALSE(painter.asks());
      screen.feed(painter.paint({}, &area));
    }
    int next = 0;
    for (const auto& row : screen.everything())
      if (row.starts_with("#")) {
        CHECK(row == fmt::format("#{}", next));
        ++next;
      }
    REQUIRE(next == finished);
    const auto area_rows = wrap(letters("> " + typed), columns);
    const auto [row, column] = screen.cursor();
    CHECK(column == area_rows.places.back().second);
    for (int up = 0; up <= std::min(row, area_rows.places.back().first); ++up) {
      const auto index = static_cast<std::size_t>(area_rows.places.back().first - up);
      CHECK(screen.row(row - up) == (index < area_rows.rows.size() ? area_rows.rows[index] : ""));
    }
    for (int below = row + 1; below < rows; ++below) CHECK(screen.row(below).empty());
  }
}

TEST_CASE("a terminal that never tells where its cursor is costs no finished line") {
  Screen screen(20, 8);
  Painter painter({20, 8}, Colour::off);
  const std::vector<Line> lines{line("#0"), line("#1")};
  const Line prompt = line("> ");
  const std::string typed(50, 'x');
  const EditArea area{prompt, typed, typed.size()};
  screen.feed(painter.paint(each(lines), &area));
  screen.resize(10, 8);
  CHECK(painter.resize({10, 8}) == "\x1b[6n");
  painter.cursor_unknown();
  screen.feed(painter.paint({}, &area));
  CHECK(screen.row(0) == "#0");
  CHECK(screen.row(1) == "#1");
}

TEST_CASE("the cursor of a terminal that reflows is found by its column") {
  Painter painter({20, 8}, Colour::off);
  const Line prompt = line("> ");
  const std::string typed(51, 'x'); // rows of 20, 20 and 13 cells, of which a terminal of 12 columns makes two each
  const EditArea area{prompt, typed, typed.size()};
  painter.paint({}, &area);
  CHECK(painter.resize({12, 8}) == "\x1b[6n");
  painter.cursor_reported(6, 2);
  CHECK_FALSE(painter.asks());
  CHECK(painter.paint({}, &area).starts_with("\r\x1b[5A \x1b[J\r\x1b[K> xx"));
}

TEST_CASE("a wider terminal leaves the rows of the area where they are, so nothing is asked") {
  Painter painter({20, 8}, Colour::off);
  const Line prompt = line("> ");
  const std::string typed(51, 'x');
  const EditArea area{prompt, typed, typed.size()};
  painter.paint({}, &area);
  CHECK(painter.resize({30, 8}).empty());
  CHECK(painter.paint({}, &area).starts_with("\r\x1b[2A \x1b[J\r\x1b[K> xx"));
}

TEST_CASE("a terminal that becomes wider or narrower before it tells costs no finished line") {
  const auto columns = GENERATE(9, 20, 50, 100);
  Screen screen(columns, 20);
  Painter painter({30, 20}, Colour::off);
  const Line prompt = line("> ");
  std::string typed = "x";
  for (int i = 0; i < 100; ++i) {
    typed += "x";
    const std::vector<Line> lines{line(fmt::format("#{}", i))};
    const EditArea area{prompt, typed, typed.size()};
    screen.feed(painter.paint(each(lines), &area));
  }
  int next = 0;
  for (const auto& row : screen.everything())
    if (row.starts_with("#")) {
      CHECK(row == fmt::format("#{}", next));
      ++next;
    }
  CHECK(next == 100);
}
