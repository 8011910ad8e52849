#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_messages.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr std::size_t near_blank = 100; // a word longer than this is cut

std::string_view to_last_blank(std::string_view text) {
  const auto at = text.find_last_of(" \n");
  if (at == std::string_view::npos || text.size() - at > near_blank || base::is_blank(text.substr(0, at))) return text;
  return text.substr(0, at + 1);
}

// Whole clusters, unless that leaves only white space in front of a huge one.
std::string_view fit(std::string_view text, std::size_t bytes) {
  const auto clusters = base::fit_bytes(text, bytes);
  return base::is_blank(clusters) ? cut_text(text, bytes) : clusters;
}

std::string_view first_piece(Dialect dialect, const Self& self, std::string_view text, std::size_t room) {
  auto piece = fit(text, room);
  for (auto size = message_bytes(dialect, self, piece).size(); size > max_wire_bytes;) {
    const auto excess = size - max_wire_bytes;
    piece = fit(text, piece.size() - std::min(piece.size() - 1, excess / 2 + 1));
    size = message_bytes(dialect, self, piece).size();
  }
  return piece.size() == text.size() ? piece : to_last_blank(piece);
}

} // namespace

std::vector<std::string> pieces(Dialect dialect, const Self& self, std::string_view text) {
  const auto carried = carried_text(text);
  std::string_view rest = carried;
  if (base::is_blank(rest)) return {};
  const auto room = max_wire_bytes - message_bytes(dialect, self, {}).size();
  std::vector<std::string> all;
  while (!rest.empty()) {
    const auto piece = first_piece(dialect, self, rest, room);
    all.emplace_back(piece);
    rest.remove_prefix(piece.size());
  }
  return all;
}

} // namespace tincan::wire
