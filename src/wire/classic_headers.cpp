#include "tincan/wire/classic_headers.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <array>

namespace tincan::wire {

namespace {

// Names of A4, A5 and A6 forms: a host called so would turn a broken form into an A1 header.
constexpr std::array<std::string_view, 8> reserved{"CONNECT", "MESSAGE",  "QUERY",          "EXIT",
                                                   "ACK",     "RESPONSE", "LISTENING_PORT", "PEERLIST"};
constexpr std::uint16_t first_ephemeral_port = 1024; // "5 7 is the result" is no A10 header

bool is_reserved(std::string_view host) { return std::find(reserved.begin(), reserved.end(), host) != reserved.end(); }

Header finish(const Probe& probe, Header header) {
  header.match = probe.match();
  header.rest = probe.rest();
  return header;
}

Probe in_brackets(std::string_view text, bool complete, Header& header) {
  Probe probe(text, complete);
  probe.literal("<").host(header.host).literal(":").port(header.port).literal("> ");
  return probe;
}

// The better of two readings; a reading that may still come true holds back the other.
Header either(const Header& preferred, const Header& other) { return preferred.match == Match::no ? other : preferred; }

// A line may also be ended by the end of the message.
Header finish_line(Probe probe, const Header& header) {
  auto at_end = probe;
  return either(finish(probe.line_end(), header), finish(at_end.end(), header));
}

Header named(std::string_view word, std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal(word).name(':', header.team).port(header.port);
  return finish(probe, header);
}

Header named_to_the_end(std::string_view word, std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal(word).name(':', header.team).port(header.port).end();
  return finish(probe, header);
}

} // namespace

Header read_address_header(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.host(header.host).literal(":").port(header.port).blanks();
  header = finish(probe, header);
  if (is_reserved(header.host)) header.match = Match::no;
  return header;
}

Header read_bracket_header(std::string_view text, bool complete) {
  Header header;
  const auto probe = in_brackets(text, complete, header);
  return finish(probe, header);
}

Header read_two_line_header(std::string_view text, bool complete) {
  Header plain;
  auto probe = in_brackets(text, complete, plain);
  probe.literal("@ <").name('>', plain.team);
  Header timed;
  std::string_view time;
  auto with_time = in_brackets(text, complete, timed);
  with_time.literal("[").name(']', time).literal(" @ <").name('>', timed.team);
  return either(finish_line(probe, plain), finish_line(with_time, timed));
}

Header read_disconnect(std::string_view text, bool complete) {
  Header header;
  auto probe = in_brackets(text, complete, header);
  probe.literal("DISCONNECT");
  return finish_line(probe, header);
}

Header read_port_line(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.port(header.port).line_end();
  return finish(probe, header);
}

Header read_connect_port(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal("CONNECT:").port(header.port);
  return finish(probe, header);
}

Header read_connect_name(std::string_view text, bool complete) { return named_to_the_end("CONNECT:", text, complete); }

Header read_message_name(std::string_view text, bool complete) {
  auto header = named("MESSAGE:", text, complete);
  if (header.match != Match::yes) return header;
  return finish(Probe(header.rest, complete).literal(":"), header);
}

Header read_exit_port(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal("EXIT:").port(header.port).end();
  return finish(probe, header);
}

Header read_acknowledgement(std::string_view text, bool complete) {
  return either(named_to_the_end("ACK:", text, complete), named_to_the_end("RESPONSE:", text, complete));
}

Header read_listening_port(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal("LISTENING_PORT:").port(header.port);
  auto alone = probe;
  probe.literal("|TEAM_NAME:").name('|', header.team);
  return either(finish(probe, header), finish(alone.end(), header));
}

Header read_spaced_header(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.ipv4(header.host).blanks().port(header.port).blanks();
  return finish(probe, header);
}

Header read_two_ports(std::string_view text, bool complete) {
  Header header;
  std::uint16_t ephemeral = 0;
  Probe probe(text, complete);
  probe.port(ephemeral).blanks().port(header.port).blanks();
  header = finish(probe, header);
  if (ephemeral != 0 && ephemeral < first_ephemeral_port) header.match = Match::no;
  return header;
}

Match is_peer_list(std::string_view text, bool complete) {
  Header header;
  Probe probe(text, complete);
  probe.literal("PEERLIST:");
  auto empty = probe;
  probe.host(header.host).literal(":").port(header.port);
  return either(finish(probe, header), finish(empty.end(), header)).match;
}

Match is_whole(std::string_view text, std::string_view word, bool complete) {
  return Probe(text, complete).literal(word).end().match();
}

Header read_header(Dialect dialect, std::string_view text, bool complete) {
  switch (dialect) {
  case Dialect::a1: return read_address_header(text, complete);
  case Dialect::a2a: return read_bracket_header(text, complete);
  case Dialect::a6: return read_listening_port(text, complete);
  case Dialect::a9: return read_spaced_header(text, complete);
  case Dialect::a10: return read_two_ports(text, complete);
  default: return {};
  }
}

std::optional<base::Address> address_of(std::string_view host) { return base::Address::parse(host); }

TeamAndText split_team(std::string_view text) {
  const auto start = std::min(text.find_first_not_of(" \t"), text.size());
  const auto end = std::min(text.find_first_of(" \t\r\n", start), text.size());
  if (end - start > max_name_bytes) return {{}, text};
  const std::size_t separator = text.substr(end).starts_with("\r\n") ? 2 : end < text.size() ? 1 : 0;
  return {text.substr(start, end - start), text.substr(end + separator)};
}

} // namespace tincan::wire
