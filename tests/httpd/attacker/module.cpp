// SPDX-License-Identifier: Apache-2.0
// A module of httpd that stands for a worker which somebody has taken over: its handler `attacker`
// runs the attacks with all that a worker has, and answers how they ended.
#define AP_HAVE_C99 1

#include <httpd.h>
// After httpd.h, which the others need.
#include <http_config.h>
#include <http_protocol.h>

#include <cstring>

#include "tests/httpd/attacker/attacks.h"

extern "C" {
extern __attribute__((visibility("default"))) struct module_struct attacker_module;
}

namespace {

int handle(request_rec* r) try {
  if (r->handler == nullptr || std::strcmp(r->handler, "attacker") != 0) return DECLINED;
  ap_set_content_type(r, "text/plain");
  if (r->args == nullptr || ap_unescape_urlencoded(r->args) != OK) return HTTP_BAD_REQUEST;
  const auto target = cutover::attacker::from_query(r->args);
  if (target.coordinator == 0) return HTTP_BAD_REQUEST;
  for (const auto& attempt : cutover::attacker::attack(target))
    ap_rprintf(r, "%s: %s (%s)\n", attempt.succeeded ? "SUCCEEDED" : "failed", attempt.name.c_str(),
               attempt.detail.c_str());
  return OK;
} catch (...) {
  return HTTP_INTERNAL_SERVER_ERROR;
}

void hooks(apr_pool_t*) { ap_hook_handler(handle, nullptr, nullptr, APR_HOOK_MIDDLE); }

}  // namespace

extern "C" {
struct module_struct attacker_module = {
    STANDARD20_MODULE_STUFF, nullptr, nullptr, nullptr, nullptr, nullptr, hooks,
    AP_MODULE_FLAG_NONE};
}
