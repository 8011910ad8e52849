// Expected failures as values: what failed, in a sentence for people, and a code for programs.
// Pure values; any thread. A sentence says what failed, then why, then what to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tincan::base {

enum class ErrorCode : std::uint8_t {
  refused,      // the other side has nobody listening
  timed_out,    // nothing came back in time
  unreachable,  // no route, host down, name unknown
  reset,        // the link broke while in use
  bad_bytes,    // what arrived breaks a rule of its dialect
  bad_argument, // what the user typed cannot be meant
  unknown_peer, // no such peer, or more than one
  no_space,     // the disk is full
  storage,      // the database or a file cannot be read or written
  in_use,       // a port or a profile that somebody else holds
  limit,        // one of our bounds was reached
  cancelled,    // the user, or the end of the program, stopped it
};

// The stable spelling of a code, as in JSON events ("refused", "timed_out", …).
std::string_view name(ErrorCode code);
// The inverse; bad_argument for what it does not know.
ErrorCode error_code_named(std::string_view text);

struct Error {
  ErrorCode code{};
  std::string text; // one line, safe to print: it never holds unsanitised text of a peer

  bool operator==(const Error&) const = default;
};

template<class T> using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string text) {
  return tl::unexpected<Error>(Error{code, std::move(text)});
}

} // namespace tincan::base
