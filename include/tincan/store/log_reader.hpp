// Answers questions about logs out of the database. Owned by SqliteStore, on the I/O thread. Rows that make no sense
// are counted and treated as missing. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/store/present_form.hpp"
#include "tincan/store/row_ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tincan::store {

class Hasher;

class LogReader {
public:
  LogReader(SQLite::Database& connection, const Hasher& hasher, std::uint64_t& skipped);
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  // chat::Store says what they mean.
  std::vector<wire::LogEntry> read(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t first,
                                   std::uint64_t last, std::size_t max_bytes);
  std::optional<chat::LoggedMessage> find(const base::Digest& conversation, const base::PublicKey& author,
                                          std::uint64_t seq);
  std::optional<wire::EntryRef> place_of(base::EntryId message);
  base::EntryId last_own_line(Owner owner);
  std::vector<chat::PlacedLine> newest_lines(const base::Digest& conversation, std::size_t count);
  std::vector<chat::PlacedLine> unreadable_lines(const base::Digest& conversation, std::size_t limit);

  // A message of any kind as it is now (none for a line that does not count), or as it was written.
  std::optional<chat::Message> present(base::EntryId message);
  std::optional<StoredMessage> stored(base::EntryId message);
  std::vector<chat::MessageForm> forms(const StoredMessage& stored) { return present_form_.forms(stored); }

private:
  struct Statements;
  std::optional<StoredMessage> message_in(SQLite::Statement& row);
  std::optional<wire::LogEntry> entry_in(SQLite::Statement& row);
  std::vector<chat::PlacedLine> places(SQLite::Statement& row, const base::Digest& conversation, std::size_t limit);

  std::unique_ptr<Statements> statements_;
  PresentForm present_form_;
  const Hasher& hasher_;
  std::uint64_t& skipped_;
};

} // namespace tincan::store
