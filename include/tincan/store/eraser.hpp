// Destroys every form of a deleted text: in the table, in the search index and, in idle time, in what the disk keeps of
// them (old pages of the index, the journal). Owned by SqliteStore, on the I/O thread. A destroyed body leaves its
// digest, so that the log around it can still be verified. Everything but tidy_some may throw SQLite::Exception.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/store/operation.hpp"
#include "tincan/wire/log_entry.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>

namespace tincan::store {

class Database;
class Hasher;
class SearchIndex;

class Eraser {
public:
  Eraser(Database& database, SearchIndex& index, const Hasher& hasher);
  ~Eraser();
  Eraser(const Eraser&) = delete;
  Eraser& operator=(const Eraser&) = delete;

  // The author of `log` deleted that text of its own; nothing happens when it is not here, or is no text.
  void erase(std::int64_t log, const wire::EntryRef& text);
  void erase_if_deleted(std::int64_t log, const wire::EntryRef& text);
  // The message at that place of the log; 0 when it is not here, or is no text.
  std::int64_t text_at(std::int64_t log, const wire::EntryRef& text);
  // Carries out a change, and keeps the index of what these messages show in step.
  void change_texts(const std::set<std::int64_t>& messages, const std::function<void()>& change);
  // Carries out a change of a row that is there, and keeps the index of whatever it shows in step.
  void change_texts(const AppendLogged& logged, std::int64_t log, const std::function<void()>& change);
  // A transaction was taken back.
  void forget();

  // Idle work, a small step: whether more is left. Errors: storage, no_space; it may be called again.
  base::Result<bool> tidy_some();

private:
  struct Statements;
  std::int64_t stage();
  base::Result<void> set_stage(std::int64_t stage);
  base::Result<bool> merge_index();
  base::Result<bool> rewrite_pages();
  base::Result<bool> empty_journal();
  bool destroy_forms(std::int64_t message, std::int64_t log, const std::string& ref);

  Database& database_;
  SearchIndex& index_;
  const Hasher& hasher_;
  std::unique_ptr<Statements> statements_;
  std::int64_t stage_ = 0; // of the work in idle time, as it stands in the table `meta`
  bool is_stage_known_ = false;
};

} // namespace tincan::store
