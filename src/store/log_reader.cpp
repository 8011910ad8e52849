#include "tincan/store/log_reader.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/identity.hpp"
#include "tincan/store/rows.hpp"
#include "tincan/store/stored_values.hpp"
#include "tincan/wire/frame.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace tincan::store {

namespace {

// Seqs and ids are asked for as they come; none that is too great is stored.
std::int64_t bounded(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

} // namespace

struct LogReader::Statements {
  explicit Statements(SQLite::Database& on)
      : entries(on, fmt::format("SELECT {} FROM entry WHERE log = (SELECT id FROM log WHERE shared_id = ?1 AND "
                                "author = ?2) AND seq BETWEEN ?3 AND ?4 ORDER BY seq",
                                log_entry_columns)),
        at(on, fmt::format("SELECT {} FROM log JOIN entry ON entry.log = log.id AND entry.seq = ?3 "
                           "WHERE log.shared_id = ?1 AND log.author = ?2",
                           message_columns)),
        message(on, fmt::format("SELECT {} FROM {} WHERE entry.id = ?1", message_columns, message_tables)),
        own_lines(on, fmt::format("SELECT {} FROM {} WHERE entry.conversation = ?1 AND entry.direction = 1 AND "
                                  "entry.kind IN (0, 1) AND entry.is_void = 0 AND entry.is_guest = 0 ORDER BY {} DESC, "
                                  "coalesce(entry.hash, x'') DESC, entry.id DESC",
                                  message_columns, message_tables, order_expression)),
        lines(on, fmt::format("SELECT log.author, entry.seq FROM entry CROSS JOIN log ON log.id = entry.log WHERE "
                              "entry.conversation = (SELECT conversation FROM log WHERE shared_id = ?1 LIMIT 1) AND {} "
                              "AND +log.shared_id = ?1 ORDER BY {} DESC, entry.hash DESC, entry.id DESC LIMIT ?2",
                              lines_only, order_expression)),
        unreadable(on, fmt::format("SELECT log.author, entry.seq FROM log CROSS JOIN entry ON entry.log = log.id AND "
                                   "entry.is_readable = 0 AND entry.body_digest IS NULL WHERE log.shared_id = ?1 "
                                   "ORDER BY {}, entry.hash, entry.id LIMIT ?2",
                                   order_expression)) {}

  SQLite::Statement entries;
  SQLite::Statement at;
  SQLite::Statement message;
  SQLite::Statement own_lines;
  SQLite::Statement lines;
  SQLite::Statement unreadable;
};

LogReader::LogReader(SQLite::Database& connection, const Hasher& hasher, std::uint64_t& skipped)
    : statements_(std::make_unique<Statements>(connection)),
      present_form_(connection),
      hasher_(hasher),
      skipped_(skipped) {}
LogReader::~LogReader() = default;

std::optional<StoredMessage> LogReader::message_in(SQLite::Statement& row) {
  auto stored = message_from(row);
  if (!stored) ++skipped_;
  return stored;
}

std::optional<wire::LogEntry> LogReader::entry_in(SQLite::Statement& row) {
  auto entry = log_entry_from(row);
  if (!entry) ++skipped_;
  if (entry && entry->has_body) entry->body_digest = hasher_.digest(wire::body_bytes(entry->salt, entry->body));
  return entry;
}

std::vector<wire::LogEntry> LogReader::read(const base::Digest& conversation, const base::PublicKey& author,
                                            std::uint64_t first, std::uint64_t last, std::size_t max_bytes) {
  std::vector<wire::LogEntry> entries;
  std::size_t bytes = 0;
  auto& row = statements_->entries;
  Reading reading(row, Blob{conversation.view()}, Blob{author.view()}, bounded(first), bounded(last));
  while (reading.next()) {
    auto entry = entry_in(row);
    if (!entry || entry->seq != first + entries.size()) break;
    bytes += wire::encoded_size(*entry);
    if (!entries.empty() && bytes > max_bytes) break;
    entries.push_back(std::move(*entry));
  }
  return entries;
}

std::optional<chat::LoggedMessage> LogReader::find(const base::Digest& conversation, const base::PublicKey& author,
                                                   std::uint64_t seq) {
  auto& row = statements_->at;
  Reading reading(row, Blob{conversation.view()}, Blob{author.view()}, bounded(seq));
  if (!reading.next()) return std::nullopt;
  const auto stored = message_in(row);
  if (!stored) return std::nullopt;
  const auto& message = stored->message;
  return chat::LoggedMessage{message.id,   stored->place->ref.hash, message.order_us,
                             message.kind, message.direction,       present_form_.is_deleted(*stored)};
}

std::optional<wire::EntryRef> LogReader::place_of(base::EntryId message) {
  const auto found = stored(message);
  if (!found || !found->place) return std::nullopt;
  return found->place->ref;
}

base::EntryId LogReader::last_own_line(Owner owner) {
  auto& row = statements_->own_lines;
  for (Reading reading(row, owner.number); reading.next();) {
    const auto stored = message_in(row);
    if (stored && !present_form_.is_deleted(*stored)) return stored->message.id;
  }
  return {};
}

std::vector<chat::PlacedLine> LogReader::places(SQLite::Statement& row, const base::Digest& conversation,
                                                std::size_t limit) {
  std::vector<chat::PlacedLine> result;
  Reading reading(row, Blob{conversation.view()}, bounded(limit));
  while (reading.next()) {
    const auto author = base::PublicKey::from(bytes_of(row, 0));
    const auto seq = seq_from(row.getColumn(1).getInt64());
    if (author && seq && *seq > 0)
      result.push_back({*author, *seq});
    else
      ++skipped_;
  }
  return result;
}

std::vector<chat::PlacedLine> LogReader::newest_lines(const base::Digest& conversation, std::size_t count) {
  return places(statements_->lines, conversation, count);
}

std::vector<chat::PlacedLine> LogReader::unreadable_lines(const base::Digest& conversation, std::size_t limit) {
  return places(statements_->unreadable, conversation, limit);
}

std::optional<StoredMessage> LogReader::stored(base::EntryId message) {
  auto& row = statements_->message;
  Reading reading(row, bounded(message.value));
  if (!reading.next()) return std::nullopt;
  return message_in(row);
}

std::optional<chat::Message> LogReader::present(base::EntryId message) {
  auto found = stored(message);
  if (!found || (found->is_void && chat::is_line(found->message.kind))) return std::nullopt;
  present_form_.apply(*found);
  return std::move(found->message);
}

} // namespace tincan::store
