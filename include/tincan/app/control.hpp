// What the control socket's lines mean: commands in, the events they cause out, and for those who watch all events.
// Owned by Engine; I/O thread.
//
// in   {"command":"send","peer":"10.0.0.7:4100","text":"hi"} · … · {"command":"watch"} · {"command":"ping"}
// out  the events of the command, ended by {"event":"done"} or {"event":"failed",…}; after "watch" every event
#pragma once

#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"
#include "tincan/net/control_server.hpp"

#include <functional>
#include <set>
#include <string>
#include <unordered_map>

namespace tincan::app {

class Control {
public:
  using Submit = std::function<base::RequestId(chat::Command)>;

  Control(net::Loop& loop, Submit submit);

  base::Result<void> open(const std::filesystem::path& path, chat::Listening greeting);
  void tell(const chat::Told& told);
  bool has_asked(base::RequestId request) const { return askers_.contains(request); } // and waits for the answers
  void close() { server_.close(); }

private:
  void take_line(net::ClientId client, std::string_view line);
  void send(net::ClientId client, const chat::Event& event);

  net::ControlServer server_;
  Submit submit_;
  chat::Listening greeting_;
  std::unordered_map<base::RequestId, net::ClientId> askers_;
  struct Open {
    bool is_answered = false, has_outcome = false;
  };
  std::unordered_map<base::RequestId, Open> open_; // of these the outcome matters, which may come after the answer
  std::set<net::ClientId> watchers_;
};

} // namespace tincan::app
