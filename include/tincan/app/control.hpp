// What the lines of scripts and pages mean: commands in, the events they cause out, and for those who watch all events.
// It does not know how lines travel. Owned by Engine; I/O thread.
//
// in   {"command":"send","peer":"10.0.0.7:4100","text":"hi"} · … · {"command":"watch"} · {"command":"ping"}
// out  the events of the command, ended by {"event":"done"} or {"event":"failed",…}; after "watch" every event
// A command may hold a "tag" (see chat/json.hpp): what answers it holds it, too.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tincan::app {

// Lists and refusals concern nobody but who asked; all else is news for everybody.
bool is_only_an_answer(const chat::Event& event);

class Control {
public:
  struct World {
    std::function<base::RequestId(chat::Command)> submit;
    std::function<void(base::ClientId, std::string line)> send;
  };

  explicit Control(World world) : world_(std::move(world)) {}

  void introduce(chat::Listening greeting) { greeting_ = std::move(greeting); } // what who watches hears first
  void take_line(base::ClientId client, std::string_view line);
  void gone(base::ClientId client);
  void tell(const chat::Told& told);
  bool has_asked(base::RequestId request) const { return askers_.contains(request); } // and waits for the answers

private:
  struct Asker {
    base::ClientId client;
    std::string tag; // as JSON; empty: none
  };
  void submit(const Asker& asker, chat::Command command);
  void send(const Asker& asker, const chat::Event& event);

  World world_;
  chat::Listening greeting_;
  std::unordered_map<base::RequestId, Asker> askers_;
  struct Open {
    bool is_answered = false, has_outcome = false;
  };
  std::unordered_map<base::RequestId, Open> open_; // of these the outcome matters, which may come after the answer
  std::set<base::ClientId> watchers_, lookers_;    // lookers_ have told what their user looks at
};

} // namespace tincan::app
