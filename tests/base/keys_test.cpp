#include "tincan/base/keys.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <random>

namespace tincan::base {

namespace {

PublicKey key_of(std::uint8_t first, std::uint8_t others) {
  PublicKey key;
  key.bytes.fill(others);
  key.bytes[0] = first;
  return key;
}

PublicKey random_key(std::mt19937& random) {
  PublicKey key;
  for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(random());
  return key;
}

} // namespace

TEST_CASE("a key is written in z-base-32") {
  CHECK(PublicKey{}.text() == std::string(52, 'y'));
  CHECK(key_of(0xff, 0xff).text() == std::string(51, '9') + 'o');
  // The bytes 00 44 32 14 c7 42 54 b6 35 cf 84 65 3a 56 d7 c6 75 be 77 df, twice: all 32 digits in their order.
  const std::string order("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77\xdf", 20);
  const auto key = PublicKey::from(order + order.substr(0, 12));
  REQUIRE(key);
  CHECK(key->text() == "ybndrfg8ejkmcpqxot1uwisza345h769ybndrfg8ejkmcpqxot1o");
  CHECK(key->short_text() == "ybndrfg8");
}

TEST_CASE("a written key is read again") {
  std::mt19937 random(3);
  for (int i = 0; i < 1'000; ++i) {
    const auto key = random_key(random);
    const auto text = key.text();
    CHECK(text.size() == PublicKey::text_characters);
    CHECK(PublicKey::parse(text) == key);
    CHECK(text.starts_with(key.short_text()));
    CHECK(key.short_text().size() == PublicKey::short_characters);
  }
}

TEST_CASE("the case of a written key does not matter") {
  const auto key = key_of(1, 0xa5);
  auto text = key.text();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  CHECK(PublicKey::parse(text) == key);
}

TEST_CASE("text that is no key is refused") {
  const auto text = key_of(1, 2).text();
  CHECK_FALSE(PublicKey::parse(""));
  CHECK_FALSE(PublicKey::parse(text.substr(1)));
  CHECK_FALSE(PublicKey::parse(text + 'y'));
  for (const char wrong : {'l', 'v', '0', '2', ' ', '\0', '-', '\xc3'}) {
    auto bad = text;
    bad[7] = wrong;
    CHECK_FALSE(PublicKey::parse(bad));
  }
}

TEST_CASE("a key has one spelling only") {
  for (const char last : std::string("ybndrfg8ejkmcpqxot1uwisza345h769")) {
    const auto key = PublicKey::parse(std::string(51, 'y') + last);
    CHECK(key.has_value() == (last == 'y' || last == 'o'));
  }
}

TEST_CASE("bytes of the wrong size make no key, digest or signature") {
  CHECK_FALSE(PublicKey::from(std::string(31, 'x')));
  CHECK_FALSE(PublicKey::from(std::string(33, 'x')));
  CHECK_FALSE(PublicKey::from(""));
  CHECK(PublicKey::from(std::string(32, 'x'))->view() == std::string(32, 'x'));
  CHECK_FALSE(Digest::from(std::string(64, 'x')));
  CHECK_FALSE(Signature::from(std::string(32, 'x')));
  CHECK(Salt::from(std::string(16, 'x')).has_value());
}

TEST_CASE("zero is the value that means none") {
  CHECK(Digest{}.is_zero());
  CHECK_FALSE(Digest::from(std::string(31, '\0') + 'x')->is_zero());
  CHECK(std::hash<PublicKey>{}(key_of(1, 2)) != std::hash<PublicKey>{}(key_of(2, 2)));
  CHECK(key_of(1, 2) < key_of(2, 0));
}

TEST_CASE("hex digits are two for each byte, small") {
  CHECK(hex("") == "");
  CHECK(hex(std::string_view("\x00\x7f\xff\x0a", 4)) == "007fff0a");
}

TEST_CASE("bytes of any length are written in z-base-32 and read again") {
  CHECK(z_base_32("").empty());
  CHECK(z_base_32(std::string(1, '\0')) == "yy");
  CHECK(z_base_32("\xf0\xbf\xc7") == "6n9hq"); // the example of its author
  std::mt19937 random(4);
  for (std::size_t size = 0; size < 100; ++size) {
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    CHECK(parse_z_base_32(z_base_32(bytes)) == bytes);
  }
}

TEST_CASE("bytes have one spelling in z-base-32, but for its case") {
  CHECK(parse_z_base_32("6N9HQ") == "\xf0\xbf\xc7");
  CHECK_FALSE(parse_z_base_32("6n9hx")); // its last bit is none of the three bytes
  for (const auto* text : {"y", "yyy", "yyyyyy"}) CHECK_FALSE(parse_z_base_32(text)); // a digit too many
  for (const auto* text : {"l2", "6n9h-", "6n 9hq", "6n9hq\n"}) CHECK_FALSE(parse_z_base_32(text));
}

} // namespace tincan::base
