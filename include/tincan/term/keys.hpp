// Bytes from a terminal turned into keys: UTF-8, CSI and SS3 sequences, Alt, bracketed paste, the terminal's own
// replies. Pure: the caller supplies bytes and says when the time for the rest of a sequence is over. Owned by
// Terminal, console thread. Never lets a sequence, a reply of the terminal or a control character of a paste become
// text.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::term {

inline constexpr std::size_t max_paste_bytes = 64 * 1024;          // more than any message may hold
inline constexpr std::size_t max_sequence_bytes = 64;              // no key needs more; the rest is swallowed
inline constexpr std::chrono::milliseconds escape_patience{50};    // a lone ESC against the start of a sequence
inline constexpr std::chrono::milliseconds sequence_patience{500}; // half a sequence on a slow line
inline constexpr std::chrono::milliseconds paste_patience{2000};   // a paste whose end never comes

enum class KeyCode : std::uint8_t {
  text,    // one code point, in `text`
  control, // Ctrl with the character in `text`: "a" … "z", "@", "\\", "]", "^", "_"
  enter,
  tab,
  backspace,
  remove, // Delete
  left,
  right,
  up,
  down,
  home,
  end,
  escape,
  paste,         // `text` holds lines parted by LF, no other control characters; `cut` when some of it was dropped
  cursor_report, // the answer to CSI 6 n, in `row` and `column`, counted from 1
  other,         // a key that we do not use
};

struct Key {
  KeyCode code = KeyCode::other;
  bool alt = false;
  bool ctrl = false; // with the arrows and Delete
  std::string text{};
  bool cut = false;
  int row = 0;
  int column = 0;

  bool operator==(const Key&) const = default;
};

class KeyDecoder {
public:
  void feed(std::string_view bytes);
  std::optional<Key> next(); // the oldest key that is complete

  // Half a sequence has come: when nothing follows within patience(), call timed_out().
  bool waits() const { return state_ != State::ground; }
  std::chrono::milliseconds patience() const;
  void timed_out();

private:
  enum class State : std::uint8_t { ground, character, escape, csi, console_key, ss3, string, string_escape, paste };

  void take(unsigned char byte);
  void take_ground(unsigned char byte);
  void take_character(unsigned char byte);
  void take_escape(unsigned char byte);
  void take_csi(unsigned char byte);
  void take_string(unsigned char byte);
  void take_paste(unsigned char byte);
  void take_control(unsigned char byte);
  void finish_character();
  void finish_csi(char final);
  void finish_tilde(int number, int modifier);
  void finish_paste();
  void emit(KeyCode code, std::string text = {});
  void emit_arrow(KeyCode code, int modifier);

  State state_ = State::ground;
  bool alt_ = false; // an ESC came just before
  std::string pending_;
  std::string paste_;
  std::size_t end_mark_at_ = 0; // how much of the paste's end mark has come
  bool paste_cut_ = false;
  bool after_cr_ = false;
  std::deque<Key> keys_;
};

} // namespace tincan::term
