// A disk that fails on request: a layer over SQLite's own file system that every connection opened meanwhile uses.
// One at a time in a process. It counts the writes, truncations and synchronisations, and fails those it was told to.
#pragma once

#include <cstddef>
#include <cstring>
#include <limits>
#include <sqlite3.h>

namespace tincan::store::test {

class FaultyDisk {
public:
  FaultyDisk() : real_(sqlite3_vfs_find(nullptr)) {
    current() = this;
    vfs_ = *real_;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.zName = "faulty";
    vfs_.pAppData = real_;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyDisk() {
    sqlite3_vfs_unregister(&vfs_);
    current() = nullptr;
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The n-th change from now fails (n from 1), and so do all after it when `for_ever`.
  void fail_at(long n, bool for_ever) {
    first_ = n;
    last_ = for_ever ? std::numeric_limits<long>::max() : n;
    seen_ = 0;
    has_failed_ = false;
  }
  void heal() { first_ = std::numeric_limits<long>::max(); }
  bool has_failed() const { return has_failed_; }
  // Writes to the journal that a power cut now would take back.
  long unsynchronised() const { return unsynchronised_; }

private:
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
    bool is_journal;
  };

  static FaultyDisk*& current() {
    static FaultyDisk* disk = nullptr;
    return disk;
  }
  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
  static bool is_journal(sqlite3_file* file) { return reinterpret_cast<File*>(file)->is_journal; }
  static bool fails() {
    auto& disk = *current();
    const auto n = ++disk.seen_;
    if (n < disk.first_ || n > disk.last_) return false;
    disk.has_failed_ = true;
    return true;
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* system = static_cast<sqlite3_vfs*>(vfs->pAppData);
    auto* ours = reinterpret_cast<File*>(file);
    ours->base.pMethods = nullptr;
    ours->is_journal = (flags & SQLITE_OPEN_WAL) != 0;
    ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
    const int result = system->xOpen(system, name, ours->real, flags, out);
    if (result == SQLITE_OK) ours->base.pMethods = &methods();
    return result;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods table = make_methods();
    return table;
  }
  static sqlite3_io_methods make_methods() {
    using F = sqlite3_file;
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = [](F* f) { return real(f)->pMethods->xClose(real(f)); };
    m.xRead = [](F* f, void* b, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), b, n, at); };
    m.xWrite = [](F* f, const void* b, int n, sqlite3_int64 at) {
      if (is_journal(f)) ++current()->unsynchronised_;
      return fails() ? SQLITE_IOERR_WRITE : real(f)->pMethods->xWrite(real(f), b, n, at);
    };
    m.xTruncate = [](F* f, sqlite3_int64 n) {
      return fails() ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), n);
    };
    // A sound synchronisation does nothing: these tests cut no power, and so take seconds instead of minutes.
    m.xSync = [](F* f, int) {
      if (fails()) return SQLITE_IOERR_FSYNC;
      if (is_journal(f)) current()->unsynchronised_ = 0;
      return SQLITE_OK;
    };
    m.xFileSize = [](F* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); };
    m.xLock = [](F* f, int kind) { return real(f)->pMethods->xLock(real(f), kind); };
    m.xUnlock = [](F* f, int kind) { return real(f)->pMethods->xUnlock(real(f), kind); };
    m.xCheckReservedLock = [](F* f, int* is) { return real(f)->pMethods->xCheckReservedLock(real(f), is); };
    m.xFileControl = [](F* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); };
    m.xSectorSize = [](F* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](F* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); };
    m.xShmMap = [](F* f, int page, int size, int extend, void volatile** out) {
      return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    };
    m.xShmLock = [](F* f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); };
    m.xShmBarrier = [](F* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](F* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); };
    return m;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  long first_ = std::numeric_limits<long>::max();
  long last_ = std::numeric_limits<long>::max();
  long seen_ = 0;
  long unsynchronised_ = 0;
  bool has_failed_ = false;
};

} // namespace tincan::store::test
