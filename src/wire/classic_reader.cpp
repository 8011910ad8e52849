#include "tincan/wire/classic_reader.hpp"

#include "tincan/base/unicode.hpp"
#include "tincan/wire/classic_headers.hpp"

#include <algorithm>

namespace tincan::wire {

namespace {

constexpr char tls_hello = 0x16;
constexpr std::size_t binary_window = 16;          // text programs send no NUL here, binary protocols nearly all do
constexpr std::size_t max_unreadable_bytes = 1024; // enough to see what it was
constexpr std::size_t small_buffer = 4096;         // what an idle connection may keep
constexpr std::string_view native_banner = "tincan/1";

} // namespace

void ClassicReader::bytes(std::string_view chunk) {
  if (is_deaf() || chunk.empty()) return;
  const auto binary = binary_at(chunk);
  held_.append(chunk.substr(0, binary));
  advance(false);
  if (binary < chunk.size() && !is_deaf()) refuse(chunk.substr(binary, 1));
  drop_consumed();
}

void ClassicReader::silence() {
  if (!is_deaf()) complete();
}

void ClassicReader::end() {
  if (!is_deaf()) complete();
  has_ended_ = true;
}

std::optional<Heard> ClassicReader::next() {
  if (taken_ == heard_.size()) return std::nullopt;
  std::optional<Heard> heard(std::move(heard_[taken_++]));
  if (taken_ == heard_.size()) {
    heard_ = {};
    taken_ = 0;
  }
  return heard;
}

bool ClassicReader::awaits_silence() const { return !is_deaf() && (!held_.empty() || owes_answer_); }

bool ClassicReader::stays_open() const {
  if (is_deaf()) return false;
  if (!dialect_ || messages_ != 1) return true;
  switch (*dialect_) {
  case Dialect::a3:
  case Dialect::a3_team:
  case Dialect::a3_line:
  case Dialect::a4:
  case Dialect::a5:
  case Dialect::native:
  case Dialect::raw: return true;
  default: return false;
  }
}

std::size_t ClassicReader::binary_at(std::string_view chunk) {
  if (stream_bytes_ == 0 && chunk.front() == tls_hello) return 0;
  const auto window = chunk.substr(0, binary_window - stream_bytes_);
  stream_bytes_ = static_cast<std::uint8_t>(stream_bytes_ + window.size());
  return std::min(window.find('\0'), chunk.size());
}

void ClassicReader::refuse(std::string_view chunk) {
  Heard heard;
  heard.kind = Heard::Kind::unreadable;
  heard.text = base::PeerText((std::string(held()) + std::string(chunk)).substr(0, max_unreadable_bytes));
  hear(std::move(heard));
  consume(held().size());
  is_broken_ = true;
}

void ClassicReader::complete() {
  advance(true);
  drop_consumed();
}

void ClassicReader::advance(bool complete) {
  if (!dialect_) decide(complete);
  if (!dialect_) return;
  switch (*dialect_) {
  case Dialect::a3:
  case Dialect::a3_team:
  case Dialect::a3_line: return take_lines(complete);
  case Dialect::a8: return take_objects(complete);
  default: return take_frames(complete);
  }
}

void ClassicReader::decide(bool complete) {
  skip_banner(complete);
  if (may_be_banner_ || held().empty()) return;
  const bool is_full = held().size() > max_undecided_bytes;
  auto opening = read_opening(held().substr(0, max_undecided_bytes), complete && !is_full);
  if (opening.match == Match::maybe && is_full) opening = {Match::yes, Dialect::raw};
  if (opening.match != Match::yes) return;
  if (opening.dialect == Dialect::raw && base::is_blank(held())) return complete ? consume(held().size()) : void();
  dialect_ = opening.dialect;
}

// A peer that speaks tincan's own protocol may say so first; that is nothing for people.
void ClassicReader::skip_banner(bool complete) {
  if (!may_be_banner_) return;
  Probe probe(held(), complete);
  probe.literal(native_banner);
  auto alone = probe;
  const auto line = probe.line_end().match();
  if (line == Match::maybe) return;
  if (line == Match::yes)
    consume(held().size() - probe.rest().size());
  else if (complete && alone.end().match() == Match::yes)
    consume(held().size());
  may_be_banner_ = false;
}

void ClassicReader::consume(std::size_t count) {
  begin_ += count;
  scanned_ = 0;
}

void ClassicReader::drop_consumed() {
  if (is_deaf()) begin_ = held_.size();
  held_.erase(0, begin_);
  begin_ = 0;
  if (held_.empty() && held_.capacity() > small_buffer) held_.shrink_to_fit();
}

void ClassicReader::hear(std::optional<Heard> heard) {
  if (!heard || is_broken_) return;
  if (heard->was_cut) is_broken_ = true;
  messages_ = static_cast<std::uint8_t>(std::min(messages_ + 1, 2));
  heard_.push_back(std::move(*heard));
}

} // namespace tincan::wire
