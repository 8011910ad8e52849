// Takes the bytes of one plain-text connection and says what was heard, in whichever dialect the first bytes show.
// Owned by one session of chat; pure: no clock, no socket. It asks for a timer by awaits_silence().
//
// | first bytes                                   | dialect | ends a message                                   |
// | digits, LF                                    | A3*     | the LF of a burst (and silence for a missing LF) |
// | CONNECT: digits                               | A4      | silence                                          |
// | CONNECT: name : digits · MESSAGE: QUERY EXIT: | A5      | end, silence                                     |
// | LISTENING_PORT:                               | A6      | end, silence, or the same header once more       |
// | {                                             | A8      | the closing brace                                |
// | <address> @ <                                 | A2b     | LF <end>, end, silence; "<…> DISCONNECT"         |
// | <address> blank                               | A2a     | end, silence, or LF and a header as the first    |
// | Connection Request                            | A7      | end, silence                                     |
// | address : digits blank                        | A1      | end, silence, or LF and a header as the first    |
// | IPv4 blank digits blank                       | A9      | as A1; FILE and what follows is not read         |
// | digits blank digits blank                     | A10     | as A9                                            |
// | anything else                                 | raw     | end, silence; "TEAM : text" gives a name         |
//
// "A header as the first" has the first one's host. A later message without header belongs to the last header's sender.
#pragma once

#include "tincan/wire/classic_messages.hpp"
#include "tincan/wire/dialect.hpp"
#include "tincan/wire/flat_json.hpp"
#include "tincan/wire/heard.hpp"
#include "tincan/wire/self.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::wire {

inline constexpr std::size_t max_undecided_bytes = 1024;         // longer than any header: then it is raw text
inline constexpr std::chrono::milliseconds message_silence{300}; // classic.md 1.7: a pause this long ends a message
// A message with its header; its text is cut to max_message_bytes once the header was taken off.
inline constexpr std::size_t max_classic_bytes = max_message_bytes + max_undecided_bytes;

struct Header;

class ClassicReader {
public:
  explicit ClassicReader(Self self) : self_(std::move(self)) {}

  // A chunk as it came from the socket. After broken() it is ignored.
  void bytes(std::string_view chunk);
  // Nothing came for message_silence. Completes what only silence completes; harmless otherwise.
  void silence();
  // The peer finished sending (end of stream). Completes everything.
  void end();
  // What was heard, oldest first; nothing when all was taken.
  std::optional<Heard> next();

  // True while bytes are held that silence() would turn into a message.
  bool awaits_silence() const;
  // The dialect once it is known. It may turn from A3 into A3-team or A3-line, and from A8 or raw into raw or A1.
  std::optional<Dialect> dialect() const { return dialect_; }
  // More may come: A3, A4, A5, raw, or a peer that has sent a second message. Otherwise the link may go.
  bool stays_open() const;
  // The peer broke a bound (more than max_message_bytes at once) or sent no text: close the link after the last Heard.
  bool broken() const { return is_broken_; }
  // Bytes waiting for their message to end: at most max_message_bytes and the longest header.
  std::size_t held_bytes() const { return held_.size(); }

private:
  struct Frame {
    std::size_t message = 0;  // bytes of the message
    std::size_t consumed = 0; // and of what ends it
  };

  bool is_deaf() const { return is_broken_ || has_ended_ || discards_; }
  std::string_view held() const { return std::string_view(held_).substr(begin_); }
  std::size_t binary_at(std::string_view chunk);
  void refuse(std::string_view chunk);
  void complete();
  void advance(bool complete);
  void decide(bool complete);
  void skip_banner(bool complete);
  void consume(std::size_t count);
  void drop_consumed();
  void hear(std::optional<Heard> heard);

  // classic_frames.cpp: everything but A3
  void take_frames(bool complete);
  void take_connect_port();
  void skip_white_space();
  void cut_short();
  std::optional<Frame> find_frame(bool complete);
  std::optional<Frame> find_next_header(bool complete);
  std::optional<Frame> find_repeated_header(bool complete);
  std::optional<Frame> find_end_mark(bool complete);
  std::optional<Frame> find_line_end(bool complete);
  std::optional<Frame> all_if(bool complete);
  bool starts_file(std::string_view message) const;
  void take_objects(bool complete);

  // classic_lines.cpp: A3
  void take_lines(bool complete);
  bool take_port_line(bool complete);
  void take_burst(bool complete);
  void take_line(std::string_view line, std::string& burst);
  std::string_view learn_line(const Header& header);
  void add_line(std::string_view line, std::string& burst);
  void end_burst(std::string& burst);
  void hear_line(std::string_view text);
  void hear_nothing();

  Self self_;
  Sender sender_;
  std::string held_;
  std::size_t begin_ = 0;   // of what is not yet consumed, in held_
  std::size_t scanned_ = 0; // bytes from begin_ in which no end was found
  std::vector<Heard> heard_;
  std::size_t taken_ = 0;
  JsonObjectEnd object_end_;
  std::optional<Dialect> dialect_;
  std::uint32_t blank_lines_ = 0; // A3: before the next line of text
  std::uint8_t messages_ = 0;     // heard, up to 2
  std::uint8_t stream_bytes_ = 0; // seen, as long as a NUL would show that this is no text
  bool may_be_banner_ = true;
  bool greeted_ = false;     // A3, A4: the port line has been read
  bool owes_answer_ = false; // A3: blank lines came that no answer covers
  bool is_broken_ = false;
  bool has_ended_ = false;
  bool discards_ = false; // the bytes of a file follow
};

} // namespace tincan::wire
