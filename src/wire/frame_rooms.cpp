#include "tincan/wire/frame_rooms.hpp"

#include "tincan.pb.h"
#include "tincan/wire/frame_filling.hpp"
#include "tincan/wire/room.hpp"

namespace tincan::wire {

namespace {

PublicRooms::Room read(const pb::PublicRoom& from, Rules& rules) {
  return {rules.digest(from.room()), cut(from.name(), max_room_name_bytes), cut(from.topic(), max_topic_bytes),
          from.members(), rules.key(from.creator())};
}

Newest read(const pb::Newest& from, Rules& rules) {
  rules.must(from.lines() >= 1 && from.lines() <= max_newest_lines, "not 1 to 1000 of the newest lines are asked for");
  return {rules.digest(from.conversation()), from.lines()};
}

Receipt::Line read(const pb::ReceiptLine& from, Rules& rules) {
  rules.must(from.up_to() >= 1 && from.up_to() <= max_seq, "a receipt is for a number that no entry has");
  return {rules.key(from.author()), from.up_to(), rules.digest(from.hash())};
}

Receipt read(const pb::Receipt& from, Rules& rules) {
  return {rules.key(from.member()), read_all(from.lines(), [&](const auto& line) { return read(line, rules); }),
          rules.signature(from.signature())};
}

Receipts read(const pb::Receipts& from, Rules& rules) {
  int lines = 0;
  for (const auto& receipt : from.receipts()) lines += receipt.lines_size();
  rules.must(lines <= static_cast<int>(max_logs_in_have), "receipts have too many lines");
  if (!rules.broken().empty()) return {};
  return {rules.digest(from.conversation()),
          read_all(from.receipts(), [&](const auto& receipt) { return read(receipt, rules); }), from.hops()};
}

Neighbours read(const pb::Neighbours& from, Rules& rules) {
  return {rules.digest(from.room()), read_all(from.members(), [&](const auto& member) {
            return Neighbours::Member{rules.key(member.key()), read_endpoints(member.endpoints(), rules)};
          })};
}

Knock read(const pb::Knock& from, Rules& rules) {
  return {rules.digest(from.room()), rules.key(from.ticket()), rules.signature(from.proof())};
}

AskKeys read(const pb::AskKeys& from, Rules& rules) {
  return {rules.digest(from.room()), read_all(from.epochs(), [&](const auto& epoch) { return rules.digest(epoch); })};
}

GiveKeys read(const pb::GiveKeys& from, Rules& rules) {
  return {rules.digest(from.room()), read_all(from.keys(), [&](const auto& key) { return rules.secret(key); })};
}

} // namespace

void fill_room_frame(pb::Frame& to, const Rooms& rooms) {
  auto& said_rooms = *to.mutable_rooms();
  for (const auto& token : rooms.tokens) said_rooms.add_tokens()->assign(token.view());
}

void fill_room_frame(pb::Frame& to, const PublicRooms& rooms) {
  auto& said_rooms = *to.mutable_public_rooms();
  for (const auto& room : rooms.rooms) {
    auto& added = *said_rooms.add_rooms();
    added.mutable_room()->assign(room.room.view());
    added.set_name(room.name.untrusted_bytes());
    added.set_topic(room.topic.untrusted_bytes());
    added.set_members(room.members);
    added.mutable_creator()->assign(room.creator.view());
  }
}

void fill_room_frame(pb::Frame& to, const Newest& newest) {
  to.mutable_newest()->mutable_conversation()->assign(newest.conversation.view());
  to.mutable_newest()->set_lines(newest.lines);
}

void fill_room_frame(pb::Frame& to, const Prune& prune) {
  to.mutable_prune()->mutable_conversation()->assign(prune.conversation.view());
}

void fill_room_frame(pb::Frame& to, const Receipts& receipts) {
  auto& said_receipts = *to.mutable_receipts();
  said_receipts.mutable_conversation()->assign(receipts.conversation.view());
  said_receipts.set_hops(receipts.hops);
  for (const auto& receipt : receipts.receipts) {
    auto& added = *said_receipts.add_receipts();
    added.mutable_member()->assign(receipt.member.view());
    added.mutable_signature()->assign(receipt.signature.view());
    for (const auto& line : receipt.lines) {
      auto& added_line = *added.add_lines();
      added_line.mutable_author()->assign(line.author.view());
      added_line.set_up_to(line.up_to);
      added_line.mutable_hash()->assign(line.hash.view());
    }
  }
}

void fill_room_frame(pb::Frame& to, const Neighbours& neighbours) {
  auto& said_neighbours = *to.mutable_neighbours();
  said_neighbours.mutable_room()->assign(neighbours.room.view());
  for (const auto& member : neighbours.members) {
    auto& added = *said_neighbours.add_members();
    added.mutable_key()->assign(member.key.view());
    fill_endpoints(*added.mutable_endpoints(), member.endpoints);
  }
}

void fill_room_frame(pb::Frame& to, const Knock& knock) {
  auto& said_knock = *to.mutable_knock();
  said_knock.mutable_room()->assign(knock.room.view());
  said_knock.mutable_ticket()->assign(knock.ticket.view());
  said_knock.mutable_proof()->assign(knock.proof.view());
}

void fill_room_frame(pb::Frame& to, const Denied& denied) {
  to.mutable_denied()->mutable_room()->assign(denied.room.view());
  to.mutable_denied()->set_why(denied.why.untrusted_bytes());
}

void fill_room_frame(pb::Frame& to, const AskKeys& ask) {
  auto& said_ask = *to.mutable_ask_keys();
  said_ask.mutable_room()->assign(ask.room.view());
  for (const auto& epoch : ask.epochs) said_ask.add_epochs()->assign(epoch.view());
}

void fill_room_frame(pb::Frame& to, const GiveKeys& give) {
  auto& said_give = *to.mutable_give_keys();
  said_give.mutable_room()->assign(give.room.view());
  for (const auto& key : give.keys) said_give.add_keys()->assign(key.view());
}

std::optional<Frame> read_room_frame(const pb::Frame& from, Rules& rules) {
  switch (from.kind_case()) {
  case pb::Frame::kRooms:
    return Rooms{read_all(from.rooms().tokens(), [&](const auto& token) { return rules.digest(token); })};
  case pb::Frame::kPublicRooms:
    return PublicRooms{read_all(from.public_rooms().rooms(), [&](const auto& room) { return read(room, rules); })};
  case pb::Frame::kNewest: return read(from.newest(), rules);
  case pb::Frame::kPrune: return Prune{rules.digest(from.prune().conversation())};
  case pb::Frame::kReceipts: return read(from.receipts(), rules);
  case pb::Frame::kNeighbours: return read(from.neighbours(), rules);
  case pb::Frame::kKnock: return read(from.knock(), rules);
  case pb::Frame::kDenied: return Denied{rules.digest(from.denied().room()), cut(from.denied().why(), max_why_bytes)};
  case pb::Frame::kAskKeys: return read(from.ask_keys(), rules);
  case pb::Frame::kGiveKeys: return read(from.give_keys(), rules);
  default: return std::nullopt;
  }
}

} // namespace tincan::wire
