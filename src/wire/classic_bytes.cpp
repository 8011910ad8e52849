#include "tincan/wire/classic_bytes.hpp"

#include "tincan/wire/flat_json.hpp"

#include <fmt/format.h>

namespace tincan::wire {

std::string json_message(const Self& self, std::string_view type, std::string_view content) {
  std::string out = R"({"type":)";
  append_json_string(out, type);
  out += R"(,"content":)";
  append_json_string(out, content);
  out += R"(,"sender_name":)";
  append_json_string(out, team_in(Dialect::a8, self));
  out += fmt::format(R"(,"sender_port":{}}})", self.announced.port);
  return out;
}

std::string message_bytes(Dialect dialect, const Self& self, std::string_view piece) {
  const auto text = guarded_text(dialect, self, piece);
  const auto team = team_in(dialect, self);
  const auto endpoint = self.announced.text();
  const auto port = self.announced.port;
  switch (dialect) {
  case Dialect::a1: return fmt::format("{} {} {}", endpoint, team, text);
  case Dialect::a2a: return fmt::format("<{}> {} {}", endpoint, team, text);
  case Dialect::a2b: return fmt::format("<{}> @ <{}>\n{}\n<end>", endpoint, team, text);
  case Dialect::a3:
  case Dialect::a3_team: return text + '\n';
  case Dialect::a3_line: return fmt::format("{} {} {}\n", endpoint, team, text);
  case Dialect::a4: return fmt::format("{} : {}", team, text);
  case Dialect::a5: return fmt::format("MESSAGE:{}:{}:{}", team, port, text);
  case Dialect::a6: return fmt::format("LISTENING_PORT:{}|TEAM_NAME:{}|{}", port, team, text);
  case Dialect::a8: return json_message(self, "message", text);
  case Dialect::a9: return fmt::format("{} {} {} {}", self.announced.address.text(), port, team, text);
  case Dialect::a10: return fmt::format("{} {} {} {}", port, port, team, text);
  case Dialect::c: return fmt::format("{}: {}", team, text);
  case Dialect::a7:
  case Dialect::raw:
  case Dialect::native: break;
  }
  return text;
}

} // namespace tincan::wire
