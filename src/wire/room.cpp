// Bytes of rooms that are laid out by hand: what is signed, and what is encrypted.
#include "tincan/wire/room.hpp"

#include "tincan/wire/big_endian.hpp"
#include "tincan/wire/frame.hpp"

#include <cassert>

namespace tincan::wire {

namespace {

using namespace std::string_view_literals;

constexpr auto receipt_domain = "tincan/1 receipt\0"sv;
constexpr auto knock_domain = "tincan/1 knock\0"sv;
constexpr std::size_t tag_bytes = 16; // of Poly1305

} // namespace

std::string receipt_bytes(const base::Digest& conversation, const Receipt& receipt) {
  std::string out(receipt_domain);
  out += conversation.view();
  out += receipt.member.view();
  for (const auto& line : receipt.lines) {
    out += line.author.view();
    append_big_endian(out, line.up_to);
    out += line.hash.view();
  }
  return out;
}

std::string knock_bytes(const base::Digest& room, const base::PublicKey& ticket, const base::PublicKey& newcomer) {
  return std::string(knock_domain).append(room.view()).append(ticket.view()).append(newcomer.view());
}

std::string join(const SealedBody& parts) {
  assert(parts.epoch.size() == SealedBody::epoch_bytes && parts.ciphertext.size() >= tag_bytes);
  return std::string(parts.epoch).append(parts.nonce.view()).append(parts.ciphertext);
}

std::optional<SealedBody> split_sealed(std::string_view body) {
  constexpr auto head = SealedBody::epoch_bytes + base::Nonce::size;
  if (body.size() < head + tag_bytes) return std::nullopt;
  return SealedBody{body.substr(0, SealedBody::epoch_bytes),
                    *base::Nonce::from(body.substr(SealedBody::epoch_bytes, base::Nonce::size)), body.substr(head)};
}

std::string associated_data(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
                            EntryKind kind) {
  std::string out(conversation.view());
  out += author.view();
  append_big_endian(out, seq);
  append_big_endian(out, static_cast<std::uint16_t>(kind));
  return out;
}

} // namespace tincan::wire
