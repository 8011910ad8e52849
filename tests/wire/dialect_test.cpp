#include "tincan/wire/dialect.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace tincan::wire {

TEST_CASE("every dialect has a name and a description of its own") {
  std::set<std::string_view> names;
  std::set<std::string_view> descriptions;
  for (const auto dialect : all_dialects) {
    names.insert(name(dialect));
    descriptions.insert(describe(dialect));
  }
  CHECK(names.size() == all_dialects.size());
  CHECK(descriptions.size() == all_dialects.size());
}

TEST_CASE("a dialect is found by its name in any case of letters") {
  for (const auto dialect : all_dialects) {
    std::string upper(name(dialect));
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    CHECK(dialect_from_name(name(dialect)) == dialect);
    CHECK(dialect_from_name(upper) == dialect);
  }
  CHECK(name(Dialect::a3_team) == "A3-team");
  CHECK(dialect_from_name("a10") == Dialect::a10);
  for (const auto text : {"", "A", "A1 ", "A11", "rawer"}) CHECK_FALSE(dialect_from_name(text));
}

} // namespace tincan::wire
