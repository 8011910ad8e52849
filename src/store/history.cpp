#include "tincan/store/history.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/history_walk.hpp"
#include "tincan/store/present_form.hpp"
#include "tincan/store/rows.hpp"

#include <SQLiteCpp/Database.h>
#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace tincan::store {

chat::HistoryPage read_history(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words,
                               SearchBy by, std::uint64_t& skipped) {
  const auto limit = std::clamp<std::size_t>(query.limit, 1, max_page_messages);
  HistoryWalk walk(connection, query, words, by);
  PresentForm present_form(connection);
  SQLite::Statement row(connection,
                        fmt::format("SELECT {} FROM {} WHERE entry.id = ?1", message_columns, message_tables));
  chat::HistoryPage page;
  std::size_t bytes = 0;
  for (auto id = walk.next(); id && !page.has_more; id = walk.next()) {
    Reading reading(row, *id);
    auto stored = reading.next() ? message_from(row) : std::nullopt;
    if (!stored) {
      ++skipped;
      continue;
    }
    present_form.apply(*stored);
    auto& message = stored->message;
    if (!words.in(message.text.untrusted_bytes())) continue;
    page.has_more = page.messages.size() == limit || bytes > max_page_bytes;
    bytes += message.text.untrusted_bytes().size() + message.team.untrusted_bytes().size();
    if (!page.has_more) page.messages.push_back(std::move(message));
  }
  if (!walk.is_forward()) std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

} // namespace tincan::store
