// Carries out operations with prepared statements that stay open. Owned by SqliteStore, on the I/O thread.
// It never begins or ends a transaction: its caller does. Everything here may throw SQLite::Exception.
#pragma once

#include "tincan/store/log_writer.hpp"
#include "tincan/store/operation.hpp"
#include "tincan/store/room_writer.hpp"
#include "tincan/store/row_ids.hpp"

#include <memory>
#include <vector>

namespace SQLite {
class Database;
}

namespace tincan::store {

class Eraser;

class Writer {
public:
  Writer(SQLite::Database& connection, Eraser& eraser);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(const std::vector<Operation>& operations);
  // A transaction was taken back.
  void forget();

private:
  struct Statements;

  void carry_out(const PutPeer& put);
  void carry_out(const ForgetPeer& forget);
  void carry_out(const Append& append);
  void carry_out(const AppendLogged& logged);
  void carry_out(const LogMessage& placed);
  void carry_out(const PutLog& put);
  void carry_out(const MergePeer& merge);
  void carry_out(const PutRoom& put);
  void carry_out(const PutRoomKey& put);
  void carry_out(const PutRoomSeen& put);
  void carry_out(const Reveal& reveal);
  void carry_out(const PutSpans& put);
  void carry_out(const SetState& set);
  void carry_out(const CancelMandatory& cancel);
  void carry_out(const AddBlock& add);
  void carry_out(const RemoveBlock& remove);

  std::unique_ptr<Statements> statements_;
  RowIds rows_;
  LogWriter logs_;
  RoomWriter rooms_;
};

} // namespace tincan::store
