#include "tincan/wire/flat_json.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace tincan::wire {

namespace {

std::string told(std::string_view json) {
  constexpr const char* kinds[] = {"string", "number", "boolean", "null", "nested"};
  FlatJson reader(json);
  std::string all;
  while (const auto field = reader.next())
    all += field->key + '=' + kinds[static_cast<int>(field->kind)] + ':' + field->value + ' ';
  return all + (reader.is_whole() ? "whole" : "bad");
}

} // namespace

TEST_CASE("the fields of an object come in order with their kinds") {
  CHECK(told(R"({"a":"b","n":-1.5e3,"t":true,"f":false,"z":null})") ==
        "a=string:b n=number:-1.5e3 t=boolean:true f=boolean:false z=null: whole");
  CHECK(told(" { \"a\" :\n1 ,\t\"b\" : \"\" }\r\n") == "a=number:1 b=string: whole");
  CHECK(told("{}") == "whole");
}

TEST_CASE("escapes become the characters they stand for") {
  CHECK(told(R"({"a":"\"\\\/\b\f\n\r\t"})") == "a=string:\"\\/\b\f\n\r\t whole");
  CHECK(told(R"({"a":"\u0041\u017c\uD83D\uDC4B"})") == "a=string:Aż👋 whole");
  CHECK(told(R"({"\u0061":"x"})") == "a=string:x whole");
}

TEST_CASE("half a surrogate pair becomes a replacement character") {
  CHECK(told(R"({"a":"\ud83d"})") == "a=string:\xef\xbf\xbd whole");
  CHECK(told(R"({"a":"\udc4bx"})") == "a=string:\xef\xbf\xbdx whole");
  CHECK(told(R"({"a":"\ud83d\u0041"})") == "a=string:\xef\xbf\xbd"
                                           "A whole");
  CHECK(told(R"({"a":"\ud83d\n"})") == "a=string:\xef\xbf\xbd\n whole");
}

TEST_CASE("nested values are skipped, to a depth") {
  CHECK(told(R"({"a":[1,{"b":"]}"}],"c":{"d":[]},"e":1})") == "a=nested: c=nested: e=number:1 whole");
  CHECK(told("{\"a\":" + std::string(15, '[') + std::string(15, ']') + "}") == "a=nested: whole");
  CHECK(told("{\"a\":" + std::string(16, '[') + std::string(16, ']') + "}") == "bad");
  CHECK(told("{\"a\":" + std::string(100'000, '[')) == "bad");
}

TEST_CASE("what breaks the rules is refused, and stays refused") {
  for (const auto json : {"",
                          "{",
                          "[]",
                          "x",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\":1,}",
                          "{,}",
                          "{\"a\" 1}",
                          "{\"a\":1 \"b\":2}",
                          "{a:1}",
                          "{\"a\":tru}",
                          "{\"a\":1.2.3}",
                          "{\"a\":+1}",
                          "{\"a\":\"x}",
                          "{\"a\":\"\\x\"}",
                          "{\"a\":\"\\u12\"}",
                          "{\"a\":\"\\u12zz\"}",
                          "{\"a\":[}",
                          "{\"a\":[}]}",
                          "{\"a\":\"b\\",
                          "{} {}",
                          "{}x",
                          "{\"a\":\"\\ud83d\\u00\"}",
                          "{\"a\":inf}",
                          "{\"a\":[\"}"}) {
    INFO(json);
    FlatJson reader(json);
    while (reader.next()) {
    }
    CHECK_FALSE(reader.is_whole());
    CHECK_FALSE(reader.next());
  }
}

TEST_CASE("the end of an object is found however its bytes come") {
  constexpr std::string_view json = R"({"a":"}\"}","b":{"c":[1,2]}} rest)";
  constexpr std::size_t end = json.size() - 5;
  CHECK(JsonObjectEnd().find(json, 0) == end);
  JsonObjectEnd bit_by_bit;
  for (std::size_t size = 1; size < end; ++size) CHECK_FALSE(bit_by_bit.find(json.substr(0, size), size - 1));
  CHECK(bit_by_bit.find(json.substr(0, end), end - 1) == end);
}

TEST_CASE("a string is escaped so that any reader gets it back") {
  const std::string text("a\"b\\c\nd\x01\x1f\x7f\tż👋\0z", 19);
  std::string json = "{\"k\":";
  append_json_string(json, text);
  json += '}';
  CHECK(json.find('\n') == std::string::npos);
  FlatJson reader(json);
  const auto field = reader.next();
  REQUIRE(field);
  CHECK(field->value == text);
  CHECK_FALSE(reader.next());
  CHECK(reader.is_whole());
}

} // namespace tincan::wire
