#include "tincan/base/look_alike.hpp"

#include "random_text.hpp"
#include "tincan/base/unicode.hpp"

#include <catch2/catch.hpp>

namespace tincan::base {

namespace {

bool look_alike(std::string_view one, std::string_view other) { return skeleton(one) == skeleton(other); }

} // namespace

TEST_CASE("letters of another script look like Latin ones") {
  CHECK(look_alike("admin", "аdmin")); // Cyrillic а
  CHECK(look_alike("Bob", "Воb"));     // Cyrillic В and о
  CHECK(look_alike("Alice", "Αlice")); // Greek Α
  CHECK(look_alike("Nick", "Νick"));   // Greek Ν, whose small letter looks like a v
  CHECK(look_alike("scope", "ѕсоре"));
  CHECK(look_alike("Żaneta", "Żаnеta"));
}

TEST_CASE("letters that look like others are the same") {
  CHECK(look_alike("Carmen", "Carrnen"));
  CHECK(look_alike("Mike", "rnike"));
  CHECK(look_alike("Ian", "lan"));
  CHECK(look_alike("Bob", "B0b"));
  CHECK(look_alike("all", "a11"));
  CHECK(look_alike("all", "a||"));
}

TEST_CASE("full width, ligatures and mathematical letters are only another dress") {
  CHECK(look_alike("Bob", "Ｂｏｂ"));
  CHECK(look_alike("office", "oﬃce"));
  CHECK(look_alike("Bob", "𝐁𝓸𝕓"));
  CHECK(look_alike("1st", "①st"));
}

TEST_CASE("case does not make another name") {
  CHECK(look_alike("Bob", "bOB"));
  CHECK(look_alike("Ian", "ian"));
  CHECK(look_alike("STRASSE", "straße"));
  CHECK(look_alike("Вова", "вова"));
  CHECK(look_alike("НОВА", "нова"));
  CHECK(look_alike("ΝΊΚΟΣ", "νίκος"));
  CHECK(look_alike("ŻÓŁĆ", "żółć"));
}

TEST_CASE("composed and decomposed letters are the same") {
  CHECK(look_alike("Zoë", "Zoe\u0308"));
  CHECK(look_alike("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"));
  CHECK(look_alike("Å", "\u212b"));
}

TEST_CASE("blanks and what cannot be seen count for nothing") {
  CHECK(look_alike("Bob", "  Bob\t"));
  CHECK(look_alike("Bob Smith", "Bob\u00a0\u2003Smith"));
  CHECK(look_alike("Bob", "B\u200bo\u200db\ufeff"));
  CHECK(look_alike("Bob", "Bo\u00adb\ufe0f"));
  CHECK(look_alike("Bob", "Bob\U000e0041\U000e007f"));
  CHECK(look_alike("Bob", "\u202eBob\u2066"));
  CHECK(look_alike("Bob", "Bob\u2800\u3164"));
  CHECK(look_alike("Bob", "Bo\x01"
                          "b\x7f"));
  CHECK(skeleton(" \u200b\u3164").empty());
}

TEST_CASE("other names stay other names") {
  CHECK_FALSE(look_alike("Bob", "Bobby"));
  CHECK_FALSE(look_alike("Alice", "Alina"));
  CHECK_FALSE(look_alike("Zoe", "Zoë"));
  CHECK_FALSE(look_alike("team1", "team2"));
  CHECK_FALSE(look_alike("Anna", "Hanna"));
  CHECK_FALSE(look_alike("вова", "вера"));
  CHECK_FALSE(look_alike("小明", "小红"));
  CHECK_FALSE(look_alike("👋", "👍"));
  CHECK_FALSE(look_alike("Bob", ""));
}

TEST_CASE("any bytes give a skeleton in valid UTF-8") {
  CHECK(skeleton("").empty());
  CHECK(skeleton("\xff\xc3\x28").find("\ufffd") != std::string::npos);
  CHECK(skeleton(std::string(64 * 1024, 'x')).size() <= max_compared_bytes);
  std::string marks = "a";
  for (int i = 0; i < 20'000; ++i) marks += "\u0301";
  CHECK(skeleton(marks).size() <= 2 * max_compared_bytes);
  std::string long_ligatures;
  for (int i = 0; i < 100; ++i) long_ligatures += "\ufdfa"; // 18 letters in one
  CHECK(skeleton(long_ligatures).size() <= 32 * max_compared_bytes);
  test::RandomText random(20);
  for (int i = 0; i < 300; ++i) {
    const auto name = random.bytes(random.below(400));
    CHECK(is_valid_utf8(skeleton(name)));
    CHECK(look_alike(name.substr(0, 200), " " + name.substr(0, 200)));
  }
}

TEST_CASE("only the beginning of a name is compared") {
  const std::string name(max_compared_bytes, 'x');
  CHECK(look_alike(name + "a", name + "b"));
  CHECK_FALSE(look_alike(name.substr(1) + "a", name.substr(1) + "b"));
}

} // namespace tincan::base
