#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/broadcast.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_headers.hpp"
#include "tincan/wire/control_words.hpp"

#include <algorithm>
#include <utility>

namespace tincan::wire {

namespace {

constexpr std::size_t max_team_bytes = 64;

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool starts_like_ours(Dialect dialect, const Self& self, std::string_view line) {
  const auto header = read_header(dialect, line, true);
  return header.match == Match::yes && address_of(header.host) == std::optional(self.announced.address);
}

// A line that would end this message, or begin another one, for whoever reads it.
bool is_framing(Dialect dialect, const Self& self, std::string_view line) {
  switch (dialect) {
  case Dialect::a1:
  case Dialect::a2a:
  case Dialect::a9: return starts_like_ours(dialect, self, line);
  case Dialect::a10: return read_two_ports(line, true).match == Match::yes;
  case Dialect::a3:
  case Dialect::a3_team:
  case Dialect::a3_line: return read_address_header(line, true).match == Match::yes;
  default: return false;
  }
}

void guard_line(Dialect dialect, const Self& self, std::string_view line, std::string& out) {
  if (is_framing(dialect, self, line) || (dialect == Dialect::a2b && line.starts_with("<end><"))) out += ' ';
  out.append(line);
  if (dialect == Dialect::a2b && line == "<end>") out += ' ';
}

// Without blank lines at the start and at the end, and without the last LF: some programs show one line only.
std::string_view without_empty_edges(std::string_view text) {
  const auto first = std::min(text.find_first_not_of(" \n"), text.size());
  const auto line_end = text.substr(0, first).rfind('\n');
  if (line_end != std::string_view::npos) text.remove_prefix(line_end + 1);
  const auto end = text.find_last_not_of(" \n");
  return end == std::string_view::npos ? text.substr(0, 0) : text.substr(0, text.find('\n', end));
}

// A6 marks the beginning of a message by nothing but its header.
std::string without_own_header(std::string_view piece) {
  constexpr std::string_view word = "LISTENING_PORT:";
  std::string out;
  for (auto at = piece.find(word); at != std::string_view::npos; at = piece.find(word)) {
    out.append(piece.substr(0, at + word.size())).append(1, ' ');
    piece.remove_prefix(at + word.size());
  }
  return out.append(piece);
}

} // namespace

std::string carried_text(std::string_view text) {
  const auto valid = base::to_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  std::size_t white = 0;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto c = base::decode_code_point(rest);
    const bool is_white = c.value == ' ' || c.value == '\t' || c.value == '\n';
    if (is_white ? white < max_white_run : !is_control(c.value)) {
      if (c.value == '\t')
        out += ' ';
      else
        out.append(rest.substr(0, c.bytes));
      white = is_white ? white + 1 : 0;
    }
    rest.remove_prefix(c.bytes);
  }
  while (out.ends_with(' ') || out.ends_with('\n')) out.pop_back();
  return std::string(without_empty_edges(out));
}

bool carries_nothing(std::string_view text) {
  const bool has_plain_letter = std::any_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return !has_plain_letter && carried_text(text).empty();
}

std::string guarded_text(Dialect dialect, const Self& self, std::string_view piece) {
  piece = without_empty_edges(piece);
  if (dialect == Dialect::a6) return without_own_header(piece);
  if (dialect == Dialect::a8) return std::string(piece);
  std::string out;
  const bool may_be_file = dialect == Dialect::a9 || dialect == Dialect::a10;
  if (may_be_file && piece.starts_with("FILE ")) out += ' ';
  bool first = true;
  for (const auto line : base::split(piece, '\n')) {
    if (!std::exchange(first, false)) out += '\n';
    guard_line(dialect, self, line, out);
  }
  return out;
}

std::string team_word(std::string_view team, std::string_view forbidden) {
  const auto valid = base::to_valid_utf8(base::trim(team));
  std::string word;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto c = base::decode_code_point(rest);
    const auto bytes = rest.substr(0, c.bytes);
    const bool is_forbidden = c.bytes == 1 && forbidden.find(bytes.front()) != std::string_view::npos;
    if (is_forbidden || base::is_white_space(c.value) || base::is_dangerous(c.value))
      word += '_';
    else
      word.append(bytes);
    rest.remove_prefix(c.bytes);
  }
  word.resize(base::fit_bytes(word, max_team_bytes).size());
  return word.empty() ? "tincan" : word;
}

std::string team_in(Dialect dialect, const Self& self) {
  switch (dialect) {
  case Dialect::a2a: return team_word(self.team, "@[<>");
  case Dialect::a2b: return team_word(self.team, "<>");
  case Dialect::a4:
  case Dialect::a5: return team_word(self.team, ":");
  case Dialect::a6: return team_word(self.team, "|");
  case Dialect::a3_team: {
    auto team = team_word(self.team, ":");
    return word_of(team) == Word::none ? team : team + '_'; // CONNECT there would be no team
  }
  case Dialect::c: return speaker_name(self.team);
  default: return team_word(self.team);
  }
}

} // namespace tincan::wire
