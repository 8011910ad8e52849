// What the dialects say about ourselves. A value, made by chat for each session; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"

#include <string>

namespace tincan::wire {

struct Self {
  base::Endpoint announced; // where others reach us: the address that goes into headers, and our listening port
  std::string team;         // as the user typed it: valid UTF-8, may hold blanks; codecs write them as '_' where needed
};

// The team as one word: white space, controls and, where given, the characters of `forbidden` become '_'; "tincan" when
// nothing is left. At most 64 bytes, cut between clusters, so that a header always leaves room for text.
std::string team_word(std::string_view team, std::string_view forbidden = {});

} // namespace tincan::wire
