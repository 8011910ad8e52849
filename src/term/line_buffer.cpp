#include "tincan/term/line_buffer.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <utility>

namespace tincan::term {

namespace {

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }
bool is_blank_control(char32_t c) { return c == '\t' || c == '\n'; }

// Between two ASCII characters there is always a boundary: from there clusters can be counted without the whole line.
std::size_t sure_boundary_before(std::string_view text, std::size_t at) {
  const auto ascii = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) < 0x80; };
  while (at > 0 && !(ascii(at) && ascii(at - 1))) --at;
  return at;
}

bool is_word(std::string_view cluster) {
  const auto c = base::decode_code_point(cluster).value;
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !base::is_white_space(c);
}

bool is_blank(std::string_view cluster) { return base::is_white_space(base::decode_code_point(cluster).value); }

std::size_t cluster_before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  auto begin = sure_boundary_before(text, at - 1);
  for (auto end = base::next_grapheme(text, begin); end < at; end = base::next_grapheme(text, begin)) begin = end;
  return begin;
}

template<class Accepts> std::size_t skip_left(std::string_view text, std::size_t at, Accepts accepts) {
  while (at > 0) {
    const auto begin = cluster_before(text, at);
    if (!accepts(text.substr(begin, at - begin))) break;
    at = begin;
  }
  return at;
}

template<class Accepts> std::size_t skip_right(std::string_view text, std::size_t at, Accepts accepts) {
  while (at < text.size()) {
    const auto end = base::next_grapheme(text, at);
    if (!accepts(text.substr(at, end - at))) break;
    at = end;
  }
  return at;
}

const auto is_gap = [](std::string_view cluster) { return !is_word(cluster); };
const auto is_solid = [](std::string_view cluster) { return !is_blank(cluster); };

} // namespace

std::string line_text(std::string_view text) {
  const auto valid = base::to_valid_utf8(text);
  std::string_view rest = valid;
  std::string result;
  while (!rest.empty()) {
    const auto code_point = base::decode_code_point(rest);
    if (is_blank_control(code_point.value))
      result += ' ';
    else if (!is_control(code_point.value))
      result.append(rest.substr(0, code_point.bytes));
    rest.remove_prefix(code_point.bytes);
  }
  return result;
}

void LineBuffer::set(std::string_view text) {
  const auto clean = line_text(text);
  text_ = base::fit_bytes(clean, max_line_bytes);
  cursor_ = text_.size();
  undo_.clear();
  undo_bytes_ = 0;
  typing_ = false;
}

bool LineBuffer::replace(std::size_t begin, std::size_t end, std::string_view with, Change change) {
  end = std::min(end, text_.size());
  begin = std::min(begin, end);
  const auto clean = line_text(with);
  const auto room = max_line_bytes - (text_.size() - (end - begin));
  const auto fitting = room == 0 ? std::string_view() : base::fit_bytes(clean, room);
  const auto added = fitting.size() <= room ? fitting : std::string_view();
  if (added.empty() && begin == end) return clean.empty();
  remember(change, added);
  text_.replace(begin, end - begin, added);
  cursor_ = boundary_at_or_after(begin + added.size());
  return added.size() == clean.size();
}

std::string LineBuffer::erase(std::size_t begin, std::size_t end) {
  auto gone = text_.substr(begin, end - begin);
  if (!gone.empty()) replace(begin, end, {});
  return gone;
}

void LineBuffer::move_to(std::size_t at) {
  cursor_ = boundary_at_or_after(std::min(at, text_.size()));
  typing_ = false;
}

bool LineBuffer::undo() {
  if (undo_.empty()) return false;
  undo_bytes_ -= undo_.back().text.size();
  text_ = std::move(undo_.back().text);
  cursor_ = undo_.back().cursor;
  undo_.pop_back();
  typing_ = false;
  return true;
}

void LineBuffer::remember(Change change, std::string_view added) {
  const bool goes_on = typing_ && change == Change::typing && added != " ";
  typing_ = change == Change::typing;
  if (goes_on) return;
  undo_.push_back({text_, cursor_});
  undo_bytes_ += text_.size();
  while (undo_.size() > max_undo_steps || (undo_bytes_ > max_undo_bytes && undo_.size() > 1)) {
    undo_bytes_ -= undo_.front().text.size();
    undo_.pop_front();
  }
}

std::size_t LineBuffer::boundary_at_or_after(std::size_t at) const {
  if (at == 0 || at >= text_.size()) return at;
  const auto begin = sure_boundary_before(text_, at);
  if (begin == at) return at;
  auto end = begin;
  while (end < at) end = base::next_grapheme(text_, end);
  return end;
}

std::size_t LineBuffer::left() const { return cluster_before(text_, cursor_); }
std::size_t LineBuffer::right() const { return base::next_grapheme(text_, cursor_); }
std::size_t LineBuffer::word_left() const { return skip_left(text_, skip_left(text_, cursor_, is_gap), is_word); }
std::size_t LineBuffer::word_right() const { return skip_right(text_, skip_right(text_, cursor_, is_gap), is_word); }
std::size_t LineBuffer::blank_left() const { return skip_left(text_, skip_left(text_, cursor_, is_blank), is_solid); }

} // namespace tincan::term
