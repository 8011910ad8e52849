#include "tincan/store/present_form.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <optional>
#include <string>
#include <utility>

namespace tincan::store {

namespace {

bool is_text(chat::MessageKind kind) { return kind == chat::MessageKind::text || kind == chat::MessageKind::mandatory; }

// The newest reaction of each side.
struct Reactions {
  std::optional<std::string> own, theirs;

  void take(bool is_own, std::string_view text) { (is_own ? own : theirs) = std::string{text}; }
  std::vector<chat::Reaction> standing() {
    std::vector<chat::Reaction> result;
    if (own && !own->empty()) result.push_back({true, base::PeerText{std::move(*own)}});
    if (theirs && !theirs->empty()) result.push_back({false, base::PeerText{std::move(*theirs)}});
    return result;
  }
};

} // namespace

struct PresentForm::Statements {
  explicit Statements(SQLite::Database& on)
      : changes(on, "SELECT kind, log, direction, body, time_ms FROM entry WHERE target = ?1 AND kind IN (2, 3, 4) "
                    "AND (body_digest IS NULL OR kind = 3) ORDER BY seq"),
        about(on, "SELECT entry.id FROM log AS ours JOIN log AS of ON of.shared_id = ours.shared_id AND of.author = ?2 "
                  "JOIN entry ON entry.log = of.id AND entry.seq = ?3 AND entry.hash = ?4 WHERE ours.id = ?1") {}

  SQLite::Statement changes;
  SQLite::Statement about;
};

PresentForm::PresentForm(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
PresentForm::~PresentForm() = default;

void PresentForm::apply(StoredMessage& stored) {
  if (!stored.place) return;
  if (stored.place->target) stored.message.about = about(*stored.place);
  if (is_text(stored.message.kind)) apply_changes(stored);
}

// Only its author edits or deletes a text; anyone in the conversation reacts.
void PresentForm::apply_changes(StoredMessage& stored) {
  auto& message = stored.message;
  Reactions reactions;
  const auto ref = packed(stored.place->ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    const bool is_authors = row.getColumn(1).getInt64() == stored.place->log;
    if (kind == chat::MessageKind::deletion && is_authors) message.is_deleted = true;
    if (kind == chat::MessageKind::reaction)
      reactions.take(row.getColumn(2).getInt64() == store::stored(stored_directions, chat::Direction::out),
                     bytes_of(row, 3));
    if (kind != chat::MessageKind::edit || !is_authors) continue;
    message.is_edited = true;
    message.text = base::PeerText{std::string{bytes_of(row, 3)}};
  }
  if (message.is_deleted) message.text = {};
  if (message.is_deleted) message.is_edited = false;
  message.reactions = reactions.standing();
}

base::EntryId PresentForm::about(const StoredPlace& place) {
  auto& row = statements_->about;
  const auto& target = *place.target;
  Reading reading(row, place.log, Blob{target.author.view()}, number(target.seq), Blob{target.hash.view()});
  if (!reading.next()) return {};
  return {id_from(row.getColumn(0).getInt64()).value_or(0)};
}

bool PresentForm::is_deleted(const StoredPlace& place) {
  const auto ref = packed(place.ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    if (kind == chat::MessageKind::deletion && row.getColumn(1).getInt64() == place.log) return true;
  }
  return false;
}

std::vector<chat::MessageForm> PresentForm::forms(const StoredMessage& stored) {
  std::vector<chat::MessageForm> forms{{stored.message.text, stored.message.time}};
  if (!stored.place || !is_text(stored.message.kind) || is_deleted(*stored.place)) return forms;
  const auto ref = packed(stored.place->ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    if (kind != chat::MessageKind::edit || row.getColumn(1).getInt64() != stored.place->log) continue;
    const auto time = time_from(row.getColumn(4).getInt64()).value_or(base::WallTime{});
    forms.push_back({base::PeerText{std::string{bytes_of(row, 3)}}, time});
  }
  return forms;
}

} // namespace tincan::store
