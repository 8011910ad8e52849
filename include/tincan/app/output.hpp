// What the modes without a console print on stdout: events as JSON lines, or as lines for people; each flushed. Main
// thread.
#pragma once

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
  bool is_open() const { return is_open_; } // false: nobody reads any more

private:
  void print(std::string_view line);
  void print(const std::vector<term::Line>& lines);
  void tell(const chat::Event& event);
  bool tell_contact(const chat::Event& event); // false: it is another kind of event

  Form form_;
  std::string unwritten_;
  bool is_open_ = true;
  std::vector<chat::PeerView> peers_;
};

std::string text_of(const term::Line& line);
// One line on stderr; gives the exit code that fits.
int complain(const base::Error& error);

} // namespace tincan::app
