// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/hold.h"

#include "mod_cutover/httpd/hold/blocking.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {

Held hold(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision) {
  HeldRequest request(r, runtime, gate, decision);
  const bool resumed = decision.held_since_ns != 0;
  if (resumed)
    request.resume(parked_client_is_gone(r));
  else if (!request.begin())
    return {HoldEnd::kNoRoom};
  if (const auto ended = request.look()) return *ended;
  // From here on another thread may have it.
  if (!decision.keeps_thread && park(r, runtime, decision, request.limit_ns()))
    return {HoldEnd::kParked};
  return block(request, runtime);
}

std::optional<Held> wait_for_turn(request_rec* r, const Runtime& runtime, Gate& gate,
                                  Decision& decision) {
  const std::size_t site = decision.site->index;
  const Waker* waker = runtime.means->waker.get();
  const bool parks = waker != nullptr && !decision.keeps_thread && could_park(r);
  const bool behind = parks && counters_of(runtime, *decision.site).held_now.load() != 0 &&
                      waker->takes_fresh(site);
  if (!behind) {
    SiteWindow window = window_of(runtime, *decision.site);
    const std::int64_t now = monotonic_ns();
    if (!window.lasts(now)) return std::nullopt;
    if (const std::optional<Departure> place = window.take(now)) {
      keep_place(decision, *place);
      return std::nullopt;
    }
  }
  HeldRequest request(r, runtime, gate, decision);
  if (!request.join()) return std::nullopt;
  if (parks && park(r, runtime, decision, request.limit_ns())) return Held{HoldEnd::kParked};
  return block_for_turn(request, runtime);
}

}  // namespace cutover
