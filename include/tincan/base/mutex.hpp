// A mutex that clang's thread-safety analysis understands (-Wthread-safety); with other compilers the marks vanish.
#pragma once

#include <mutex>

#if defined(__clang__)
#define TINCAN_THREAD_MARK(x) __attribute__((x))
#else
#define TINCAN_THREAD_MARK(x)
#endif

#define TINCAN_GUARDED_BY(m) TINCAN_THREAD_MARK(guarded_by(m))
#define TINCAN_REQUIRES(m) TINCAN_THREAD_MARK(requires_capability(m))
#define TINCAN_EXCLUDES(m) TINCAN_THREAD_MARK(locks_excluded(m))

namespace tincan::base {

class TINCAN_THREAD_MARK(capability("mutex")) Mutex {
public:
  void lock() TINCAN_THREAD_MARK(acquire_capability()) { mutex_.lock(); }
  void unlock() TINCAN_THREAD_MARK(release_capability()) { mutex_.unlock(); }

private:
  std::mutex mutex_;
};

class TINCAN_THREAD_MARK(scoped_lockable) Lock {
public:
  explicit Lock(Mutex& mutex) TINCAN_THREAD_MARK(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() TINCAN_THREAD_MARK(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

private:
  Mutex& mutex_;
};

} // namespace tincan::base
