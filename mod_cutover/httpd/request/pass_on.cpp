// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/pass_on.h"

#include "mod_cutover/httpd/request/answer.h"
#include "mod_cutover/httpd/request/by_proxy.h"
#include "mod_cutover/httpd/request/route.h"
#include "mod_cutover/httpd/request/second_try.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

int pass_on(request_rec* r) {
  if (!is_routed(r)) return DECLINED;
  prepare_for_new_host(r);
  const int answer = forward_held(r);
  return answer != DECLINED ? answer : answer_by_proxy(r);
}

int pass_on_uncached(request_rec* r) {
  if (r->proxyreq != PROXYREQ_REVERSE) return DECLINED;
  const Decision* decision = decision_of(r);
  return decision != nullptr && decision->uncached ? pass_on(r) : DECLINED;
}

}  // namespace cutover
