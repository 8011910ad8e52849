#include "tincan/chat/mention.hpp"

#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <string>

namespace tincan::chat {

namespace {

// Part of a word: a letter or a digit of any script, or '_'.
bool continues_word(char32_t c) {
  if (c < 0x80) return c == U'_' || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  return !base::is_white_space(c) && !base::is_emoji_like(c) && !base::is_default_ignorable(c) &&
         !(c >= 0x2010 && c <= 0x2027) && !(c >= 0x3000 && c <= 0x303F); // dashes, quotes and CJK punctuation
}

bool ends_word(std::string_view before) {
  if (before.empty()) return true;
  auto at = before.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(before[at]) & 0xC0U) == 0x80U) --at;
  return !continues_word(base::decode_code_point(before.substr(at)).value);
}

bool begins_word(std::string_view after) {
  return after.empty() || !continues_word(base::decode_code_point(after).value);
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (ends_word(text.substr(0, at)) && begins_word(text.substr(at + word.size()))) return true;
  return false;
}

} // namespace

bool mentions(std::string_view text, std::string_view name) {
  const auto word = base::fold_case(base::trim(name));
  if (word.empty()) return false;
  const auto folded = base::fold_case(text);
  if (has_word(folded, word)) return true;
  auto spaced = word;
  std::replace(spaced.begin(), spaced.end(), '_', ' ');
  return spaced != word && has_word(folded, spaced);
}

} // namespace tincan::chat
