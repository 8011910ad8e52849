#include "tincan/wire/broadcast.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_bytes.hpp"
#include "tincan/wire/classic_messages.hpp"
#include "tincan/wire/classic_writer.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr std::string_view exit_word = "exit";
constexpr std::ptrdiff_t max_blanks_in_name = 3; // "The Bandwidth Brigade: hi", but no sentence with a colon

std::string_view without_cr_lf(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// "[12:01] " and "[12:01:59] ", as some clients put it before their names.
std::string_view without_time(std::string_view text) {
  const auto end = text.find("] ");
  if (!text.starts_with('[') || end == std::string_view::npos) return text;
  const auto time = text.substr(1, end - 1);
  const bool is_time = (time.size() == 5 || time.size() == 8) &&
                       std::all_of(time.begin(), time.end(), [](char c) { return base::is_digit(c) || c == ':'; });
  return is_time ? text.substr(end + 2) : text;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > max_speaker_bytes || name.front() == ' ') return false;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::count(name.begin(), name.end(), ' ') <= max_blanks_in_name &&
         std::none_of(name.begin(), name.end(), is_control);
}

} // namespace

Spoken read_spoken(std::string_view bytes) {
  const auto whole = without_cr_lf(bytes);
  const auto text = without_time(whole);
  const auto colon = text.find(": ");
  auto name = text.substr(0, std::min(colon, text.size()));
  if (name.ends_with(' ')) name.remove_suffix(1);
  const auto said = [](std::string_view part) {
    return base::PeerText(std::string(cut_text(part, max_message_bytes)));
  };
  if (colon == std::string_view::npos || !is_name(name)) return {{}, said(whole)};
  return {base::PeerText(std::string(name)), said(text.substr(colon + 2))};
}

UpToExit split_exit(std::string_view bytes) {
  const auto text = without_cr_lf(bytes);
  if (text == exit_word) return {{}, true};
  const auto before = text.substr(0, text.size() - std::min(text.size(), exit_word.size()));
  const bool is_last_line = bytes.ends_with('\n') && text.ends_with(exit_word) && before.ends_with('\n');
  return is_last_line ? UpToExit{before, true} : UpToExit{bytes, false};
}

std::vector<std::string_view> readable_parts(std::string_view bytes) {
  std::vector<std::string_view> parts;
  while (!bytes.empty()) {
    parts.push_back(cut_text(bytes, max_wire_bytes));
    bytes.remove_prefix(parts.back().size());
  }
  return parts;
}

std::string speaker_name(std::string_view name) {
  auto word = carried_text(name);
  std::replace(word.begin(), word.end(), '\n', ' ');
  word.resize(base::fit_bytes(word, max_speaker_bytes).size());
  return word.empty() ? "tincan" : word;
}

} // namespace tincan::wire
