#include "tincan/term/sgr.hpp"

namespace tincan::term {

std::string_view style_on(Style style) {
  switch (style) {
  case Style::plain: return "";
  case Style::dim: return "\x1b[2m";
  case Style::strong: return "\x1b[1m";
  case Style::peer: return "\x1b[36m";
  case Style::own: return "\x1b[32m";
  case Style::good: return "\x1b[32m";
  case Style::warning: return "\x1b[35m";
  case Style::bad: return "\x1b[31m";
  case Style::mention: return "\x1b[1;35m";
  }
  return "";
}

} // namespace tincan::term
