// The text of one line and a cursor that only ever stands between grapheme clusters; undo is part of it.
// Pure value; owned by Editor, console thread. Never holds control characters, invalid UTF-8 or more than
// max_line_bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace tincan::term {

inline constexpr std::size_t max_line_bytes = 64 * 1024; // as much as one message may hold
inline constexpr std::size_t max_undo_steps = 1000;
inline constexpr std::size_t max_undo_bytes = 4 * max_line_bytes; // whole lines are remembered, so long ones are few

// Valid UTF-8 without control characters: tabs and line ends become a blank, other controls vanish.
std::string line_text(std::string_view text);

class LineBuffer {
public:
  // What kind of change comes next; characters typed in a row are undone together.
  enum class Change : std::uint8_t { typing, other };

  const std::string& text() const { return text_; }
  std::size_t cursor() const { return cursor_; } // a byte offset
  std::string_view before() const { return std::string_view(text_).substr(0, cursor_); }
  std::string_view after() const { return std::string_view(text_).substr(cursor_); }

  // A new line, cursor at its end; nothing is left to undo.
  void set(std::string_view text);
  // Replaces the bytes begin..end; the cursor stands after the new text. False when it did not fit whole.
  bool replace(std::size_t begin, std::size_t end, std::string_view with, Change change = Change::other);
  bool insert(std::string_view text, Change change) { return replace(cursor_, cursor_, text, change); }
  std::string erase(std::size_t begin, std::size_t end); // returns what was there
  void move_to(std::size_t at);
  bool undo(); // false when there is nothing

  std::size_t left() const;      // beginning of the cluster before the cursor
  std::size_t right() const;     // end of the cluster after the cursor
  std::size_t word_left() const; // words are letters, digits and everything beyond ASCII that is not blank
  std::size_t word_right() const;
  std::size_t blank_left() const; // beginning of what stands before the cursor up to a blank

private:
  struct Step {
    std::string text;
    std::size_t cursor = 0;
  };

  void remember(Change change, std::string_view added);
  std::size_t boundary_at_or_after(std::size_t at) const;

  std::string text_;
  std::size_t cursor_ = 0;
  std::deque<Step> undo_;
  std::size_t undo_bytes_ = 0;
  bool typing_ = false;
};

} // namespace tincan::term
