// The rows that others refer to, conversations and logs: found or made, and remembered. Owned by Writer, on the I/O
// thread. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace SQLite {
class Database;
}

namespace tincan::store {

class RowIds {
public:
  struct Log {
    std::int64_t id = 0;
    std::int64_t highest_seq = 0; // of all its entries here; what is above cannot have been changed by another yet
  };

  explicit RowIds(SQLite::Database& connection);
  ~RowIds();
  RowIds(const RowIds&) = delete;
  RowIds& operator=(const RowIds&) = delete;

  void ensure_conversation(base::PeerId peer);
  // Valid until the next call.
  Log& log(const base::Digest& conversation, const base::PublicKey& author, base::PeerId peer);
  // Rows may have gone: a transaction was taken back, or a peer forgotten.
  void forget();

private:
  struct Statements;
  struct LogName {
    base::Digest conversation;
    base::PublicKey author;
    bool operator==(const LogName&) const = default;
  };
  struct HashLogName {
    std::size_t operator()(const LogName& name) const {
      return std::hash<base::Digest>{}(name.conversation) ^ std::hash<base::PublicKey>{}(name.author);
    }
  };
  Log find_or_make(const LogName& name, base::PeerId peer);

  std::unique_ptr<Statements> statements_;
  std::unordered_set<base::PeerId> conversations_;
  std::unordered_map<LogName, Log, HashLogName> logs_;
};

} // namespace tincan::store
