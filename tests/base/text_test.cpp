// The rows A1 to A9 of security.md 1, on the only ways from a peer's bytes to a terminal.
#include "tincan/base/text.hpp"

#include "random_text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

using namespace tincan::base;
using test::code_points;
using test::RandomText;

namespace {

std::string line_of(std::string_view bytes) { return safe_line(PeerText(std::string(bytes))).str(); }
std::string name_of(std::string_view bytes) { return safe_name(PeerText(std::string(bytes))).str(); }
std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const auto& line : safe_lines(PeerText(std::string(bytes)))) lines.push_back(line.str());
  return lines;
}

// Written down here once more, from the table of security.md, so that a hole in the room's own list is seen.
bool moves_a_terminal(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}
bool is_unseen(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x180E || c == 0x200B ||
         (c >= 0x2060 && c <= 0x2065) || c == 0x2800 || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xFE00 && c <= 0xFE0D) || (c >= 0xE0000 && c <= 0xE0FFF);
}

void check_harmless(const std::string& text) {
  REQUIRE(is_valid_utf8(text));
  for (const auto c : code_points(text)) {
    CHECK_FALSE(moves_a_terminal(c));
    CHECK_FALSE(is_unseen(c));
    CHECK_FALSE((c & 0xFFFE) == 0xFFFE);
  }
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

} // namespace

TEST_CASE("A1 No escape sequence of a peer survives, in any place where its text is shown") {
  for (const auto* attack :
       {"\x1b[2J", "\x1b[1A\rroot", "\x1b]0;t\x07", "\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\", "\x1b]52;c;aGk=\x07",
        "\x1bP$q\"p\x1b\\", "\x1b_G\x1b\\",
        "\x1b"
        "c",
        "\x1b[6n", "\x1b[c", "\x1b]10;?\x07", "\x1b[?1049h", "\x0e", "\x1b(0", "\x07", "\x7f", "\x1b"}) {
    for (const auto& out : {line_of(attack), name_of(attack), SafeText::own(attack).str(), lines_of(attack).front()}) {
      check_harmless(out);
      CHECK_FALSE(out.empty());
    }
  }
  CHECK(line_of("a\x1b[2Jb") == "a⟨U+001B⟩[2Jb");
}

TEST_CASE("A2 C1 controls are shown by their numbers, as code points and as raw bytes") {
  for (char32_t c = 0x80; c <= 0x9F; ++c) {
    std::string encoded;
    append_utf8(encoded, c);
    CHECK(line_of("a" + encoded + "31mb") == fmt::format("a⟨U+{:04X}⟩31mb", static_cast<unsigned>(c)));
    CHECK(line_of(std::string("a") + static_cast<char>(c) + "31mb") == "a\uFFFD"
                                                                       "31mb");
  }
}

TEST_CASE("A3 Only line feeds make lines; what moves the cursor is shown") {
  CHECK(lines_of("hi\r\x08\x08root: pay me") == std::vector<std::string>{"hi⟨U+000D⟩⟨U+0008⟩⟨U+0008⟩root: pay me"});
  CHECK(lines_of("a\r\nb\nc") == std::vector<std::string>{"a", "b", "c"});
  CHECK(lines_of("a\r\rb") == std::vector<std::string>{"a⟨U+000D⟩⟨U+000D⟩b"});
  CHECK(lines_of("a\vb\fc\u0085d\u2028e\u2029f") ==
        std::vector<std::string>{"a⟨U+000B⟩b⟨U+000C⟩c⟨U+0085⟩d⟨U+2028⟩e⟨U+2029⟩f"});
  CHECK(lines_of("a\tb") == std::vector<std::string>{"a b"});
  CHECK(lines_of("") == std::vector<std::string>{""});
  CHECK(lines_of("\n") == std::vector<std::string>{"", ""});
  CHECK(line_of("hi\n* bob is now known as alice") == "hi ⏎ * bob is now known as alice");
}

TEST_CASE("A4 Bidirectional controls are shown, in text and in names") {
  for (const char32_t c : {U'\u202A', U'\u202B', U'\u202C', U'\u202D', U'\u202E', U'\u2066', U'\u2067', U'\u2068',
                           U'\u2069', U'\u200E', U'\u200F', U'\u061C'}) {
    std::string encoded;
    append_utf8(encoded, c);
    const auto shown = fmt::format("⟨U+{:04X}⟩", static_cast<unsigned>(c));
    CHECK(line_of(encoded + "gpj.exe") == shown + "gpj.exe");
    CHECK(name_of("a" + encoded + "b") == "a" + shown + "b");
  }
}

TEST_CASE("A5 What is invisible in a name is shown") {
  CHECK(name_of("ad\u200Bmin") == "ad⟨U+200B⟩min");
  CHECK(name_of("ad\u00ADmin") == "ad⟨U+00AD⟩min");
  CHECK(name_of("ad\u200Dmin") == "ad⟨U+200D⟩min");
  CHECK(name_of("ad\uFE0Fmin") == "ad⟨U+FE0F⟩min");
  CHECK(name_of("admin\U000E0061") == "admin⟨U+E0061⟩");
  CHECK(name_of("ad\u2060min\uFEFF") == "ad⟨U+2060⟩min⟨U+FEFF⟩");
  CHECK(name_of("a\uFFFAb") == "a⟨U+FFFA⟩b");
  CHECK(name_of("می\u200Cخواهم") == "می⟨U+200C⟩خواهم");
}

TEST_CASE("A5 A selector or joiner that comes twice is shown the second time") {
  CHECK(line_of("\u2764\uFE0F\uFE0F") == "\u2764\uFE0F⟨U+FE0F⟩");
  CHECK(line_of("می\u200C\u200Cخ") == "می⟨U+200C⟩⟨U+200C⟩خ");
  CHECK(name_of("\u2764\uFE0F") != name_of("\u2764\uFE0F\uFE0F"));
}

TEST_CASE("A6 Blanks that only look like blanks are shown in names, and outer blanks are cut off") {
  CHECK(name_of("  admin \t\n") == "admin");
  CHECK(name_of("admin\u00A0") == "admin⟨U+00A0⟩");
  CHECK(name_of("\u3000") == "⟨U+3000⟩");
  CHECK(name_of("a\u2003b") == "a⟨U+2003⟩b");
  CHECK(name_of("two words") == "two words");
}

TEST_CASE("A name is never empty, never wide and never long") {
  CHECK(name_of("") == "?");
  CHECK(name_of(" \r\n\t ") == "?");
  CHECK(name_of(std::string(3, '\0')) == "?");
  CHECK(display_width(name_of(repeated("\u4E2D", 1000))) <= max_name_columns);
  CHECK(name_of(std::string(25, 'x')) == std::string(23, 'x') + "…");
  for (const auto* endless : {"\u1100", "\U0001F468\u200D", "\U0001F3FD", "\u0600", "\u0301", "\u0915\u094D"})
    CHECK(name_of("a" + repeated(endless, 50'000)).size() <= 200);
}

TEST_CASE("What was typed is quoted so far that an address is whole, by the rules of names") {
  const std::string endpoint = "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535";
  CHECK(as_typed(endpoint) == endpoint);
  CHECK(as_typed(std::string(64, 'x')) == std::string(64, 'x'));
  CHECK(as_typed(std::string(65, 'x')) == std::string(63, 'x') + "…");
  CHECK(as_typed(" ad\u200Bmin\x1b ") == "ad⟨U+200B⟩min⟨U+001B⟩");
  CHECK(as_typed("a" + repeated("\u1100", 50'000)).size() <= 520);
}

TEST_CASE("A name is all visible when it is shown as it is, however long it is") {
  for (const auto& name : {std::string("plans"), std::string(100, 'x'), std::string("中 😀 é")})
    CHECK(is_all_visible(name));
  for (const auto* name : {"pla\u200Bns", "plans\u00A0", "\x1b", "\xff", "\u0301"}) CHECK_FALSE(is_all_visible(name));
}

TEST_CASE("A7 Ten thousand combining marks on one letter are cut to a few, and counted") {
  const auto out = line_of("e" + repeated("\u0301", 10'000) + "x");
  CHECK(out == "e" + repeated("\u0301", max_marks_per_base) + "⟨+9992 marks⟩x");
  CHECK(line_of(repeated("\u0600", 10'000)).size() < 100);
  CHECK(line_of("\u0301") == "\u25CC\u0301");
  CHECK(line_of("a\u0301\t\u0301") == "a\u0301 \u25CC\u0301");
}

TEST_CASE("A7 Marks stay with their own letter, also after a blank or a broken byte") {
  const auto marks = repeated("\u0301", max_marks_per_base);
  CHECK(line_of("a" + marks + "\t\u0302") == "a" + marks + " \u25CC\u0302");
  CHECK(line_of("a" + marks + "\xff\u0302") == "a" + marks + "\uFFFD\u0302");
}

TEST_CASE("What writing needs arrives unchanged") {
  for (const auto* text :
       {"\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466", "\U0001F469\U0001F3FD\u200D\U0001F4BB",
        "\u2764\uFE0F\u200D\U0001F525", "\U0001F3F3\uFE0F\u200D\U0001F308", "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7",
        "5\uFE0F\u20E3 #\uFE0F\u20E3", "\u2615\uFE0E", "می\u200Cخواهم", "نامه\u200Cای", "\u0915\u094D\u200D\u0937",
        "שָׁלוֹם", "e\u0301 \u00e9", "\u4E2D\u6587\u3000\uD55C\uAE00", "Grüße 👍🏽",
        "100% {0} %s %n **bold** \\x1b[31m"}) {
    CHECK(line_of(text) == text);
    CHECK(SafeText::own(text).str() == text);
  }
  CHECK(name_of("\U0001F468\u200D\U0001F469\u200D\U0001F467") == "\U0001F468\u200D\U0001F469\u200D\U0001F467");
  CHECK(name_of("\u2764\uFE0F team") == "\u2764\uFE0F team");
}

TEST_CASE("A joiner between letters of a plain name or beside ASCII is shown") {
  CHECK(line_of("a\u200Db") == "a⟨U+200D⟩b");
  CHECK(line_of("\u200D\U0001F469") == "⟨U+200D⟩\U0001F469");
  CHECK(line_of("\U0001F469\u200D") == "\U0001F469⟨U+200D⟩");
  CHECK(line_of("word\u200C") == "word⟨U+200C⟩");
}

TEST_CASE("A8 Broken UTF-8 and NUL are replaced, and the rest is still shown") {
  CHECK(line_of(std::string("ad\0min", 6)) == "ad⟨U+0000⟩min");
  CHECK(line_of("a\xc0\x80z") == "a\uFFFDz");
  CHECK(line_of("a\xed\xa0\x80z") == "a\uFFFDz");
  CHECK(line_of("a\xe4\xb8") == "a\uFFFD");
  CHECK(line_of("a\xf4\x90\x80\x80z") == "a\uFFFDz");
  CHECK(line_of("a\uFFFEz") == "a⟨U+FFFE⟩z");
  CHECK(line_of("a\uFDD0z") == "a⟨U+FDD0⟩z");
  CHECK(line_of("\xff\xffz") == "\uFFFD\uFFFDz");
}

TEST_CASE("A9 Format directives and markup are only characters, also at the end") {
  for (const auto* text : {"%", "%s%n", "{", "{}", "{:", "}}", "\\", "\\x", "**", "`",
                           "\x03"
                           "04",
                           "a%1$*1$n"}) {
    const auto out = line_of(text);
    check_harmless(out);
    CHECK(name_of(text) == out);
  }
  CHECK(line_of("{} %d") == "{} %d");
}

TEST_CASE("Nothing dangerous survives in text of random bytes") {
  RandomText random(8);
  for (int round = 0; round < 3000; ++round) {
    const auto bytes = random.bytes(random.below(80));
    const auto lines = lines_of(bytes);
    CHECK(lines.size() == static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
    for (const auto& line : lines) check_harmless(line);
    check_harmless(line_of(bytes));
    check_harmless(SafeText::own(bytes).str());
    const auto name = name_of(bytes);
    check_harmless(name);
    CHECK(display_width(name) <= max_name_columns);
    CHECK_FALSE(name.empty());
  }
}

TEST_CASE("Nothing dangerous survives in text of single code points, whichever they are") {
  std::string unsafe;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string encoded;
    append_utf8(encoded, c);
    for (const auto& out : {line_of(encoded), name_of("a" + encoded + "b")})
      for (const auto shown : code_points(out))
        if (moves_a_terminal(shown) || is_unseen(shown)) unsafe += fmt::format("U+{:04X} ", static_cast<unsigned>(c));
  }
  CHECK(unsafe.empty());
}

TEST_CASE("JSON for a terminal holds nothing dangerous and loses nothing") {
  CHECK(safe_json("{\"a\":\"x\u202Ey\u200Dz\"}") == "{\"a\":\"x\\u202ey\\u200dz\"}");
  CHECK(safe_json("\"\U000E0061\"") == "\"\\udb40\\udc61\"");
  CHECK(safe_json("\"\x7f\u009b\"") == "\"\\u007f\\u009b\"");
  CHECK(safe_json("{\"a\":\"中 😀 é\"}\n") == "{\"a\":\"中 😀 é\"}\n");
  RandomText random(9);
  for (int round = 0; round < 2000; ++round) {
    std::string plain;
    for (const auto c : code_points(random.text(random.below(40))))
      if (c >= 0x20 && c != '"' && c != '\\') append_utf8(plain, c);
    check_harmless(safe_json("\"" + plain + "\""));
  }
}

TEST_CASE("Washing takes time in proportion to the text, also for the worst of it") {
  using Clock = std::chrono::steady_clock;
  for (const auto* part :
       {"a", "\u0301", "\xff", "\x1b", "\u200D", "\U0001F468\u200D", "\n", "\u1100", "\U0001F1E9", " ", "\r"}) {
    const auto time_for = [part](std::size_t bytes) {
      const PeerText text(repeated(part, bytes / std::string_view(part).size()));
      auto best = Clock::duration::max();
      for (int i = 0; i < 3; ++i) {
        const auto start = Clock::now();
        const auto size = safe_line(text).str().size() + safe_lines(text).size() + safe_name(text).str().size();
        REQUIRE(size > 0);
        best = std::min(best, Clock::now() - start);
      }
      return std::chrono::duration<double>(best).count();
    };
    const double quarter = time_for(1 << 18);
    const double whole = time_for(1 << 20);
    INFO("part of " << std::string_view(part).size() << " bytes: " << quarter << " s, then " << whole << " s");
    CHECK(whole < 10 * quarter + 0.02); // four times as much text; quadratic would be sixteen times
  }
}
