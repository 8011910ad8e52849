// Which entries of our log go out next on one link: new ones as they come, the newest first when the gap is long, older
// ones when they are asked for, and never more than a window that the other side has not acknowledged. Pure; owned by a
// native link; I/O thread. Source: shared/design/protocol.md, "Sync".
#pragma once

#include "tincan/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t max_unacknowledged_bytes = 1024 * 1024; // on one link: what a slow reader can make us hold
inline constexpr std::uint64_t long_gap = 500;                       // entries; a longer one begins with the newest

class LogSender {
public:
  struct Range {
    std::uint64_t first = 0, last = 0;
  };

  // The other side has said for the first time how far it has our log, which ends at `own_last`.
  void begin(const wire::LogExtent& theirs, std::uint64_t own_last);
  bool has_begun() const { return has_begun_; }
  // Later news. False when it takes back what it acknowledged on this link.
  bool acknowledged(const wire::LogExtent& theirs);
  // It asks for a range. False when it has that already, or it does not exist.
  bool wants(const wire::Want& want, std::uint64_t own_last);
  // What to send now, if anything: at least its first entry should go.
  std::optional<Range> next(std::uint64_t own_last) const;
  void sent(Range range, std::size_t bytes);
  // Everything up to here was handed to the link, or is acknowledged.
  std::uint64_t handed() const { return up_to_ >= gap_end_ ? pushed_ : up_to_; }

private:
  struct Flight {
    Range range;
    std::size_t bytes = 0;
  };
  bool has_begun_ = false;
  std::uint64_t pushed_ = 0;
  std::uint64_t up_to_ = 0;
  std::uint64_t gap_end_ = 0; // where the window of a long gap began
  std::optional<Range> wanted_;
  std::vector<Flight> flights_;
  std::size_t in_flight_ = 0;
};

} // namespace tincan::chat
