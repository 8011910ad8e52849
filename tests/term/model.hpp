// What a screen should show, computed in the plainest way from symbols whose widths are written down here, for
// comparing with what the painter made of it. Knows nothing of the code under test.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tincan::term::test {

struct Symbol {
  std::string bytes;
  int width;
};
using Symbols = std::vector<Symbol>;

// Characters on whose width libvterm 0.1.4 and we agree.
inline const Symbols& alphabet() {
  static const Symbols symbols{
      {"a", 1}, {"b", 1},  {"Z", 1},  {"7", 1},  {".", 1},  {" ", 1},  {"ä", 1}, {"e\u0301", 1}, {"o\u0308\u0323", 1},
      {"ж", 1}, {"漢", 2}, {"字", 2}, {"が", 2}, {"한", 2}, {"～", 2}, {"x", 1}, {"y", 1},       {"-", 1},
      {"w", 1}, {"ア", 2}};
  return symbols;
}

inline std::string text_of(const Symbols& symbols) {
  std::string text;
  for (const auto& symbol : symbols) text += symbol.bytes;
  return text;
}

inline Symbols letters(const std::string& ascii) {
  Symbols symbols;
  for (const char c : ascii) symbols.push_back({std::string(1, c), 1});
  return symbols;
}

inline const Symbol& random_symbol(std::mt19937& random, int widest = 2) {
  for (;;) {
    const auto& symbol = alphabet()[std::uniform_int_distribution<std::size_t>(0, alphabet().size() - 1)(random)];
    if (symbol.width <= widest) return symbol;
  }
}

inline Symbols random_symbols(std::mt19937& random, std::size_t most, int widest = 2) {
  Symbols symbols;
  for (auto left = std::uniform_int_distribution<std::size_t>(0, most)(random); left > 0; --left)
    symbols.push_back(random_symbol(random, widest));
  return symbols;
}

struct Wrapped {
  std::vector<std::string> rows;           // without trailing blanks
  std::vector<std::pair<int, int>> places; // row and column of each symbol, and of what would come next
};

inline Wrapped wrap(const Symbols& symbols, int columns) {
  Wrapped result{{""}, {}};
  int column = 0;
  for (auto symbol : symbols) {
    if (symbol.width > columns) symbol = {"?", 1};
    if (column + symbol.width > columns) {
      result.rows.emplace_back();
      column = 0;
    }
    result.places.emplace_back(static_cast<int>(result.rows.size()) - 1, column);
    result.rows.back() += symbol.bytes;
    column += symbol.width;
  }
  const int last = static_cast<int>(result.rows.size()) - 1;
  result.places.push_back(column < columns ? std::pair(last, column) : std::pair(last + 1, 0));
  for (auto& row : result.rows) row.resize(row.find_last_not_of(' ') + 1);
  return result;
}

} // namespace tincan::term::test
