#include "tincan/chat/message.hpp"

#include <utility>

namespace tincan::chat {

std::string_view name(Direction direction) { return direction == Direction::in ? "in" : "out"; }

std::string_view name(MessageState state) {
  switch (state) {
  case MessageState::received: return "received";
  case MessageState::queued: return "queued";
  case MessageState::failed: return "failed";
  case MessageState::sent: return "sent";
  case MessageState::acknowledged: return "acknowledged";
  case MessageState::cancelled: return "cancelled";
  case MessageState::delivered: return "delivered";
  case MessageState::read: return "read";
  }
  return "unknown";
}

bool is_undelivered(MessageState state) { return state == MessageState::queued || state == MessageState::failed; }

bool is_settled(const Message& message) {
  if (message.state == MessageState::sent) return message.dialect != wire::Dialect::native;
  return !is_undelivered(message.state);
}

bool is_line(MessageKind kind) {
  return is_text(kind) || kind == MessageKind::unknown || kind == MessageKind::invitation;
}

bool is_text(MessageKind kind) { return kind == MessageKind::text || kind == MessageKind::mandatory; }

Message native_draft(base::EntryId id, MessageKind kind, std::string_view team, std::string text, base::Now now) {
  Message message;
  message.id = id;
  message.direction = Direction::out;
  message.kind = kind;
  message.state = MessageState::queued;
  message.team = base::PeerText(std::string(team));
  message.text = base::PeerText(std::move(text));
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = now.wall;
  return message;
}

} // namespace tincan::chat
