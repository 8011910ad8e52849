// TLS as the simulator knows it: bytes into bytes, with records, a handshake that shows both keys, and close_notify,
// but without cryptography. What passes is not readable as it stands, so that a judge finds what was said in clear.
// Owned by a simulated tincan, one for each link; one thread.
//
//   type     1    0x16 handshake, 0x17 data, 0x15 close_notify
//   length   2    big-endian, of what follows
//   content       handshake: key 32, nonce 8 (the client's first: nonce 8); data: every byte turned over
#pragma once

#include "tincan/base/keys.hpp"
#include "tincan/chat/effects.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tincan::sim {

class ToyTls {
public:
  using Role = chat::SecureLink::Role;

  ToyTls(Role role, const base::PublicKey& own, std::uint64_t nonce);

  // False: that was not TLS, or not at its turn; then the link is to be given up.
  bool feed(std::string_view bytes);
  void write(std::string_view plain); // only while it is up
  void finish();
  std::string take_output() { return std::exchange(output_, {}); }
  std::string take_plain() { return std::exchange(plain_, {}); }

  bool is_up() const { return is_up_; }
  bool has_ended() const { return has_ended_; }
  const base::PublicKey& peer_key() const { return peer_key_; }
  base::Digest exporter() const;

private:
  std::string_view without_banner(std::string_view bytes);
  bool take(std::uint8_t type, std::string_view content);
  bool shake_hands(std::string_view content);
  bool learn(std::string_view key_and_nonce);
  void put(std::uint8_t type, std::string_view content);

  Role role_;
  base::PublicKey own_, peer_key_;
  std::string own_nonce_, peer_nonce_;
  std::string held_, output_, plain_;
  std::string_view banner_; // a client: what of it may still come before the first record
  bool is_up_ = false;
  bool has_ended_ = false;
};

} // namespace tincan::sim
