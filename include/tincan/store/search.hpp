// What a search means: all words of the query occur in the text, whatever the case of letters, in any script.
// Pure; any thread. It knows nothing of SQL: the index only narrows down what is then compared here.
#pragma once

#include "tincan/base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::store {

inline constexpr std::size_t max_search_bytes = 1024;   // more is a mistake of pasting, and costs time
inline constexpr std::size_t index_word_characters = 3; // the index knows runs of three code points

// The text as it is compared and indexed: valid UTF-8, case folded, compatibility forms united (NFKC), without NUL.
std::string searchable(std::string_view text);

class SearchWords {
public:
  // Splits at white space. Errors: bad_argument when it is longer than max_search_bytes.
  static base::Result<SearchWords> parse(std::string_view query);

  bool empty() const { return words_.empty(); }
  bool in(std::string_view text) const; // `text` as it was written
  // The words that the index can look up, as an FTS5 expression in which nothing of the user is syntax; may be empty.
  std::string index_expression() const;

private:
  std::vector<std::string> words_; // searchable()
};

} // namespace tincan::store
