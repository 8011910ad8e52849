#include "tincan/store/sqlite_error.hpp"

#include "tincan/base/text.hpp"
#include "tincan/store/private_files.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>

namespace tincan::store {

namespace {

constexpr int primary_code_bits = 0xff;

bool is_no_space(int primary, int system_errno) {
  if (primary == SQLITE_FULL) return true;
  return primary == SQLITE_IOERR && (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

std::string washed(std::string_view reason) { return base::safe_line(base::PeerText{std::string{reason}}).str(); }

} // namespace

base::Error sqlite_error(int code, int system_errno, std::string_view reason, std::string_view doing,
                         const std::filesystem::path& file) {
  using base::ErrorCode;
  const int primary = code & primary_code_bits;
  const auto what = fmt::format("cannot {} the messages in {}", doing, shown(file));
  if (is_no_space(primary, system_errno))
    return {ErrorCode::no_space,
            fmt::format("{}: there is no space left (free some; what waits is kept until then)", what)};
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
    return {ErrorCode::storage, fmt::format("{}: the file is damaged: {} (it is left as it is: move it away to begin "
                                            "anew, or put a copy in its place)",
                                            what, washed(reason))};
  if (primary == SQLITE_BUSY)
    return {ErrorCode::storage, fmt::format("{}: another program is using the file (close it)", what)};
  return {ErrorCode::storage, fmt::format("{}: {}", what, washed(reason))};
}

} // namespace tincan::store
