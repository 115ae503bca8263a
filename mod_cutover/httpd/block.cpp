// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/block.h"

#include <ap_mpm.h>

#include <algorithm>

#include "mod_cutover/state/shared_memory.h"
#include "shared/unsafe.h"

namespace cutover {
namespace {

// How soon a client that left is noticed.
constexpr std::int64_t kSliceNs = 100'000'000;

int ask_mpm(int what) {
  int answer = 0;
  return ap_mpm_query(what, &answer) == APR_SUCCESS ? answer : 0;
}

// One eighth stays free, and two at least: event does not accept again, once it had to stop, with
// a single idle thread. A server with one or two workers has none to spare.
std::int64_t most_of(int workers) { return std::max(workers - std::max(2, workers / 8), 1); }

std::int64_t held_in_all_children(const Runtime& runtime) {
  std::int64_t held = 0;
  for (std::size_t site = 0; site < kMaxSites; ++site)
    if (runtime.control->sites[site].used.load() != 0) held += sum_held(runtime.counters, site);
  return held;
}

// A thread of the budget, for as long as it waits. Counted first, then compared: of those that
// come at once, no more than the budget stay.
class Place {
 public:
  explicit Place(const Runtime& runtime) : blocked_(runtime.blocked) {
    const std::int64_t here = blocked_.fetch_add(1, std::memory_order_seq_cst) + 1;
    const BlockBudget& budget = runtime.block_budget;
    // A prefork's children have one thread each, and all that are held block theirs.
    had_ = (budget.of_all_children ? held_in_all_children(runtime) : here) <= budget.most;
  }
  ~Place() { blocked_.fetch_sub(1, std::memory_order_seq_cst); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  explicit operator bool() const { return had_; }

 private:
  std::atomic<std::int64_t>& blocked_;
  bool had_;
};

}  // namespace

BlockBudget block_budget() {
  const int threads = ask_mpm(AP_MPMQ_MAX_THREADS);
  if (threads <= 1) return {most_of(ask_mpm(AP_MPMQ_MAX_DAEMONS)), true};
  return {most_of(threads), false};
}

Held block(HeldRequest& request, const Runtime& runtime) {
  const Place place(runtime);
  if (!place) return request.shed();
  for (;;) {
    const std::int64_t left = unsafe::kNoDeadline ? kSliceNs : request.left_ns();
    wait_for_change(request.word(), request.seen(), std::min(left, kSliceNs));
    if (const auto ended = request.look()) return *ended;
  }
}

}  // namespace cutover
