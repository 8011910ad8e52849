// How fields of parsed protobuf messages become values, and the first rule that a message breaks. Used by
// src/wire/frame*.cpp only; it does not see protobuf itself. Any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/frame_shape.hpp"
#include "tincan/wire/log_entry.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::wire {

// After a rule is broken the rest is read without a meaning.
class Rules {
public:
  void must(bool holds, std::string_view broken) {
    if (!holds && broken_.empty()) broken_ = broken;
  }
  template<class Value> Value exactly(const std::string& bytes, std::string_view broken) {
    const auto value = Value::from(bytes);
    must(value.has_value(), broken);
    return value.value_or(Value{});
  }
  base::PublicKey key(const std::string& bytes) {
    return exactly<base::PublicKey>(bytes, "a key does not have 32 bytes");
  }
  base::Digest digest(const std::string& bytes) {
    return exactly<base::Digest>(bytes, "a digest does not have 32 bytes");
  }
  base::Secret secret(const std::string& bytes) {
    return exactly<base::Secret>(bytes, "a key of a room does not have 32 bytes");
  }
  base::Signature signature(const std::string& bytes) {
    return exactly<base::Signature>(bytes, "a signature does not have 64 bytes");
  }
  // Nothing said is zero.
  base::PublicKey key_if_said(const std::string& bytes) { return bytes.empty() ? base::PublicKey{} : key(bytes); }
  base::Digest digest_if_said(const std::string& bytes) { return bytes.empty() ? base::Digest{} : digest(bytes); }
  std::string_view broken() const { return broken_; } // a literal; empty: none

private:
  std::string_view broken_;
};

// Between characters.
inline base::PeerText cut(const std::string& text, std::size_t limit) {
  return base::PeerText(std::string(base::fit_bytes(text, limit)));
}

// `each` makes an element of the result of an element of the message's list.
template<class Repeated, class Each> auto read_all(const Repeated& from, Each each) {
  std::vector<decltype(each(*from.begin()))> result;
  result.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& one : from) result.push_back(each(one));
  return result;
}

// A message that stands alone, of at most max_body_bytes. `read` makes the result of it and of the rules; `what` as in
// check_shape. Errors: bad_bytes, limit.
template<class Message, class Read>
auto decode_as(std::string_view bytes, const Shape& shape, const std::string& what, Read read)
    -> base::Result<decltype(read(std::declval<Message&>(), std::declval<Rules&>()))> {
  if (bytes.size() > max_body_bytes) return base::fail(base::ErrorCode::limit, what + " is too long");
  if (auto checked = check_shape(bytes, shape, what); !checked) return tl::unexpected(std::move(checked.error()));
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return base::fail(base::ErrorCode::bad_bytes, what + " cannot be decoded");
  Rules rules;
  auto result = read(message, rules);
  if (!rules.broken().empty()) return base::fail(base::ErrorCode::bad_bytes, std::string(rules.broken()));
  return result;
}

template<std::size_t Size> std::array<std::uint8_t, Size> array_of(const std::string& bytes) {
  std::array<std::uint8_t, Size> result;
  std::copy_n(bytes.begin(), Size, result.begin());
  return result;
}

template<class Message> base::Endpoint read_endpoint(const Message& from, Rules& rules) {
  const auto& bytes = from.address();
  rules.must(bytes.size() == 4 || bytes.size() == 16, "an address has neither 4 nor 16 bytes");
  rules.must(from.port() >= 1 && from.port() <= 65'535, "an endpoint has no port from 1 to 65535");
  if (!rules.broken().empty()) return {};
  const auto address =
      bytes.size() == 4 ? base::Address::v4(array_of<4>(bytes)) : base::Address::v6(array_of<16>(bytes));
  return {address, static_cast<std::uint16_t>(from.port())};
}

template<class Repeated> std::vector<base::Endpoint> read_endpoints(const Repeated& from, Rules& rules) {
  return read_all(from, [&](const auto& endpoint) { return read_endpoint(endpoint, rules); });
}

template<class Message> EntryRef read_ref(const Message& from, Rules& rules) {
  const EntryRef ref{rules.key(from.author()), from.seq(), rules.digest(from.hash())};
  rules.must(ref.seq >= 1 && ref.seq <= max_seq, "an entry names another by a number that none has");
  return ref;
}

template<class Repeated> std::vector<EntryRef> read_refs(const Repeated& from, Rules& rules) {
  return read_all(from, [&](const auto& ref) { return read_ref(ref, rules); });
}

} // namespace tincan::wire
