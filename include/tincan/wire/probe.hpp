// Matches the beginning of a message against a form, knowing that the rest may not have come yet.
// Pure values; any thread. Every answer but `maybe` stays the same whatever bytes follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tincan::wire {

enum class Match : std::uint8_t { no, maybe, yes };

inline constexpr std::size_t max_name_bytes = 256; // names in headers; more is text, not a name

// Steps are chained; after one that fails the others do nothing. The views it gives live as long as the text.
class Probe {
public:
  // `complete`: nothing follows, so there is no maybe.
  Probe(std::string_view text, bool complete) : rest_(text), complete_(complete) {}

  Probe& literal(std::string_view expected);
  Probe& host(std::string_view& found); // IPv4, [IPv6] or a name; "12" and "1.2.3" are none
  Probe& ipv4(std::string_view& found);
  Probe& port(std::uint16_t& found);               // 1..65535, at most five digits
  Probe& blanks();                                 // one or more blanks or tabs
  Probe& name(char stop, std::string_view& found); // 1..max_name_bytes on one line, and the `stop` after it
  Probe& line_end();                               // LF, CR LF
  Probe& end();                                    // nothing but white space up to the end of the message

  Match match() const { return match_; }
  std::string_view rest() const { return rest_; }

private:
  Probe& fail(bool ran_out);
  std::string_view take(std::size_t count);

  std::string_view rest_;
  bool complete_;
  Match match_ = Match::yes;
};

} // namespace tincan::wire
