// How one node is to behave: given when it is made, and not changed afterwards. A value; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/wire/self.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tincan::chat {

enum class Farewells : std::uint8_t {
  everyone,  // the program of a person ends: every active peer hears it
  kept_links // a one-shot command ends: only those whose programs need it to let go of a connection
};

struct Settings {
  wire::Self self;
  std::vector<std::string> mandatory; // endpoints as typed
  std::string mandatory_text;
  Farewells farewells = Farewells::everyone;
  bool speaks_classic = true;  // false: clear text is refused, both ways
  bool tells_read = false;     // peers learn what our user has read
  bool greets_contacts = true; // tincans that we know are dialled at start, so that what waits for us comes at once
  std::vector<base::Endpoint> own_endpoints{}; // told to tincans, best first
  std::string software{};                      // "tincan 0.1.0"
  bool hosting = false;                        // plain-text programs that connect sit in a room together (family C)
  std::string hosted_room{};                   // its name
  bool dials = true;                           // false: what waits goes on waiting (for commands that only look)
};

} // namespace tincan::chat
