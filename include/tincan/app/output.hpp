// What the modes without a console print on stdout: events as JSON lines, or as lines for people; each flushed. Main
// thread.
#pragma once

#include "tincan/app/message_lines.hpp"
#include "tincan/app/room_table.hpp"
#include "tincan/base/error.hpp"
#include "tincan/chat/events.hpp"
#include "tincan/term/line.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tincan::app {

class Output {
public:
  enum class Form : bool { text, json };
  explicit Output(Form form) : form_(form) {}
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(const std::string& json_line); // an event; "done" is never printed
  void flush();                             // at the latest when there is nothing more to write for now
  void finish_list();                       // prints what is shown as one table (peers)
  // The next list of rooms is not printed: only their names are learnt, for the lines said in them.
  void learn_rooms() { learns_rooms_ = true; }
  void tag_rooms(bool tags) { tags_rooms_ = tags; } // false: lines of rooms do not say in which
  bool is_open() const { return is_open_; }         // false: nobody reads any more

private:
  void print(std::string_view line);
  void print(const std::vector<term::Line>& lines);
  void tell(const chat::Event& event);
  bool tell_contact(const chat::Event& event); // false: it is another kind of event
  bool tell_room(const chat::Event& event);    // likewise
  Setting setting_of(const chat::Message& message) const;

  Form form_;
  std::string unwritten_;
  bool is_open_ = true;
  std::vector<chat::PeerView> peers_;
  RoomTable rooms_;
  bool learns_rooms_ = false, tags_rooms_ = true;
};

std::string text_of(const term::Line& line);
// One line on stderr; gives the exit code that fits.
int complain(const base::Error& error);

} // namespace tincan::app
