#include "random_text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace tincan::base;
using test::RandomText;

namespace {

std::vector<std::size_t> breaks_forwards(std::string_view text) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < text.size(); at = next_grapheme(text, at)) places.push_back(at);
  return places;
}

std::vector<std::size_t> breaks_backwards(std::string_view text) {
  std::vector<std::size_t> places;
  for (auto at = text.size(); at > 0;) {
    at = previous_grapheme(text, at);
    places.insert(places.begin(), at);
  }
  return places;
}

std::string repeated(std::string_view part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

constexpr const char* family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";

} // namespace

TEST_CASE("Clusters are found as people see them") {
  const auto count = [](std::string_view text) { return breaks_forwards(text).size(); };
  CHECK(count("abc") == 3);
  CHECK(count("e\u0301") == 1);
  CHECK(count("\r\n") == 1);
  CHECK(count(family) == 1);
  CHECK(count("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7") == 2);
  CHECK(count("\u1112\u1161\u11AB") == 1);
  CHECK(count("5\uFE0F\u20E3") == 1);
  CHECK(count("\xff\xfe") == 2);
  CHECK(count("") == 0);
}

TEST_CASE("Walking back visits the same clusters as walking on, where blanks and line ends belong to others too") {
  for (const auto* text :
       {"a\r\nb", "\r\n", "\r\n\r\n", "\u0600 b", "a\u0600\nb", " \u0301 \u0301", "ab \u200D c", "a \xff b"})
    CHECK(breaks_backwards(text) == breaks_forwards(text));
}

TEST_CASE("Walking back visits the same clusters as walking on, in random text") {
  RandomText random(1);
  for (int round = 0; round < 4000; ++round) {
    const auto text = random.below(2) ? random.text(1 + random.below(30)) : random.bytes(1 + random.below(60));
    INFO("round " << round);
    CHECK(breaks_backwards(text) == breaks_forwards(text));
  }
}

TEST_CASE("Walking back visits the same clusters as walking on, in long text") {
  for (const auto& part : {std::string("\u4E2D\u6587"), std::string(family), std::string("word and word "),
                           std::string("\U0001F1E9\U0001F1EA"), std::string("\xff\x80")}) {
    const auto text = repeated(part, 200);
    CHECK(breaks_backwards(text) == breaks_forwards(text));
  }
}

TEST_CASE("Both ways end at the ends") {
  CHECK(next_grapheme("abc", 3) == 3);
  CHECK(next_grapheme("abc", 99) == 3);
  CHECK(previous_grapheme("abc", 0) == 0);
  CHECK(previous_grapheme("abc", 99) == 2);
  CHECK(next_grapheme("", 0) == 0);
}

TEST_CASE("Columns are counted as terminals count them") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\u4E2D\u6587") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\u200B\u00AD") == 0);
  CHECK(display_width(family) == 2);
  CHECK(display_width("\u2764\uFE0F") == 2);
  CHECK(display_width("\U0001F1E9\U0001F1EA") == 2);
  CHECK(display_width("\uFF21") == 2);
  CHECK(display_width("\x1b\x07") == 0);
  CHECK(display_width("\xff") == 1);
  CHECK(code_point_width(U'a') == 1);
  CHECK(code_point_width(U'\u0301') == 0);
}

TEST_CASE("A text cut to columns is a beginning of whole clusters, and as long as can be") {
  RandomText random(2);
  for (int round = 0; round < 2000; ++round) {
    const auto text = random.bytes(random.below(60));
    const int columns = static_cast<int>(random.below(20));
    const auto cut = fit_columns(text, columns);
    REQUIRE(text.starts_with(cut));
    CHECK(display_width(cut) <= columns);
    if (cut.size() == text.size()) continue;
    const auto next = next_grapheme(text, cut.size());
    CHECK(display_width(cut) + grapheme_width(std::string_view(text).substr(cut.size(), next - cut.size())) > columns);
    const auto all = breaks_forwards(text);
    CHECK(std::find(all.begin(), all.end(), cut.size()) != all.end());
  }
  CHECK(fit_columns("\u4E2D\u6587", 3) == "\u4E2D");
  CHECK(fit_columns("abc", 0).empty());
}

TEST_CASE("A text cut to bytes is a beginning of whole clusters, and never empty") {
  RandomText random(4);
  for (int round = 0; round < 2000; ++round) {
    const auto text = random.text(1 + random.below(20));
    const auto bytes = random.below(40);
    const auto cut = fit_bytes(text, bytes);
    REQUIRE(text.starts_with(cut));
    REQUIRE_FALSE(cut.empty());
    CHECK(is_valid_utf8(cut));
    const auto first = decode_code_point(text).bytes;
    CHECK(cut.size() <= std::max<std::size_t>(bytes, first));
    auto places = breaks_forwards(text);
    places.push_back(text.size());
    if (next_grapheme(text, 0) <= bytes) CHECK(std::find(places.begin(), places.end(), cut.size()) != places.end());
  }
}

TEST_CASE("A character without its end is left out, anything else stays") {
  CHECK(whole_characters("") == "");
  CHECK(whole_characters("gr\u00FC") == "gr\u00FC");
  CHECK(whole_characters("gr\xC3") == "gr");
  CHECK(whole_characters("\xE4\xB8") == "");
  CHECK(whole_characters("x\xF0\x9F\x99") == "x");
  CHECK(whole_characters("x\U0001F642") == "x\U0001F642");
  CHECK(whole_characters("\xBF\xBF\xBF\xBF") == "\xBF\xBF\xBF\xBF");
  CHECK(whole_characters("x\xFF") == "x\xFF");
}

TEST_CASE("A cluster longer than the bytes is cut between code points") {
  CHECK(fit_bytes("e\u0301\u0301", 3) == "e\u0301");
  CHECK(fit_bytes("\u4E2D", 1) == "\u4E2D");
  CHECK(fit_bytes("\u4E2Dx", 0) == "\u4E2D");
  CHECK(fit_bytes("a", 0) == "a");
  CHECK(fit_bytes("\xff\xff", 1) == "\xff");
  CHECK(fit_bytes("", 5).empty());
  CHECK(fit_bytes("", 0).empty());
  CHECK(fit_bytes(repeated("\u0301", 1000), 101).size() == 100);
}

TEST_CASE("A cell is exactly as wide as asked, whatever stands in it") {
  RandomText random(5);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (const auto c : test::code_points(random.text(random.below(25))))
      if (c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f)) append_utf8(text, c);
    const int columns = 1 + static_cast<int>(random.below(20));
    INFO("round " << round << " columns " << columns);
    const auto cell = pad_to(text, columns);
    CHECK(display_width(cell) == columns);
    if (display_width(text) <= columns) CHECK(cell.starts_with(text));
  }
  CHECK(pad_to("ab", 4) == "ab  ");
  CHECK(pad_to("abcdef", 4) == "abc…");
  CHECK(pad_to("\u4E2D\u6587\u5B57", 4) == "\u4E2D… ");
}

TEST_CASE("Valid UTF-8 is what RFC 3629 says") {
  for (const auto* good : {"", "abc", "\u00e9", "\u4E2D", "\U0001F600", "\xf4\x8f\xbf\xbf", "\xef\xbf\xbe"})
    CHECK(is_valid_utf8(good));
  for (const auto* bad : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                          "\xf8\x88\x80\x80\x80", "\xff", "a\xe4\xb8", "\xe4\xb8z"})
    CHECK_FALSE(is_valid_utf8(bad));
  CHECK(is_valid_utf8(std::string_view("\0", 1)));
}

TEST_CASE("Broken bytes become one replacement character for each broken part, and the rest stays") {
  CHECK(to_valid_utf8("a\xe4\xb8z") == "a\uFFFDz");
  CHECK(to_valid_utf8("\xff\xfe") == "\uFFFD\uFFFD");
  CHECK(to_valid_utf8("\xed\xa0\x80x") == "\uFFFDx");
  RandomText random(6);
  for (int round = 0; round < 2000; ++round) {
    const auto bytes = random.bytes(random.below(50));
    const auto valid = to_valid_utf8(bytes);
    CHECK(is_valid_utf8(valid));
    if (is_valid_utf8(bytes)) CHECK(valid == bytes);
    CHECK(to_valid_utf8(valid) == valid);
  }
}

TEST_CASE("Names are compared without case and form") {
  CHECK(fold_case("\u00c9lan") == fold_case("e\u0301LAN"));
  CHECK(fold_case("\uFF21dmin") == "admin");
  CHECK(fold_case("Stra\u00dfe") == "strasse");
  CHECK(fold_case("a") != fold_case("b"));
  CHECK(fold_case("Hello, WORLD [Zz] \t@`{~\x7f") == "hello, world [zz] \t@`{~\x7f");
  CHECK(fold_case("Zz\u00e9") == "zz\u00e9"); // what is not ASCII goes another way, to the same
  CHECK(is_valid_utf8(fold_case("\xff\xfe name")));
  CHECK(fold_case("").empty());
}

TEST_CASE("Text is trimmed and split at its separators") {
  CHECK(trim(" \t\r\n a b \v\f") == "a b");
  CHECK(trim(std::string_view("\0a\0", 3)) == "a");
  CHECK(trim(" \n ").empty());
  CHECK(trim("\u00a0a") == "\u00a0a");
  CHECK(split("a,b,,c", ',') == std::vector<std::string_view>{"a", "b", "", "c"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
}
