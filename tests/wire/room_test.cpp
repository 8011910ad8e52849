#include "tincan/wire/room.hpp"

#include "frame_samples.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

using namespace test;
using base::ErrorCode;
using base::PeerText;

const std::string key(32, 'k');

std::vector<RoomChange> samples() {
  const auto member = filled<base::PublicKey>(1);
  const auto ticket = filled<base::PublicKey>(2);
  return {std::monostate{},
          Genesis{PeerText("harbour"), false, filled<base::Salt>(3)},
          Genesis{{}, true, filled<base::Salt>(3)},
          Admit{member, {}, {}, {}, {}},
          Admit{member, ticket, filled<base::Signature>(4), {sample_ref(1), sample_ref(2)}, std::string(90, '\0')},
          Join{PeerText("The Gulls"), 1},
          Join{{}, max_seq},
          Leave{},
          SetRole{member, Role::member, {}},
          SetRole{member, Role::moderator, {sample_ref()}},
          Remove{member, 0, 0},
          Remove{member, 7, max_seq},
          Mute{member, true, 0},
          Mute{member, false, 12},
          Topic{},
          Topic{PeerText("ships")},
          Epoch{filled<base::Digest>(5), {}},
          Epoch{filled<base::Digest>(5), {{member, 1}, {ticket, max_seq}}},
          Ticket{ticket, 1, 0},
          Ticket{ticket, max_ticket_uses, max_order_us / 1000},
          RevokeTicket{ticket}};
}

Invitation sample_invitation() {
  return {filled<base::Digest>(1), filled<base::PublicKey>(2), PeerText("harbour"), true,
          std::vector(max_invited_to, filled<base::PublicKey>(3))};
}

// Why it is refused; "" if it is not.
template<class Value> std::string refusal(const base::Result<Value>& read, ErrorCode code = ErrorCode::bad_bytes) {
  if (read) return "";
  CHECK(read.error().code == code);
  return read.error().text;
}

std::string refused_change(std::uint64_t kind, const std::string& fields, ErrorCode code = ErrorCode::bad_bytes) {
  return refusal(decode_room_change(bytes_field(kind, fields)), code);
}

std::string ref(std::uint64_t seq = 1) {
  return bytes_field(1, key) + number_field(2, seq) + bytes_field(3, std::string(32, 'h'));
}

constexpr std::uint64_t genesis = 1, admit = 2, join_kind = 3, set_role = 5, remove_kind = 6, mute = 7, epoch = 9,
                        ticket_kind = 10, revoke = 11;
constexpr std::uint64_t beyond = std::uint64_t{1} << 63U;
constexpr auto no_key = "a key does not have 32 bytes";
const std::string member = bytes_field(1, key);

} // namespace

TEST_CASE("every change of a room is read as it was written") {
  for (const auto& change : samples()) CHECK(decode_room_change(encode(change)).value() == change);
}

TEST_CASE("the fullest changes of a room fit into the body of an entry") {
  const EntryRef far{filled<base::PublicKey>(1), max_seq, filled<base::Digest>(1)};
  const RoomChange fullest[] = {
      Admit{{}, base::PublicKey{}, {}, std::vector(max_known_removals, far), std::string(max_sealed_bytes, 'x')},
      SetRole{{}, Role::moderator, std::vector(max_known_removals, far)},
      Epoch{{}, std::vector(max_covered, Epoch::Covered{filled<base::PublicKey>(1), max_seq})}};
  for (const auto& change : fullest) {
    CHECK(encode(change).size() <= max_body_bytes);
    CHECK(decode_room_change(encode(change)).value() == change);
  }
}

TEST_CASE("the keys of every epoch fit into what is sealed for a newcomer") {
  const std::vector keys(max_keys, filled<base::Secret>(1));
  CHECK(encode_keys(keys).size() + 48 <= max_sealed_bytes);
}

TEST_CASE("a change of a newer version is no change, and no fault") {
  CHECK(decode_room_change(bytes_field(12, "whatever")).value() == RoomChange{});
  CHECK(decode_room_change(number_field(99, 1)).value() == RoomChange{});
  CHECK(decode_room_change("").value() == RoomChange{});
  const auto with_more = bytes_field(revoke, member + bytes_field(20, "more"));
  CHECK(decode_room_change(with_more).value() == RoomChange(RevokeTicket{*base::PublicKey::from(key)}));
}

TEST_CASE("names and topics in changes are cut between characters") {
  const std::string name(63, 'x');
  CHECK(std::get<Genesis>(decode_room_change(encode(Genesis{PeerText(name + "ż"), false, {}})).value())
            .name.untrusted_bytes() == name);
  CHECK(std::get<Join>(decode_room_change(encode(Join{PeerText(name + "ż"), 1})).value()).name.untrusted_bytes() ==
        name);
  const Topic topic{PeerText(std::string(1'000, 'y'))};
  CHECK(std::get<Topic>(decode_room_change(encode(topic)).value()).text.untrusted_bytes().size() == 560);
}

TEST_CASE("the longest topic that is sealed comes whole") {
  const std::string cipher(max_topic_bytes + 16, '\xff');
  const Topic topic{PeerText(join({"12345678", filled<base::Nonce>(0xfe), cipher}))};
  CHECK(topic.text.untrusted_bytes().size() == max_topic_bytes + sealing_bytes);
  CHECK(decode_room_change(encode(topic)).value() == RoomChange(topic));
}

TEST_CASE("a change of a room names members, tickets and keys by their bytes") {
  CHECK(refused_change(genesis, bytes_field(1, "name")) == "a room is born without a nonce of 16 bytes");
  for (const auto kind : {admit, set_role, remove_kind, mute, ticket_kind, revoke}) {
    const auto number = kind == set_role || kind == ticket_kind ? number_field(2, 1) : "";
    CHECK(refused_change(kind, bytes_field(1, "short") + number) == no_key);
    CHECK(refused_change(kind, number) == no_key);
  }
  CHECK(refused_change(epoch, "") == "a digest does not have 32 bytes");
  CHECK(refused_change(epoch, bytes_field(1, key) + bytes_field(2, number_field(2, 1))) == no_key);
}

TEST_CASE("whoever lets somebody in shows a whole proof, or none") {
  const auto ticket = bytes_field(2, key);
  const auto proof = bytes_field(3, std::string(64, 'p'));
  CHECK(refused_change(admit, member).empty());
  CHECK(refused_change(admit, member + ticket + proof).empty());
  CHECK(refused_change(admit, member + ticket) == "a signature does not have 64 bytes");
  CHECK(refused_change(admit, member + proof) == "there is a proof without a ticket");
  CHECK(refused_change(admit, member + bytes_field(2, "short") + proof) == no_key);
  CHECK(refused_change(admit, member + bytes_field(5, std::string(max_sealed_bytes, 'x'))).empty());
  CHECK(refused_change(admit, member + bytes_field(5, std::string(max_sealed_bytes + 1, 'x'))) ==
        "too much is sealed for a new member");
}

TEST_CASE("only roles that can be given are given") {
  for (const std::uint64_t role : {1U, 2U}) CHECK(refused_change(set_role, member + number_field(2, role)).empty());
  for (const std::uint64_t role : {0U, 3U, 4U, 257U})
    CHECK(refused_change(set_role, member + number_field(2, role)) == "there is no such role to be given");
}

TEST_CASE("numbers in changes have their bounds") {
  constexpr auto too_far = "a change of a room goes beyond every number";
  CHECK(refused_change(join_kind, "") == "a member's lines have to begin somewhere");
  CHECK(refused_change(join_kind, number_field(2, beyond)) == too_far);
  CHECK(refused_change(remove_kind, member + number_field(2, beyond)) == too_far);
  CHECK(refused_change(remove_kind, member + number_field(3, beyond)) == too_far);
  CHECK(refused_change(mute, member + number_field(3, beyond)) == too_far);
  const auto covered = [](std::uint64_t seq) {
    return bytes_field(1, key) + bytes_field(2, member + number_field(2, seq));
  };
  CHECK(refused_change(epoch, covered(0)) == "an epoch covers a number that no entry has");
  CHECK(refused_change(epoch, covered(beyond)) == too_far);
  for (const std::uint64_t uses : {0U, 1'001U})
    CHECK(refused_change(ticket_kind, member + number_field(2, uses)) == "a ticket is not for 1 to 1000 uses");
  const auto year_10000 = static_cast<std::uint64_t>(max_order_us) / 1000 + 1;
  for (const auto expires : {year_10000, ~std::uint64_t{0}})
    CHECK(refused_change(ticket_kind, member + number_field(2, 1) + number_field(3, expires)) ==
          "a ticket is good until after the year 9999");
}

TEST_CASE("lists in changes have their bounds") {
  const auto role = member + number_field(2, 1);
  CHECK(refused_change(admit, member + times(max_known_removals, bytes_field(4, ref()))).empty());
  CHECK(refused_change(admit, member + times(max_known_removals + 1, bytes_field(4, ref())), ErrorCode::limit) ==
        "a change of a room names too many removals");
  CHECK(refused_change(set_role, role + times(max_known_removals + 1, bytes_field(3, ref())), ErrorCode::limit) ==
        "a change of a room names too many removals");
  CHECK(refused_change(admit, member + bytes_field(4, ref(0))) == "an entry names another by a number that none has");
  const auto covered = bytes_field(2, member + number_field(2, 1));
  CHECK(refused_change(epoch, member + times(max_covered, covered)).empty());
  CHECK(refused_change(epoch, member + times(max_covered + 1, covered), ErrorCode::limit) ==
        "an epoch covers too many logs");
}

TEST_CASE("a change says one thing, once, and is no longer than a body") {
  const auto leave = bytes_field(4, "");
  CHECK(refusal(decode_room_change(leave + leave), ErrorCode::limit) == "a change of a room says something twice");
  CHECK(refusal(decode_room_change(leave + bytes_field(8, "")), ErrorCode::limit) ==
        "a change of a room says something twice");
  CHECK(refusal(decode_room_change(std::string(max_body_bytes + 1, '\0')), ErrorCode::limit) ==
        "a change of a room is too long");
}

TEST_CASE("a change cut anywhere is refused") {
  for (const auto& change : samples()) {
    const auto bytes = encode(change);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut)
      CHECK(refusal(decode_room_change(std::string_view(bytes).substr(0, cut))) ==
            "a change of a room cannot be decoded");
  }
}

TEST_CASE("an invitation is read as it was written, or refused") {
  for (const auto& invitation : {Invitation{}, sample_invitation()})
    CHECK(decode_invitation(encode(invitation)).value() == invitation);
  const auto good = bytes_field(1, key) + bytes_field(2, key);
  CHECK(refusal(decode_invitation(good)).empty());
  CHECK(refusal(decode_invitation(bytes_field(2, key))) == "a digest does not have 32 bytes");
  CHECK(refusal(decode_invitation(bytes_field(1, key))) == no_key);
  CHECK(refusal(decode_invitation(good + bytes_field(5, "short"))) == no_key);
  CHECK(refusal(decode_invitation(good + times(max_invited_to + 1, bytes_field(5, key))), ErrorCode::limit) ==
        "an invitation names too many members");
  CHECK(refusal(decode_invitation("\x0a")) == "an invitation cannot be decoded");
}

TEST_CASE("the line of a guest is read as it was written, within its limits") {
  const GuestLine line{PeerText("10.0.0.7"), PeerText("hello from 1978")};
  CHECK(decode_guest_line(encode(line)).value() == line);
  CHECK(decode_guest_line("").value() == GuestLine{});
  const GuestLine named{PeerText(std::string(100, 'n')), PeerText("x")};
  CHECK(decode_guest_line(encode(named)).value().name.untrusted_bytes() == std::string(64, 'n'));
  CHECK(refusal(decode_guest_line(encode(GuestLine{{}, PeerText(std::string(max_body_bytes, 'x'))})),
                ErrorCode::limit) == "the line of a guest is too long");
}

TEST_CASE("bundles of keys are read as they were written, or refused") {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, max_keys}) {
    std::vector<base::Secret> keys(count);
    for (std::size_t i = 0; i < count; ++i) keys[i].bytes.fill(static_cast<std::uint8_t>(i));
    CHECK(decode_keys(encode_keys(keys)).value() == keys);
  }
  CHECK(refusal(decode_keys(bytes_field(1, "short"))) == "a key of a room does not have 32 bytes");
  CHECK(refusal(decode_keys(times(max_keys + 1, bytes_field(1, key))), ErrorCode::limit) ==
        "a bundle holds too many keys");
}

TEST_CASE("a sealed body is split into what it was joined of") {
  const auto nonce = filled<base::Nonce>('n');
  const std::string cipher = "a ciphertext and its tag";
  const auto body = join({"epoch id", nonce, cipher});
  CHECK(body == "epoch id" + std::string(24, 'n') + cipher);
  const auto parts = split_sealed(body);
  REQUIRE(parts);
  CHECK(parts->epoch == "epoch id");
  CHECK(parts->nonce == nonce);
  CHECK(parts->ciphertext == cipher);
}

TEST_CASE("a body that is too short for a key, a nonce and a tag was not sealed") {
  for (std::size_t size = 0; size <= 64; ++size)
    CHECK(split_sealed(std::string(size, 'x')).has_value() == (size >= sealing_bytes));
}

TEST_CASE("what binds a line to its place has known bytes") {
  CHECK(associated_data(filled<base::Digest>('c'), filled<base::PublicKey>('a'), 0x0102, EntryKind::guest) ==
        std::string(32, 'c') + std::string(32, 'a') + std::string("\0\0\0\0\0\0\1\2\0\x08", 10));
}

} // namespace tincan::wire
