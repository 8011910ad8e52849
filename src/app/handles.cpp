#include "tincan/app/handles.hpp"

#include "tincan/base/unicode.hpp"

namespace tincan::app {

namespace {

std::optional<std::uint64_t> number_from(std::string_view text) {
  const auto number = base::as_number(text);
  return number && *number > 0 ? number : std::nullopt;
}

} // namespace

unsigned Handles::give(const Handled& line) {
  const base::Lock lock(mutex_);
  if (const auto known = numbers_.find(line.entry); known != numbers_.end()) return known->second;
  last_ = last_ % max_handle + 1;
  numbers_.erase(lines_.at(last_).entry);
  lines_.at(last_) = line;
  numbers_[line.entry] = last_;
  return last_;
}

std::optional<Handled> Handles::find(unsigned handle) const {
  const base::Lock lock(mutex_);
  if (handle == 0 || handle > max_handle || !lines_.at(handle).entry) return std::nullopt;
  return lines_.at(handle);
}

std::optional<TypedLine> parse_typed_line(std::string_view text) {
  if (text.starts_with('#')) {
    const auto entry = number_from(text.substr(1));
    return entry ? std::optional(TypedLine{0, base::EntryId{*entry}}) : std::nullopt;
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto handle = number_from(text);
  if (!handle || *handle > max_handle) return std::nullopt;
  return TypedLine{static_cast<unsigned>(*handle), {}};
}

} // namespace tincan::app
