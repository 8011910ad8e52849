// A QR code for a terminal (libqrencode, ISO/IEC 18004), with the quiet zone of four modules that scanners want. Pure;
// any thread.
#pragma once

#include "tincan/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tincan::app {

inline constexpr std::size_t qr_quiet_modules = 4;

enum class QrForm : std::uint8_t {
  coloured, // half blocks, black on white by escape sequences: the same on dark and on light terminals
  blocks,   // half blocks alone, as they look right on a dark terminal
  ascii,    // "##" for each dark module
};

// What this locale can show; `may_colour`: escape sequences are welcome.
QrForm fitting_qr_form(bool may_colour);

// Its lines, without LF. Errors: limit (the text is too long for a code).
base::Result<std::vector<std::string>> qr_lines(const std::string& text, QrForm form);

// Of a ticket, in capitals: in these a code needs less room, and a ticket may be written in them. A line that says why,
// when it does not fit into so many columns (0: any).
std::vector<std::string> ticket_qr_lines(const std::string& ticket, QrForm form, int columns);

int terminal_columns(); // of stdout; 0 when it is no terminal

} // namespace tincan::app
