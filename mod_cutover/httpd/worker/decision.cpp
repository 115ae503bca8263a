// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/worker/decision.h"

#include <apr_strings.h>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/edge/request_target.h"

namespace cutover {

request_rec* initial_of(request_rec* r) {
  while (r->prev != nullptr || r->main != nullptr) r = r->prev != nullptr ? r->prev : r->main;
  return r;
}

Decision* decision_of(request_rec* r) {
  return static_cast<Decision*>(
      ap_get_module_config(initial_of(r)->request_config, &cutover_module));
}

Decision* make_decision(request_rec* initial, const Site& site) {
  auto* decision = new (apr_palloc(initial->pool, sizeof(Decision))) Decision;
  decision->site = &site;
  ap_set_module_config(initial->request_config, &cutover_module, decision);
  return decision;
}

bool is_served_here(request_rec* r) {
  return config_of(r->server).serves_locally(path_as_sent(r), r->pool);
}

bool goes_to_new(request_rec* r, const Decision& decision) {
  if (decision.standing != Standing::kServed || decision.side != Side::kNew) return false;
  if (r->main == nullptr && r->prev == nullptr) return true;
  // What an ErrorDocument or a subrequest leads to may be one of the paths that are always here.
  return !is_served_here(r);
}

void note_decision(request_rec* r, const Decision& decision) {
  if (decision.standing != Standing::kRefused) {
    const bool here = decision.standing == Standing::kLocal;
    apr_table_addn(r->notes, "cutover-side", here ? "local" : name(decision.side).data());
  }
  if (decision.held_ms >= 0)
    apr_table_setn(r->notes, "cutover-held",
                   apr_psprintf(r->pool, "%" APR_INT64_T_FMT, decision.held_ms));
}

}  // namespace cutover
