// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/blocking.h"

#include <algorithm>

#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parked_connection.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

// How soon a client that left is noticed.
constexpr std::int64_t kSliceNs = 100'000'000;

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
  Place(const HeldRequest& request, const Runtime& runtime) : blocked_(runtime.means->blocked) {
    const conn_rec* c = request.connection();
    // Sessions that are idle in a hold are parked: one that has such a stream had another one
    // before, and has a thread of the MPM's for that one in any case.
    if (c->master != nullptr && session_of(*c->master) != nullptr &&
        runtime.means->waker != nullptr)
      return;
    counted_ = true;
    const std::int64_t here = blocked_.fetch_add(1, std::memory_order_seq_cst) + 1;
    const BlockBudget& budget = runtime.means->block_budget;
    // A prefork's children have one thread each, and all that are held block theirs.
    had_ = (budget.of_all_children ? held_in_all_children(runtime) : here) <=
           (request.keeps_thread() ? budget.most_kept : budget.most);
  }
  ~Place() {
    if (counted_) blocked_.fetch_sub(1, std::memory_order_seq_cst);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  explicit operator bool() const { return had_; }

 private:
  std::atomic<std::int64_t>& blocked_;
  bool counted_ = false;
  bool had_ = true;
};

Held wait_to_its_end(HeldRequest& request) {
  for (;;) {
    if (const auto ended = request.look()) return *ended;
    request.wait(std::min(unsafe::kNoDeadline ? kSliceNs : request.left_ns(), kSliceNs));
  }
}

}  // namespace

Held block(HeldRequest& request, const Runtime& runtime) {
  const Place place(request, runtime);
  return place ? wait_to_its_end(request) : request.shed();
}

Held block_for_turn(HeldRequest& request, const Runtime& runtime) {
  const Place place(request, runtime);
  if (!place) request.go_now();
  return wait_to_its_end(request);
}

}  // namespace cutover
