#include "tincan/base/unicode.hpp"
#include "tincan/term/editor.hpp"
#include "tincan/term/own_view.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace tincan;
using namespace tincan::term;
using What = Happened::What;

namespace {

class Typist {
public:
  Editor editor;

  Happened press(std::string_view bytes) {
    KeyDecoder decoder;
    decoder.feed(bytes);
    if (decoder.waits()) decoder.timed_out();
    Happened last;
    while (const auto key = decoder.next()) last = editor.handle(*key);
    return last;
  }
  // The line with a bar where the cursor is.
  std::string line() const {
    auto text = editor.text();
    return text.insert(editor.cursor(), "|");
  }
  std::string after(std::string_view bytes) {
    press(bytes);
    return line();
  }
};

constexpr auto left = "\x1b[D";
constexpr auto up = "\x1b[A";
constexpr auto down = "\x1b[B";

Typist with_history(std::vector<std::string> lines) {
  Typist typist;
  typist.editor.set_history(lines);
  return typist;
}

Typist with_names(std::vector<std::string> names) {
  Typist typist;
  typist.editor.set_completer([names](std::string_view line, std::size_t cursor) {
    Completion completion;
    completion.begin = line.substr(0, cursor).rfind(' ') + 1;
    const auto typed = line.substr(completion.begin, cursor - completion.begin);
    for (const auto& name : names)
      if (name.starts_with(typed)) completion.candidates.push_back(name);
    return completion;
  });
  return typist;
}

} // namespace

TEST_CASE("the cursor moves by grapheme clusters") {
  Typist typist;
  CHECK(typist.after("ae\u0301👨‍👩‍👧🇩🇪漢") == "ae\u0301👨‍👩‍👧🇩🇪漢|");
  CHECK(typist.after(left) == "ae\u0301👨‍👩‍👧🇩🇪|漢");
  CHECK(typist.after(left) == "ae\u0301👨‍👩‍👧|🇩🇪漢");
  CHECK(typist.after(left) == "ae\u0301|👨‍👩‍👧🇩🇪漢");
  CHECK(typist.after("\x7f") == "a|👨‍👩‍👧🇩🇪漢");
  CHECK(typist.after("\x04") == "a|🇩🇪漢");
  CHECK(typist.after("\x1b[3~\x02\x02\x06") == "a|漢");
  CHECK(typist.after("\x05x\x01y") == "y|a漢x");
}

TEST_CASE("a mark that joins what stands before it never leaves the cursor inside a cluster") {
  Typist typist;
  typist.press("xe");
  typist.press(left);
  typist.press("\u0301");
  CHECK(typist.line() == "x\u0301|e");
  typist.press("\x15\u0301z\x01");
  typist.press("a");
  CHECK(typist.line() == "a\u0301|ze");
}

TEST_CASE("words are jumped over, killed and yanked") {
  Typist typist;
  typist.press("one two-three vier");
  CHECK(typist.after("\x1b"
                     "b") == "one two-three |vier");
  CHECK(typist.after("\x1b[1;5D") == "one two-|three vier");
  CHECK(typist.after("\x1b"
                     "f") == "one two-three| vier");
  CHECK(typist.after("\x1b"
                     "d") == "one two-three|");
  CHECK(typist.after("\x1b\x7f") == "one two-|");
  CHECK(typist.after("\x17") == "one |");
  CHECK(typist.after("\x19") == "one two-three vier|");
  CHECK(typist.after("\x15") == "|");
  CHECK(typist.after("\x19\x19") == "one two-three vierone two-three vier|");
}

TEST_CASE("kills that are not in a row go to a ring that Alt-Y turns") {
  Typist typist;
  typist.press("abc\x15");
  typist.press("def\x15");
  CHECK(typist.after("\x19") == "def|");
  CHECK(typist.after("\x1by") == "abc|");
  CHECK(typist.after("\x1by") == "def|");
  CHECK(typist.after("x\x1by") == "defx|");
  CHECK(typist.after("\x01\x0b\x19") == "defx|");
}

TEST_CASE("undo takes back words typed, kills and yanks, down to the empty line") {
  Typist typist;
  typist.press("hello brave world");
  typist.press("\x17");
  CHECK(typist.line() == "hello brave |");
  CHECK(typist.after("\x1f") == "hello brave world|");
  CHECK(typist.after("\x1f") == "hello brave|");
  CHECK(typist.after("\x1f") == "hello|");
  CHECK(typist.after("\x1f") == "|");
  CHECK(typist.press("\x1f").what == What::refused);
}

TEST_CASE("Ctrl-T exchanges clusters") {
  Typist typist;
  CHECK(typist.after("ab漢\x14") == "a漢b|");
  CHECK(typist.after("\x01\x06\x14") == "漢a|b");
  CHECK(typist.after("\x01\x14") == "|漢ab");
}

TEST_CASE("Enter gives the line, Ctrl-C throws it away, Ctrl-D ends only on an empty one") {
  Typist typist;
  auto happened = typist.press("hello\r");
  CHECK(happened.what == What::entered);
  CHECK(happened.text == "hello");
  CHECK(typist.line() == "|");
  CHECK(typist.press("abc\x03").what == What::cancelled);
  CHECK(typist.line() == "|");
  CHECK(typist.press("a\x04").what == What::refused);
  CHECK(typist.press("\x7f\x04").what == What::ended);
  CHECK(typist.press("\x0c").what == What::clear_screen);
  CHECK(typist.press("\x1a").what == What::suspend);
}

TEST_CASE("Up and Down go through the history and give the draft back") {
  auto typist = with_history({"first", "second", "second", ""});
  typist.press("draft");
  CHECK(typist.after(up) == "second|");
  CHECK(typist.after("\x10") == "first|");
  CHECK(typist.press(up).what == What::refused);
  CHECK(typist.after(down) == "second|");
  CHECK(typist.after("\x0e") == "draft|");
  CHECK(typist.press(down).what == What::refused);
  typist.press("\r");
  CHECK(typist.after(up) == "draft|");
}

TEST_CASE("Ctrl-R finds older lines, again still older ones, and Escape leaves everything as it was") {
  auto typist = with_history({"git status", "make test", "git push"});
  typist.press("dr");
  typist.press("\x12");
  CHECK(typist.editor.search_label() == "(search '') ");
  CHECK(typist.after("git") == "|git push");
  CHECK(typist.after("\x12") == "|git status");
  CHECK(typist.press("\x12").what == What::refused);
  CHECK(typist.editor.search_label() == "(nothing with 'git') ");
  CHECK(typist.after("\x07") == "dr|");
  CHECK_FALSE(typist.editor.search_label());
  typist.press("\x12test");
  CHECK(typist.line() == "make |test");
  CHECK(typist.after("\x7f\x7f\x7f\x7fst") == "make te|st");
  CHECK(typist.after("\x1b") == "dr|");
  typist.press("\x12push");
  CHECK(typist.press("\r").text == "git push");
  typist.press("\x12make");
  CHECK(typist.after("\x05!") == "make test!|");
}

TEST_CASE("Tab completes the common beginning, a second Tab lists") {
  auto typist = with_names({"anna", "annette", "bob"});
  typist.press("hi a");
  CHECK(typist.after("\t") == "hi ann|");
  const auto listed = typist.press("\t");
  CHECK(listed.what == What::listed);
  CHECK(listed.candidates == std::vector<std::string>{"anna", "annette"});
  CHECK(typist.line() == "hi ann|");
  CHECK(typist.after("e\t") == "hi annette|");
  CHECK(typist.press("\x15zz\t").what == What::refused);
  CHECK(typist.after("\x15"
                     "b\t") == "bob|");
}

TEST_CASE("hostile candidates cannot put controls or endless text into the line") {
  auto typist = with_names({"a\x1b[2J\nb", std::string(200'000, 'a')});
  typist.press("a\x1b[D");
  typist.press("\t");
  CHECK(typist.editor.text().find('\x1b') == std::string::npos);
  auto single = with_names({"x" + std::string(200'000, 'y')});
  single.press("x\t");
  CHECK(single.editor.text().size() == max_line_bytes);
  auto escape = with_names({"c\x1b[2J\nb"});
  escape.press("c\t");
  CHECK(escape.line() == "c[2J b|");
}

TEST_CASE("a pasted line goes into the line, several lines come back as a block") {
  Typist typist;
  CHECK(typist.after("say ") == "say |");
  CHECK(typist.after("\x1b[200~one\ttwo\n\x1b[201~") == "say one two|");
  CHECK(typist.after("\x1f") == "say |");
  const auto happened = typist.press("\x1b[200~a\r\nb\rc\n\n\x1b[201~");
  CHECK(happened.what == What::pasted);
  CHECK(happened.text == "say a\nb\nc");
  CHECK(typist.line() == "|");
}

TEST_CASE("a line never grows over its bound") {
  Typist typist;
  typist.press("\x1b[200~" + std::string(max_paste_bytes, 'x') + "\x1b[201~");
  CHECK(typist.editor.text().size() == max_line_bytes);
  CHECK(typist.press("y").what == What::refused);
  CHECK(typist.press("漢").what == What::refused);
  CHECK(typist.editor.text().size() == max_line_bytes);
  CHECK(typist.press("\x1b[200~zz\x1b[201~").what == What::cut);
  typist.press("\x7fy");
  CHECK(typist.editor.text().back() == 'y');
}

TEST_CASE("whatever is pressed, the line is valid and the cursor between clusters") {
  const auto seed = GENERATE(1u, 2u, 3u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::vector<std::string> keys{"a",
                                      "b ",
                                      "漢",
                                      "\u0301",
                                      "👩",
                                      "\u200d",
                                      "🇩",
                                      "🇪",
                                      "\ufe0f",
                                      "\u200b",
                                      "가",
                                      "ᄀ",
                                      left,
                                      "\x1b[C",
                                      "\x7f",
                                      "\x04",
                                      "\x01",
                                      "\x05",
                                      "\x0b",
                                      "\x15",
                                      "\x17",
                                      "\x19",
                                      "\x1f",
                                      "\x14",
                                      "\x1b"
                                      "b",
                                      "\x1b"
                                      "f",
                                      "\x1b"
                                      "d",
                                      "\x1by",
                                      up,
                                      down,
                                      "\x12",
                                      "\x1b[200~x y\x1b[201~",
                                      "\x07",
                                      "\t"};
  auto typist = with_names({"a", "ab漢\u0301", "ab漢c"});
  for (int step = 0; step < 6000; ++step) {
    typist.press(keys[std::uniform_int_distribution<std::size_t>(0, keys.size() - 1)(random)]);
    if (step % 97 == 0) typist.press("\r");
    const auto& text = typist.editor.text();
    const auto cursor = typist.editor.cursor();
    REQUIRE(base::is_valid_utf8(text));
    std::size_t boundary = 0;
    while (boundary < cursor) boundary = base::next_grapheme(text, boundary);
    CAPTURE(step, text);
    REQUIRE(boundary == cursor);
    REQUIRE(own_view(text, cursor).cursor <= own_view(text, cursor).text.size());
  }
}
