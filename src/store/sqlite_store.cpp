#include "tincan/store/sqlite_store.hpp"

#include "tincan/store/database.hpp"
#include "tincan/store/history.hpp"
#include "tincan/store/search_index.hpp"
#include "tincan/store/snapshot.hpp"
#include "tincan/store/writer.hpp"

#include <cassert>
#include <fmt/format.h>
#include <utility>

namespace tincan::store {

base::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file, std::size_t max_peers) {
  auto database = Database::open(file);
  if (!database) return tl::unexpected(database.error());
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(*database), max_peers));
  if (auto prepared = store->prepare(); !prepared) return tl::unexpected(prepared.error());
  return store;
}

SqliteStore::SqliteStore(std::unique_ptr<Database> database, std::size_t max_peers)
    : database_(std::move(database)),
      max_peers_(max_peers) {}
SqliteStore::~SqliteStore() = default;

base::Result<void> SqliteStore::prepare() {
  return database_->attempt("open", [this] {
    writer_ = std::make_unique<Writer>(database_->connection());
    index_ = std::make_unique<SearchIndex>(*database_);
    last_entry_id_ = last_entry_id(database_->connection());
  });
}

base::Result<chat::Snapshot> SqliteStore::load() {
  chat::Snapshot snapshot;
  bool has_stale = false;
  const auto done = database_->attempt("read", [&] {
    snapshot = read_snapshot(database_->connection(), max_peers_, skipped_rows_);
    has_stale = has_stale_mandatory(database_->connection());
  });
  if (!done) return tl::unexpected(done.error());
  if (has_stale) pending_.add(CancelMandatory{{snapshot.last_entry_id}});
  return snapshot;
}

void SqliteStore::put_peer(const chat::Peer& peer) {
  assert(peer.id);
  pending_.add(PutPeer{peer});
}

void SqliteStore::forget_peer(base::PeerId peer) { pending_.add(ForgetPeer{peer}); }

void SqliteStore::append(const chat::Message& message) {
  assert(message.id.value > last_entry_id_ && message.peer);
  last_entry_id_ = message.id.value;
  pending_.add(Append{message});
}

void SqliteStore::set_state(base::EntryId entry, chat::MessageState state, const std::string& why,
                            std::uint32_t pieces_sent, wire::Dialect dialect) {
  pending_.add(SetState{entry, state, why, pieces_sent, dialect});
}

void SqliteStore::add_block(const chat::BlockRule& rule) { pending_.add(AddBlock{rule}); }
void SqliteStore::remove_block(const chat::BlockRule& rule) { pending_.add(RemoveBlock{rule}); }

void SqliteStore::append_logged(const chat::Message&, const base::Digest&, const base::PublicKey&,
                                const wire::LogEntry&) {}
void SqliteStore::log_message(const chat::Message&, const base::Digest&, const base::PublicKey&,
                              const wire::LogEntry&) {}
void SqliteStore::put_log(const chat::LogState&) {}
void SqliteStore::merge_peer(base::PeerId, base::PeerId) {}
base::Result<std::vector<wire::LogEntry>> SqliteStore::read_log(const base::Digest&, const base::PublicKey&,
                                                                std::uint64_t, std::uint64_t, std::size_t) {
  return std::vector<wire::LogEntry>{};
}
base::Result<std::optional<chat::LoggedMessage>> SqliteStore::find_logged(const base::Digest&, const base::PublicKey&,
                                                                          std::uint64_t) {
  return std::nullopt;
}
base::Result<std::optional<wire::EntryRef>> SqliteStore::place_of(base::EntryId) { return std::nullopt; }
base::Result<base::EntryId> SqliteStore::last_own_line(base::PeerId) { return base::EntryId{}; }
base::Result<std::vector<chat::MessageForm>> SqliteStore::forms_of(base::EntryId) {
  return std::vector<chat::MessageForm>{};
}

base::Result<void> SqliteStore::commit() {
  if (pending_.empty()) return {};
  auto done = database_->transact("save", [this] {
    for (const auto& operation : pending_.all()) writer_->write(operation);
  });
  if (done) pending_.clear();
  return done;
}

base::Result<chat::HistoryPage> SqliteStore::history(const chat::HistoryQuery& query) {
  const auto words = SearchWords::parse(query.search);
  if (!words) return tl::unexpected(words.error());
  // Where the index cannot be completed (no space) or is damaged, reading everything still finds it all.
  if (!words->index_expression().empty() && index_->catch_up_fully())
    if (auto page = read_page(query, *words, true)) return page;
  return read_page(query, *words, false);
}

base::Result<chat::HistoryPage> SqliteStore::read_page(const chat::HistoryQuery& query, const SearchWords& words,
                                                       bool by_index) {
  chat::HistoryPage page;
  const auto by = by_index ? SearchBy::index : SearchBy::reading_all;
  const auto done = database_->attempt(
      "read", [&] { page = read_history(database_->connection(), query, words, by, skipped_rows_); });
  if (!done) return tl::unexpected(done.error());
  return page;
}

base::Result<chat::Message> SqliteStore::find_message(base::EntryId entry) {
  chat::HistoryQuery query;
  query.before = base::EntryId{entry.value + 1};
  query.limit = 1;
  auto page = history(query);
  if (!page) return tl::unexpected(page.error());
  if (!entry || page->messages.empty() || page->messages.front().id != entry)
    return base::fail(base::ErrorCode::bad_argument, fmt::format("there is no message {}", entry.value));
  return std::move(page->messages.front());
}

base::Result<std::size_t> SqliteStore::index_some(std::size_t limit) { return index_->catch_up(limit); }
void SqliteStore::limit_pages(std::uint32_t pages) { database_->limit_pages(pages); }

} // namespace tincan::store
