// SPDX-License-Identifier: Apache-2.0
// A module that takes every request as its own, before mod_proxy and without a look at whose it is,
// as Passenger does with PassengerHighPerformance.
#include <httpd.h>
// Before the others.
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>

namespace {

int take(request_rec*) { return OK; }

int answer(request_rec* r) {
  ap_set_content_type(r, "text/plain");
  ap_rputs("taken", r);
  return OK;
}

void register_hooks(apr_pool_t*) {
  ap_hook_map_to_storage(take, nullptr, nullptr, APR_HOOK_FIRST - 1);
  ap_hook_handler(answer, nullptr, nullptr, APR_HOOK_FIRST - 1);
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) AP_MODULE_DECLARE_DATA module taker_module = {
    STANDARD20_MODULE_STUFF, nullptr, nullptr, nullptr, nullptr, nullptr, register_hooks, 0};
}
