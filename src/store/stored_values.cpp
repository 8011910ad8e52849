#include "tincan/store/stored_values.hpp"

#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace tincan::store {

namespace {

constexpr std::int64_t year_0_ms = -62'167'219'200'000;
constexpr std::int64_t year_10000_ms = 253'402'300'800'000;

template<class T> std::optional<T> within(std::int64_t number, std::int64_t low, std::int64_t high) {
  if (number < low || number > high) return std::nullopt;
  return static_cast<T>(number);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Up to the separator, which goes too.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto word = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return word;
}

constexpr std::size_t number_bytes = 8;

void append_number(std::string& bytes, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xffU);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

std::optional<chat::KnownEndpoint> known_endpoint_from(std::string_view line) {
  const auto source = number_in(take_until(line, ' '));
  const auto worked = take_until(line, ' ');
  const auto endpoint = base::Endpoint::parse(line);
  const auto known_source = unstored(stored_sources, source.value_or(-1));
  if (!endpoint || !known_source) return std::nullopt;
  if (worked == "-") return chat::KnownEndpoint{*endpoint, *known_source};
  const auto ms = number_in(worked);
  const auto time = ms ? time_from(*ms) : std::nullopt;
  if (!time) return std::nullopt;
  return chat::KnownEndpoint{*endpoint, *known_source, time};
}

} // namespace

std::optional<std::uint64_t> id_from(std::int64_t number) { return within<std::uint64_t>(number, 1, max_id); }

std::optional<std::uint16_t> port_from(std::int64_t number) {
  return within<std::uint16_t>(number, 1, std::numeric_limits<std::uint16_t>::max());
}

std::optional<std::uint32_t> count_from(std::int64_t number) {
  return within<std::uint32_t>(number, 0, std::numeric_limits<std::uint32_t>::max());
}

std::optional<bool> flag_from(std::int64_t number) { return within<bool>(number, 0, 1); }

std::optional<base::WallTime> time_from(std::int64_t number) {
  if (number < year_0_ms || number >= year_10000_ms) return std::nullopt;
  return base::WallTime{number};
}

std::optional<std::int64_t> order_from(std::int64_t number) {
  return within<std::int64_t>(number, 0, wire::max_order_us);
}

std::optional<std::uint64_t> seq_from(std::int64_t number) {
  return within<std::uint64_t>(number, 0, std::numeric_limits<std::int64_t>::max());
}

std::optional<wire::Dialect> stored_dialect(std::string_view name) {
  if (name == wire::name(wire::Dialect::native)) return wire::Dialect::native;
  return wire::dialect_from_name(name);
}

std::optional<wire::EntryKind> entry_kind_of(chat::MessageKind kind) {
  switch (kind) {
  case chat::MessageKind::text:
  case chat::MessageKind::mandatory: return wire::EntryKind::text;
  case chat::MessageKind::edit: return wire::EntryKind::edit;
  case chat::MessageKind::deletion: return wire::EntryKind::deletion;
  case chat::MessageKind::reaction: return wire::EntryKind::reaction;
  case chat::MessageKind::read_marker: return wire::EntryKind::read;
  case chat::MessageKind::invitation: return wire::EntryKind::invitation;
  case chat::MessageKind::change: return wire::EntryKind::change;
  case chat::MessageKind::unknown: return std::nullopt;
  }
  return std::nullopt;
}

std::string packed(const wire::EntryRef& ref) {
  std::string bytes;
  bytes.reserve(ref_bytes);
  bytes += ref.author.view();
  append_number(bytes, ref.seq);
  bytes += ref.hash.view();
  return bytes;
}

std::string packed(const std::vector<wire::EntryRef>& refs) {
  std::string bytes;
  for (const auto& ref : refs) bytes += packed(ref);
  return bytes;
}

std::optional<wire::EntryRef> ref_from(std::string_view bytes) {
  constexpr auto hash_at = ref_bytes - base::Digest::size;
  if (bytes.size() != ref_bytes) return std::nullopt;
  wire::EntryRef ref;
  ref.author = *base::PublicKey::from(bytes.substr(0, base::PublicKey::size));
  ref.seq = big_endian(bytes.substr(base::PublicKey::size, number_bytes));
  ref.hash = *base::Digest::from(bytes.substr(hash_at));
  return ref;
}

std::optional<std::vector<wire::EntryRef>> refs_from(std::string_view bytes) {
  if (bytes.size() % ref_bytes != 0 || bytes.size() / ref_bytes > wire::max_heads) return std::nullopt;
  std::vector<wire::EntryRef> refs;
  for (; !bytes.empty(); bytes.remove_prefix(ref_bytes)) refs.push_back(*ref_from(bytes.substr(0, ref_bytes)));
  return refs;
}

std::string packed(const std::vector<base::PublicKey>& keys) {
  std::string bytes;
  for (const auto& key : keys) bytes += key.view();
  return bytes;
}

std::optional<std::vector<base::PublicKey>> keys_from(std::string_view bytes) {
  constexpr auto size = base::PublicKey::size;
  if (bytes.size() % size != 0 || bytes.size() / size > max_acquaintances) return std::nullopt;
  std::vector<base::PublicKey> keys;
  for (; !bytes.empty(); bytes.remove_prefix(size)) keys.push_back(*base::PublicKey::from(bytes.substr(0, size)));
  return keys;
}

std::string packed(const std::vector<chat::LineSpan>& spans) {
  std::string bytes;
  for (const auto& span : spans) {
    append_number(bytes, span.first);
    append_number(bytes, span.last);
  }
  return bytes;
}

std::optional<std::vector<chat::LineSpan>> spans_from(std::string_view bytes) {
  if (bytes.size() % (2 * number_bytes) != 0) return std::nullopt;
  std::vector<chat::LineSpan> spans;
  for (; !bytes.empty(); bytes.remove_prefix(2 * number_bytes)) {
    const chat::LineSpan span{big_endian(bytes.substr(0, number_bytes)),
                              big_endian(bytes.substr(number_bytes, number_bytes))};
    if (span.first > span.last || (!spans.empty() && span.first <= spans.back().last)) return std::nullopt;
    spans.push_back(span);
  }
  return spans;
}

std::string packed(const std::vector<chat::KnownEndpoint>& endpoints) {
  std::string text;
  for (const auto& known : endpoints) {
    if (known.endpoint.port == 0) continue;
    text += fmt::format("{} {} {}\n", stored(stored_sources, known.source),
                        known.last_worked ? std::to_string(known.last_worked->ms) : "-", known.endpoint.text());
  }
  return text;
}

std::optional<std::vector<chat::KnownEndpoint>> endpoints_from(std::string_view text) {
  std::vector<chat::KnownEndpoint> endpoints;
  while (!text.empty()) {
    const auto known = known_endpoint_from(take_until(text, '\n'));
    if (!known || endpoints.size() == chat::max_known_endpoints) return std::nullopt;
    endpoints.push_back(*known);
  }
  return endpoints;
}

} // namespace tincan::store
