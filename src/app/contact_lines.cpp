#include "tincan/app/contact_lines.hpp"

#include "tincan/app/line_builder.hpp"
#include "tincan/base/unicode.hpp"

#include <fmt/format.h>

namespace tincan::app {

namespace {

using term::Style;
using Outcome = chat::ExplainedStep::Outcome;

constexpr std::size_t groups_in_row = 4;
constexpr int step_columns = 8;

std::vector<std::string> rows_of(const std::string& number) {
  std::vector<std::string> rows;
  std::size_t count = 0;
  for (const auto group : base::split(number, ' ')) {
    if (count++ % groups_in_row == 0) rows.emplace_back();
    rows.back() += (rows.back().empty() ? "" : "  ") + std::string(group);
  }
  return rows;
}

std::string_view mark_of(Outcome outcome) {
  if (outcome == Outcome::good) return "✓";
  return outcome == Outcome::bad ? "✗" : "·";
}

Style style_of(Outcome outcome) {
  if (outcome == Outcome::good) return Style::good;
  return outcome == Outcome::bad ? Style::bad : Style::dim;
}

} // namespace

std::string address_to_share(const base::PublicKey& key, const base::Endpoint& endpoint) {
  return key.text() + "@" + endpoint.text();
}

Lines identity_lines(const chat::Identity& identity) {
  Lines lines{
      LineBuilder().plain("Your key:    ").add(Style::own, identity.key.text()).take(),
      LineBuilder().plain("In short:    ").add(Style::own, identity.key.short_text()).dim("  " + identity.team).take()};
  std::string_view title = "To share:    ";
  for (const auto& endpoint : identity.endpoints) {
    lines.push_back(LineBuilder().plain(title).add(Style::own, address_to_share(identity.key, endpoint)).take());
    title = "             ";
  }
  return lines;
}

Lines verification_lines(const chat::Verification& event) {
  const auto number = event.view.peer.id.value;
  Lines lines{LineBuilder()
                  .plain("Read this number aloud with ")
                  .add(Style::peer, shown_name(event.view))
                  .plain(", by telephone or face to face; it is the same on both sides:")
                  .take()};
  for (const auto& row : rows_of(event.number))
    lines.push_back(LineBuilder().plain("    ").add(Style::strong, row).take());
  if (event.view.peer.is_verified)
    lines.push_back(LineBuilder()
                        .add(Style::good, "You have compared it before.")
                        .dim(fmt::format(" (/verify {} no takes that back)", number))
                        .take());
  else
    lines.push_back(LineBuilder()
                        .plain(fmt::format("When it is the same: /verify {0} yes. When it is not, somebody is "
                                           "between you: /verify {0} no.",
                                           number))
                        .take());
  return lines;
}

Lines explained_lines(const chat::Explained& event) {
  Lines lines{LineBuilder().add(Style::peer, shown_name(event.view)).plain(":").take()};
  for (const auto& step : event.steps)
    lines.push_back(LineBuilder()
                        .plain("  ")
                        .add(style_of(step.outcome), mark_of(step.outcome))
                        .dim(" " + base::pad_to(base::SafeText::own(step.what).str(), step_columns))
                        .plain(" ")
                        .plain(step.text)
                        .take());
  if (event.steps.empty()) lines.push_back(LineBuilder().dim("  Nothing was tried yet.").take());
  return lines;
}

Lines notice_lines(const chat::Notice& event) {
  return {LineBuilder().add(Style::warning, "! ").plain(event.text).take()};
}

} // namespace tincan::app
