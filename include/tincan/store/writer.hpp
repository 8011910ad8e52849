// Carries out operations with prepared statements that stay open. Owned by SqliteStore, on the I/O thread.
// It never begins or ends a transaction: its caller does. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/store/operation.hpp"

#include <memory>

namespace SQLite {
class Database;
}

namespace tincan::store {

class Writer {
public:
  explicit Writer(SQLite::Database& connection);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(const Operation& operation);

private:
  struct Statements;

  void carry_out(const PutPeer& put);
  void carry_out(const ForgetPeer& forget);
  void carry_out(const Append& append);
  void carry_out(const SetState& set);
  void carry_out(const CancelMandatory& cancel);
  void carry_out(const AddBlock& add);
  void carry_out(const RemoveBlock& remove);
  void ensure_conversation(base::PeerId peer);

  std::unique_ptr<Statements> statements_;
};

} // namespace tincan::store
