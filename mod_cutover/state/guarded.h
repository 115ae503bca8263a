// SPDX-License-Identifier: Apache-2.0
// What a mutex guards, said so that a compiler can read it: clang's -Wthread-safety, which
// tests/check/thread_safety.sh runs, refuses to touch it without. Mutex and Lock are the library's
// own, which says nothing of the kind, under names that do; they cost nothing. Condition waits by
// the steady clock, with what every glibc has for it; the library's own wants 2.30 for that.
//
//   Mutex mutex_;
//   Condition changed_;
//   bool ready_ CUTOVER_GUARDED_BY(mutex_) = false;
//   void look() CUTOVER_REQUIRES(mutex_);   // called by who holds it already
//
//   Lock lock(mutex_);
//   changed_.wait(lock, [this]() CUTOVER_REQUIRES(mutex_) { return ready_; });
#pragma once

#include <pthread.h>
#include <time.h>

#include <chrono>
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
  Condition() {
    pthread_condattr_t steady;
    ::pthread_condattr_init(&steady);
    ::pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    ::pthread_cond_init(&changed_, &steady);
    ::pthread_condattr_destroy(&steady);
  }
  ~Condition() { ::pthread_cond_destroy(&changed_); }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void notify_one() { ::pthread_cond_signal(&changed_); }
  void notify_all() { ::pthread_cond_broadcast(&changed_); }

  void wait(Lock& lock) { ::pthread_cond_wait(&changed_, lock.lock_.mutex()->native_handle()); }
  // Unchecked, the two: the lock is held, but the tool cannot see that it is the predicate's.
  template <class Predicate>
  void wait(Lock& lock, Predicate ready) CUTOVER_UNCHECKED {
    while (!ready()) wait(lock);
  }
  // Whether it is ready; false when the time is up first.
  template <class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> time,
                Predicate ready) CUTOVER_UNCHECKED {
    using std::chrono::steady_clock, std::chrono::seconds;
    const auto end = steady_clock::now() + std::chrono::ceil<steady_clock::duration>(time);
    const auto whole = std::chrono::floor<seconds>(end);
    const timespec at = {.tv_sec = whole.time_since_epoch().count(),
                         .tv_nsec = std::chrono::nanoseconds(end - whole).count()};
    while (!ready()) {
      if (steady_clock::now() >= end) return false;
      ::pthread_cond_timedwait(&changed_, lock.lock_.mutex()->native_handle(), &at);
    }
    return true;
  }

 private:
  pthread_cond_t changed_;
};

}  // namespace cutover
