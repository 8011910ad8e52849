#include "tincan/sim/tincan.hpp"

#include <utility>

namespace tincan::sim {

// --- what it does

void Tincan::carry_out(const chat::Effect& effect) {
  if (const auto* wanted = std::get_if<chat::DialLink>(&effect)) return dial(*wanted);
  if (const auto* sent = std::get_if<chat::SendBytes>(&effect)) return send(*sent);
  if (const auto* secured = std::get_if<chat::SecureLink>(&effect)) return secure(*secured);
  if (const auto* finish = std::get_if<chat::FinishSending>(&effect)) return finish_sending(finish->link);
  if (const auto* closed = std::get_if<chat::CloseLink>(&effect)) return close(closed->link);
}

void Tincan::dial(const chat::DialLink& effect) {
  note("L{} dials {}", effect.link.value, effect.to.text());
  witness_.dials(*this, effect.to);
  add(network_.dial(*this, effect.to), effect.link);
}

void Tincan::send(const chat::SendBytes& effect) {
  const auto socket = socket_of(effect.link);
  if (!socket) return;
  auto& link = *link_at(*socket);
  witness_.says(*this, *socket, effect.bytes, !link.tls);
  note("L{} says {} bytes{}", link.id.value, effect.bytes.size(),
       link.tls ? "" : " in clear: " + effect.bytes.substr(0, 60));
  if (!link.tls) return network_.send(*socket, effect.bytes);
  if (!link.tls->is_up()) return witness_.complain(name() + " writes before TLS is up");
  link.tls->write(tamper_ ? tamper_(*socket, effect.bytes) : effect.bytes);
  flush(*socket);
}

void Tincan::secure(const chat::SecureLink& effect) {
  const auto socket = socket_of(effect.link);
  if (!socket) return;
  auto& link = *link_at(*socket);
  if (link.tls || is_plain()) return witness_.complain(name() + " asks for TLS where it cannot be");
  note("L{} wants TLS as {}", link.id.value, effect.role == ToyTls::Role::client ? "client" : "server");
  link.tls = std::make_unique<ToyTls>(effect.role, key(), dice_.bits());
  flush(*socket);
  if (!effect.early.empty()) feed(*socket, effect.early);
}

void Tincan::flush(Socket socket) { network_.send(socket, link_at(socket)->tls->take_output()); }

void Tincan::finish_sending(base::LinkId id) {
  const auto socket = socket_of(id);
  if (!socket) return;
  note("L{} is finished", id.value);
  if (auto& tls = link_at(*socket)->tls) {
    tls->finish();
    flush(*socket);
  }
  network_.finish_sending(*socket);
}

void Tincan::close(base::LinkId id) {
  const auto socket = socket_of(id);
  if (!socket) return;
  finish_sending(id);
  forget(*socket);
  network_.close(*socket);
}

// --- what it hears

Tincan::Link* Tincan::link_at(Socket socket) {
  const auto found = links_.find(socket);
  return found == links_.end() ? nullptr : &found->second;
}

std::optional<Socket> Tincan::socket_of(base::LinkId link) const {
  const auto found = sockets_.find(link);
  return found == sockets_.end() ? std::nullopt : std::optional(found->second);
}

void Tincan::add(Socket socket, base::LinkId link) {
  sockets_[link] = socket;
  links_[socket].id = link;
}

Tincan::Link Tincan::forget(Socket socket) {
  auto link = std::move(links_[socket]);
  links_.erase(socket);
  sockets_.erase(link.id);
  return link;
}

void Tincan::accepted(Socket socket, const base::Endpoint& remote) {
  const auto link = node_->new_link();
  add(socket, link);
  note("L{} accepted from {}", link.value, remote.text());
  node_->link_accepted(link, remote, now());
  want_turn();
}

void Tincan::opened(Socket socket) {
  const auto* link = link_at(socket);
  if (!link) return;
  note("L{} is open", link->id.value);
  node_->link_opened(link->id, now());
  want_turn();
}

void Tincan::dial_failed(Socket socket, const base::Error& error) {
  if (!link_at(socket)) return;
  note("L{} failed: {}", link_at(socket)->id.value, error.text);
  node_->dial_failed(forget(socket).id, error, now());
  want_turn();
}

void Tincan::received(Socket socket, const std::string& bytes) {
  const auto* link = link_at(socket);
  if (!link) return;
  want_turn();
  if (link->tls) return feed(socket, bytes);
  node_->bytes_received(link->id, bytes, now());
}

void Tincan::feed(Socket socket, std::string_view bytes) {
  want_turn();
  auto& link = *link_at(socket);
  auto& tls = *link.tls;
  const bool was_up = tls.is_up();
  if (!tls.feed(bytes)) return give_up(socket, {base::ErrorCode::bad_bytes, "the other side does not speak TLS"});
  flush(socket);
  if (!was_up && tls.is_up()) node_->link_secured(link.id, tls.peer_key(), tls.exporter(), now());
  if (!was_up && tls.is_up()) note("L{} is secured", link.id.value);
  const auto plain = tls.take_plain();
  if (!plain.empty()) node_->bytes_received(link.id, plain, now());
  if (tls.has_ended()) node_->peer_finished(link.id, now());
}

void Tincan::give_up(Socket socket, const base::Error& error) {
  const auto link = forget(socket);
  note("L{} is gone: {}", link.id.value, error.text);
  network_.close(socket);
  if (link.tls && !link.tls->is_up())
    node_->link_refused(link.id, error, now());
  else
    node_->link_closed(link.id, error, now());
  want_turn();
}

void Tincan::finished(Socket socket) {
  const auto* link = link_at(socket);
  if (!link) return;
  want_turn();
  if (!link->tls) return node_->peer_finished(link->id, now());
  if (!link->tls->has_ended()) give_up(socket, {base::ErrorCode::reset, "the connection broke"});
}

void Tincan::broken(Socket socket) {
  if (link_at(socket)) give_up(socket, {base::ErrorCode::reset, "connection reset"});
}

void Tincan::taken(Socket socket) {
  const auto* link = link_at(socket);
  if (!link) return;
  node_->bytes_taken(link->id, now());
  want_turn();
}

} // namespace tincan::sim
