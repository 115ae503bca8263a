// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/route.h"

#include <apr_strings.h>

#include "mod_cutover/httpd/edge/request_target.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/httpd/request/admission.h"
#include "mod_cutover/httpd/request/error_document.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

bool is_routed(request_rec* r) {
  if (r->proxyreq != PROXYREQ_REVERSE) return false;
  const Decision* decision = decision_of(r);
  return decision != nullptr && goes_to_new(r, *decision);
}

int route(request_rec* r) {
  const Decision* decision = decision_of(r);
  if (decision == nullptr) return DECLINED;
  if (decision->standing == Standing::kRefused && admit(r, 0) != DECLINED)
    return HTTP_SERVICE_UNAVAILABLE;
  // REVERSE: by a `ProxyPass ... mapping=encoded` of the site's own, which is before us.
  if (r->proxyreq != PROXYREQ_NONE && r->proxyreq != PROXYREQ_REVERSE) return DECLINED;
  if (!goes_to_new(r, *decision)) return DECLINED;
  const char* target = target_as_sent(r);
  if (target == nullptr) return DECLINED;
  if (const int broken = keep_error(r); broken != OK) return broken;
  // mod_proxy gives no answer where the new host closed a kept connection and the client's own was
  // used before, so that the client tries again. A stream of HTTP/2 counts as used, and got 500.
  if (r->connection->master != nullptr) r->connection->keepalives = 0;
  r->proxyreq = PROXYREQ_REVERSE;
  r->filename = apr_pstrcat(r->pool, "proxy:", decision->site->target.c_str(), target, nullptr);
  r->handler = "proxy-server";
  // What follows the host goes on as it is.
  apr_table_setn(r->notes, "proxy-nocanon", "1");
  return OK;
}

int note_new_host_down(int* status, request_rec* r) {
  if (!is_routed(r)) return DECLINED;
  if (r->connection->master != nullptr) r->connection->keepalives = 1;  // as mod_http2 had it
  if (*status == HTTP_SERVICE_UNAVAILABLE) ask_to_retry(r);
  if (says_overload(*status) || says_overload(r->status)) {
    parked_has_failed(r);
    decision_of(r)->side_failed = true;
  }
  return DECLINED;
}

}  // namespace cutover
