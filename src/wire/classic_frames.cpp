#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_headers.hpp"
#include "tincan/wire/classic_reader.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr std::string_view end_mark = "\n<end>";

// What stands before the port in the header of `message`: later headers of the connection begin with the same.
std::string_view lead_of(Dialect dialect, std::string_view message) {
  message = message.substr(0, max_undecided_bytes);
  if (read_header(dialect, message, true).match != Match::yes) return {};
  if (dialect == Dialect::a1 || dialect == Dialect::a2a) {
    const auto bracket = message.find(']');
    const auto from = message.substr(0, 2).find('[') == std::string_view::npos ? 0 : bracket;
    return message.substr(0, message.find(':', from) + 1);
  }
  return message.substr(0, message.find_first_not_of(" \t", message.find_first_of(" \t")));
}

Match is_header_after(std::string_view text, Dialect dialect, std::string_view lead, bool complete) {
  if (lead.empty()) return Match::no;
  std::uint16_t port = 0;
  Probe probe(text, complete);
  probe.literal(lead).port(port);
  if (dialect == Dialect::a2a) return probe.literal("> ").match();
  return probe.blanks().match();
}

// "<end>" ends a message where it ends a line; our own writer puts a blank behind it where it is text. A blank behind
// the very last one is somebody's habit.
Match ends_message(std::string_view after_mark, bool complete) {
  constexpr std::size_t max_blanks = 16;
  const char first = after_mark.empty() ? '\0' : after_mark.front();
  if (first == '\r' || first == '\n' || first == '<') return Match::yes;
  if (after_mark.size() > max_blanks || !base::is_blank(after_mark)) return Match::no;
  return complete ? Match::yes : Match::maybe;
}

} // namespace

void ClassicReader::take_frames(bool complete) {
  if (*dialect_ == Dialect::a4) take_connect_port();
  while (!is_deaf() && !held().empty()) {
    const auto frame = find_frame(complete);
    if (std::max(scanned_, frame ? frame->message : 0) > max_classic_bytes) return cut_short();
    if (!frame) return;
    hear(read_message(*dialect_, held().substr(0, frame->message), self_, sender_));
    consume(frame->consumed);
  }
}

// The greeting may come with the first text in one segment, white space between them or not.
void ClassicReader::take_connect_port() {
  if (!greeted_) {
    const auto header = read_connect_port(held(), true);
    sender_.port = header.port;
    Heard heard;
    heard.kind = Heard::Kind::connect;
    heard.dialect = Dialect::a4;
    heard.announced_port = header.port;
    hear(std::move(heard));
    consume(held().size() - header.rest.size());
    greeted_ = true;
  }
  if (messages_ == 1 && scanned_ == 0) skip_white_space();
}

void ClassicReader::skip_white_space() { consume(std::min(held().find_first_not_of(" \t\r\n"), held().size())); }

void ClassicReader::cut_short() {
  hear(read_message(*dialect_, held().substr(0, max_classic_bytes), self_, sender_));
  is_broken_ = true;
}

std::optional<ClassicReader::Frame> ClassicReader::find_frame(bool complete) {
  switch (*dialect_) {
  case Dialect::a1:
  case Dialect::a2a:
  case Dialect::a9:
  case Dialect::a10: return find_next_header(complete);
  case Dialect::a6: return find_repeated_header(complete);
  case Dialect::a2b: return find_end_mark(complete);
  default: return all_if(complete);
  }
}

std::optional<ClassicReader::Frame> ClassicReader::all_if(bool complete) {
  scanned_ = held().size();
  if (!complete) return std::nullopt;
  return Frame{scanned_, scanned_};
}

std::optional<ClassicReader::Frame> ClassicReader::find_next_header(bool complete) {
  const auto text = held();
  auto at = text.find('\n', scanned_);
  const auto lead = at == std::string_view::npos ? std::string_view{} : lead_of(*dialect_, text);
  for (; at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (starts_file(text.substr(0, at))) {
      discards_ = true;
      return Frame{at + 1, text.size()};
    }
    const auto match = is_header_after(text.substr(at + 1), *dialect_, lead, complete);
    if (match == Match::yes) return Frame{at + 1, at + 1};
    if (match == Match::maybe) {
      scanned_ = at;
      return std::nullopt;
    }
  }
  return all_if(complete);
}

// "… TEAM FILE name size": what follows is a file, which this protocol neither ends nor checks.
bool ClassicReader::starts_file(std::string_view message) const {
  if ((*dialect_ != Dialect::a9 && *dialect_ != Dialect::a10) || message.size() > max_undecided_bytes) return false;
  const auto header = read_header(*dialect_, message, true);
  auto words = split_team(header.rest).text;
  if (words.ends_with('\r')) words.remove_suffix(1);
  if (header.match != Match::yes || !words.starts_with("FILE ") || words.find('\n') != std::string_view::npos)
    return false;
  const auto size = words.substr(words.rfind(' ') + 1);
  return !size.empty() && std::all_of(size.begin(), size.end(), base::is_digit);
}

std::optional<ClassicReader::Frame> ClassicReader::find_repeated_header(bool complete) {
  const auto text = held();
  const auto header = read_listening_port(text.substr(0, max_undecided_bytes), true);
  if (header.match != Match::yes || header.team.empty()) return all_if(complete);
  const auto first = text.substr(0, static_cast<std::size_t>(header.rest.data() - text.data()));
  const auto at = text.find(first, std::max(scanned_, first.size()));
  if (at != std::string_view::npos) return Frame{at, at};
  if (complete) return all_if(true);
  scanned_ = text.size() - std::min(text.size(), first.size() - 1);
  return std::nullopt;
}

std::optional<ClassicReader::Frame> ClassicReader::find_end_mark(bool complete) {
  if (scanned_ == 0) skip_white_space();
  const auto text = held();
  if (read_disconnect(text.substr(0, max_undecided_bytes), complete).match == Match::yes)
    return find_line_end(complete);
  for (auto at = text.find(end_mark, scanned_); at != std::string_view::npos; at = text.find(end_mark, at + 1)) {
    const auto match = ends_message(text.substr(at + end_mark.size()), complete);
    if (match == Match::yes) return Frame{at + 1, at + end_mark.size()};
    if (match == Match::maybe) {
      scanned_ = at;
      return std::nullopt;
    }
  }
  if (complete) return all_if(true);
  scanned_ = text.size() - std::min(text.size(), end_mark.size() - 1);
  return std::nullopt;
}

std::optional<ClassicReader::Frame> ClassicReader::find_line_end(bool complete) {
  const auto at = held().find('\n', scanned_);
  if (at == std::string_view::npos) return all_if(complete);
  return Frame{at + 1, at + 1};
}

void ClassicReader::take_objects(bool complete) {
  while (!is_deaf()) {
    if (scanned_ == 0) skip_white_space();
    if (held().empty()) return;
    const auto end = held().front() == '{' ? object_end_.find(held(), scanned_) : std::nullopt;
    scanned_ = held().size();
    if (!end && !complete && scanned_ <= max_classic_bytes) return;
    auto heard = end ? read_object(held().substr(0, *end), sender_) : std::nullopt;
    object_end_ = {};
    if (!heard) break;
    hear(std::move(heard));
    consume(*end);
  }
  if (is_deaf()) return;
  dialect_ = Dialect::raw;
  take_frames(complete);
}

} // namespace tincan::wire
