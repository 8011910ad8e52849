// Builds a term::Line span by span. A value; any thread.
#pragma once

#include "tincan/term/line.hpp"

#include <string_view>
#include <utility>

namespace tincan::app {

class LineBuilder {
public:
  LineBuilder() = default;
  explicit LineBuilder(term::Line begun) : line_(std::move(begun)) {} // goes on with it
  LineBuilder& add(term::Style style, base::SafeText text) {
    if (!text.empty()) line_.push_back({style, std::move(text)});
    return *this;
  }
  LineBuilder& add(term::Style style, std::string_view own_text) { return add(style, base::SafeText::own(own_text)); }
  LineBuilder& plain(std::string_view text) { return add(term::Style::plain, text); }
  LineBuilder& dim(std::string_view text) { return add(term::Style::dim, text); }
  term::Line take() { return std::move(line_); }

private:
  term::Line line_;
};

} // namespace tincan::app
