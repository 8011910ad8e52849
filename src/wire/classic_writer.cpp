#include "tincan/wire/classic_writer.hpp"

#include "tincan/wire/broadcast.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/control_words.hpp"

#include <fmt/format.h>

namespace tincan::wire {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds farewell_pause{100}; // so that the last word is read before the end of the stream

Step write(std::string bytes) { return {Step::Kind::write, std::move(bytes), milliseconds{0}, false}; }
Step write_message(std::string bytes) { return {Step::Kind::write, std::move(bytes), milliseconds{0}, true}; }
Step await_reply() { return {Step::Kind::await_reply, {}, greeting_patience, false}; }
Step await_acknowledgement() { return {Step::Kind::await_reply, {}, ack_patience, true}; }
Step pause(milliseconds patience) { return {Step::Kind::pause, {}, patience, false}; }
Step half_close() { return {Step::Kind::half_close, {}, milliseconds{0}, false}; }

Steps one_write(std::string bytes) { return {write(std::move(bytes)), half_close()}; }

std::string port_lines(Dialect dialect, const Self& self) {
  if (dialect == Dialect::a3_team) return fmt::format("{}\n{}\nCONNECT\n", self.announced.port, team_in(dialect, self));
  return fmt::format("{}\nCONNECT\n", self.announced.port);
}

Steps exit_line() { return {write("exit\n"), pause(farewell_pause), half_close()}; }

Steps joined(Steps first, const Steps& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

} // namespace

bool keeps_connection(Dialect dialect) {
  return acknowledges(dialect) || dialect == Dialect::a4 || dialect == Dialect::c;
}

bool acknowledges(Dialect dialect) {
  return dialect == Dialect::a3 || dialect == Dialect::a3_team || dialect == Dialect::a3_line;
}

bool wants_listening_source_port(Dialect dialect) { return dialect == Dialect::a7; }

Steps greeting(Dialect dialect, const Self& self) {
  if (acknowledges(dialect)) return {write(port_lines(dialect, self)), await_reply()};
  if (dialect == Dialect::a4) return {write(fmt::format("CONNECT:{}", self.announced.port)), pause(stream_pause)};
  return {};
}

Steps message(Dialect dialect, const Self& self, std::string_view piece) {
  auto text = write_message(message_bytes(dialect, self, piece));
  if (acknowledges(dialect)) return {std::move(text), await_acknowledgement()};
  if (dialect == Dialect::a4) return {std::move(text), pause(stream_pause)};
  if (dialect == Dialect::c) return {std::move(text), pause(reading_pause)};
  return {std::move(text), half_close()};
}

Steps announcement(Dialect dialect, const Self& self) {
  switch (dialect) {
  case Dialect::a3:
  case Dialect::a3_team:
  case Dialect::a3_line:
    return {write(port_lines(dialect, self)), {Step::Kind::await_reply, {}, greeting_patience, true}};
  case Dialect::a4: return greeting(dialect, self);
  case Dialect::a5:
    return {write(fmt::format("CONNECT:{}:{}", team_in(dialect, self), self.announced.port)), await_acknowledgement(),
            half_close()};
  case Dialect::a7: return {write(std::string(a7_request)), await_acknowledgement(), half_close()};
  case Dialect::a8: return one_write(json_message(self, "connect", {}));
  case Dialect::a1:
  case Dialect::a9:
  case Dialect::a10: return one_write(message_bytes(dialect, self, "connect"));
  case Dialect::a2a: return one_write(message_bytes(dialect, self, "CONNECT"));
  case Dialect::a2b: return one_write(message_bytes(dialect, self, "CONNECTION_REQUEST"));
  case Dialect::a6: return one_write(message_bytes(dialect, self, "connection message"));
  case Dialect::raw:
  case Dialect::c:
  case Dialect::native: break;
  }
  return {};
}

Steps farewell(Dialect dialect, const Self& self, Connection connection) {
  switch (dialect) {
  case Dialect::a3:
  case Dialect::a3_team:
  case Dialect::a3_line:
    // Only "exit" keeps these programs from spinning; the greeting tells them who goes.
    return connection == Connection::kept ? exit_line() : joined(greeting(dialect, self), exit_line());
  case Dialect::a4:
    if (connection == Connection::fresh) return {};
    return {write("exit"), pause(farewell_pause), half_close()};
  case Dialect::a5: return one_write(fmt::format("EXIT:{}", self.announced.port));
  case Dialect::a8: return one_write(json_message(self, "exit", {}));
  case Dialect::a1:
  case Dialect::a6:
  case Dialect::a9:
  case Dialect::a10: return one_write(message_bytes(dialect, self, "exit"));
  case Dialect::a2a: return one_write(message_bytes(dialect, self, "quit"));
  case Dialect::a2b: return one_write(fmt::format("<{}> DISCONNECT", self.announced.text()));
  case Dialect::a7:
  case Dialect::raw:
  case Dialect::c:
  case Dialect::native: break;
  }
  return {};
}

Steps acceptance(const Self& self) { return one_write(message_bytes(Dialect::a1, self, "CONNECT_ACCEPTED")); }

std::string peer_list(const std::vector<base::Endpoint>& peers) {
  std::string list = "PEERLIST:";
  bool first = true;
  for (const auto& peer : peers) {
    const auto entry = (first ? "" : ",") + peer.text();
    if (list.size() + entry.size() > max_wire_bytes) break;
    list += entry;
    first = false;
  }
  return list;
}

} // namespace tincan::wire
