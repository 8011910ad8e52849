// The full-text index over the shown texts of messages (FTS5, trigrams, without content of its own). It is always
// behind the commits and catches up when asked: indexing would halve the rate of committing. Owned by SqliteStore, on
// the I/O thread.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/store/database.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tincan::store {

class SearchIndex {
public:
  // Throws SQLite::Exception.
  explicit SearchIndex(Database& database);
  ~SearchIndex();

  // Takes in at most `limit` entries, in one transaction; how many there were. 0: it is complete.
  base::Result<std::size_t> catch_up(std::size_t limit);
  base::Result<void> catch_up_fully();

  // For whoever changes a text that may be in the index, inside one transaction: what the index holds of a message
  // (empty when nothing), and the new text in its place. Where the index is damaged, it starts anew. May throw.
  std::string text_of(std::int64_t message);
  void replace(std::int64_t message, const std::string& before, const std::string& after);
  // A part of merging the whole index into one piece, so that what was taken out is not in the file any more; the first
  // part begins it. Whether more is left. May throw.
  bool merge_some(bool begins);
  // A transaction was taken back.
  void forget() { is_known_ = false; }

private:
  struct Statements;
  struct Range;
  std::int64_t indexed_up_to();
  std::size_t take_in(std::size_t limit, std::int64_t& last);
  Range next_range(std::int64_t first, std::size_t limit);
  std::string text_of(std::int64_t message, std::int64_t up_to);
  void exchange(std::int64_t message, const std::string& before, const std::string& after);
  void start_anew();

  Database& database_;
  std::unique_ptr<Statements> statements_;
  std::int64_t indexed_up_to_ = 0; // all entries up to this id are in the index
  bool is_known_ = false;
};

} // namespace tincan::store
