#include "tincan/wire/classic_headers.hpp"
#include "tincan/wire/control_words.hpp"

#include <array>

namespace tincan::wire {

namespace {

struct Candidate {
  Dialect dialect;
  Match (*match)(std::string_view text, bool complete);
};

template<Header (*read)(std::string_view, bool)> Match match_of(std::string_view text, bool complete) {
  return read(text, complete).match;
}

Match is_query(std::string_view text, bool complete) { return is_whole(text, "QUERY", complete); }

Match is_a7(std::string_view text, bool complete) {
  const auto request = is_whole(text, a7_request, complete);
  return request != Match::no ? request : is_whole(text, a7_acknowledgement, complete);
}

Match is_object(std::string_view text, bool complete) { return Probe(text, complete).literal("{").match(); }

// "<IP:PORT> @ <" suffices: what follows may be a long team.
Match is_two_lines(std::string_view text, bool complete) {
  std::string_view host;
  std::string_view time;
  std::uint16_t port = 0;
  Probe probe(text, complete);
  probe.literal("<").host(host).literal(":").port(port).literal("> ");
  auto timed = probe;
  const auto plain_match = probe.literal("@ <").match();
  return plain_match != Match::no ? plain_match : timed.literal("[").name(']', time).literal(" @ <").match();
}

// Where two could be meant, the narrower form stands first: while it may still come true the wider one waits.
constexpr std::array candidates{
    Candidate{Dialect::a3, match_of<read_port_line>},
    Candidate{Dialect::a5, match_of<read_connect_name>},
    Candidate{Dialect::a4, match_of<read_connect_port>},
    Candidate{Dialect::a5, match_of<read_message_name>},
    Candidate{Dialect::a5, match_of<read_exit_port>},
    Candidate{Dialect::a5, match_of<read_acknowledgement>},
    Candidate{Dialect::a5, is_query},
    Candidate{Dialect::a5, is_peer_list},
    Candidate{Dialect::a6, match_of<read_listening_port>},
    Candidate{Dialect::a8, is_object},
    Candidate{Dialect::a2b, is_two_lines},
    Candidate{Dialect::a2b, match_of<read_disconnect>},
    Candidate{Dialect::a2a, match_of<read_bracket_header>},
    Candidate{Dialect::a7, is_a7},
    Candidate{Dialect::a1, match_of<read_address_header>},
    Candidate{Dialect::a9, match_of<read_spaced_header>},
    Candidate{Dialect::a10, match_of<read_two_ports>},
};

} // namespace

Opening read_opening(std::string_view text, bool complete) {
  for (const auto& candidate : candidates) {
    const auto match = candidate.match(text, complete);
    if (match != Match::no) return {match, candidate.dialect};
  }
  return {Match::yes, Dialect::raw};
}

} // namespace tincan::wire
