// What a peer may not send about rooms: each rule of tincan.proto, broken alone.
#include "frame_samples.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <catch2/catch.hpp>

namespace tincan::wire {

namespace {

using namespace test;
using base::ErrorCode;

constexpr std::uint64_t rooms = 10, public_rooms = 11, newest = 12, prune = 13, receipts = 14, neighbours = 15,
                        knock = 16, denied = 17, ask_keys = 18, give_keys = 19;
constexpr std::uint64_t beyond = std::uint64_t{1} << 63U;
constexpr auto no_digest = "a digest does not have 32 bytes";
constexpr auto no_key = "a key does not have 32 bytes";
constexpr auto no_signature = "a signature does not have 64 bytes";

const std::string id = bytes_field(1, std::string(32, 'i'));
const std::string short_id = bytes_field(1, std::string(31, 'i'));
const std::string key(32, 'k');
const std::string signature(64, 's');
const std::string public_room = bytes_field(1, id + bytes_field(5, key));

// Why it is refused; "" if it is not.
std::string refusal(std::uint64_t kind, const std::string& message, ErrorCode code = ErrorCode::bad_bytes) {
  const auto frame = decoded(with_length(bytes_field(kind, message)));
  if (frame) return "";
  CHECK(frame.error().code == code);
  return frame.error().text;
}

std::string line(std::uint64_t up_to, const std::string& author = key, const std::string& hash = key) {
  return bytes_field(2, bytes_field(1, author) + number_field(2, up_to) + bytes_field(3, hash));
}

std::string receipt(const std::string& lines, const std::string& member = key, const std::string& by = signature) {
  return bytes_field(2, bytes_field(1, member) + lines + bytes_field(3, by));
}

std::string neighbour(const std::string& member, std::size_t endpoints, std::uint64_t port = 7) {
  const auto endpoint = bytes_field(2, bytes_field(1, "\x0a\1\1\1") + number_field(2, port));
  return bytes_field(2, bytes_field(1, member) + times(endpoints, endpoint));
}

} // namespace

TEST_CASE("the frames of rooms written by hand for these tests are good ones") {
  CHECK(refusal(rooms, times(max_rooms_in_frame, id)).empty());
  CHECK(refusal(public_rooms, times(max_rooms_in_frame, public_room)).empty());
  CHECK(refusal(newest, id + number_field(2, 1'000)).empty());
  CHECK(refusal(prune, id).empty());
  CHECK(refusal(receipts, id + receipt(line(1) + line(beyond - 1))).empty());
  CHECK(refusal(neighbours, id + neighbour(key, max_announced_endpoints) + neighbour(key, 0)).empty());
  CHECK(refusal(knock, id + bytes_field(2, key) + bytes_field(3, signature)).empty());
  CHECK(refusal(denied, id).empty());
  CHECK(refusal(ask_keys, id + times(max_keys_in_frame, bytes_field(2, key))).empty());
  CHECK(refusal(give_keys, id + times(max_keys_in_frame, bytes_field(2, key))).empty());
}

TEST_CASE("whatever is said of a room names it") {
  CHECK(refusal(rooms, id + short_id) == no_digest);
  CHECK(refusal(public_rooms, bytes_field(1, bytes_field(5, key))) == no_digest);
  const auto lines = number_field(2, 5);
  CHECK(refusal(newest, lines) == no_digest);
  const auto rest_of_knock = bytes_field(2, key) + bytes_field(3, signature);
  CHECK(refusal(knock, rest_of_knock) == no_digest);
  for (const auto kind : {prune, receipts, neighbours, denied, ask_keys, give_keys}) {
    CHECK(refusal(kind, "") == no_digest);
    CHECK(refusal(kind, short_id) == no_digest);
    CHECK(refusal(kind, bytes_field(1, std::string(33, 'i'))) == no_digest);
  }
}

TEST_CASE("frames of rooms name keys and prove with signatures of their sizes") {
  CHECK(refusal(receipts, id + receipt(line(1, "short"))) == no_key);
  CHECK(refusal(receipts, id + receipt(line(1, key, "short"))) == no_digest);
  CHECK(refusal(receipts, id + receipt(line(1), "short")) == no_key);
  CHECK(refusal(receipts, id + receipt(line(1), key, "short")) == no_signature);
  CHECK(refusal(public_rooms, bytes_field(1, id)) == no_key);
  CHECK(refusal(neighbours, id + neighbour("short", 1)) == no_key);
  CHECK(refusal(knock, id + bytes_field(3, signature)) == no_key);
  CHECK(refusal(knock, id + bytes_field(2, key)) == no_signature);
  CHECK(refusal(ask_keys, id + bytes_field(2, "short")) == no_digest);
  CHECK(refusal(give_keys, id + bytes_field(2, "short")) == "a key of a room does not have 32 bytes");
}

TEST_CASE("numbers in frames of rooms have their bounds") {
  for (const std::uint64_t lines : {0U, 1'001U})
    CHECK(refusal(newest, id + number_field(2, lines)) == "not 1 to 1000 of the newest lines are asked for");
  for (const auto up_to : {std::uint64_t{0}, beyond})
    CHECK(refusal(receipts, id + receipt(line(up_to))) == "a receipt is for a number that no entry has");
  CHECK(refusal(neighbours, id + neighbour(key, 1, 0)) == "an endpoint has no port from 1 to 65535");
}

TEST_CASE("lists in frames of rooms have their bounds") {
  const auto refused = [](std::uint64_t kind, const std::string& message) {
    return refusal(kind, message, ErrorCode::limit);
  };
  CHECK(refused(rooms, times(max_rooms_in_frame + 1, id)) == "a frame names too many rooms");
  CHECK(refused(public_rooms, times(max_rooms_in_frame + 1, public_room)) == "a frame names too many rooms");
  CHECK(refused(receipts, id + times(max_receipts_in_frame + 1, receipt(""))) == "a frame holds too many receipts");
  CHECK(refused(receipts, id + receipt(times(max_logs_in_have + 1, line(1)))) == "a receipt has too many lines");
  CHECK(refused(neighbours, id + times(max_neighbours_in_frame + 1, neighbour(key, 0))) ==
        "a frame names too many neighbours");
  CHECK(refused(neighbours, id + neighbour(key, max_announced_endpoints + 1)) == "a frame names too many endpoints");
  for (const auto kind : {ask_keys, give_keys})
    CHECK(refused(kind, id + times(max_keys_in_frame + 1, bytes_field(2, key))) == "a frame names too many keys");
}

TEST_CASE("receipts have a bounded number of lines together") {
  const auto half = receipt(times(max_logs_in_have / 2, line(1)));
  CHECK(refusal(receipts, id + half + half).empty());
  CHECK(refusal(receipts, id + half + half + receipt(line(1))) == "receipts have too many lines");
}

TEST_CASE("lists of nothing in frames of rooms are refused before they cost memory") {
  const auto nothing = times(120'000, std::string("\x0a\0", 2));
  CHECK(refusal(rooms, nothing, ErrorCode::limit) == "a frame names too many rooms");
  CHECK(refusal(public_rooms, nothing, ErrorCode::limit) == "a frame names too many rooms");
  CHECK(refusal(receipts, times(120'000, std::string("\x12\0", 2)), ErrorCode::limit) ==
        "a frame holds too many receipts");
}

} // namespace tincan::wire
