// One authenticated link to another tincan, and how far the two have come on it. A value of native talk; I/O thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/log_sender.hpp"
#include "tincan/wire/frame.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

inline constexpr base::Millis greeting_patience{5'000}; // for TLS and Hello together
inline constexpr base::Millis ping_after{20'000};       // of silence (protocol.md)
inline constexpr base::Millis dead_after{60'000};       // of silence (protocol.md)
inline constexpr base::Millis simultaneous{5'000};      // two links as old as this were not dialled at the same moment
inline constexpr base::Millis lasting{10'000};          // a link that lived so long was no failure
inline constexpr base::Millis conflict_patience{5'000}; // a link that is to stay instead of a newer one must answer
inline constexpr unsigned max_locates_per_minute = 6;   // questions of one link that are answered

struct NativeLink {
  base::LinkId link{};
  base::PublicKey key;
  base::PeerId peer{};
  base::Digest exporter; // secret of this link
  base::Endpoint remote;
  bool was_dialled = false;
  bool is_up = false; // both said Hello
  std::uint64_t their_run = 0;
  base::Tick up_since{};

  wire::FrameReader reader{};
  std::string out{};       // frames of this turn
  std::size_t untaken = 0; // bytes that were sent, and not taken yet
  LogSender sender{};
  bool owes_have = false;   // what we have has changed
  bool wants_older = false; // a Want is under way
  bool has_unsent = false;  // there may be something for `sender` to send

  base::Tick heard{};
  std::optional<base::Tick> pinged{}; // a Ping that is not answered
  std::uint64_t last_ping = 0;
  std::optional<base::Tick> ping_sent{}; // the last one, for its round trip
  std::optional<base::Tick> must_answer_by{};
  base::Tick locate_minute{};
  unsigned locates = 0;
  std::vector<base::PublicKey> asked_for{}; // whose endpoints we asked this link
};

} // namespace tincan::chat
