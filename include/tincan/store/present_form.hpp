// What later entries made of a message: its newest text, its deletion, the reactions, and which message it answers.
// Whichever was stored first does not matter. Used by the readers of store/, on the I/O thread. May throw
// SQLite::Exception.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/store/rows.hpp"

#include <memory>
#include <vector>

namespace SQLite {
class Database;
}

namespace tincan::store {

class PresentForm {
public:
  explicit PresentForm(SQLite::Database& connection);
  ~PresentForm();
  PresentForm(const PresentForm&) = delete;
  PresentForm& operator=(const PresentForm&) = delete;

  void apply(StoredMessage& stored);
  bool is_deleted(const StoredMessage& stored);
  // All its texts, the first one first; of a deleted message one that is empty.
  std::vector<chat::MessageForm> forms(const StoredMessage& stored);

private:
  struct Statements;
  void apply_changes(StoredMessage& stored);
  base::EntryId about(const StoredPlace& place);

  std::unique_ptr<Statements> statements_;
};

} // namespace tincan::store
