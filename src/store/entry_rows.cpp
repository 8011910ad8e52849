#include "tincan/store/entry_rows.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/row_ids.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Database.h>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace tincan::store {

namespace {

constexpr std::size_t rows_at_once = 8; // more gain little; the columns of all are within the limit of Database

constexpr std::array columns{
    "id",          "conversation", "direction", "kind",        "state",     "time_ms",   "address",     "port",
    "dialect",     "clear",        "was_cut",   "pieces_sent", "why",       "team",      "body",        "log",
    "seq",         "order_us",     "wall_ms",   "hash",        "salt",      "signature", "target",      "heads",
    "body_digest", "entry_kind",   "is_late",   "is_doubtful", "wire_body", "is_guest",  "is_readable", "is_void"};

std::string inserting(std::size_t rows) {
  std::string places{"?"};
  for (std::size_t i = 1; i < columns.size(); ++i) places += ", ?";
  auto text = fmt::format("INSERT INTO entry ({}) VALUES ({})", fmt::join(columns, ", "), places);
  for (std::size_t i = 1; i < rows; ++i) text += fmt::format(", ({})", places);
  return text;
}

std::string replacing() {
  std::string text{"UPDATE entry SET "};
  for (std::size_t i = 1; i < columns.size(); ++i)
    text += fmt::format("{}{} = ?{}", i == 1 ? "" : ", ", columns.at(i), i + 1);
  return text + " WHERE id = ?1";
}

template<class Bytes> std::optional<Blob> unless_zero(const Bytes& bytes) {
  return bytes.is_zero() ? std::nullopt : std::optional{Blob{bytes.view()}};
}

std::optional<std::int64_t> explicit_kind(const AppendLogged& logged) {
  if (entry_kind_of(logged.message.kind) == logged.entry.kind) return std::nullopt;
  return static_cast<std::int64_t>(logged.entry.kind);
}

// What is bound of a row and stands nowhere else.
struct Texts {
  std::string address, target, heads;
};

Texts texts_of(const AppendLogged& logged, std::string address) {
  const auto& entry = logged.entry;
  return {std::move(address), entry.target ? packed(*entry.target) : std::string{}, packed(entry.heads)};
}

// The columns in their order, behind those that are bound already.
void bind_row(SQLite::Statement& statement, int& index, const EntryRows::Row& row, const Texts& texts) {
  const auto& message = row.logged->message;
  const auto& entry = row.logged->entry;
  // Between two both are the same.
  const auto& shown = message.room || !entry.has_body ? message.text : entry.body;
  const bool differs = entry.has_body && entry.body != shown;
  bind_next(statement, index, number(message.id), owner_of(message).number,
            stored(stored_directions, message.direction), stored(stored_kinds, message.kind), state_of_logged,
            message.time.ms, Text{texts.address}, number(message.endpoint.port), Literal{wire::name(message.dialect)},
            message.clear, message.was_cut, number(message.pieces_sent), Text{message.why},
            Blob{message.team.untrusted_bytes()}, Blob{shown.untrusted_bytes()}, row.log, number(entry.seq),
            entry.order_us, entry.wall_ms, Blob{entry.hash.view()},
            entry.has_body ? unless_zero(entry.salt) : std::nullopt,
            entry.signature ? std::optional{Blob{entry.signature->view()}} : std::nullopt, unless_empty(texts.target),
            unless_empty(texts.heads), entry.has_body ? std::nullopt : std::optional{Blob{entry.body_digest.view()}},
            explicit_kind(*row.logged), message.is_late, message.has_doubtful_time,
            differs ? std::optional{Blob{entry.body.untrusted_bytes()}} : std::nullopt, message.is_guest,
            message.is_readable, row.is_void);
}

void bind_and_run(SQLite::Statement& statement, std::span<const EntryRows::Row> rows) {
  std::vector<Texts> texts;
  texts.reserve(rows.size());
  statement.tryReset(); // it may stand where an earlier commit failed
  int index = 0;
  const base::Endpoint* last = nullptr; // mostly the same as the next, and its text is dear
  for (const auto& row : rows) {
    const auto& endpoint = row.logged->message.endpoint;
    const bool is_known = last && last->address == endpoint.address;
    texts.push_back(texts_of(*row.logged, is_known ? texts.back().address : endpoint.address.text()));
    bind_row(statement, index, row, texts.back());
    last = &endpoint;
  }
  statement.exec();
  statement.tryReset();
}

} // namespace

struct EntryRows::Statements {
  explicit Statements(SQLite::Database& on)
      : insert(on, inserting(1)),
        insert_many(on, inserting(rows_at_once)),
        replace(on, replacing()) {}

  SQLite::Statement insert;
  SQLite::Statement insert_many;
  SQLite::Statement replace;
};

EntryRows::EntryRows(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
EntryRows::~EntryRows() = default;

void EntryRows::add(const Row& row) {
  waiting_.push_back(row);
  if (waiting_.size() < rows_at_once) return;
  bind_and_run(statements_->insert_many, waiting_);
  waiting_.clear();
}

void EntryRows::flush() {
  for (const auto& row : waiting_) bind_and_run(statements_->insert, {&row, 1});
  waiting_.clear();
}

void EntryRows::replace(const Row& row) { bind_and_run(statements_->replace, {&row, 1}); }

} // namespace tincan::store
