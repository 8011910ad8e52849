#include "tincan/store/search.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::store {

namespace {

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> split_at_white_space(std::string_view text) {
  std::vector<std::string> words(1);
  while (!text.empty()) {
    const auto point = base::decode_code_point(text);
    if (!base::is_white_space(point.value))
      words.back() += text.substr(0, point.bytes);
    else if (!words.back().empty())
      words.emplace_back();
    text.remove_prefix(point.bytes);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// FTS5 reads everything between double quotes as text; a quote in it is written twice.
std::string as_phrase(std::string_view word) {
  std::string result{'"'};
  for (const char c : word) result += c == '"' ? std::string{"\"\""} : std::string{c};
  return result + '"';
}

} // namespace

std::string searchable(std::string_view text) {
  auto result = base::fold_case(text);
  std::replace(result.begin(), result.end(), '\0', ' '); // the index would stop there
  return result;
}

base::Result<SearchWords> SearchWords::parse(std::string_view query) {
  if (query.size() > max_search_bytes)
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("cannot search for {} bytes of text: at most {} (use fewer words)", query.size(),
                                  max_search_bytes));
  SearchWords words;
  words.words_ = split_at_white_space(searchable(query));
  return words;
}

bool SearchWords::in(std::string_view text) const {
  if (words_.empty()) return true;
  const auto haystack = searchable(text);
  return std::all_of(words_.begin(), words_.end(),
                     [&](const std::string& word) { return haystack.find(word) != std::string::npos; });
}

std::string SearchWords::index_expression() const {
  std::string expression;
  for (const auto& word : words_) {
    if (count_characters(word) < index_word_characters) continue;
    if (!expression.empty()) expression += ' '; // two phrases in a row: both must match
    expression += as_phrase(word);
  }
  return expression;
}

} // namespace tincan::store
