#include "tincan/wire/frame.hpp"

#include "frame_samples.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace tincan::wire {

namespace {

using namespace test;

Receipts sample_receipts() {
  const Receipt::Line line{filled<base::PublicKey>(1), 7, filled<base::Digest>(2)};
  const Receipt::Line last{filled<base::PublicKey>(1), max_seq, filled<base::Digest>(2)};
  return {filled<base::Digest>(3),
          {{filled<base::PublicKey>(4), {line, last}, filled<base::Signature>(5)},
           {filled<base::PublicKey>(6), {}, filled<base::Signature>(7)}},
          3};
}

std::vector<Frame> samples() {
  const std::vector endpoints{*base::Endpoint::parse("10.0.0.7:4100"), *base::Endpoint::parse("[2001:db8::7]:65535")};
  Hello hello{1, 5, base::PeerText("Team"), base::PeerText("tincan 0.1.0"), endpoints, 77};
  Have have{filled<base::Digest>(4), {{filled<base::PublicKey>(1), 0, 0, 0}, {filled<base::PublicKey>(2), 7, 9, 9}}};
  auto answer = sample_entries(2);
  answer.is_answer = true;
  return {
      Hello{},
      hello,
      Have{},
      have,
      Want{{}, filled<base::PublicKey>(1), 1, 1},
      Want{filled<base::Digest>(1), filled<base::PublicKey>(1), 5, 1'000},
      Want{filled<base::Digest>(1), filled<base::PublicKey>(1), 5, 5, true},
      sample_entries(),
      answer,
      sample_entries(3),
      Ping{},
      Ping{std::numeric_limits<std::uint64_t>::max()},
      Pong{1},
      Bye{},
      Bye{ByeCode::too_much, base::PeerText("enough")},
      Locate{filled<base::Digest>(1)},
      Located{filled<base::Digest>(1), endpoints},
      Rooms{},
      Rooms{{filled<base::Digest>(1), filled<base::Digest>(2)}},
      PublicRooms{},
      PublicRooms{{{filled<base::Digest>(1), base::PeerText("harbour"), base::PeerText("ships"), 4'000'000'000,
                    filled<base::PublicKey>(3)},
                   {filled<base::Digest>(2), {}, {}, 0, {}}}},
      Newest{filled<base::Digest>(1), 1},
      Newest{filled<base::Digest>(1), max_newest_lines},
      Prune{filled<base::Digest>(1)},
      Receipts{filled<base::Digest>(1), {}, 0},
      sample_receipts(),
      Neighbours{filled<base::Digest>(1), {}},
      Neighbours{filled<base::Digest>(1), {{filled<base::PublicKey>(1), endpoints}, {filled<base::PublicKey>(2), {}}}},
      Knock{filled<base::Digest>(1), filled<base::PublicKey>(2), filled<base::Signature>(3)},
      Denied{filled<base::Digest>(1), {}},
      Denied{filled<base::Digest>(1), base::PeerText("the ticket was used")},
      AskKeys{filled<base::Digest>(1), {}},
      AskKeys{filled<base::Digest>(1), {filled<base::Digest>(2), filled<base::Digest>(3)}},
      GiveKeys{filled<base::Digest>(1), {}},
      GiveKeys{filled<base::Digest>(1), {filled<base::Secret>(2), filled<base::Secret>(3)}}};
}

} // namespace

TEST_CASE("every kind of frame is read as it was written") {
  for (const auto& frame : samples()) {
    const auto back = decoded(encoded(frame));
    REQUIRE(back);
    CHECK(*back == frame);
  }
}

TEST_CASE("a frame has known bytes") {
  CHECK(encoded(Ping{0x0102030405060708}) == std::string("\0\0\0\x0b\x2a\x09\x09\x08\7\6\5\4\3\2\1", 15));
  CHECK(encoded(Bye{ByeCode::leaving, base::PeerText("bye")}) == std::string("\0\0\0\x09\x3a\7\x08\1\x12\3bye", 13));
  CHECK(encoded(Hello{}) == std::string("\0\0\0\4\x0a\2\x08\1", 8));
}

TEST_CASE("random entries are read as they were written") {
  RandomFrames random(1);
  for (int i = 0; i < 300; ++i) {
    const Frame frame = random.entries();
    const auto back = decoded(encoded(frame));
    REQUIRE(back);
    CHECK(*back == frame);
  }
}

TEST_CASE("the wildest clocks of an author survive the wire") {
  for (const auto wall : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                          std::numeric_limits<std::int64_t>::max()})
    for (const auto order : {std::int64_t{0}, std::int64_t{999}, max_order_us}) {
      auto batch = sample_entries();
      batch.entries[0].wall_ms = wall;
      batch.entries[0].order_us = order;
      CHECK(decoded(encoded(batch)).value() == Frame(batch));
    }
}

TEST_CASE("an unsigned entry with a text of 120 bytes takes less than 165 bytes") {
  auto batch = sample_entries(500);
  for (auto& entry : batch.entries) {
    entry.body = base::PeerText(std::string(120, 'x'));
    entry.signature.reset();
  }
  batch.entries.back().signature = filled<base::Signature>(1);
  CHECK(encoded(batch).size() < 500 * 165);
}

TEST_CASE("the size foretold for an entry is enough for it, and not much too large") {
  RandomFrames random(2);
  for (int i = 0; i < 300; ++i) {
    auto batch = sample_entries(1);
    const auto before = encoded(batch).size();
    auto entry = random.entry(42);
    entry.signature = filled<base::Signature>(1);
    const auto foretold = encoded_size(entry);
    batch.entries.push_back(entry);
    const auto taken = encoded(batch).size() - before;
    CHECK(taken <= foretold);
    CHECK(foretold <= taken + 130);
  }
}

TEST_CASE("the longest text fits into a frame") {
  auto batch = sample_entries();
  auto& entry = batch.entries[0];
  entry.body = base::PeerText(std::string(max_body_bytes, 'x'));
  entry.target = sample_ref();
  entry.heads.assign(max_heads, sample_ref());
  CHECK(encoded_size(entry) <= max_frame_bytes);
  CHECK(decoded(encoded(batch)).value() == Frame(batch));
}

TEST_CASE("a body longer than texts may be is given as it is") {
  auto batch = sample_entries();
  batch.entries[0].body = base::PeerText(std::string(3 * max_body_bytes, 'x'));
  CHECK(decoded(encoded(batch)).value() == Frame(batch));
}

TEST_CASE("names in a hello and the words of a farewell are cut between characters") {
  std::string name(63, 'x');
  const Hello hello{1, 0, base::PeerText(name + "ż"), base::PeerText(std::string(1'000, 'y')), {}, 0};
  const auto back = std::get<Hello>(decoded(encoded(hello)).value());
  CHECK(back.team.untrusted_bytes() == name);
  CHECK(back.software.untrusted_bytes() == std::string(64, 'y'));
  const auto bye = decoded(encoded(Bye{ByeCode::leaving, base::PeerText(std::string(1'000, 'z'))})).value();
  CHECK(std::get<Bye>(bye).why.untrusted_bytes() == std::string(256, 'z'));
}

TEST_CASE("names and topics of public rooms, and the words of a refusal, are cut between characters") {
  const std::string name(63, 'x');
  const std::string topic(511, 'y');
  const PublicRooms rooms{{{filled<base::Digest>(1), base::PeerText(name + "ż"), base::PeerText(topic + "ż"), 1, {}}}};
  const auto back = std::get<PublicRooms>(decoded(encoded(rooms)).value()).rooms.at(0);
  CHECK(back.name.untrusted_bytes() == name);
  CHECK(back.topic.untrusted_bytes() == topic);
  const auto denied = decoded(encoded(Denied{{}, base::PeerText(std::string(1'000, 'z'))})).value();
  CHECK(std::get<Denied>(denied).why.untrusted_bytes() == std::string(256, 'z'));
}

TEST_CASE("the fullest frames of rooms fit into a frame") {
  const std::vector<base::Endpoint> endpoints(max_announced_endpoints, *base::Endpoint::parse("[2001:db8::7]:65535"));
  const PublicRooms::Room room{filled<base::Digest>(1),
                               base::PeerText(std::string(64, 'n')),
                               base::PeerText(std::string(512, 't')),
                               ~std::uint32_t{0},
                               {}};
  const Receipt::Line line{filled<base::PublicKey>(1), max_seq, filled<base::Digest>(2)};
  const Receipt receipt{filled<base::PublicKey>(1), {line}, filled<base::Signature>(1)};
  const Frame fullest[] = {
      Rooms{std::vector(max_rooms_in_frame, filled<base::Digest>(1))},
      PublicRooms{std::vector(max_rooms_in_frame, room)},
      Receipts{filled<base::Digest>(1), std::vector(max_receipts_in_frame, receipt), ~std::uint32_t{0}},
      Receipts{filled<base::Digest>(1), {{{}, std::vector(max_logs_in_have, line), {}}}, 1},
      Neighbours{{}, std::vector(max_neighbours_in_frame, Neighbours::Member{{}, endpoints})},
      AskKeys{{}, std::vector(max_keys_in_frame, filled<base::Digest>(1))},
      GiveKeys{{}, std::vector(max_keys_in_frame, filled<base::Secret>(1))}};
  for (const auto& frame : fullest) CHECK(decoded(encoded(frame)).value() == frame);
}

TEST_CASE("what a receipt's signature covers has known bytes") {
  const Receipt receipt{filled<base::PublicKey>('m'),
                        {{filled<base::PublicKey>('a'), 0x0102, filled<base::Digest>('h')}},
                        filled<base::Signature>('s')};
  CHECK(receipt_bytes(filled<base::Digest>('c'), receipt) ==
        std::string("tincan/1 receipt\0", 17) + std::string(32, 'c') + std::string(32, 'm') + std::string(32, 'a') +
            std::string("\0\0\0\0\0\0\1\2", 8) + std::string(32, 'h'));
  CHECK(receipt_bytes({}, Receipt{}).size() == 17 + 64);
}

TEST_CASE("what a ticket signs for whoever knocks has known bytes") {
  CHECK(knock_bytes(filled<base::Digest>('r'), filled<base::PublicKey>('t'), filled<base::PublicKey>('n')) ==
        std::string("tincan/1 knock\0", 15) + std::string(32, 'r') + std::string(32, 't') + std::string(32, 'n'));
}

TEST_CASE("a code of a newer version has a name too") {
  CHECK(name(ByeCode::leaving) == "leaving");
  CHECK(name(ByeCode::wrong_key) == "wrong_key");
  CHECK(name(ByeCode::enough) == "enough");
  const auto bye = decoded(encoded(Bye{static_cast<ByeCode>(65'535), {}})).value();
  CHECK(name(std::get<Bye>(bye).code) == "unknown");
}

TEST_CASE("frames come one byte at a time") {
  std::string stream;
  for (const auto& frame : samples()) encode(frame, stream);
  FrameReader reader;
  std::vector<Frame> heard;
  for (const char byte : stream) {
    reader.bytes({&byte, 1});
    if (auto frame = reader.next()) heard.push_back(frame->value());
  }
  CHECK(heard == samples());
}

TEST_CASE("many frames come in one read") {
  std::string stream;
  for (int i = 0; i < 20'000; ++i)
    for (const auto& frame : samples()) encode(frame, stream);
  FrameReader reader;
  reader.bytes(stream);
  std::size_t heard = 0;
  while (auto frame = reader.next()) heard += frame->has_value() ? 1U : 0U;
  CHECK(heard == 20'000 * samples().size());
}

TEST_CASE("a frame cut anywhere is waited for") {
  for (const auto& frame : samples()) {
    const auto bytes = encoded(frame);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      FrameReader reader;
      reader.bytes(std::string_view(bytes).substr(0, cut));
      CHECK_FALSE(reader.next());
      reader.bytes(std::string_view(bytes).substr(cut));
      CHECK(reader.next()->value() == frame);
      CHECK_FALSE(reader.next());
    }
  }
}

TEST_CASE("a message cut anywhere inside its frame is refused") {
  for (const auto& frame : samples()) {
    const auto message = encoded(frame).substr(4);
    for (std::size_t cut = 1; cut < message.size(); ++cut)
      CHECK(decoded(with_length(message.substr(0, cut))).error().code == base::ErrorCode::bad_bytes);
  }
}

TEST_CASE("frames of unknown kinds are skipped") {
  const auto known = encoded(Ping{1});
  const auto unknown = with_length("\xf2\x01\3abc") + with_length("\x68\1") +
                       with_length("\xf1\x01"
                                   "12345678");
  FrameReader reader;
  reader.bytes(unknown + known + unknown + known + unknown);
  CHECK(reader.next()->value() == Frame(Ping{1}));
  CHECK(reader.next()->value() == Frame(Ping{1}));
  CHECK_FALSE(reader.next());
}

TEST_CASE("unknown fields are skipped at every depth") {
  const std::string unknown = std::string("\xa2\x06\2hi", 5) + "\x98\x06\7" +
                              "\xa5\x06"
                              "1234";
  const auto hello =
      "\x08\1" + unknown + "\x2a" + static_cast<char>(8 + unknown.size()) + "\x0a\4\x7f\1\1\1\x10\7" + unknown;
  const auto message = "\x0a" + std::string(1, static_cast<char>(hello.size())) + hello + unknown;
  CHECK(decoded(with_length(message)).value() ==
        Frame(Hello{1, 0, {}, {}, {*base::Endpoint::parse("127.1.1.1:7")}, 0}));
}

TEST_CASE("a frame has the limit of a stranger until it is raised") {
  const auto bytes = encoded(Bye{ByeCode::leaving, base::PeerText(std::string(max_early_frame_bytes, 'x'))});
  FrameReader stranger;
  stranger.bytes(bytes.substr(0, 4));
  CHECK(stranger.next()->error().code == base::ErrorCode::limit);
  FrameReader known;
  known.raise_limit();
  known.bytes(bytes);
  CHECK(known.next()->has_value());
}

TEST_CASE("lengths of nothing and of too much end the stream for good") {
  const std::pair<std::string, base::ErrorCode> lengths[] = {{std::string(4, '\0'), base::ErrorCode::bad_bytes},
                                                             {std::string("\0\4\0\1", 4), base::ErrorCode::limit},
                                                             {std::string("\xff\xff\xff\xff"), base::ErrorCode::limit},
                                                             {std::string("\x16\3\1\2"), base::ErrorCode::limit}};
  for (const auto& [bytes, code] : lengths) {
    FrameReader reader;
    reader.raise_limit();
    reader.bytes(encoded(Ping{1}) + bytes + encoded(Ping{2}));
    CHECK(reader.next()->has_value());
    CHECK(reader.next()->error().code == code);
    CHECK_FALSE(reader.next());
    reader.bytes(encoded(Ping{3}));
    CHECK_FALSE(reader.next());
  }
}

TEST_CASE("a limit that is raised counts for what came in the same read") {
  FrameReader reader;
  reader.bytes(encoded(Hello{}) + encoded(Bye{ByeCode::leaving, base::PeerText(std::string(10'000, 'x'))}));
  CHECK(reader.next()->has_value());
  reader.raise_limit();
  CHECK(reader.next()->has_value());
}

} // namespace tincan::wire
