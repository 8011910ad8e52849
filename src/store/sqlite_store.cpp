#include "tincan/store/sqlite_store.hpp"

#include "tincan/store/database.hpp"
#include "tincan/store/eraser.hpp"
#include "tincan/store/history.hpp"
#include "tincan/store/identity.hpp"
#include "tincan/store/log_reader.hpp"
#include "tincan/store/search_index.hpp"
#include "tincan/store/snapshot.hpp"
#include "tincan/store/writer.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <utility>

namespace tincan::store {

namespace {

tl::unexpected<base::Error> no_such_message(base::EntryId entry) {
  return base::fail(base::ErrorCode::bad_argument, fmt::format("there is no message {}", entry.value));
}

} // namespace

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
    hasher_ = std::make_unique<Hasher>();
    index_ = std::make_unique<SearchIndex>(*database_);
    eraser_ = std::make_unique<Eraser>(*database_, *index_, *hasher_);
    writer_ = std::make_unique<Writer>(database_->connection(), *eraser_);
    logs_ = std::make_unique<LogReader>(database_->connection(), *hasher_, skipped_rows_);
    last_entry_id_ = committed_entry_id_ = last_entry_id(database_->connection());
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

// The index goes by the ids: what comes later must have a greater one. Within a turn the order is free.
void SqliteStore::note_new(const chat::Message& message) {
  assert(message.id.value > committed_entry_id_ && (message.peer || message.room));
  last_entry_id_ = std::max(last_entry_id_, message.id.value);
}

void SqliteStore::forget_peer(base::PeerId peer) { pending_.add(ForgetPeer{peer}); }

void SqliteStore::append(const chat::Message& message) {
  note_new(message);
  pending_.add(Append{message});
}

void SqliteStore::set_state(base::EntryId entry, chat::MessageState state, const std::string& why,
                            std::uint32_t pieces_sent, wire::Dialect dialect) {
  pending_.add(SetState{entry, state, why, pieces_sent, dialect});
}

void SqliteStore::add_block(const chat::BlockRule& rule) { pending_.add(AddBlock{rule}); }
void SqliteStore::remove_block(const chat::BlockRule& rule) { pending_.add(RemoveBlock{rule}); }

AppendLogged SqliteStore::logged(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                                 wire::LogEntry entry) {
  assert(message.id && (message.peer || message.room));
  return {std::move(message), conversation, author, std::move(entry)};
}

void SqliteStore::append_logged(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                                wire::LogEntry entry) {
  note_new(message);
  pending_.add(logged(std::move(message), conversation, author, std::move(entry)));
}

void SqliteStore::log_message(chat::Message message, const base::Digest& conversation, const base::PublicKey& author,
                              wire::LogEntry entry) {
  pending_.add(LogMessage{logged(std::move(message), conversation, author, std::move(entry))});
}

void SqliteStore::put_log(const chat::LogState& log) {
  assert(log.peer || log.room);
  pending_.add(PutLog{log});
}

void SqliteStore::merge_peer(base::PeerId from, base::PeerId to) {
  assert(from && to && from != to);
  pending_.add(MergePeer{from, to});
}

template<class Answer> base::Result<Answer> SqliteStore::ask(const std::function<Answer()>& question) {
  Answer answer{};
  const auto done = database_->attempt("read", [&] { answer = question(); });
  if (!done) return tl::unexpected(done.error());
  return answer;
}

base::Result<std::vector<wire::LogEntry>> SqliteStore::read_log(const base::Digest& conversation,
                                                                const base::PublicKey& author, std::uint64_t first,
                                                                std::uint64_t last, std::size_t max_bytes) {
  return ask<std::vector<wire::LogEntry>>([&] { return logs_->read(conversation, author, first, last, max_bytes); });
}

base::Result<std::optional<chat::LoggedMessage>>
SqliteStore::find_logged(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq) {
  return ask<std::optional<chat::LoggedMessage>>([&] { return logs_->find(conversation, author, seq); });
}

base::Result<std::vector<chat::LogState>> SqliteStore::find_logs(const base::Digest& conversation) {
  return ask<std::vector<chat::LogState>>(
      [&] { return read_logs_of(database_->connection(), conversation, skipped_rows_); });
}

base::Result<std::optional<wire::EntryRef>> SqliteStore::place_of(base::EntryId message) {
  return ask<std::optional<wire::EntryRef>>([&] { return logs_->place_of(message); });
}

base::Result<base::EntryId> SqliteStore::last_own_line(base::PeerId peer) {
  return ask<base::EntryId>([&] { return logs_->last_own_line(owner(peer)); });
}

base::Result<std::vector<chat::MessageForm>> SqliteStore::forms_of(base::EntryId message) {
  using Forms = std::optional<std::vector<chat::MessageForm>>;
  auto forms = ask<Forms>([&]() -> Forms {
    const auto stored = logs_->stored(message);
    if (!stored) return std::nullopt;
    return logs_->forms(*stored);
  });
  if (!forms) return tl::unexpected(forms.error());
  if (!*forms) return no_such_message(message);
  return std::move(**forms);
}

base::Result<void> SqliteStore::commit() {
  if (pending_.empty()) return {};
  auto done = database_->transact("save", [this] { writer_->write(pending_.all()); });
  if (done) {
    committed_entry_id_ = last_entry_id_;
    pending_.clear();
  } else {
    writer_->forget();
    eraser_->forget();
  }
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
  auto message = ask<std::optional<chat::Message>>([&] { return logs_->present(entry); });
  if (!message) return tl::unexpected(message.error());
  if (!*message) return no_such_message(entry);
  return std::move(**message);
}

// What was deleted goes first: that was promised.
base::Result<std::size_t> SqliteStore::index_some(std::size_t limit) {
  const auto has_more = eraser_->tidy_some();
  if (has_more && *has_more) return limit;
  return index_->catch_up(limit);
}

void SqliteStore::limit_pages(std::uint32_t pages) { database_->limit_pages(pages); }

void SqliteStore::put_room(const chat::RoomRecord& room) {
  assert(room.id);
  pending_.add(PutRoom{room});
}

void SqliteStore::put_room_key(const chat::RoomKey& key) { pending_.add(PutRoomKey{key}); }
void SqliteStore::put_room_seen(const chat::RoomSeen& seen) { pending_.add(PutRoomSeen{seen}); }

void SqliteStore::reveal(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
                         base::PeerText text) {
  pending_.add(Reveal{conversation, author, seq, std::move(text)});
}

void SqliteStore::put_spans(const base::Digest& conversation, const base::PublicKey& author,
                            const std::vector<chat::LineSpan>& spans) {
  pending_.add(PutSpans{conversation, author, put_in_order(spans)});
}

base::Result<std::vector<chat::PlacedLine>> SqliteStore::newest_lines(const base::Digest& conversation,
                                                                      std::size_t count) {
  return ask<std::vector<chat::PlacedLine>>([&] { return logs_->newest_lines(conversation, count); });
}

base::Result<std::vector<chat::PlacedLine>> SqliteStore::unreadable_lines(const base::Digest& conversation,
                                                                          std::size_t limit) {
  return ask<std::vector<chat::PlacedLine>>([&] { return logs_->unreadable_lines(conversation, limit); });
}

base::Result<base::EntryId> SqliteStore::last_own_line(base::RoomId room) {
  return ask<base::EntryId>([&] { return logs_->last_own_line(owner(room)); });
}

} // namespace tincan::store
