#include "tincan/term/keys.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tincan::term {

namespace {

constexpr unsigned char esc = 0x1B;
constexpr unsigned char bel = 0x07;
constexpr unsigned char del = 0x7F;
constexpr std::string_view paste_end = "\x1B[201~";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_c0(unsigned char byte) { return byte < 0x20; }
bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

std::size_t utf8_length(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 1;
}

// The numbers of "1;5"; what is missing is 0.
std::array<int, 2> parameters(std::string_view text) {
  std::array<int, 2> numbers{};
  for (auto& number : numbers) {
    const auto end = std::min(text.find(';'), text.size());
    std::from_chars(text.data(), text.data() + end, number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return numbers;
}

// xterm's modifier parameter: one more than a sum of Shift 1, Alt 2, Ctrl 4.
bool has_alt(int modifier) { return modifier > 1 && ((modifier - 1) & 2) != 0; }
bool has_ctrl(int modifier) { return modifier > 1 && ((modifier - 1) & 4) != 0; }

std::optional<KeyCode> cursor_key(char final) {
  switch (final) {
  case 'A': return KeyCode::up;
  case 'B': return KeyCode::down;
  case 'C': return KeyCode::right;
  case 'D': return KeyCode::left;
  case 'H': return KeyCode::home;
  case 'F': return KeyCode::end;
  default: return std::nullopt;
  }
}

std::string without_c1(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto code_point = base::decode_code_point(text.substr(at));
    if (code_point.value < 0x80 || code_point.value > 0x9F) result.append(text.substr(at, code_point.bytes));
    at += code_point.bytes;
  }
  return result;
}

} // namespace

void KeyDecoder::feed(std::string_view bytes) {
  for (const char byte : bytes) take(static_cast<unsigned char>(byte));
}

std::optional<Key> KeyDecoder::next() {
  if (keys_.empty()) return std::nullopt;
  auto key = std::move(keys_.front());
  keys_.pop_front();
  return key;
}

std::chrono::milliseconds KeyDecoder::patience() const {
  if (state_ == State::escape) return escape_patience;
  return state_ == State::paste ? paste_patience : sequence_patience;
}

void KeyDecoder::timed_out() {
  const auto state = std::exchange(state_, State::ground);
  if (state == State::escape) {
    alt_ = false;
    emit(KeyCode::escape);
  } else if (state == State::ss3) {
    alt_ = true;
    emit(KeyCode::text, "O");
  } else if (state == State::character) {
    finish_character();
  } else if (state == State::paste) {
    finish_paste();
  }
  alt_ = false;
}

void KeyDecoder::take(unsigned char byte) {
  switch (state_) {
  case State::ground: return take_ground(byte);
  case State::character: return take_character(byte);
  case State::escape: return take_escape(byte);
  case State::csi: return take_csi(byte);
  case State::string:
  case State::string_escape: return take_string(byte);
  case State::paste: return take_paste(byte);
  case State::console_key: state_ = State::ground; return;
  case State::ss3:
    state_ = State::ground;
    if (is_c0(byte)) return take_ground(byte);
    if (byte == 'M') return emit(KeyCode::enter);
    if (byte >= 'a' && byte <= 'd') return emit_arrow(*cursor_key(static_cast<char>(byte - 'a' + 'A')), 5);
    return emit(cursor_key(static_cast<char>(byte)).value_or(KeyCode::other));
  }
}

void KeyDecoder::take_ground(unsigned char byte) {
  if (byte == esc) {
    state_ = State::escape;
  } else if (is_c0(byte) || byte == del) {
    take_control(byte);
  } else {
    pending_.assign(1, static_cast<char>(byte));
    if (utf8_length(byte) == 1) return finish_character();
    state_ = State::character;
  }
}

void KeyDecoder::take_character(unsigned char byte) {
  if (!is_continuation(byte)) {
    finish_character();
    return take_ground(byte);
  }
  pending_ += static_cast<char>(byte);
  if (pending_.size() == utf8_length(static_cast<unsigned char>(pending_.front()))) finish_character();
}

void KeyDecoder::finish_character() {
  state_ = State::ground;
  const auto code_point = base::decode_code_point(pending_);
  const bool whole = code_point.valid && code_point.bytes == pending_.size();
  if (whole && code_point.value >= 0x80 && code_point.value <= 0x9F) {
    alt_ = false;
    return;
  }
  emit(KeyCode::text, whole ? std::exchange(pending_, {}) : std::string(replacement));
}

void KeyDecoder::take_control(unsigned char byte) {
  switch (byte) {
  case '\r':
  case '\n': return emit(KeyCode::enter);
  case '\t': return emit(KeyCode::tab);
  case '\b':
  case del: return emit(KeyCode::backspace);
  default: break;
  }
  const char base = byte >= 1 && byte <= 26 ? 'a' - 1 : '@';
  emit(KeyCode::control, std::string(1, static_cast<char>(base + byte)));
}

void KeyDecoder::take_escape(unsigned char byte) {
  pending_.clear();
  switch (byte) {
  case esc: return emit(KeyCode::escape);
  case '[': state_ = State::csi; return;
  case 'O': state_ = State::ss3; return;
  case 'P': // DCS, SOS, OSC, PM and APC run until ST
  case 'X':
  case ']':
  case '^':
  case '_': state_ = State::string; return;
  default: break;
  }
  state_ = State::ground;
  alt_ = true;
  take_ground(byte);
}

void KeyDecoder::take_csi(unsigned char byte) {
  if (is_c0(byte) || byte >= del) {
    state_ = State::ground;
    if (byte < del) take_ground(byte);
  } else if (byte == '[' && pending_.empty()) {
    state_ = State::console_key; // F1 to F5 on the Linux console: ESC [ [ A
  } else if (byte >= 0x40) {
    state_ = State::ground;
    finish_csi(static_cast<char>(byte));
  } else if (pending_.size() < max_sequence_bytes) {
    pending_ += static_cast<char>(byte);
  }
}

void KeyDecoder::finish_csi(char final) {
  const bool plain = pending_.empty() || (pending_.front() >= '0' && pending_.front() <= ';');
  const auto [first, second] = parameters(pending_);
  if (!plain) return emit(KeyCode::other);
  if (final == '~') return finish_tilde(first, second);
  if (const auto code = cursor_key(final)) return emit_arrow(*code, second);
  if (final == 'R' && second > 0) {
    emit(KeyCode::cursor_report);
    keys_.back().row = first;
    keys_.back().column = second;
    return;
  }
  emit(KeyCode::other);
}

void KeyDecoder::finish_tilde(int number, int modifier) {
  switch (number) {
  case 1:
  case 7: return emit_arrow(KeyCode::home, modifier);
  case 4:
  case 8: return emit_arrow(KeyCode::end, modifier);
  case 3: return emit_arrow(KeyCode::remove, modifier);
  case 200:
    state_ = State::paste;
    paste_.clear();
    end_mark_at_ = 0;
    paste_cut_ = after_cr_ = alt_ = false;
    return;
  default: return emit(KeyCode::other);
  }
}

void KeyDecoder::take_string(unsigned char byte) {
  if (state_ == State::string_escape) {
    state_ = State::ground;
    if (byte != '\\') { // not ST: the string was broken off by another sequence
      state_ = State::escape;
      take_escape(byte);
    }
  } else if (byte == esc) {
    state_ = State::string_escape;
  } else if (byte == bel) {
    state_ = State::ground;
  } else if (is_c0(byte)) { // so that Ctrl-C and Enter are never lost in a string without an end
    state_ = State::ground;
    take_ground(byte);
  }
}

void KeyDecoder::take_paste(unsigned char byte) {
  if (byte == static_cast<unsigned char>(paste_end[end_mark_at_])) {
    if (++end_mark_at_ == paste_end.size()) {
      state_ = State::ground;
      finish_paste();
    }
    return;
  }
  const auto held = paste_end.substr(0, std::exchange(end_mark_at_, 0));
  if (!held.empty()) { // what looked like the end mark was text after an ESC that is dropped
    for (const char c : held.substr(1)) take_paste(static_cast<unsigned char>(c));
    return take_paste(byte);
  }
  const bool second_of_crlf = std::exchange(after_cr_, byte == '\r') && byte == '\n';
  char kept = static_cast<char>(byte);
  if (byte == '\t') kept = ' ';
  if (byte == '\r') kept = '\n';
  if (second_of_crlf || byte == del || (is_c0(byte) && kept != ' ' && kept != '\n')) return;
  if (paste_.size() >= max_paste_bytes)
    paste_cut_ = true;
  else
    paste_ += kept;
}

void KeyDecoder::finish_paste() {
  const auto whole = paste_cut_ ? base::fit_bytes(paste_, paste_.size() - 4) : std::string_view(paste_);
  emit(KeyCode::paste, without_c1(base::to_valid_utf8(whole)));
  keys_.back().cut = paste_cut_;
  paste_.clear();
}

void KeyDecoder::emit(KeyCode code, std::string text) {
  Key key;
  key.code = code;
  key.text = std::move(text);
  key.alt = std::exchange(alt_, false);
  keys_.push_back(std::move(key));
}

void KeyDecoder::emit_arrow(KeyCode code, int modifier) {
  emit(code);
  keys_.back().alt |= has_alt(modifier);
  keys_.back().ctrl = has_ctrl(modifier);
}

} // namespace tincan::term
