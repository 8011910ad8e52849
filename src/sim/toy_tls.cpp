#include "tincan/sim/toy_tls.hpp"

#include "tincan/sim/toy_keys.hpp"
#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>

namespace tincan::sim {

namespace {

constexpr std::uint8_t close_notify = 0x15, handshake = 0x16, data = 0x17;
constexpr std::size_t head_bytes = 3, nonce_bytes = 8, most_content_bytes = 16 * 1024;

std::string turned_over(std::string_view bytes) {
  std::string result(bytes);
  for (auto& c : result) c = static_cast<char>(~c);
  return result;
}

} // namespace

ToyTls::ToyTls(Role role, const base::PublicKey& own, std::uint64_t nonce)
    : role_(role),
      own_(own),
      own_nonce_(ToyKeys::mixed(fmt::format("{}", nonce)).view().substr(0, nonce_bytes)),
      banner_(role == Role::client ? wire::native_banner : std::string_view{}) {
  if (role == Role::client) put(handshake, own_nonce_);
}

void ToyTls::put(std::uint8_t type, std::string_view content) {
  output_ += static_cast<char>(type);
  output_ += static_cast<char>(content.size() >> 8U);
  output_ += static_cast<char>(content.size() & 255U);
  output_ += content;
}

void ToyTls::write(std::string_view plain) {
  assert(is_up_);
  for (; !plain.empty(); plain.remove_prefix(std::min(plain.size(), most_content_bytes)))
    put(data, turned_over(plain.substr(0, most_content_bytes)));
}

void ToyTls::finish() {
  if (is_up_) put(close_notify, {});
}

// As net's TLS does.
std::string_view ToyTls::without_banner(std::string_view bytes) {
  while (!banner_.empty() && !bytes.empty() && bytes.front() == banner_.front()) {
    banner_.remove_prefix(1);
    bytes.remove_prefix(1);
  }
  if (!bytes.empty()) banner_ = {};
  return bytes;
}

bool ToyTls::feed(std::string_view bytes) {
  held_ += without_banner(bytes);
  std::size_t at = 0;
  for (; held_.size() - at >= head_bytes;) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(held_[at + i]); };
    const std::size_t length = byte(1) * 256U + byte(2);
    if (byte(0) < close_notify || byte(0) > data || length > most_content_bytes) return false;
    if (held_.size() - at < head_bytes + length) break;
    if (!take(byte(0), std::string_view(held_).substr(at + head_bytes, length))) return false;
    at += head_bytes + length;
  }
  held_.erase(0, at);
  return true;
}

bool ToyTls::take(std::uint8_t type, std::string_view content) {
  if (has_ended_) return false;
  if (!is_up_) return type == handshake && shake_hands(content);
  if (type == data) plain_ += turned_over(content);
  has_ended_ = type == close_notify;
  return type != handshake;
}

bool ToyTls::shake_hands(std::string_view content) {
  if (role_ == Role::server && peer_nonce_.empty()) {
    peer_nonce_ = content;
    put(handshake, std::string(own_.view()) + own_nonce_);
    return content.size() == nonce_bytes;
  }
  if (!learn(content)) return false;
  if (role_ == Role::client) put(handshake, std::string(own_.view()) + own_nonce_);
  return is_up_ = true;
}

bool ToyTls::learn(std::string_view key_and_nonce) {
  const auto key = base::PublicKey::from(key_and_nonce.substr(0, base::PublicKey::size));
  if (!key || key_and_nonce.size() != base::PublicKey::size + nonce_bytes) return false;
  peer_key_ = *key;
  peer_nonce_ = key_and_nonce.substr(base::PublicKey::size);
  return true;
}

base::Digest ToyTls::exporter() const {
  const bool is_client = role_ == Role::client;
  return ToyKeys::mixed((is_client ? own_nonce_ + peer_nonce_ : peer_nonce_ + own_nonce_) + "exporter");
}

} // namespace tincan::sim
