// SPDX-License-Identifier: Apache-2.0
// What a mutex guards, said so that a compiler can read it: clang's -Wthread-safety, which
// tests/check/thread_safety.sh runs, refuses to touch it without. Mutex, Lock and Condition are
// the library's own, which says nothing of the kind, under names that do; they cost nothing.
//
//   Mutex mutex_;
//   Condition changed_;
//   bool ready_ CUTOVER_GUARDED_BY(mutex_) = false;
//   void look() CUTOVER_REQUIRES(mutex_);   // called by who holds it already
//
//   Lock lock(mutex_);
//   changed_.wait(lock, [this]() CUTOVER_REQUIRES(mutex_) { return ready_; });
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#ifdef __clang__
#define CUTOVER_THREAD(what) __attribute__((what))
#else
#define CUTOVER_THREAD(what)
#endif

// A member.
#define CUTOVER_GUARDED_BY(mutex) CUTOVER_THREAD(guarded_by(mutex))
// A function that is called with it held; without it, since the function takes it.
#define CUTOVER_REQUIRES(...) CUTOVER_THREAD(requires_capability(__VA_ARGS__))
#define CUTOVER_EXCLUDES(...) CUTOVER_THREAD(locks_excluded(__VA_ARGS__))
// A function that returns with it held, without it, or says whether it got it.
#define CUTOVER_ACQUIRE(...) CUTOVER_THREAD(acquire_capability(__VA_ARGS__))
#define CUTOVER_RELEASE(...) CUTOVER_THREAD(release_capability(__VA_ARGS__))
#define CUTOVER_TRY_ACQUIRE(...) CUTOVER_THREAD(try_acquire_capability(__VA_ARGS__))
// A type that can be held; one that holds it for as long as it lives.
#define CUTOVER_CAPABILITY(name) CUTOVER_THREAD(capability(name))
#define CUTOVER_SCOPED_CAPABILITY CUTOVER_THREAD(scoped_lockable)
// A function of which the tool cannot see why it is right; a comment says why it is.
#define CUTOVER_UNCHECKED CUTOVER_THREAD(no_thread_safety_analysis)

namespace cutover {

class CUTOVER_CAPABILITY("mutex") Mutex {
 public:
  void lock() CUTOVER_ACQUIRE() { mutex_.lock(); }
  void unlock() CUTOVER_RELEASE() { mutex_.unlock(); }
  bool try_lock() CUTOVER_TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  friend class Lock;
  std::mutex mutex_;
};

// Holds it until its own end; may give it up for a while.
class CUTOVER_SCOPED_CAPABILITY Lock {
 public:
  explicit Lock(Mutex& mutex) CUTOVER_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  // After a try_lock() that got it.
  Lock(Mutex& mutex, std::adopt_lock_t held) CUTOVER_REQUIRES(mutex) : lock_(mutex.mutex_, held) {}
  ~Lock() CUTOVER_RELEASE() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  void lock() CUTOVER_ACQUIRE() { lock_.lock(); }
  void unlock() CUTOVER_RELEASE() { lock_.unlock(); }

 private:
  friend class Condition;
  std::unique_lock<std::mutex> lock_;
};

class Condition {
 public:
  void notify_one() { changed_.notify_one(); }
  void notify_all() { changed_.notify_all(); }

  void wait(Lock& lock) { changed_.wait(lock.lock_); }
  template <class Predicate>
  void wait(Lock& lock, Predicate ready) {
    changed_.wait(lock.lock_, ready);
  }
  // Whether it is ready; false when the time is up first.
  template <class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> time, Predicate ready) {
    return changed_.wait_for(lock.lock_, time, ready);
  }
  template <class Moment, class Predicate>
  bool wait_until(Lock& lock, const Moment& moment, Predicate ready) {
    return changed_.wait_until(lock.lock_, moment, ready);
  }

 private:
  std::condition_variable changed_;
};

}  // namespace cutover
