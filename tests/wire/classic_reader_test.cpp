#include "hearing.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

using Lines = std::vector<std::string>;

TEST_CASE("every known dialogue means what the field means by it") {
  for (const auto& dialogue : known_dialogues()) {
    INFO(dialogue.what);
    CHECK(heard_in(dialogue.bytes) == dialogue.meaning);
  }
}

TEST_CASE("a dialogue means the same byte by byte") {
  for (const auto& dialogue : known_dialogues()) {
    INFO(dialogue.what);
    CHECK(heard_byte_by_byte(dialogue.bytes) == dialogue.meaning);
  }
}

TEST_CASE("a dialogue means the same in any two chunks") {
  for (const auto& dialogue : known_dialogues()) {
    for (std::size_t split = 0; split <= dialogue.bytes.size(); ++split) {
      const auto heard = heard_in_two_chunks(dialogue.bytes, split);
      INFO(dialogue.what << ", split at " << split);
      if (heard != dialogue.meaning) CHECK(heard == dialogue.meaning);
    }
  }
}

} // namespace tincan::wire
