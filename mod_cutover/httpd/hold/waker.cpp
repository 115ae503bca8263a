// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/waker.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "mod_cutover/httpd/edge/signals_blocked.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

// How soon a client that left is noticed, and a deadline that moved without a new word.
constexpr std::int64_t kSliceNs = 100'000'000;
// A futex waits for one word: with more sites in a hold the others are looked at so often; and so
// is the word of a site whose release waits for places.
constexpr std::int64_t kManySitesSliceNs = 5'000'000;

// The waker's last touch: from here on the request, which has left the queue, is the worker's that
// resumes it. The write cannot fail: an eventfd that was never written takes a 1.
void wake(const Waiter& one) {
  const std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t written = ::write(one.wake.get(), &once, sizeof once);
}

}  // namespace

// Until when, and on which word, the waker sleeps. No word: nobody waits.
struct Waker::Nap {
  const std::atomic<std::uint64_t>* word = nullptr;
  std::uint64_t seen = 0;
  std::int64_t ns = kSliceNs;
};

Waker::Waker(const ControlArea& control, const CounterArea& area, ChildSlot& figures,
             Threads threads)
    : control_(control), threads_(std::move(threads)), clients_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!clients_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  for (std::size_t site = 0; site < kMaxSites; ++site)
    queues_.emplace_back(control.sites[site], figures.sites[site],
                         SiteWindow(area, site, figures.sites[site], ::getpid()), threads_.spare);
  const SignalsBlocked inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "cutover-parker");
}

void Waker::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Waker::add(Waiter& one) {
  const Lock lock(mutex_);
  finish_turn(one);
  if (stopping_) return false;
  epoll_event leaves{};
  // HUP and ERR are reported unasked. A closed half that says nothing is not asked for at all: it
  // stays, and would be reported at each look.
  leaves.events = EPOLLONESHOT | (one.may_close_its_half ? 0U : EPOLLRDHUP);
  leaves.data.ptr = &one;
  one.client_gone = false;
  ReleaseQueue& queue = queues_[one.site];
  try {
    queue.join(one);
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (::epoll_ctl(clients_.get(), EPOLL_CTL_ADD, one.client, &leaves) != 0) {
    queue.leave(one);
    return false;
  }
  one.watched = true;
  if (++waiting_ == 1) changed_.notify_one();
  go_on(one.site);
  return true;
}

void Waker::remove(Waiter& one) {
  const Lock lock(mutex_);
  if (one.waiting) leave_queue(one);
  if (one.watched) ::epoll_ctl(clients_.get(), EPOLL_CTL_DEL, one.client, nullptr);
  one.watched = false;
  on_their_way_ -= std::exchange(one.on_its_way, false) ? 1 : 0;
}

void Waker::forget(Waiter& one) {
  remove(one);
  end_turn(one, TurnEnd::kNothing, 0);
}

void Waker::end_turn(Waiter& one, TurnEnd end, std::int64_t took_ns) {
  const Lock lock(mutex_);
  if (one.turn == Turn::kNone) return;
  SiteWindow& window = queues_[one.site].window();
  if (end == TurnEnd::kAnswered) window.heard(monotonic_ns(), took_ns, one.departure);
  if (end == TurnEnd::kFailed) window.heard_failure(monotonic_ns());
  finish_turn(one);
  go_on(one.site, 1);
}

void Waker::lapse(Waiter& one) {
  const Lock lock(mutex_);
  queues_[one.site].lapse(one);
  go_on(one.site);
}

void Waker::run() {
  Lock lock(mutex_);
  while (!stopping_) {
    const Nap nap = look();
    if (waiting_ == 0) {
      changed_.wait(lock, [this]() CUTOVER_REQUIRES(mutex_) { return stopping_ || waiting_ != 0; });
      continue;
    }
    lock.unlock();
    wait_for_change(*nap.word, nap.seen, nap.ns);
    lock.lock();
  }
}

Waker::Nap Waker::look() {
  let_leavers_go();
  Nap nap;
  const std::int64_t now = monotonic_ns();
  for (std::size_t site = 0; site < queues_.size(); ++site) {
    ReleaseQueue& queue = queues_[site];
    if (queue.empty()) continue;
    const std::atomic<std::uint64_t>& given_back = queue.window().given_back();
    const std::uint64_t seen = given_back.load(std::memory_order_seq_cst);
    let_turns_go(queue, now);
    const std::int64_t left = let_due_go(queue, now);
    if (queue.empty()) continue;
    nap.ns = std::min(nap.ns, left);
    if (nap.word != nullptr || queue.decided()) nap.ns = std::min(nap.ns, kManySitesSliceNs);
    nap.word = queue.decided() ? &given_back : &control_.sites[site].word;
    nap.seen = queue.decided() ? seen : queue.word();
  }
  return nap;
}

void Waker::let_turns_go(ReleaseQueue& queue, std::int64_t now_ns, int soon_idle) {
  queue.look(now_ns);
  const bool of_share = soon_idle != 0;
  while (queue.decided() && !queue.empty() && has_thread(queue, soon_idle)) {
    const std::optional<Departure> place = queue.take_place(now_ns, of_share);
    if (!place) return;
    take_turn(queue.first(), now_ns, place);
  }
}

// With none idle, httpd accepts nobody and closes the connections that it would keep. The first few
// may take from those that are left to others, but not all of them.
bool Waker::has_thread(const ReleaseQueue& queue, int soon_idle) const {
  if (!queue.has_room()) return false;
  const int taken = on_their_way_ - soon_idle;
  if (threads_.are_idle(taken + threads_.all - threads_.spare + 1)) return true;
  return queue.has_few() && threads_.are_idle(taken + std::clamp(threads_.all - 2, 0, 2));
}

// How long until the next one is due. All of a site have the same hold time, so the first of the
// queue is due first. Once a side is decided it goes there, room or not.
std::int64_t Waker::let_due_go(ReleaseQueue& queue, std::int64_t now_ns) {
  if (unsafe::kNoDeadline) return kSliceNs;
  while (!queue.empty()) {
    if (queue.due_ns() > now_ns) return queue.due_ns() - now_ns;
    take_turn(queue.first(), now_ns, std::nullopt);
  }
  return kSliceNs;
}

// Under the mutex, hence of what is in the set now: each Waiter that is reported is still there.
void Waker::let_leavers_go() {
  std::array<epoll_event, 64> left{};
  for (;;) {
    const int n = ::epoll_wait(clients_.get(), left.data(), static_cast<int>(left.size()), 0);
    for (int i = 0; i < n; ++i) {
      auto& one = *static_cast<Waiter*>(left[static_cast<std::size_t>(i)].data.ptr);
      if (!one.waiting) continue;
      one.client_gone = true;
      leave_queue(one);
      wake(one);
    }
    if (n < static_cast<int>(left.size())) return;
  }
}

void Waker::take_turn(Waiter& one, std::int64_t now_ns, const std::optional<Departure>& place) {
  queues_[one.site].take_turn(one, now_ns, place);
  --waiting_;
  one.on_its_way = true;
  ++on_their_way_;
  wake(one);
}

void Waker::finish_turn(Waiter& one) {
  if (one.turn != Turn::kNone) queues_[one.site].end_turn(one);
}

// A place or a thread is free, or somebody came: the others first, since this site has had a turn.
void Waker::go_on(std::size_t from, int soon_idle) {
  if (stopping_) return;
  const std::int64_t now = monotonic_ns();
  for (std::size_t i = 1; i <= queues_.size(); ++i) {
    ReleaseQueue& queue = queues_[(from + i) % queues_.size()];
    if (!queue.empty()) let_turns_go(queue, now, soon_idle);
  }
  if (queues_[from].decided()) queues_[from].pass_on(now);
}

void Waker::leave_queue(Waiter& one) {
  queues_[one.site].leave(one);
  --waiting_;
}

}  // namespace cutover
