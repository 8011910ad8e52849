#include "bench.hpp"
#include "tincan/term/shown_blocks.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace tincan;
using namespace tincan::term;
using namespace tincan::term::test;

namespace {

using Tags = std::vector<LineTag>;

// Other characters of the same widths, so that they wrap as the ones before do.
Symbols varied(Symbols symbols, std::mt19937& random) {
  for (auto& symbol : symbols)
    while (number(random, 0, 2) == 0) {
      const auto& other = random_symbol(random);
      if (other.width != symbol.width) continue;
      symbol = other;
      break;
    }
  return symbols;
}

// A bench, and the choice of what is printed on it and what is changed afterwards.
class Play {
public:
  Play(int columns, int rows, unsigned seed, int widest, int above)
      : columns_(columns),
        rows_(rows),
        widest_(widest),
        random_(seed),
        bench_(columns, rows, letters("> "), above) {}

  void step() {
    std::vector<Arrival> arrivals;
    if (one_in(3))
      for (int i = number(random_, 1, 3); i > 0; --i) arrivals.push_back(arrival());
    if (one_in(40)) bench_.change_prompt(random_symbols(random_, static_cast<std::size_t>(columns_), widest_));
    for (int keys = one_in(30) ? 2 * columns_ : number(random_, 0, 2); keys > 0; --keys)
      bench_.random_step(random_, widest_);
    if (one_in(30)) bench_.kill_to_begin();
    bench_.paint(arrivals);
    bench_.check();
    for (int i = number(random_, 0, 3); i > 0; --i) change();
  }
  int changed() const { return changed_; }

private:
  bool one_in(int times) { return number(random_, 1, times) == 1; }

  std::vector<Symbols> lines() {
    std::vector<Symbols> result;
    for (int i = one_in(3) ? number(random_, 2, 3) : 1; i > 0; --i)
      result.push_back(one_in(4) ? letters(std::string(static_cast<std::size_t>(columns_), 'f')) // exactly a row
                                 : random_symbols(random_, static_cast<std::size_t>(columns_ * 3 / 2), widest_));
    return result;
  }
  Arrival arrival() {
    if (one_in(3)) return {lines()};
    const auto tag = one_in(8) && last_tag_ > 0 ? recent_tag() : ++last_tag_;
    printed_[tag] = lines();
    return {printed_[tag], tag};
  }
  LineTag recent_tag() {
    return static_cast<LineTag>(number(random_, std::max(1, to_int(last_tag_) - rows_), to_int(last_tag_)));
  }
  static int to_int(LineTag tag) { return static_cast<int>(tag); }

  void change() {
    if (last_tag_ == 0) return;
    const auto tag = recent_tag();
    auto changed = printed_[tag];
    if (one_in(4))
      changed = lines();
    else
      for (auto& symbols : changed) symbols = varied(std::move(symbols), random_);
    changed_ += bench_.replace({changed, tag});
    bench_.check();
  }

  int columns_;
  int rows_;
  int widest_;
  std::mt19937 random_;
  Bench bench_;
  std::map<LineTag, std::vector<Symbols>> printed_;
  LineTag last_tag_ = 0;
  int changed_ = 0;
};

void play(int columns, int rows, unsigned seed, int steps, int widest = 2, int above = 0) {
  Play game(columns, rows, seed, widest, above);
  for (int step = 0; step < steps; ++step) {
    CAPTURE(columns, rows, seed, step);
    game.step();
  }
  if (rows > 2) CHECK(game.changed() > steps / 50);
}

std::string paint(Painter& painter, std::vector<Block> blocks, std::string_view typed) {
  const auto prompt = line("> ");
  const EditArea area{prompt, typed, typed.size()};
  return painter.paint(blocks, &area);
}

} // namespace

TEST_CASE("blocks are known until their first row has left the screen") {
  ShownBlocks shown;
  shown.add(1, 2);
  shown.add(0, 1);
  shown.add(2, 1);
  shown.use_below(1, 5);
  CHECK(shown.tags() == Tags{1, 2});
  CHECK(shown.find(1)->above == 4);
  CHECK(shown.find(1)->rows == 2);
  CHECK(shown.find(2)->above == 1);
  CHECK_FALSE(shown.find(0));
  shown.use_below(2, 5); // half of the first block is gone
  CHECK(shown.tags() == Tags{2});
  shown.use_below(1, 5); // the area is small again, but nothing comes back
  CHECK(shown.tags() == Tags{2});
  shown.add(3, 1);
  CHECK(shown.find(2)->above == 2);
  shown.forget_all();
  CHECK(shown.tags().empty());
}

TEST_CASE("of two blocks with one tag the newer is known") {
  ShownBlocks shown;
  shown.add(1, 1);
  shown.add(2, 1);
  shown.add(1, 3);
  CHECK(shown.tags() == Tags{2, 1});
  CHECK(shown.find(1)->above == 3);
}

TEST_CASE("a million blocks are no more than the screen holds") {
  ShownBlocks shown;
  for (LineTag tag = 1; tag <= 1'000'000; ++tag) {
    shown.add(tag, 1);
    shown.use_below(1, 24);
  }
  CHECK(shown.tags().size() == 23);
}

TEST_CASE("after thousands of random changes in place the screen is what it should be") {
  const auto seed = GENERATE(range(1u, 5u));
  play(20, 6, seed, 700);
  play(80, 24, seed + 10, 200);
  play(33, 12, seed + 20, 300, 2, 7);
  play(13, 4, seed + 30, 500, 2, 3);
}

TEST_CASE("changes in place keep tiny and odd screens whole") {
  const auto seed = GENERATE(1u, 2u, 3u);
  play(1, 1, seed, 200);
  play(2, 2, seed, 200, 1);
  play(3, 5, seed, 250, 1);
  play(7, 1, seed, 250);
  play(300, 3, seed, 200);
  play(40, 2, seed, 250);
}

TEST_CASE("a change in place leaves the cursor and the line being typed where they are") {
  Screen screen(20, 6);
  Painter painter({20, 6}, Colour::on);
  screen.feed(
      paint(painter, {{{line("hello")}, 0}, {{line("you: hi · queued", Style::own)}, 1}}, std::string(25, 'x')));
  const auto cursor = screen.cursor();
  const auto bytes = painter.replace(
      {{{{Style::own, base::SafeText::own("you: hi · ")}, {Style::dim, base::SafeText::own("read")}}}, 1});
  CHECK(bytes.find("xx") == std::string::npos);
  screen.feed(bytes);
  CHECK(screen.rows() ==
        std::vector<std::string>{"hello", "you: hi · read", "> xxxxxxxxxxxxxxxxxx", "xxxxxxx", "", ""});
  CHECK(screen.cursor() == cursor);
}

TEST_CASE("a change between two lines being typed is drawn as well") {
  Screen screen(20, 6);
  Painter painter({20, 6}, Colour::off);
  screen.feed(paint(painter, {{{line("a · queued")}, 1}}, std::string(30, 'x')));
  screen.feed(painter.paint({}, nullptr));
  screen.feed(painter.replace({{line("a · read")}, 1}));
  CHECK(screen.rows() == std::vector<std::string>{"a · read", "", "", "", "", ""});
  CHECK(screen.cursor() == std::pair(1, 0));
}

TEST_CASE("a change that takes another number of rows is not drawn") {
  Painter painter({10, 6}, Colour::off);
  paint(painter, {{{line("0123456789")}, 1}}, "");
  CHECK(painter.replace({{line("0123456789x")}, 1}).empty());
  CHECK(painter.replace({{line("a"), line("b")}, 1}).empty());
  CHECK_FALSE(painter.replace({{line("a")}, 1}).empty());
}

TEST_CASE("after a resize, a cleared screen or a stop the blocks from before are forgotten, new ones are known") {
  Painter painter({20, 6}, Colour::off);
  paint(painter, {{{line("a")}, 1}}, "typed");
  SECTION("wider") { painter.resize({30, 6}); }
  SECTION("higher") { painter.resize({20, 7}); }
  SECTION("cleared") { painter.clear_screen(); }
  SECTION("stopped") { painter.forget(); }
  CHECK(painter.tags().empty());
  CHECK(painter.replace({{line("b")}, 1}).empty());
  paint(painter, {{{line("c")}, 2}}, "typed");
  CHECK(painter.tags() == Tags{2});
  CHECK(painter.replace({{line("d")}, 2}) == "\r\x1b[1A\x1b[K\r\n\x1b[1Ad\r\n\x1b[7C");
}

TEST_CASE("a line that the area pushed out while it was higher is left alone when the area is low again") {
  Screen screen(10, 3);
  Painter painter({10, 3}, Colour::off);
  screen.feed(paint(painter, {{{line("a")}, 1}, {{line("b")}, 2}}, ""));
  screen.feed(paint(painter, {}, std::string(12, 'x')));
  screen.feed(paint(painter, {}, ""));
  CHECK(painter.replace({{line("A")}, 1}).empty());
  screen.feed(painter.replace({{line("B")}, 2}));
  CHECK(screen.everything() == std::vector<std::string>{"a", "B", ">", ""});
}

TEST_CASE("clusters whose width is disputed are changed without damage to other rows") {
  Screen screen(21, 12);
  Painter painter({21, 12}, Colour::off);
  const std::vector<std::string> texts{
      "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👍🏽🇩🇪🇩🇪🇫❤️ queued",
      "☺किᄀ🏴‍☠️ﷺ𒐫👩🏿‍🚀1️⃣ read"};
  for (LineTag tag = 1; tag < 100; ++tag) {
    screen.feed(paint(painter, {{{line("before")}, 0}, {{line(texts[tag % 2])}, tag}, {{line("after")}, 0}}, "typing"));
    const auto bytes = painter.replace({{line(texts[(tag + 1) % 2])}, tag});
    screen.feed(bytes);
    CHECK(screen.row(screen.cursor().first) == "> typing");
    CHECK(screen.cursor().second == 8);
  }
  const auto rows = screen.everything();
  CHECK(std::count(rows.begin(), rows.end(), "before") == 99);
  CHECK(std::count(rows.begin(), rows.end(), "after") == 99);
}

TEST_CASE("resizes between the changes cost no line, and each shows the state that was drawn last") {
  const auto seed = GENERATE(range(1u, 9u));
  std::mt19937 random(seed);
  ScreenSize size{40, 10};
  Screen screen(size.columns, size.rows);
  Painter painter(size, Colour::off);
  std::string typed;
  std::vector<std::string> states;
  int drawn = 0;
  for (int step = 0; step < 150; ++step) {
    CAPTURE(seed, step, size.columns, size.rows, typed);
    std::vector<Block> blocks;
    for (int i = number(random, 0, 2); i > 0; --i) {
      blocks.push_back({{line(fmt::format("#{} queued", states.size()))}, states.size() + 1});
      states.emplace_back("queued");
    }
    if (typed.size() > 100) typed.clear();
    typed.append(static_cast<std::size_t>(number(random, 0, 20)), 'x');
    screen.feed(paint(painter, blocks, typed));
    if (number(random, 0, 4) == 0) {
      size = {number(random, 12, 60), number(random, 4, 14)};
      screen.resize(size.columns, size.rows);
      screen.feed(painter.resize(size));
      KeyDecoder decoder;
      decoder.feed(screen.take_replies());
      if (const auto key = decoder.next()) painter.cursor_reported(key->row, key->column);
      REQUIRE_FALSE(painter.asks());
    }
    for (int i = number(random, 0, 3); i > 0 && !states.empty(); --i) {
      const auto index = states.size() - 1 -
                         static_cast<std::size_t>(number(random, 0, std::min(20, static_cast<int>(states.size()) - 1)));
      const std::string state = number(random, 0, 1) == 0 ? "sent" : "read";
      const auto bytes = painter.replace({{line(fmt::format("#{} {}", index, state))}, index + 1});
      screen.feed(bytes);
      if (bytes.empty()) continue;
      states[index] = state;
      ++drawn;
    }
    std::size_t next = 0;
    for (const auto& row : screen.everything())
      if (row.starts_with("#")) {
        REQUIRE(next < states.size());
        CHECK(row == fmt::format("#{} {}", next, states[next]));
        ++next;
      }
    REQUIRE(next == states.size());
  }
  CHECK(drawn > 10);
}
