#include "tincan/base/error.hpp"

namespace tincan::base {

std::string_view name(ErrorCode code) {
  switch (code) {
  case ErrorCode::refused: return "refused";
  case ErrorCode::timed_out: return "timed_out";
  case ErrorCode::unreachable: return "unreachable";
  case ErrorCode::reset: return "reset";
  case ErrorCode::bad_bytes: return "bad_bytes";
  case ErrorCode::bad_argument: return "bad_argument";
  case ErrorCode::unknown_peer: return "unknown_peer";
  case ErrorCode::no_space: return "no_space";
  case ErrorCode::storage: return "storage";
  case ErrorCode::in_use: return "in_use";
  case ErrorCode::limit: return "limit";
  case ErrorCode::cancelled: return "cancelled";
  }
  return "unknown";
}

ErrorCode error_code_named(std::string_view text) {
  for (auto value = 0; value <= static_cast<int>(ErrorCode::cancelled); ++value)
    if (name(static_cast<ErrorCode>(value)) == text) return static_cast<ErrorCode>(value);
  return ErrorCode::bad_argument;
}

} // namespace tincan::base
