#include "tincan/wire/dialect.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

} // namespace

std::string_view name(Dialect dialect) {
  switch (dialect) {
  case Dialect::a1: return "A1";
  case Dialect::a2a: return "A2a";
  case Dialect::a2b: return "A2b";
  case Dialect::a3: return "A3";
  case Dialect::a3_team: return "A3-team";
  case Dialect::a3_line: return "A3-line";
  case Dialect::a4: return "A4";
  case Dialect::a5: return "A5";
  case Dialect::a6: return "A6";
  case Dialect::a7: return "A7";
  case Dialect::a8: return "A8";
  case Dialect::a9: return "A9";
  case Dialect::a10: return "A10";
  case Dialect::raw: return "raw";
  case Dialect::c: return "C";
  case Dialect::native: return "tincan";
  }
  return "raw";
}

std::optional<Dialect> dialect_from_name(std::string_view text) {
  if (same_letters(name(Dialect::c), text)) return Dialect::c;
  const auto found = std::find_if(all_dialects.begin(), all_dialects.end(),
                                  [text](Dialect dialect) { return same_letters(name(dialect), text); });
  if (found == all_dialects.end()) return std::nullopt;
  return *found;
}

std::string_view describe(Dialect dialect) {
  switch (dialect) {
  case Dialect::a1: return "IP:PORT TEAM TEXT, one connection per message (most programs)";
  case Dialect::a2a: return "<IP:PORT> TEAM TEXT, one connection per message (netminers)";
  case Dialect::a2b: return "<IP:PORT> @ <TEAM>, TEXT and <end> on lines (saiprakul, cryptosphere)";
  case Dialect::a3: return "a port line, then lines of text, each acknowledged (seed1)";
  case Dialect::a3_team: return "a port line and a team line, then lines of text, each acknowledged (decryptors)";
  case Dialect::a3_line: return "a port line, then lines IP:PORT TEAM TEXT, each acknowledged (blockbros)";
  case Dialect::a4: return "CONNECT:PORT, then TEAM : TEXT both ways on one connection (seed0)";
  case Dialect::a5: return "CONNECT:NAME:PORT and MESSAGE:NAME:PORT:TEXT (blockminers)";
  case Dialect::a6: return "LISTENING_PORT:P|TEAM_NAME:T|TEXT, one connection per message (netech)";
  case Dialect::a7: return "text alone, the source port is the listening port (rafale)";
  case Dialect::a8: return "one JSON object per message (ARYANS, Synergy)";
  case Dialect::a9: return "IP PORT NAME TEXT, one connection per message";
  case Dialect::a10: return "EPHEMERAL LISTEN TEAM TEXT, one connection per message";
  case Dialect::raw: return "text alone, known by the address it comes from";
  case Dialect::c: return "NAME: TEXT, one lasting connection with a broadcast host";
  case Dialect::native: return "tincan/1: encrypted, delivered exactly once";
  }
  return "text alone, known by the address it comes from";
}

} // namespace tincan::wire
