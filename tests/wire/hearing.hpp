// What the tests of wire/ read aloud: each Heard as one line, so that a dialogue and its meaning stand side by side.
#pragma once

#include "tincan/wire/classic_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tincan::wire {

// Ourselves in these tests: 10.0.0.1:7777, team "Us".
Self test_self();

// kind dialect team@ip:port |text| [source] [accept] [cut] [reply=…]; "-" where nothing is given.
std::string said(const Heard& heard);
std::vector<std::string> drain(ClassicReader& reader);

// Everything heard in a dialogue. Its marks: '~' stands for a silence; the end of stream comes last.
std::vector<std::string> heard_in(std::string_view dialogue);
std::vector<std::string> heard_byte_by_byte(std::string_view dialogue);
std::vector<std::string> heard_in_two_chunks(std::string_view dialogue, std::size_t split);

// Dialogues with what they mean, one per known behaviour of a program.
struct Dialogue {
  std::string_view what;
  std::string_view bytes;
  std::vector<std::string> meaning;
};
const std::vector<Dialogue>& known_dialogues();
const std::vector<Dialogue>& known_line_dialogues(); // A3

} // namespace tincan::wire
