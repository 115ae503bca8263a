// SPDX-License-Identifier: Apache-2.0
// A module of httpd that takes the time right before and right after the gate, by the machine's
// monotonic clock, for the access log: %{gate-before}n and %{gate-after}n.
#define AP_HAVE_C99 1

#include <httpd.h>
// After httpd.h, which the others need.
#include <apr_strings.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>

#include <ctime>

extern "C" {
extern __attribute__((visibility("default"))) struct module_struct probe_module;
}

namespace {

int note(request_rec* r, const char* name) {
  if (r->main != nullptr || r->prev != nullptr) return DECLINED;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const apr_int64_t ns = now.tv_sec * APR_INT64_C(1000000000) + now.tv_nsec;
  apr_table_setn(r->notes, name, apr_psprintf(r->pool, "%" APR_INT64_T_FMT, ns));
  return DECLINED;
}

// The last thing before the quick handlers, of which the gate is the first.
int before(request_rec* r) { return note(r, "gate-before"); }

// The next of them: only what the gate has let through comes here.
int after(request_rec* r, int) { return note(r, "gate-after"); }

void hooks(apr_pool_t*) {
  ap_hook_post_read_request(before, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  ap_hook_quick_handler(after, nullptr, nullptr, APR_HOOK_FIRST);
}

}  // namespace

extern "C" {
struct module_struct probe_module = {
    STANDARD20_MODULE_STUFF, nullptr, nullptr, nullptr, nullptr, nullptr, hooks,
    AP_MODULE_FLAG_NONE};
}
