#include "tincan/app/shown_messages.hpp"

#include <fmt/format.h>

namespace tincan::app {

void ShownMessages::remember(const chat::Message& message, const Setting& setting, std::vector<int> widths) {
  remember_quote(message, setting);
  if (message.text.untrusted_bytes().size() > max_shown_text_bytes) return;
  if (!shown_.contains(message.id)) shown_order_.push_back(message.id);
  shown_[message.id] = {message, setting, std::move(widths)};
  if (shown_order_.size() <= max_shown_messages) return;
  shown_.erase(shown_order_.front());
  shown_order_.pop_front();
}

ShownMessages::Shown* ShownMessages::find(base::EntryId entry) {
  const auto found = shown_.find(entry);
  return found == shown_.end() ? nullptr : &found->second;
}

void ShownMessages::remember_quote(const chat::Message& message, const Setting& setting) {
  if (!quotes_.contains(message.id)) quote_order_.push_back(message.id);
  const bool is_own = message.direction == chat::Direction::out;
  quotes_[message.id] = {is_own ? base::safe_name(message.team) : setting.peer_name, excerpt(message)};
  if (quote_order_.size() <= max_quotes_remembered) return;
  quotes_.erase(quote_order_.front());
  quote_order_.pop_front();
}

Quote ShownMessages::quote_of(base::EntryId entry) const {
  const auto found = quotes_.find(entry);
  if (found != quotes_.end()) return found->second;
  return {base::SafeText::own("answer to"), base::SafeText::own(fmt::format("an earlier line, #{}", entry.value))};
}

} // namespace tincan::app
