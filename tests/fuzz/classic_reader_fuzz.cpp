// One peer's bytes against ClassicReader. The first byte chooses the size of the chunks (0: all at once), '~' is a
// silence, the end of the stream comes last. However the same bytes are cut, the same must be heard.
#include "fuzz_check.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tincan;
using wire::Dialect;
using wire::Heard;

wire::Self self() { return {*base::Endpoint::parse("10.0.0.1:7777"), "Us"}; }

bool is_line_dialect(Dialect dialect) {
  return dialect == Dialect::a3 || dialect == Dialect::a3_team || dialect == Dialect::a3_line;
}

void check(const Heard& heard) {
  const auto& text = heard.text.untrusted_bytes();
  TINCAN_MUST(text.size() <= wire::max_message_bytes);
  TINCAN_MUST(heard.kind != Heard::Kind::text || !base::trim(text).empty());
  TINCAN_MUST(heard.kind != Heard::Kind::unreadable || (!text.empty() && text.size() <= 1024));
  TINCAN_MUST(!heard.announced_port || *heard.announced_port != 0);
  TINCAN_MUST(heard.team.untrusted_bytes().size() <= wire::max_message_bytes);
  TINCAN_MUST(heard.reply.size() <= 200);
}

struct Listener {
  wire::ClassicReader reader{self()};
  std::vector<Heard> all;
  bool was_cut = false;

  void feed(std::string_view bytes, std::size_t chunk) {
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, std::min(chunk, bytes.size()));
      reader.bytes(part);
      TINCAN_MUST(reader.held_bytes() <= wire::max_classic_bytes + wire::max_undecided_bytes);
      drain();
      bytes.remove_prefix(part.size());
    }
  }

  void drain() {
    while (auto heard = reader.next()) {
      check(*heard);
      was_cut = was_cut || heard->was_cut;
      all.push_back(std::move(*heard));
    }
    TINCAN_MUST(!was_cut || reader.broken());
    TINCAN_MUST(!reader.broken() || (reader.held_bytes() == 0 && !reader.stays_open()));
  }

  void listen(std::string_view dialogue, std::size_t chunk) {
    for (;;) {
      const auto mark = dialogue.find('~');
      feed(dialogue.substr(0, mark), chunk);
      if (mark == std::string_view::npos) break;
      reader.silence();
      TINCAN_MUST(reader.held_bytes() == 0);
      TINCAN_MUST(!reader.awaits_silence());
      drain();
      dialogue.remove_prefix(mark + 1);
    }
    reader.end();
    drain();
    TINCAN_MUST(reader.held_bytes() == 0);
  }
};

void append(std::string& out, const Heard& heard) {
  out += static_cast<char>('0' + static_cast<int>(heard.kind));
  out += wire::name(heard.dialect);
  out += '[' + heard.team.untrusted_bytes() + "][" + heard.text.untrusted_bytes() + ']';
  if (heard.announced_ip) out += heard.announced_ip->text();
  if (heard.announced_port) out += std::to_string(*heard.announced_port);
  out += heard.reply + (heard.was_cut ? "cut" : "") + (heard.wants_accept ? "accept" : "") + '\n';
}

// Lines of A3 may be grouped differently: its texts count as their lines, and an answered empty line not at all.
std::string transcript(const std::vector<Heard>& all) {
  std::string out;
  for (const auto& heard : all) {
    if (!is_line_dialect(heard.dialect))
      append(out, heard);
    else if (heard.kind == Heard::Kind::text)
      out += heard.text.untrusted_bytes() + '\n';
    else if (heard.kind != Heard::Kind::ping || !heard.text.empty())
      append(out, heard);
  }
  return out;
}

// What has no header must come out as it went in.
void check_nothing_lost(std::string_view dialogue, const std::vector<Heard>& all) {
  if (dialogue.find('~') != std::string_view::npos || base::trim(dialogue).empty()) return;
  if (dialogue.starts_with("tincan/1")) return;
  TINCAN_MUST(!all.empty());
  const auto& heard = all.front();
  if (all.size() > 1 || heard.dialect != Dialect::raw || heard.kind != Heard::Kind::text || !heard.team.empty()) return;
  const auto& text = heard.text.untrusted_bytes();
  TINCAN_MUST(dialogue.starts_with(text));
  TINCAN_MUST(heard.was_cut || dialogue.size() - text.size() <= 2);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t chunk = data[0] == 0 ? size : data[0];
  const std::string_view dialogue(reinterpret_cast<const char*>(data) + 1, size - 1);
  Listener at_once;
  Listener chosen;
  Listener byte_by_byte;
  at_once.listen(dialogue, std::max<std::size_t>(size, 1));
  chosen.listen(dialogue, chunk);
  byte_by_byte.listen(dialogue, 1);
  check_nothing_lost(dialogue, at_once.all);
  const auto meaning = transcript(at_once.all);
  TINCAN_MUST(transcript(chosen.all) == meaning);
  TINCAN_MUST(transcript(byte_by_byte.all) == meaning);
  return 0;
}
