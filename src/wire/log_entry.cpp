#include "tincan/wire/log_entry.hpp"

#include "tincan/wire/big_endian.hpp"

#include <cassert>

namespace tincan::wire {

namespace {

using namespace std::string_view_literals;

constexpr auto entry_domain = "tincan/1 entry\0"sv;
constexpr auto body_domain = "tincan/1 body\0"sv;
constexpr std::size_t ref_bytes = base::PublicKey::size + sizeof(std::uint64_t) + base::Digest::size;
constexpr std::size_t fixed_bytes = entry_domain.size() + 4 * base::Digest::size + 3 * sizeof(std::uint64_t) + 4;

void append_ref(std::string& out, const EntryRef& ref) {
  out += ref.author.view();
  append_big_endian(out, ref.seq);
  out += ref.hash.view();
}

} // namespace

std::string header_bytes(const LogPlace& place, const LogEntry& entry) {
  assert(entry.heads.size() <= max_heads);
  std::string out;
  out.reserve(fixed_bytes + (entry.heads.size() + (entry.target ? 1 : 0)) * ref_bytes);
  out += entry_domain;
  out += place.conversation.view();
  out += place.author.view();
  append_big_endian(out, entry.seq);
  out += place.prev.view();
  append_big_endian(out, entry.order_us);
  append_big_endian(out, entry.wall_ms);
  append_big_endian(out, static_cast<std::uint16_t>(entry.kind));
  append_big_endian(out, static_cast<std::uint8_t>(entry.target ? 1 : 0));
  if (entry.target) append_ref(out, *entry.target);
  append_big_endian(out, static_cast<std::uint8_t>(entry.heads.size()));
  for (const auto& head : entry.heads) append_ref(out, head);
  out += entry.body_digest.view();
  return out;
}

std::string body_bytes(const base::Salt& salt, const base::PeerText& body) {
  std::string out;
  out.reserve(body_domain.size() + base::Salt::size + body.untrusted_bytes().size());
  out += body_domain;
  out += salt.view();
  out += body.untrusted_bytes();
  return out;
}

void drop_body(LogEntry& entry) {
  entry.has_body = false;
  entry.body = {};
  entry.salt = {};
}

} // namespace tincan::wire
