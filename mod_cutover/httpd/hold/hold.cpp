// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/hold.h"

#include "mod_cutover/httpd/hold/blocking.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parking.h"

namespace cutover {

Held hold(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision) {
  HeldRequest request(r, runtime, gate, decision);
  const bool resumed = decision.held_since_ns != 0;
  if (resumed)
    request.resume(parked_client_is_gone(r));
  else if (!request.begin())
    return {HoldEnd::kRefuse};
  if (const auto ended = request.look()) return *ended;
  // From here on another thread may have it.
  if (park(r, runtime, decision, request.limit_ns())) return {HoldEnd::kParked};
  return block(request, runtime);
}

bool wait_for_turn(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision) {
  if (runtime.means->waker == nullptr || !runtime.means->waker->takes_fresh(decision.site->index) ||
      !could_park(r))
    return false;
  HeldRequest request(r, runtime, gate, decision);
  return request.join() && park(r, runtime, decision, request.limit_ns());
}

}  // namespace cutover
