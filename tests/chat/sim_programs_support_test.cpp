#include "sim_programs.hpp"

#include <fmt/format.h>

namespace tincan::chat::sim {

std::string_view dialect_of(Kind kind) {
  switch (kind) {
  case Kind::one_shot:
  case Kind::many: return "A1";
  case Kind::seed1: return "A3";
  case Kind::seed0: return "A4";
  case Kind::miners: return "A5";
  case Kind::netech: return "A6";
  case Kind::raw: break;
  }
  return "raw";
}

// One that reads once would lose what the network splits off: that is its fault, not what is tested here.
Program::Program(Kind kind, base::Endpoint listens, Agenda& agenda, Network& network)
    : Host(listens),
      kind_(kind),
      agenda_(agenda),
      network_(network) {
  may_split = kind != Kind::one_shot && kind != Kind::seed1 && kind != Kind::seed0;
}

std::string Program::written_message(const std::string& text) const {
  switch (kind_) {
  case Kind::one_shot:
  case Kind::many: return fmt::format("{} Old {}", endpoint.text(), text);
  case Kind::seed1: return text + "\n";
  case Kind::seed0: return "Old : " + text;
  case Kind::miners: return fmt::format("MESSAGE:Old:{}:{}", endpoint.port, text);
  case Kind::netech: return fmt::format("LISTENING_PORT:{}|TEAM_NAME:Old|{}", endpoint.port, text);
  case Kind::raw: break;
  }
  return text;
}

void Program::say(const base::Endpoint& to, const std::string& text) {
  if (!is_up) return;
  for (auto& [socket, link] : links_) {
    if (!keeps_links() || link.peer != to) continue;
    link.texts.push_back(text);
    return write_next(socket);
  }
  const auto socket = network_.dial(*this, to);
  links_[socket] = {to, false, false, {text}, {}};
}

void Program::accepted(Socket socket, const base::Endpoint& remote) {
  links_[socket] = {{remote.address, 0}, true, false, {}, {}};
}

void Program::opened(Socket socket) {
  const auto found = links_.find(socket);
  if (found == links_.end()) return network_.close(socket);
  auto& link = found->second;
  link.is_open = true;
  if (kind_ == Kind::seed1) {
    link.is_waiting = true; // the greeting is acknowledged too
    return network_.send(socket, fmt::format("{}\nCONNECT\n", endpoint.port));
  }
  if (kind_ == Kind::seed0) network_.send(socket, fmt::format("CONNECT:{}", endpoint.port));
  if (kind_ == Kind::seed0) {
    link.is_waiting = true;
    agenda_.after(Millis(500), [this, socket] {
      if (!links_.contains(socket)) return;
      links_[socket].is_waiting = false;
      write_next(socket);
    });
    return;
  }
  write_next(socket);
}

void Program::write_next(Socket socket) {
  auto& link = links_.at(socket);
  if (!link.is_open || link.is_waiting || link.texts.empty()) return;
  network_.send(socket, written_message(link.texts.front()));
  link.texts.pop_front();
  if (!keeps_links()) {
    if (kind_ != Kind::many) return close(socket);
    agenda_.after(Millis(2000), [this, socket] { close(socket); }); // it does not hurry to close
    return;
  }
  link.is_waiting = true;
  if (kind_ != Kind::seed0) return;
  agenda_.after(Millis(500), [this, socket] {
    if (!links_.contains(socket)) return;
    links_[socket].is_waiting = false;
    write_next(socket);
  });
}

void Program::received(Socket socket, const std::string& bytes) {
  const auto found = links_.find(socket);
  if (found == links_.end()) return;
  auto& link = found->second;
  link.heard += bytes;
  for (const auto mark : marks_in(link.heard)) read_.insert(mark);
  if (kind_ == Kind::one_shot) return close(socket);
  if (kind_ == Kind::miners && link.heard.starts_with("CONNECT:"))
    network_.send(socket, fmt::format("ACK:Old:{}", endpoint.port));
  if (kind_ == Kind::seed1 && socket.side == 1) {
    if (link.heard.ends_with("exit\n")) return close(socket);
    network_.send(socket, "✅ Message received");
  } else if (kind_ == Kind::seed1) {
    link.is_waiting = false;
    write_next(socket);
  } else if (kind_ == Kind::seed0) {
    read_greeting(socket, link);
  }
}

// Whoever announces itself is answered on the link that it opened.
void Program::read_greeting(Socket socket, Link& link) {
  constexpr std::string_view word = "CONNECT:";
  if (link.heard.ends_with("exit")) return close(socket);
  if (socket.side == 0 || link.peer.port != 0 || !link.heard.starts_with(word)) return;
  const auto port =
      link.heard.substr(word.size(), link.heard.find_first_not_of("0123456789", word.size()) - word.size());
  if (!port.empty()) link.peer.port = static_cast<std::uint16_t>(std::stoi(port));
}

void Program::finished(Socket socket) { close(socket); }

void Program::close(Socket socket) {
  if (links_.erase(socket)) network_.close(socket);
}

void Program::leave() {
  while (!links_.empty()) close(links_.begin()->first);
}

bool Program::hangs() const {
  for (const auto& [socket, link] : links_)
    if (kind_ == Kind::seed1 && socket.side == 0 && link.is_open && link.is_waiting) return true;
  return false;
}

} // namespace tincan::chat::sim
