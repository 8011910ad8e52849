// What one whole message of a plain-text dialect says, once the reader has found where it ends.
// Pure functions; any thread. Who speaks is remembered in a Sender, for messages that come without a header later on.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/wire/dialect.hpp"
#include "tincan/wire/heard.hpp"
#include "tincan/wire/self.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::wire {

// The last header of a connection.
struct Sender {
  std::string team;
  std::optional<base::Address> ip;
  std::optional<std::uint16_t> port;
};

// Nothing for a blank message without header. Headers found go into `sender`; a canonical header makes `dialect` a1
// where it was raw.
std::optional<Heard> read_message(Dialect& dialect, std::string_view message, const Self& self, Sender& sender);

// A text by `sender`: a control word, a health check or a message. Blank text is a notice of an empty announcement.
Heard read_text(Dialect dialect, std::string_view text, const Self& self, const Sender& sender);

// A8: one whole object. Nothing if it is not JSON or holds nothing that A8 knows.
std::optional<Heard> read_object(std::string_view object, Sender& sender);

// The text cut to at most `limit` bytes, between code points.
std::string_view cut_text(std::string_view text, std::size_t limit);

} // namespace tincan::wire
