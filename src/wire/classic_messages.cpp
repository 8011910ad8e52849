#include "tincan/wire/classic_messages.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_headers.hpp"
#include "tincan/wire/control_words.hpp"
#include "tincan/wire/self.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::wire {

namespace {

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with("\r\n"))
    text.remove_suffix(2);
  else if (text.ends_with('\n'))
    text.remove_suffix(1);
  return text;
}

Heard from(const Sender& sender, Dialect dialect, Heard::Kind kind) {
  Heard heard;
  heard.kind = kind;
  heard.dialect = dialect;
  heard.team = base::PeerText(sender.team);
  heard.announced_ip = sender.ip;
  heard.announced_port = sender.port;
  return heard;
}

void set_text(Heard& heard, std::string_view text) {
  heard.was_cut = text.size() > max_message_bytes;
  heard.text = base::PeerText(std::string(cut_text(text, max_message_bytes)));
}

// hashpa and hashflow write the address of whom they ask into the header, and may know us by another of our addresses.
bool names_ourselves(const Sender& sender, const Self& self) {
  return sender.ip && sender.port == self.announced.port &&
         (*sender.ip == self.announced.address || sender.ip->is_loopback() || sender.ip->is_unspecified());
}

Heard::Kind kind_of(Word word) {
  switch (word) {
  case Word::connect:
  case Word::connect_and_accept: return Heard::Kind::connect;
  case Word::leave: return Heard::Kind::leave;
  case Word::reply: return Heard::Kind::reply;
  case Word::ping: return Heard::Kind::ping;
  case Word::none: break;
  }
  return Heard::Kind::text;
}

void learn(Sender& sender, const Header& header) {
  sender = {std::string(header.team), address_of(header.host), header.port};
}

// A1, A2a, A6, A9, A10: a header, and the text up to the end.
Heard read_with_header(Dialect dialect, std::string_view message, const Self& self, Sender& sender) {
  const auto header = read_header(dialect, message, true);
  if (header.match != Match::yes) return read_text(dialect, message, self, sender);
  learn(sender, header);
  if (dialect == Dialect::a2a) sender.ip.reset(); // the recipient's
  if (dialect == Dialect::a6) return read_text(dialect, header.rest, self, sender);
  const auto [team, text] = split_team(header.rest);
  sender.team = std::string(team);
  return read_text(dialect, text, self, sender);
}

Heard read_two_lines(std::string_view message, const Self& self, Sender& sender) {
  const auto goodbye = read_disconnect(message, true);
  if (goodbye.match == Match::yes) {
    learn(sender, goodbye);
    return from(sender, Dialect::a2b, Heard::Kind::leave);
  }
  const auto header = read_two_line_header(message, true);
  if (header.match != Match::yes) return read_text(Dialect::a2b, message, self, sender);
  learn(sender, header);
  return read_text(Dialect::a2b, header.rest, self, sender);
}

Heard a5_notice(const Header& header, Heard::Kind kind, Sender& sender) {
  sender.port = header.port;
  if (!header.team.empty()) sender.team = std::string(header.team);
  return from(sender, Dialect::a5, kind);
}

Heard read_a5_connect(const Header& header, const Self& self, Sender& sender) {
  auto heard = a5_notice(header, Heard::Kind::connect, sender);
  heard.reply = fmt::format("ACK:{}:{}", team_word(self.team, ":"), self.announced.port);
  return heard;
}

Heard read_a5_reply(std::string_view message, const Sender& sender) {
  auto heard = from(sender, Dialect::a5, Heard::Kind::reply);
  set_text(heard, without_line_end(message));
  return heard;
}

Heard read_a5(std::string_view message, const Self& self, Sender& sender) {
  if (const auto header = read_connect_name(message, true); header.match == Match::yes)
    return read_a5_connect(header, self, sender);
  if (const auto header = read_message_name(message, true); header.match == Match::yes) {
    learn(sender, header);
    return read_text(Dialect::a5, header.rest, self, sender);
  }
  if (const auto header = read_exit_port(message, true); header.match == Match::yes)
    return a5_notice(header, Heard::Kind::leave, sender);
  if (is_whole(message, "QUERY", true) == Match::yes) return from(sender, Dialect::a5, Heard::Kind::query);
  if (const auto header = read_acknowledgement(message, true); header.match == Match::yes) {
    learn(sender, header);
    return read_a5_reply(message, sender);
  }
  if (is_peer_list(message, true) == Match::yes) return read_a5_reply(message, sender);
  return read_text(Dialect::a5, message, self, sender);
}

Heard read_a7(std::string_view message, const Self& self, const Sender& sender) {
  auto heard = read_text(Dialect::a7, message, self, sender);
  const auto words = base::trim(message);
  if (words == a7_request) {
    heard.kind = Heard::Kind::connect;
    heard.reply = a7_acknowledgement;
  } else if (words == a7_acknowledgement) {
    heard.kind = Heard::Kind::reply;
  }
  heard.port_is_source = heard.kind != Heard::Kind::reply;
  return heard;
}

// "TEAM : text" as seed0 writes it. Its sibling's "TEAM: text" counts only where CONNECT: has shown the dialect, and
// for one word: "Mandatory message: Hello" is a sentence.
std::optional<TeamAndText> split_name(Dialect dialect, std::string_view text) {
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > max_name_bytes) return std::nullopt;
  auto name = text.substr(0, colon);
  const bool spaced = name.back() == ' ';
  if (spaced) name.remove_suffix(1);
  const bool one_word = name.find_first_of(" \t") == std::string_view::npos;
  const bool fits = dialect == Dialect::a4 ? spaced || one_word : spaced && one_word;
  if (!fits || base::is_blank(name) || name.find('\n') != std::string_view::npos) return std::nullopt;
  return TeamAndText{name, text.substr(colon + 2)};
}

Heard read_stream_text(Dialect dialect, std::string_view message, const Self& self, const Sender& sender) {
  const auto named = split_name(dialect, message);
  if (!named || base::is_blank(named->text)) return read_text(dialect, message, self, sender);
  auto speaker = sender;
  speaker.team = std::string(named->team);
  return read_text(dialect, named->text, self, speaker);
}

Heard read_raw(std::string_view message, const Self& self, const Sender& sender) {
  if (is_a3_ack(message)) {
    auto heard = from(sender, Dialect::a3, Heard::Kind::reply);
    set_text(heard, without_line_end(message));
    return heard;
  }
  return read_stream_text(Dialect::raw, message, self, sender);
}

} // namespace

std::string_view cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  auto end = limit;
  for (int back = 0; back < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++back) --end;
  if ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end = limit;
  return text.substr(0, end);
}

Heard read_text(Dialect dialect, std::string_view text, const Self& self, const Sender& sender) {
  text = without_line_end(text);
  if (base::is_blank(text)) return from(sender, dialect, Heard::Kind::connect);
  auto word = dialect == Dialect::raw || dialect == Dialect::a7 ? Word::none : word_of(text);
  if (is_exit(text)) word = Word::leave;
  if (word == Word::ping && !names_ourselves(sender, self)) word = Word::none;
  auto heard = from(sender, dialect, kind_of(word));
  heard.wants_accept = word == Word::connect_and_accept;
  set_text(heard, text);
  return heard;
}

std::optional<Heard> read_message(Dialect& dialect, std::string_view message, const Self& self, Sender& sender) {
  if (base::is_blank(message)) return std::nullopt;
  if (dialect == Dialect::raw && read_address_header(message, true).match == Match::yes) dialect = Dialect::a1;
  switch (dialect) {
  case Dialect::a2b: return read_two_lines(message, self, sender);
  case Dialect::a4: return read_stream_text(dialect, message, self, sender);
  case Dialect::a5: return read_a5(message, self, sender);
  case Dialect::a7: return read_a7(message, self, sender);
  case Dialect::native:
  case Dialect::raw: return read_raw(message, self, sender);
  default: return read_with_header(dialect, message, self, sender);
  }
}

} // namespace tincan::wire
