#include "tincan/term/own_view.hpp"

#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/term/glyph.hpp"

namespace tincan::term {

namespace {

// Whether a joiner may stand depends on what follows, so the cluster is washed together with its follower.
std::string shown(std::string_view cluster, std::string_view follower) {
  const auto alone = base::SafeText::own(follower).str();
  auto both = base::SafeText::own(std::string(cluster).append(follower)).str();
  if (!both.ends_with(alone)) return base::SafeText::own(cluster).str();
  both.resize(both.size() - alone.size());
  return both;
}

// One code point that is shown as it is: nearly all there is.
bool is_plain(std::string_view cluster) {
  const auto code_point = base::decode_code_point(cluster);
  const char32_t c = code_point.value;
  return code_point.valid && code_point.bytes == cluster.size() && !base::is_dangerous(c) &&
         !base::is_default_ignorable(c) && !base::is_mark(c);
}

std::string_view code_point_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text.substr(at, base::decode_code_point(text.substr(at)).bytes) : std::string_view();
}

} // namespace

OwnView own_view(std::string_view text, std::size_t cursor) {
  OwnView view;
  for (std::size_t at = 0; at < text.size();) {
    if (at == cursor) view.cursor = view.text.size();
    auto run = ascii_run(text.substr(at));
    if (at < cursor) run = run.substr(0, cursor - at);
    if (!run.empty()) {
      view.text += run;
      at += run.size();
      continue;
    }
    const auto end = base::next_grapheme(text, at);
    const auto cluster = text.substr(at, end - at);
    if (is_plain(cluster))
      view.text += cluster;
    else
      view.text += shown(cluster, code_point_at(text, end));
    at = end;
  }
  if (cursor >= text.size()) view.cursor = view.text.size();
  return view;
}

} // namespace tincan::term
