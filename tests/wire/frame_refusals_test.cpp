// What a peer may not send: each rule of tincan.proto, broken alone.
#include "frame_samples.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace tincan::wire {

namespace {

using namespace test;
using base::ErrorCode;

const std::string key(32, 'k');
const std::string digest(32, 'd');
const std::string salt(16, 's');
const std::string signature(64, 'g');

std::string entry_with(const std::string& more, std::uint64_t kind = 1) {
  return number_field(1, 1'000'000) + (kind == 0 ? "" : number_field(3, kind)) + more;
}

const std::string salted = bytes_field(4, "hello") + bytes_field(5, salt);
const std::string signed_entry = entry_with(salted + bytes_field(9, signature));
const std::string unsigned_entry = entry_with(salted);

std::string ref(const std::string& author, std::uint64_t seq, const std::string& hash) {
  return bytes_field(1, author) + number_field(2, seq) + bytes_field(3, hash);
}

std::string signed_with(const std::string& more) { return entry_with(salted + bytes_field(9, signature) + more); }

std::string endpoint(const std::string& address, std::uint64_t port) {
  return bytes_field(1, address) + number_field(2, port);
}

std::string extent(std::uint64_t up_to, std::uint64_t first, std::uint64_t last) {
  return bytes_field(1, key) + number_field(2, up_to) + number_field(3, first) + number_field(4, last);
}

std::string want(std::uint64_t first, std::uint64_t last) {
  return bytes_field(2, key) + number_field(3, first) + number_field(4, last);
}

std::string entries(const std::vector<std::string>& all, std::uint64_t first_seq = 1) {
  std::string out = number_field(3, first_seq);
  for (const auto& entry : all) out += bytes_field(5, entry);
  return out;
}

base::Result<Frame> read(std::uint64_t kind, const std::string& message) {
  return decoded(with_length(bytes_field(kind, message)));
}

// Why it is refused; "" if it is not.
std::string refusal(std::uint64_t kind, const std::string& message, ErrorCode code = ErrorCode::bad_bytes) {
  const auto frame = read(kind, message);
  if (frame) return "";
  CHECK(frame.error().code == code);
  return frame.error().text;
}

std::string refused_entry(const std::string& entry) { return refusal(4, entries({entry})); }

constexpr int hello = 1, have = 2, want_kind = 3, entries_kind = 4, bye = 7, locate = 8, located = 9;
constexpr std::uint64_t beyond = std::uint64_t{1} << 63U;

} // namespace

TEST_CASE("the frames written by hand for these tests are good ones") {
  CHECK(refusal(entries_kind, entries({signed_entry})).empty());
  CHECK(refusal(entries_kind, entries({unsigned_entry, signed_entry}, 7)).empty());
  CHECK(refused_entry(signed_with(bytes_field(7, ref(key, 1, digest)) + bytes_field(8, ref(key, 1, digest)))).empty());
  CHECK(refused_entry(entry_with(bytes_field(6, digest) + bytes_field(9, signature))).empty());
  CHECK(refusal(hello, bytes_field(5, endpoint("\x7f\1\1\1", 1))).empty());
  CHECK(refusal(have, bytes_field(2, extent(5, 7, 7)) + bytes_field(2, extent(beyond - 1, 0, 0))).empty());
  CHECK(refusal(want_kind, want(1, beyond - 1)).empty());
  CHECK(refusal(bye, number_field(1, 65'535)).empty());
  CHECK(refusal(locate, bytes_field(1, digest)).empty());
}

TEST_CASE("entries have to be there, and to have numbers") {
  CHECK(refusal(entries_kind, number_field(3, 1)) == "a frame of entries holds none");
  CHECK(refusal(entries_kind, entries({signed_entry}, 0)) == "entries have numbers that none has");
  CHECK(refusal(entries_kind, entries({signed_entry}, beyond)) == "entries have numbers that none has");
  CHECK(refusal(entries_kind, entries({signed_entry, signed_entry}, beyond - 1)) ==
        "entries have numbers that none has");
  CHECK(refusal(entries_kind, entries({signed_entry}, ~std::uint64_t{0})) == "entries have numbers that none has");
  CHECK(refusal(entries_kind, entries({signed_entry}, beyond - 1)).empty());
}

TEST_CASE("the last entry is signed, and not too many before it are not") {
  CHECK(refusal(entries_kind, entries({signed_entry, unsigned_entry})) == "the last entry of a frame is not signed");
  std::vector<std::string> all(max_burst_entries + 1, unsigned_entry);
  all.push_back(signed_entry);
  CHECK(refusal(entries_kind, entries(all)).empty());
  all.insert(all.begin(), unsigned_entry);
  CHECK(refusal(entries_kind, entries(all)) == "too many entries in a row are not signed");
}

TEST_CASE("the parts of an entry have their sizes") {
  CHECK(refused_entry(entry_with(salted + bytes_field(9, "short"))) == "a signature does not have 64 bytes");
  CHECK(refused_entry(entry_with(bytes_field(9, signature))) == "an entry has neither a salt of 16 bytes nor a digest");
  CHECK(refused_entry(entry_with(bytes_field(5, salt + 's') + bytes_field(9, signature))) ==
        "an entry has neither a salt of 16 bytes nor a digest");
  CHECK(refused_entry(entry_with(bytes_field(6, "short") + bytes_field(9, signature))) ==
        "a digest does not have 32 bytes");
  CHECK(refused_entry(signed_with(bytes_field(6, digest))) ==
        "an entry has both a body and the digest of a destroyed one");
  CHECK(refused_entry(entry_with(bytes_field(5, salt) + bytes_field(6, digest) + bytes_field(9, signature))) ==
        "an entry has both a body and the digest of a destroyed one");
}

TEST_CASE("an entry has a kind and a time") {
  CHECK(refused_entry(entry_with(salted + bytes_field(9, signature), 0)) == "an entry has no kind from 1 to 65535");
  CHECK(refused_entry(signed_with(number_field(3, 65'536))) == "an entry has no kind from 1 to 65535");
  const auto latest = static_cast<std::uint64_t>(max_order_us);
  CHECK(refused_entry(signed_with(number_field(1, latest))).empty());
  CHECK(refused_entry(signed_with(number_field(1, latest + 1))) == "an entry is from after the year 9999");
  CHECK(refused_entry(signed_with(number_field(1, ~std::uint64_t{0}))) == "an entry is from after the year 9999");
}

TEST_CASE("an entry names others by key, number and hash") {
  for (const std::uint64_t field : {7U, 8U}) {
    CHECK(refused_entry(signed_with(bytes_field(field, ref("short", 1, digest)))) == "a key does not have 32 bytes");
    CHECK(refused_entry(signed_with(bytes_field(field, ref(key, 1, "")))) == "a digest does not have 32 bytes");
    CHECK(refused_entry(signed_with(bytes_field(field, ref(key, 0, digest)))) ==
          "an entry names another by a number that none has");
    CHECK(refused_entry(signed_with(bytes_field(field, ref(key, beyond, digest)))) ==
          "an entry names another by a number that none has");
  }
}

TEST_CASE("an entry names one target and few heads") {
  const auto target = bytes_field(7, ref(key, 1, digest));
  CHECK(refusal(entries_kind, entries({signed_with(target + target)}), ErrorCode::limit) ==
        "a frame says something twice");
  std::string heads;
  for (std::size_t i = 0; i < max_heads; ++i) heads += bytes_field(8, ref(key, 1, digest));
  CHECK(refused_entry(signed_with(heads)).empty());
  CHECK(refusal(entries_kind, entries({signed_with(heads + bytes_field(8, ref(key, 1, digest)))}), ErrorCode::limit) ==
        "an entry names too many heads");
}

TEST_CASE("lists that would cost memory are refused before they are read") {
  std::string empty_entries(250'000, '\0');
  for (std::size_t i = 0; i < empty_entries.size(); i += 2) empty_entries[i] = 5 << 3 | 2;
  CHECK(refusal(entries_kind, empty_entries, ErrorCode::limit) == "a frame holds too many entries");
}

TEST_CASE("endpoints have an address, a port, and a bound to their number") {
  const auto good = bytes_field(5, endpoint("\x0a\1\1\1", 1));
  CHECK(refusal(hello, bytes_field(5, endpoint("\x0a\1\1", 1))) == "an address has neither 4 nor 16 bytes");
  CHECK(refusal(hello, bytes_field(5, "")) == "an address has neither 4 nor 16 bytes");
  CHECK(refusal(hello, bytes_field(5, endpoint("\x0a\1\1\1", 0))) == "an endpoint has no port from 1 to 65535");
  CHECK(refusal(hello, good + bytes_field(5, endpoint("\x0a\1\1\1", 65'536))) ==
        "an endpoint has no port from 1 to 65535");
  std::string all;
  for (std::size_t i = 0; i < max_announced_endpoints; ++i) all += good;
  CHECK(refusal(hello, all).empty());
  CHECK(refusal(hello, all + good, ErrorCode::limit) == "a frame names too many endpoints");
  std::string too_many = bytes_field(1, digest);
  for (std::size_t i = 0; i <= max_announced_endpoints; ++i) too_many += bytes_field(2, endpoint("\x0a\1\1\1", 1));
  CHECK(refusal(located, too_many, ErrorCode::limit) == "a frame names too many endpoints");
  CHECK(refusal(located, bytes_field(2, endpoint("\x0a\1\1\1", 1))) == "a digest does not have 32 bytes");
  CHECK(refusal(locate, "") == "a digest does not have 32 bytes");
}

TEST_CASE("the ranges of a log are in order") {
  const auto refused = [](std::uint64_t up_to, std::uint64_t first, std::uint64_t last) {
    return refusal(have, bytes_field(2, extent(up_to, first, last)));
  };
  constexpr auto cannot_be = "a log has a range that cannot be";
  constexpr auto beyond_all = "a log ends beyond every number";
  CHECK(refused(0, 1, 1) == cannot_be); // then up_to would be 1
  CHECK(refused(5, 6, 9) == cannot_be);
  CHECK(refused(5, 3, 4) == cannot_be);
  CHECK(refused(5, 9, 8) == cannot_be);
  CHECK(refused(5, 9, 0) == cannot_be);
  CHECK(refused(5, 0, 9) == cannot_be);
  CHECK(refused(beyond, 0, 0) == beyond_all);
  CHECK(refused(~std::uint64_t{0}, 1, 2) == beyond_all);
  CHECK(refused(5, 9, beyond) == beyond_all);
  CHECK(refused(0, 2, 2).empty());
}

TEST_CASE("a vector names logs by their authors, and a bounded number of them") {
  CHECK(refusal(have, bytes_field(2, number_field(2, 1))) == "a key does not have 32 bytes");
  CHECK(refusal(have, bytes_field(1, "short")) == "a digest does not have 32 bytes");
  std::string all;
  for (std::size_t i = 0; i < max_logs_in_have; ++i) all += bytes_field(2, extent(1, 0, 0));
  CHECK(refusal(have, all).empty());
  CHECK(refusal(have, all + bytes_field(2, extent(1, 0, 0)), ErrorCode::limit) == "a frame names too many logs");
}

TEST_CASE("a wanted range begins before its end") {
  CHECK(refusal(want_kind, want(0, 0)) == "a range is wanted that cannot be");
  CHECK(refusal(want_kind, want(0, 5)) == "a range is wanted that cannot be");
  CHECK(refusal(want_kind, want(6, 5)) == "a range is wanted that cannot be");
  CHECK(refusal(want_kind, want(6, beyond)) == "a range is wanted that cannot be");
  CHECK(refusal(want_kind, number_field(3, 1) + number_field(4, 1)) == "a key does not have 32 bytes");
  CHECK(refusal(want_kind, want(1, 1) + bytes_field(1, "short")) == "a digest does not have 32 bytes");
}

TEST_CASE("a batch says rightly whose it is, or nothing") {
  CHECK(refusal(entries_kind, entries({signed_entry}) + bytes_field(1, digest) + bytes_field(2, key)).empty());
  CHECK(refusal(entries_kind, entries({signed_entry}) + bytes_field(1, "short")) == "a digest does not have 32 bytes");
  CHECK(refusal(entries_kind, entries({signed_entry}) + bytes_field(2, "short")) == "a key does not have 32 bytes");
  CHECK(refusal(entries_kind, entries({signed_entry}) + bytes_field(4, "short")) == "a digest does not have 32 bytes");
}

TEST_CASE("a farewell has a code that fits") {
  CHECK(refusal(bye, number_field(1, 65'536)) == "a farewell has a code over 65535");
}

TEST_CASE("a frame says one thing, once") {
  const auto ping = bytes_field(5, "");
  CHECK(decoded(with_length(ping + ping)).error().text == "a frame says something twice");
  CHECK(decoded(with_length(ping + bytes_field(6, ""))).error().text == "a frame says something twice");
}

TEST_CASE("bytes that are no protobuf message are refused") {
  const std::string broken[] = {"\x07",       "\x0b\x0c",         std::string(11, '\xff'), "\x0a",
                                "\x0a\x05xy", "\x2a\x02\x09\x01", std::string("\0\0", 2),  "\x2e\x01"};
  for (const auto& message : broken) CHECK(decoded(with_length(message)).error().code == ErrorCode::bad_bytes);
  CHECK(refusal(hello, "\x08") == "a frame cannot be decoded");
  CHECK(refusal(hello, "\x12\x05xy") == "a frame cannot be decoded");
  CHECK(refusal(entries_kind, entries({"\x09"})) == "a frame cannot be decoded");
}

} // namespace tincan::wire
