// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <new>
#include <system_error>

#include "mod_cutover/state/shared_memory.h"
#include "shared/unsafe.h"

namespace cutover {
namespace {

// How soon a client that left is noticed, and a deadline that moved without a new word.
constexpr std::int64_t kSliceNs = 100'000'000;
// A futex waits for one word: with more sites in a hold the others are looked at so often.
constexpr std::int64_t kManySitesSliceNs = 5'000'000;
// So many are let go before the mutex is free for a moment: resuming workers need it.
constexpr int kBatch = 16;

// Signals are for httpd's own threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

bool holds(std::uint64_t bits) { return decode(bits).mode == Mode::kHold; }

}  // namespace

// Until when, and on which word, the parker sleeps. No word: nobody waits.
struct Parker::Nap {
  const std::atomic<std::uint64_t>* word = nullptr;
  std::uint64_t seen = 0;
  std::int64_t ns = kSliceNs;
};

Parker::Parker(const ControlArea& control)
    : control_(control), clients_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!clients_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  const SignalsBlocked inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "cutover-parker");
}

void Parker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Parker::add(Parked& one) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  epoll_event leaves{};
  leaves.events = EPOLLRDHUP | EPOLLONESHOT;  // HUP and ERR are reported unasked
  leaves.data.ptr = &one;
  one.client_gone = false;
  std::list<Parked*>& line = lines_[one.site];
  // Who was let go into another hold takes its old place again.
  auto place = line.end();
  while (place != line.begin() && (*std::prev(place))->limit_ns > one.limit_ns) --place;
  try {
    one.place = line.insert(place, &one);
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (::epoll_ctl(clients_.get(), EPOLL_CTL_ADD, one.client, &leaves) != 0) {
    line.erase(one.place);
    return false;
  }
  one.watched = one.waiting = true;
  if (++waiting_ == 1) changed_.notify_one();
  if (!holds(control_.sites[one.site].word.load(std::memory_order_seq_cst))) let_go(one);
  return true;
}

void Parker::remove(Parked& one) {
  const std::lock_guard lock(mutex_);
  if (one.waiting) {
    lines_[one.site].erase(one.place);
    one.waiting = false;
    --waiting_;
  }
  if (one.watched) ::epoll_ctl(clients_.get(), EPOLL_CTL_DEL, one.client, nullptr);
  one.watched = false;
}

void Parker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Nap nap = look(lock);
    if (waiting_ == 0) {
      changed_.wait(lock, [this] { return stopping_ || waiting_ != 0; });
      continue;
    }
    if (nap.word == nullptr) continue;  // they came while the mutex was free
    lock.unlock();
    wait_for_change(*nap.word, nap.seen, nap.ns);
    lock.lock();
  }
}

Parker::Nap Parker::look(std::unique_lock<std::mutex>& lock) {
  let_leavers_go();
  Nap nap;
  for (std::size_t site = 0; site < lines_.size(); ++site) {
    if (lines_[site].empty()) continue;
    const std::uint64_t bits = control_.sites[site].word.load(std::memory_order_seq_cst);
    if (!holds(bits)) {
      let_line_go(site, lock);
      continue;
    }
    const std::int64_t left = let_due_go(site, monotonic_ns());
    if (lines_[site].empty()) continue;
    nap.ns = std::min(nap.ns, left);
    if (nap.word != nullptr) nap.ns = std::min(nap.ns, kManySitesSliceNs);
    nap.word = &control_.sites[site].word;
    nap.seen = bits;
  }
  return nap;
}

// First come, first let go. Who joins the line meanwhile lets itself go.
void Parker::let_line_go(std::size_t site, std::unique_lock<std::mutex>& lock) {
  for (int n = 1; !lines_[site].empty(); ++n) {
    let_go(*lines_[site].front());
    if (n % kBatch != 0) continue;
    lock.unlock();
    lock.lock();
  }
}

// How long until the next one is due. All of a site have the same hold time, so the first of the
// line is due first.
std::int64_t Parker::let_due_go(std::size_t site, std::int64_t now) {
  if (unsafe::kNoDeadline) return kSliceNs;
  const std::int64_t shared = control_.sites[site].deadline_ns.load(std::memory_order_seq_cst);
  while (!lines_[site].empty()) {
    Parked& first = *lines_[site].front();
    const std::int64_t due = shared == 0 ? first.limit_ns : std::min(shared, first.limit_ns);
    if (due > now) return due - now;
    let_go(first);
  }
  return kSliceNs;
}

// Under the mutex, hence of what is in the set now: each Parked that is reported is still there.
void Parker::let_leavers_go() {
  std::array<epoll_event, 64> left{};
  for (;;) {
    const int n = ::epoll_wait(clients_.get(), left.data(), static_cast<int>(left.size()), 0);
    for (int i = 0; i < n; ++i) {
      auto& one = *static_cast<Parked*>(left[static_cast<std::size_t>(i)].data.ptr);
      if (!one.waiting) continue;
      one.client_gone = true;
      let_go(one);
    }
    if (n < static_cast<int>(left.size())) return;
  }
}

// The last touch: what is not in a line is the resuming worker's. An eventfd that was never written
// always takes a 1.
void Parker::let_go(Parked& one) {
  lines_[one.site].erase(one.place);
  one.waiting = false;
  --waiting_;
  const std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t written = ::write(one.wake.get(), &once, sizeof once);
}

}  // namespace cutover
