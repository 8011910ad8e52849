// The full-text index over message bodies (FTS5, trigrams, without content of its own). It is always behind the commits
// and catches up when asked: indexing would halve the rate of committing. Owned by SqliteStore, on the I/O thread.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/store/database.hpp"

#include <cstddef>
#include <cstdint>

namespace tincan::store {

class SearchIndex {
public:
  // Throws SQLite::Exception.
  explicit SearchIndex(Database& database);

  // Takes in at most `limit` entries, in one transaction; how many there were. 0: it is complete.
  base::Result<std::size_t> catch_up(std::size_t limit);
  base::Result<void> catch_up_fully();

private:
  std::size_t take_in(std::size_t limit, std::int64_t& last);

  Database& database_;
  std::int64_t indexed_up_to_ = 0; // all entries up to this id are in the index
};

} // namespace tincan::store
