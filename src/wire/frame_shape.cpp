#include "tincan/wire/frame_shape.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace tincan::wire {

namespace {

using base::ErrorCode;

// Walks over the fields of a protobuf message.
class FieldWalk {
public:
  explicit FieldWalk(std::string_view message) : rest_(message) {}

  // False at the end, and where the bytes are broken. Groups, which proto3 does not know, count as that.
  bool next();
  bool is_whole() const { return is_whole_; }
  bool has_bytes() const { return type_ == with_length; }
  std::uint64_t number() const { return number_; }
  std::string_view bytes() const { return bytes_; } // of a field with a length

private:
  static constexpr unsigned varint = 0, fixed64 = 1, with_length = 2, fixed32 = 5;

  bool read(std::uint64_t& value);
  bool take(std::uint64_t count);
  bool take_value();

  std::string_view rest_;
  std::string_view bytes_;
  std::uint64_t number_ = 0;
  unsigned type_ = varint;
  bool is_whole_ = true;
};

bool FieldWalk::read(std::uint64_t& value) {
  constexpr std::size_t longest = 10;
  const auto end = std::min(rest_.size(), longest);
  value = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(rest_[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
    if (byte < 0x80) {
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool FieldWalk::take(std::uint64_t count) {
  if (count > rest_.size()) return false;
  bytes_ = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return true;
}

bool FieldWalk::take_value() {
  std::uint64_t value = 0;
  switch (type_) {
  case varint: return read(value);
  case fixed64: return take(8);
  case with_length: return read(value) && take(value);
  case fixed32: return take(4);
  default: return false;
  }
}

bool FieldWalk::next() {
  if (rest_.empty()) return false;
  std::uint64_t tag = 0;
  is_whole_ = read(tag);
  number_ = tag >> 3U;
  type_ = static_cast<unsigned>(tag & 7U);
  is_whole_ = is_whole_ && take_value();
  return is_whole_;
}

const Nested* find(const Shape& shape, const FieldWalk& field) {
  if (!field.has_bytes()) return nullptr;
  for (const auto& nested : shape.nested)
    if (nested.number == field.number()) return &nested;
  return nullptr;
}

// The rule that is broken, if any.
struct Broken {
  ErrorCode code{};
  std::string_view rule;
};
constexpr Broken not_whole{ErrorCode::bad_bytes, "cannot be decoded"};

Broken check(std::string_view message, const Shape& shape) {
  std::array<std::size_t, Shape::most_fields> seen{};
  assert(shape.nested.size() <= seen.size());
  FieldWalk fields(message);
  while (fields.next()) {
    const auto* nested = find(shape, fields);
    if (nested == nullptr) continue;
    auto& count = seen.at(shape.is_choice ? 0 : static_cast<std::size_t>(nested - shape.nested.data()));
    if (++count > nested->most) return {ErrorCode::limit, nested->too_many};
    if (nested->shape->nested.empty()) continue;
    if (const auto inside = check(fields.bytes(), *nested->shape); !inside.rule.empty()) return inside;
  }
  return fields.is_whole() ? Broken{} : not_whole;
}

} // namespace

base::Result<void> check_shape(std::string_view message, const Shape& shape, std::string_view what) {
  const auto broken = check(message, shape);
  if (broken.rule.empty()) return {};
  if (broken.rule == not_whole.rule) return base::fail(broken.code, std::string(what).append(" ").append(broken.rule));
  return base::fail(broken.code, std::string(broken.rule));
}

} // namespace tincan::wire
