#include "tincan/store/operation.hpp"

#include <utility>

namespace tincan::store {

void PendingOperations::add(Operation operation) {
  if (auto* put = std::get_if<PutPeer>(&operation); put && merge(*put)) return;
  if (auto* set = std::get_if<SetState>(&operation); set && merge(*set)) return;
  if (auto* log = std::get_if<PutLog>(&operation); log && merge(*log)) return;
  if (auto* room = std::get_if<PutRoom>(&operation); room && merge(*room)) return;
  if (auto* seen = std::get_if<PutRoomSeen>(&operation); seen && merge(*seen)) return;
  remember(operation);
  operations_.push_back(std::move(operation));
}

void PendingOperations::clear() {
  operations_.clear();
  puts_.clear();
  appends_.clear();
  logs_.clear();
  rooms_.clear();
  seen_.clear();
}

bool PendingOperations::merge(PutPeer& put) {
  const auto found = puts_.find(put.peer.id);
  if (found == puts_.end()) return false;
  std::get<PutPeer>(operations_[found->second]) = std::move(put);
  return true;
}

bool PendingOperations::merge(SetState& set) {
  const auto found = appends_.find(set.entry);
  if (found == appends_.end()) return false;
  auto& message = std::get<Append>(operations_[found->second]).message;
  message.state = set.state;
  message.why = std::move(set.why);
  message.pieces_sent = set.pieces_sent;
  message.dialect = set.dialect;
  return true;
}

bool PendingOperations::merge(const PutLog& put) {
  const auto found = logs_.find(name_of(put));
  if (found == logs_.end()) return false;
  std::get<PutLog>(operations_[found->second]) = put;
  return true;
}

bool PendingOperations::merge(PutRoom& put) {
  const auto found = rooms_.find(put.room.id);
  if (found == rooms_.end()) return false;
  std::get<PutRoom>(operations_[found->second]) = std::move(put);
  return true;
}

bool PendingOperations::merge(const PutRoomSeen& put) {
  const auto found = seen_.find(name_of(put));
  if (found == seen_.end()) return false;
  std::get<PutRoomSeen>(operations_[found->second]) = put;
  return true;
}

void PendingOperations::remember(const Operation& operation) {
  if (const auto* put = std::get_if<PutPeer>(&operation)) puts_[put->peer.id] = operations_.size();
  if (const auto* append = std::get_if<Append>(&operation)) appends_[append->message.id] = operations_.size();
  if (const auto* put = std::get_if<PutLog>(&operation)) logs_[name_of(*put)] = operations_.size();
  if (const auto* put = std::get_if<PutRoom>(&operation)) rooms_[put->room.id] = operations_.size();
  if (const auto* put = std::get_if<PutRoomSeen>(&operation)) seen_[name_of(*put)] = operations_.size();
  if (const auto* forget = std::get_if<ForgetPeer>(&operation)) puts_.erase(forget->peer);
  if (std::holds_alternative<MergePeer>(operation)) { // what is said of them from here on comes after it
    puts_.clear();
    logs_.clear();
  }
}

} // namespace tincan::store
