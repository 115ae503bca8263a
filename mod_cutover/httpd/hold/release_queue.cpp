// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/release_queue.h"

#include <algorithm>
#include <iterator>

#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

void tell(std::atomic<std::int64_t>& figure, std::int64_t& told, std::int64_t now) {
  if (now != told) figure.fetch_add(now - told, std::memory_order_relaxed);
  told = now;
}

}  // namespace

ReleaseQueue::ReleaseQueue(const SiteControl& control, SiteCounters& figures, SiteWindow window,
                           int most)
    : control_(control), figures_(figures), window_(window), most_(std::max(most, 1)) {}

void ReleaseQueue::join(Waiter& one) {
  auto place = waiting_.end();
  while (place != waiting_.begin() && (*std::prev(place))->limit_ns > one.limit_ns) --place;
  one.place = waiting_.insert(place, &one);
  one.waiting = true;
  publish();
}

void ReleaseQueue::leave(Waiter& one) {
  waiting_.erase(one.place);
  one.waiting = false;
  publish();
}

void ReleaseQueue::look(std::int64_t now_ns) {
  now_ns_ = now_ns;
  const std::uint64_t bits = control_.word.load(std::memory_order_seq_cst);
  if (!under_way_.empty() && under_way_.front()->let_go_ns < now_ns - window_.patience_ns()) {
    while (!under_way_.empty() && under_way_.front()->let_go_ns < now_ns - window_.patience_ns())
      lapse(*under_way_.front());
    window_.look_for_silence(now_ns);
  }
  if (bits != word_) {
    word_ = bits;
    decided_ = is_decided(decode(bits));
    if (decided_) until_ns_ = waiting_.empty() ? now_ns : waiting_.back()->limit_ns;
  }
  if (decided_ && !waiting_.empty()) window_.begin(bits, until_ns_, now_ns);
  publish();
}

std::int64_t ReleaseQueue::due_ns() const {
  const std::int64_t own = waiting_.front()->limit_ns;
  const std::int64_t shared = control_.deadline_ns.load(std::memory_order_seq_cst);
  return decided_ || shared == 0 ? own : std::min(shared, own);
}

std::optional<Departure> ReleaseQueue::take_place(std::int64_t now_ns, bool of_share) {
  return of_share ? window_.take_of_share(now_ns) : window_.take(now_ns);
}

void ReleaseQueue::take_turn(Waiter& one, std::int64_t now_ns,
                             const std::optional<Departure>& place) {
  one.departure = place ? *place : window_.take_anyway(now_ns);
  under_way_.splice(under_way_.end(), waiting_, one.place);
  one.waiting = false;
  one.turn = Turn::kUnderWay;
  one.let_go_ns = now_ns;
  publish();
}

void ReleaseQueue::lapse(Waiter& one) {
  if (one.turn != Turn::kUnderWay) return;
  under_way_.erase(one.place);
  one.turn = Turn::kLapsed;
  window_.give_back();
}

void ReleaseQueue::end_turn(Waiter& one) {
  lapse(one);
  one.turn = Turn::kNone;
  publish();
}

void ReleaseQueue::pass_on(std::int64_t now_ns) {
  const std::int64_t wanted = window_.wanted(now_ns);
  if (wanted > 0) wake_some(window_.given_back(), static_cast<int>(wanted));
}

void ReleaseQueue::publish() {
  const bool releasing = decided_ && !waiting_.empty();
  tell(figures_.releasing, told_releasing_,
       releasing ? static_cast<std::int64_t>(waiting_.size()) : 0);
  takes_fresh_.store(!waiting_.empty() && (!decided_ || now_ns_ < until_ns_),
                     std::memory_order_relaxed);
}

}  // namespace cutover
