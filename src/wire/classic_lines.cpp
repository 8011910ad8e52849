#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_headers.hpp"
#include "tincan/wire/classic_reader.hpp"
#include "tincan/wire/control_words.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr std::uint32_t max_blank_lines = 1000; // kept between two lines of text

struct Line {
  std::string_view text; // without LF and CR LF
  std::string_view rest;
};

// `complete`: the last line needs no LF. `from`: no LF stands before.
std::optional<Line> first_line(std::string_view text, bool complete, std::size_t from = 0) {
  const auto end = std::min(text.find('\n', from), text.size());
  if (end == text.size() && (!complete || text.empty())) return std::nullopt;
  auto line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Line{line, text.substr(std::min(end + 1, text.size()))};
}

bool is_connect(std::string_view line) { return base::trim(line) == "CONNECT"; }

// Anything that does not say by itself what it is.
bool may_be_team(std::string_view line) {
  return !base::is_blank(line) && line.size() <= max_name_bytes && word_of(line) == Word::none &&
         read_address_header(line, true).match != Match::yes;
}

struct Greeting {
  std::string_view rest;
  std::string_view team;
  bool announces = false;
};

// PORT LF, then CONNECT LF, or TEAM LF CONNECT LF, or TEAM LF and a text, or a text. Nothing while it is not all there.
std::optional<Greeting> read_greeting(std::string_view after_port, bool complete) {
  const auto first = first_line(after_port, complete);
  if (!first && complete) return Greeting{after_port, {}, true};
  if (!first && after_port.size() <= max_name_bytes + 1) return std::nullopt;
  if (first && is_connect(first->text)) return Greeting{first->rest, {}, true};
  if (!first || !may_be_team(first->text)) return Greeting{after_port, {}, false};
  const auto second = first_line(first->rest, complete);
  if (!second && complete) return Greeting{after_port, {}, false};
  if (!second && first->rest.size() <= max_name_bytes) return std::nullopt;
  if (second && is_connect(second->text)) return Greeting{second->rest, first->text, true};
  if (second && (base::is_blank(second->text) || word_of(second->text) == Word::leave))
    return Greeting{after_port, {}, false};
  return Greeting{first->rest, first->text, false};
}

} // namespace

void ClassicReader::take_lines(bool complete) {
  if (!greeted_ && !take_port_line(complete)) return;
  take_burst(complete);
}

bool ClassicReader::take_port_line(bool complete) {
  const auto port_line = read_port_line(held(), true);
  const auto greeting = read_greeting(port_line.rest, complete);
  if (!greeting) return false;
  greeted_ = true;
  sender_.port = port_line.port;
  if (!greeting->team.empty()) {
    dialect_ = Dialect::a3_team;
    sender_.team = std::string(greeting->team);
  }
  consume(held().size() - greeting->rest.size());
  if (greeting->announces) hear_line({}); // blank text is an announcement
  return true;
}

// Every complete line; lines of text that came together are one message, whose single answer its sender waits for.
void ClassicReader::take_burst(bool complete) {
  std::string burst;
  while (!is_deaf()) {
    const bool is_long = held().size() > max_classic_bytes;
    const auto line = first_line(held().substr(0, max_classic_bytes), complete || is_long, scanned_);
    if (!line) break;
    const auto consumed = std::min(held().size(), max_classic_bytes) - line->rest.size();
    take_line(line->text, burst);
    consume(consumed);
  }
  scanned_ = held().size();
  end_burst(burst);
  if (!complete) return;
  blank_lines_ = 0;
  if (std::exchange(owes_answer_, false)) hear_nothing();
}

void ClassicReader::take_line(std::string_view line, std::string& burst) {
  if (base::is_blank(line)) {
    blank_lines_ = std::min(blank_lines_ + 1, max_blank_lines);
    owes_answer_ = true;
    return;
  }
  if (const auto header = read_address_header(line, true); header.match == Match::yes) {
    end_burst(burst);
    blank_lines_ = 0;
    line = learn_line(header);
  }
  const auto kind = read_text(*dialect_, line, self_, sender_).kind;
  if (kind == Heard::Kind::text) return add_line(line, burst);
  end_burst(burst);
  blank_lines_ = 0;
  hear_line(line);
}

std::string_view ClassicReader::learn_line(const Header& header) {
  const auto [team, text] = split_team(header.rest);
  dialect_ = Dialect::a3_line;
  sender_ = {std::string(team), address_of(header.host), header.port};
  return text;
}

void ClassicReader::add_line(std::string_view line, std::string& burst) {
  if (burst.size() + blank_lines_ + line.size() >= max_message_bytes) end_burst(burst);
  burst.append(blank_lines_ + (burst.empty() ? 0 : 1), '\n');
  burst.append(line);
  blank_lines_ = 0;
}

void ClassicReader::end_burst(std::string& burst) {
  if (!burst.empty()) hear_line(burst);
  burst.clear();
}

void ClassicReader::hear_line(std::string_view text) {
  auto heard = read_text(*dialect_, text, self_, sender_);
  if (heard.kind != Heard::Kind::leave) heard.reply = a3_ack;
  owes_answer_ = false;
  hear(std::move(heard));
}

// An empty line is no message, but the program that sent it waits for its answer.
void ClassicReader::hear_nothing() {
  auto heard = read_text(*dialect_, {}, self_, sender_);
  heard.kind = Heard::Kind::ping;
  heard.reply = a3_ack;
  hear(std::move(heard));
}

} // namespace tincan::wire
