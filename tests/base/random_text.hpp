// Text from a seed, made of what is hard: marks, joiners, flags, wide letters, controls, broken bytes.
#pragma once

#include "tincan/base/unicode.hpp"

#include <array>
#include <random>
#include <string>
#include <vector>

namespace tincan::base::test {

class RandomText {
public:
  explicit RandomText(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }

  // Valid UTF-8 of so many code points.
  std::string text(std::size_t length) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) append_utf8(out, code_point());
    return out;
  }

  // Valid pieces with broken ones between them.
  std::string bytes(std::size_t length) {
    std::string out;
    while (out.size() < length) {
      if (below(3) == 0)
        out += static_cast<char>(below(256));
      else
        append_utf8(out, code_point());
    }
    return out;
  }

private:
  char32_t code_point() {
    constexpr std::array hard{U'a',      U' ',          U'\n',         U'\r',         U'\t',         U'#',
                              U'5',      U'\u0301',     U'\u20E3',     U'\u200C',     U'\u200D',     U'\uFE0E',
                              U'\uFE0F', U'\u202E',     U'\u2066',     U'\u061C',     U'\u0085',     U'\u009B',
                              U'\u00AD', U'\u0600',     U'\u0915',     U'\u094D',     U'\u0937',     U'\u0633',
                              U'\u4E2D', U'\uD55C',     U'\u1100',     U'\u1161',     U'\u11A8',     U'\uFEFF',
                              U'\u2028', U'\U0001F1E9', U'\U0001F1EA', U'\U0001F468', U'\U0001F469', U'\U0001F3FD',
                              U'\u2764', U'\U000E0061', U'\uFFFE',     U'\x1b',       U'\x7f',       U'\x01'};
    if (below(4) != 0) return hard[below(hard.size())];
    for (;;) {
      const auto any = static_cast<char32_t>(below(below(2) ? 0x3000 : 0x110000));
      if (any < 0xD800 || any > 0xDFFF) return any;
    }
  }

  std::mt19937 engine_;
};

inline std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  while (!text.empty()) {
    const auto next = decode_code_point(text);
    result.push_back(next.value);
    text.remove_prefix(next.bytes);
  }
  return result;
}

} // namespace tincan::base::test
