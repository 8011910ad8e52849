#include "tincan/store/present_form.hpp"

#include "tincan/store/binding.hpp"
#include "tincan/store/stored_values.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tincan::store {

namespace {

// The newest reaction of each author; ours first.
class Reactions {
public:
  void take(bool is_own, const base::PublicKey& author, std::string_view text) {
    newest_[{!is_own, author}] = std::string{text};
  }
  std::vector<chat::Reaction> standing(bool in_room) const {
    std::vector<chat::Reaction> result;
    for (const auto& [whose, text] : newest_)
      if (!text.empty())
        result.push_back({!whose.first, base::PeerText{text}, in_room ? whose.second : base::PublicKey{}});
    return result;
  }

private:
  std::map<std::pair<bool, base::PublicKey>, std::string> newest_;
};

} // namespace

struct PresentForm::Statements {
  explicit Statements(SQLite::Database& on)
      : changes(on, "SELECT entry.kind, entry.log, entry.direction, entry.body, entry.time_ms, log.author "
                    "FROM entry CROSS JOIN log ON log.id = entry.log WHERE entry.target = ?1 "
                    "AND entry.kind IN (2, 3, 4) AND entry.is_void = 0 "
                    "AND (entry.kind = 3 OR (entry.body_digest IS NULL AND entry.is_readable = 1)) "
                    "AND +log.shared_id = (SELECT shared_id FROM log WHERE id = ?2) ORDER BY entry.seq"),
        about(on, "SELECT entry.id FROM log AS ours JOIN log AS of ON of.shared_id = ours.shared_id AND of.author = ?2 "
                  "JOIN entry ON entry.log = of.id AND entry.seq = ?3 AND entry.hash = ?4 AND entry.is_void = 0 "
                  "WHERE ours.id = ?1") {}

  SQLite::Statement changes;
  SQLite::Statement about;
};

PresentForm::PresentForm(SQLite::Database& connection) : statements_(std::make_unique<Statements>(connection)) {}
PresentForm::~PresentForm() = default;

void PresentForm::apply(StoredMessage& stored) {
  if (!stored.place) return;
  if (stored.place->target) stored.message.about = about(*stored.place);
  if (chat::is_line(stored.message.kind)) apply_changes(stored);
}

// Only its author edits or deletes, and only a text; anyone in the conversation reacts to any line. What does not
// count, or cannot be read, changes nothing.
void PresentForm::apply_changes(StoredMessage& stored) {
  auto& message = stored.message;
  Reactions reactions;
  const auto ref = packed(stored.place->ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}, stored.place->log); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    const bool is_authors = chat::is_text(message.kind) && row.getColumn(1).getInt64() == stored.place->log;
    if (kind == chat::MessageKind::deletion && is_authors) message.is_deleted = true;
    const auto author = base::PublicKey::from(bytes_of(row, 5));
    if (kind == chat::MessageKind::reaction && author)
      reactions.take(row.getColumn(2).getInt64() == store::stored(stored_directions, chat::Direction::out), *author,
                     bytes_of(row, 3));
    if (kind != chat::MessageKind::edit || !is_authors) continue;
    message.is_edited = message.is_readable = true;
    message.text = base::PeerText{std::string{bytes_of(row, 3)}};
  }
  if (message.is_deleted) message.text = {};
  if (message.is_deleted) message.is_edited = false;
  message.reactions = reactions.standing(bool{message.room});
}

base::EntryId PresentForm::about(const StoredPlace& place) {
  auto& row = statements_->about;
  const auto& target = *place.target;
  Reading reading(row, place.log, Blob{target.author.view()}, number(target.seq), Blob{target.hash.view()});
  if (!reading.next()) return {};
  return {id_from(row.getColumn(0).getInt64()).value_or(0)};
}

bool PresentForm::is_deleted(const StoredMessage& stored) {
  if (!stored.place || !chat::is_text(stored.message.kind)) return false;
  const auto& place = *stored.place;
  const auto ref = packed(place.ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}, place.log); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    if (kind == chat::MessageKind::deletion && row.getColumn(1).getInt64() == place.log) return true;
  }
  return false;
}

std::vector<chat::MessageForm> PresentForm::forms(const StoredMessage& stored) {
  std::vector<chat::MessageForm> forms{{stored.message.text, stored.message.time}};
  if (!stored.place || !chat::is_text(stored.message.kind) || is_deleted(stored)) return forms;
  const auto ref = packed(stored.place->ref);
  auto& row = statements_->changes;
  for (Reading reading(row, Blob{ref}, stored.place->log); reading.next();) {
    const auto kind = unstored(stored_kinds, row.getColumn(0).getInt64());
    if (kind != chat::MessageKind::edit || row.getColumn(1).getInt64() != stored.place->log) continue;
    const auto time = time_from(row.getColumn(4).getInt64()).value_or(base::WallTime{});
    forms.push_back({base::PeerText{std::string{bytes_of(row, 3)}}, time});
  }
  return forms;
}

} // namespace tincan::store
