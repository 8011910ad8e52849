// The old programs, as small as classic.md describes them (1.3, 1.6), written without our codec: what they write, how
// they read, when they close, and what they wait for.
#pragma once

#include "sim_net.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace tincan::chat::sim {

enum class Kind { one_shot, many, seed1, seed0, miners, netech, raw };
inline constexpr std::array all_kinds{Kind::one_shot, Kind::many,   Kind::seed1, Kind::seed0,
                                      Kind::miners,   Kind::netech, Kind::raw};
std::string_view dialect_of(Kind kind);

class Program : public Host {
public:
  Program(Kind kind, base::Endpoint listens, Agenda& agenda, Network& network);

  void say(const base::Endpoint& to, const std::string& text);
  void leave();       // closes everything that it holds
  bool hangs() const; // waits for an acknowledgement on a link that is open
  Kind kind() const { return kind_; }
  const std::set<Mark>& read_marks() const { return read_; }

  void accepted(Socket socket, const base::Endpoint& remote) override;
  void opened(Socket socket) override;
  void dial_failed(Socket socket, const base::Error&) override { forget(socket); }
  void received(Socket socket, const std::string& bytes) override;
  void finished(Socket socket) override;
  void broken(Socket socket) override { forget(socket); }
  void taken(Socket) override {}

private:
  struct Link {
    base::Endpoint peer;
    bool is_open = false;
    bool is_waiting = false; // for an acknowledgement, or until the next text may follow
    std::deque<std::string> texts;
    std::string heard;
  };

  bool keeps_links() const { return kind_ == Kind::seed1 || kind_ == Kind::seed0; }
  std::string written_message(const std::string& text) const;
  void write_next(Socket socket);
  void read_greeting(Socket socket, Link& link);
  void forget(Socket socket) { links_.erase(socket); }
  void close(Socket socket);

  const Kind kind_;
  Agenda& agenda_;
  Network& network_;
  std::map<Socket, Link> links_;
  std::set<Mark> read_;
};

} // namespace tincan::chat::sim
