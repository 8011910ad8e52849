// A team and a text, written in a dialect and read again. The first byte chooses the dialect, the second the length of
// the team; the text follows. Every write must be one that classic programs can take, and say what was to be said.
#include "fuzz_check.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_reader.hpp"
#include "tincan/wire/classic_writer.hpp"
#include "tincan/wire/control_words.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace tincan;
using wire::Dialect;
using wire::Heard;

base::Endpoint endpoint_for(Dialect dialect, std::uint8_t choice) {
  const bool v6 = (choice & 0x80) != 0 && dialect != Dialect::a9;
  return *base::Endpoint::parse(v6 ? "[2001:db8::7]:65535" : "10.0.0.2:7001");
}

void check_writes(const wire::Steps& steps) {
  for (const auto& step : steps) {
    TINCAN_MUST(step.bytes.size() <= wire::max_wire_bytes);
    TINCAN_MUST(base::is_valid_utf8(step.bytes));
    const bool clean = std::all_of(step.bytes.begin(), step.bytes.end(),
                                   [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\n'; });
    TINCAN_MUST(clean);
  }
}

void play(const wire::Steps& steps, wire::ClassicReader& reader) {
  check_writes(steps);
  for (const auto& step : steps) {
    if (step.kind == wire::Step::Kind::write)
      reader.bytes(step.bytes);
    else
      reader.silence();
  }
}

// A3 programs know lines only: blanks on an empty one do not travel.
std::string without_blank_lines(std::string_view text) {
  std::string out;
  for (const auto line : base::split(text, '\n')) {
    out += '\n';
    if (!base::trim(line).empty()) out.append(line);
  }
  return out;
}

// A text that is a control word is meant as one.
bool is_plain(std::string_view text) {
  const auto lines = base::split(text, '\n');
  return wire::word_of(text) == wire::Word::none &&
         std::all_of(lines.begin(), lines.end(), [](auto line) { return wire::word_of(line) == wire::Word::none; });
}

void check_round_trip(Dialect dialect, const wire::Self& self, const std::string& piece) {
  wire::ClassicReader reader({*base::Endpoint::parse("10.0.0.1:7777"), "Us"});
  play(wire::greeting(dialect, self), reader);
  while (reader.next()) {
  }
  play(wire::message(dialect, self, piece), reader);
  reader.end();
  const auto text = wire::guarded_text(dialect, self, piece);
  if (dialect == Dialect::raw || dialect == Dialect::a7 || !is_plain(text)) return;
  const auto heard = reader.next();
  TINCAN_MUST(heard && heard->kind == Heard::Kind::text && heard->dialect == dialect && !reader.next());
  TINCAN_MUST(without_blank_lines(heard->text.untrusted_bytes()) == without_blank_lines(text));
  if (!wire::acknowledges(dialect)) TINCAN_MUST(heard->text.untrusted_bytes() == text);
  if (dialect != Dialect::a3) TINCAN_MUST(heard->team.untrusted_bytes() == wire::team_in(dialect, self));
  TINCAN_MUST(heard->announced_port == self.announced.port);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto dialect = wire::all_dialects[(data[0] & 0x7F) % wire::all_dialects.size()];
  const std::string rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto team_bytes = std::min<std::size_t>(data[1], rest.size());
  const wire::Self self{endpoint_for(dialect, data[0]), rest.substr(0, team_bytes)};
  const auto text = rest.substr(team_bytes);
  const auto carried = wire::carried_text(text);
  TINCAN_MUST(wire::carried_text(carried) == carried);
  TINCAN_MUST(wire::team_word(self.team).size() <= 64 && !wire::team_word(self.team).empty());
  std::string joined;
  for (const auto& piece : wire::pieces(dialect, self, text)) {
    TINCAN_MUST(!base::trim(piece).empty());
    check_round_trip(dialect, self, piece);
    joined += piece;
  }
  TINCAN_MUST(joined == carried || base::trim(carried).empty());
  check_writes(wire::announcement(dialect, self));
  check_writes(wire::farewell(dialect, self, wire::Connection::fresh));
  check_writes(wire::farewell(dialect, self, wire::Connection::kept));
  check_writes(wire::acceptance(self));
  return 0;
}
