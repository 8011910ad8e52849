// chat::Store on one SQLite file. Owned by app's Engine, on the I/O thread; closed after the node is gone.
// Writes wait in memory until commit(); it never acts on time or on its own.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/store/operation.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace tincan::store {

class Database;
class Eraser;
class Hasher;
class LogReader;
class SearchIndex;
class SearchWords;
class Writer;

class SqliteStore final : public chat::Store {
public:
  // `max_peers`: chat's max_known_peers. Errors: storage (also damaged, foreign or newer: the file is kept), no_space.
  static base::Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file,
                                                         std::size_t max_peers = 4096);
  ~SqliteStore() override; // what was not committed is lost

  // Once, before anything is appended. Undelivered mandatory messages of earlier runs are recorded as cancelled.
  base::Result<chat::Snapshot> load() override;

  void put_peer(const chat::Peer& peer) override;
  void forget_peer(base::PeerId peer) override;
  void append(const chat::Message& message) override; // its id must be greater than any committed before
  void set_state(base::EntryId entry, chat::MessageState state, const std::string& why, std::uint32_t pieces_sent,
                 wire::Dialect dialect) override;
  void add_block(const chat::BlockRule& rule) override;
  void remove_block(const chat::BlockRule& rule) override;
  void append_logged(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                     wire::LogEntry entry) override;
  void log_message(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                   wire::LogEntry entry) override;
  void put_log(const chat::LogState& log) override;
  void merge_peer(base::PeerId from, base::PeerId to) override;

  void put_room(const chat::RoomRecord& room) override;
  void put_room_key(const chat::RoomKey& key) override;
  void put_room_seen(const chat::RoomSeen& seen) override;
  void reveal(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
              base::PeerText text) override;
  void put_spans(const base::Digest& conversation, const base::PublicKey& author,
                 const std::vector<chat::LineSpan>& spans) override;
  base::Result<std::vector<chat::PlacedLine>> newest_lines(const base::Digest& conversation,
                                                           std::size_t count) override;
  base::Result<std::vector<chat::PlacedLine>> unreadable_lines(const base::Digest& conversation,
                                                               std::size_t limit) override;
  base::Result<base::EntryId> last_own_line(base::RoomId room) override;

  base::Result<void> commit() override;
  bool has_uncommitted() const override { return !pending_.empty(); }

  // A search first brings the index up to date; bad_argument when it is longer than max_search_bytes.
  base::Result<chat::HistoryPage> history(const chat::HistoryQuery& query) override;
  base::Result<chat::Message> find_message(base::EntryId entry) override; // bad_argument when there is none
  base::Result<std::vector<wire::LogEntry>> read_log(const base::Digest& conversation, const base::PublicKey& author,
                                                     std::uint64_t first, std::uint64_t last,
                                                     std::size_t max_bytes) override;
  base::Result<std::optional<chat::LoggedMessage>>
  find_logged(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq) override;
  base::Result<std::vector<chat::LogState>> find_logs(const base::Digest& conversation) override;
  base::Result<std::optional<wire::EntryRef>> place_of(base::EntryId message) override;
  base::Result<base::EntryId> last_own_line(base::PeerId peer) override;
  base::Result<std::vector<chat::MessageForm>> forms_of(base::EntryId message) override;

  // Idle work, a small step: it clears the disk of what was deleted, or else takes at most `limit` committed messages
  // into the search index. How many there were; less than `limit`: nothing is left to do for now.
  base::Result<std::size_t> index_some(std::size_t limit);
  // Rows met so far that made no sense and were left out.
  std::uint64_t skipped_rows() const { return skipped_rows_; }
  // Bounds the database to so many pages of 4 KiB; beyond, commit() fails with no_space. 0 lifts the bound.
  void limit_pages(std::uint32_t pages);

private:
  SqliteStore(std::unique_ptr<Database> database, std::size_t max_peers);
  base::Result<void> prepare();
  void note_new(const chat::Message& message);
  static AppendLogged logged(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                             wire::LogEntry entry);
  template<class Answer> base::Result<Answer> ask(const std::function<Answer()>& question);
  base::Result<chat::HistoryPage> read_page(const chat::HistoryQuery& query, const SearchWords& words, bool by_index);

  std::unique_ptr<Database> database_; // first: the others hold statements on it
  std::unique_ptr<Hasher> hasher_;
  std::unique_ptr<SearchIndex> index_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<LogReader> logs_;
  PendingOperations pending_;
  std::size_t max_peers_;
  std::uint64_t last_entry_id_ = 0;
  std::uint64_t committed_entry_id_ = 0;
  std::uint64_t skipped_rows_ = 0;
};

} // namespace tincan::store
