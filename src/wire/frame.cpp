#include "tincan/wire/frame.hpp"
#include "tincan/wire/frame_codec.hpp"

#include <cassert>
#include <utility>

namespace tincan::wire {

namespace {

constexpr std::size_t length_bytes = 4;
constexpr std::size_t kept_bytes = 64 * 1024; // memory that an idle link's reader may keep

std::size_t read_length(std::string_view bytes) {
  std::size_t length = 0;
  for (const char c : bytes.substr(0, length_bytes)) length = length << 8U | static_cast<unsigned char>(c);
  return length;
}

void write_length(std::size_t length, char* to) {
  for (std::size_t i = 0; i < length_bytes; ++i)
    to[i] = static_cast<char>(length >> (8 * (length_bytes - 1 - i)) & 0xFF);
}

} // namespace

std::string_view name(ByeCode code) {
  switch (code) {
  case ByeCode::leaving: return "leaving";
  case ByeCode::duplicate: return "duplicate";
  case ByeCode::bad_frame: return "bad_frame";
  case ByeCode::bad_hello: return "bad_hello";
  case ByeCode::bad_entry: return "bad_entry";
  case ByeCode::too_much: return "too_much";
  case ByeCode::wrong_key: return "wrong_key";
  case ByeCode::enough: return "enough";
  }
  return "unknown";
}

void encode(const Frame& frame, std::string& out) {
  const auto start = out.size();
  out.append(length_bytes, '\0');
  encode_message(frame, out);
  const auto length = out.size() - start - length_bytes;
  assert(length > 0 && length <= max_frame_bytes);
  write_length(length, out.data() + start);
}

std::size_t encoded_size(const LogEntry& entry) {
  constexpr std::size_t numbers = 10 + 11 + 4;          // order, wall and kind with their tags, at their longest
  constexpr std::size_t ref = 2 + 2 * (2 + 32) + 11;    // a reference with its own length
  constexpr std::size_t lengths = 4 + 4 + (2 + 32) + 2; // of the entry and its body; salt or digest; reserve
  const auto refs = entry.heads.size() + (entry.target ? 1 : 0);
  const auto signature = entry.signature ? 2 + base::Signature::size : 0;
  return numbers + lengths + refs * ref + signature + (entry.has_body ? entry.body.untrusted_bytes().size() : 0);
}

void FrameReader::bytes(std::string_view bytes) {
  if (is_broken_) return;
  if (begin_ > held_.size() / 2) { // what is moved is less than what was taken: never quadratic
    held_.erase(0, begin_);
    begin_ = 0;
  }
  held_ += bytes;
}

std::optional<base::Result<Frame>> FrameReader::next() {
  while (const auto message = take()) {
    if (!*message) return broken(message->error());
    auto frame = decode_message(**message);
    if (!frame) return broken(std::move(frame.error()));
    if (*frame) return std::move(**frame);
  }
  return std::nullopt;
}

// The bytes of the next whole frame; they stay where they are until more come.
std::optional<base::Result<std::string_view>> FrameReader::take() {
  const auto rest = std::string_view(held_).substr(begin_);
  if (rest.empty()) forget();
  if (rest.size() < length_bytes) return std::nullopt;
  const auto length = read_length(rest);
  if (length == 0) return base::fail(base::ErrorCode::bad_bytes, "a frame is empty");
  if (length > limit_) return base::fail(base::ErrorCode::limit, "a frame is longer than allowed");
  if (rest.size() - length_bytes < length) return std::nullopt;
  begin_ += length_bytes + length;
  return rest.substr(length_bytes, length);
}

void FrameReader::forget() {
  begin_ = 0;
  if (held_.capacity() > kept_bytes)
    held_ = {};
  else
    held_.clear();
}

base::Result<Frame> FrameReader::broken(base::Error error) {
  is_broken_ = true;
  held_ = {};
  begin_ = 0;
  return tl::unexpected(std::move(error));
}

} // namespace tincan::wire
