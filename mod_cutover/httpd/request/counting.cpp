// SPDX-License-Identifier: Apache-2.0
// In flight is whoever may still be writing to a database, but for those that never end, which are
// counted apart. The end of the response says that this is over, even when a slow client keeps the
// connection busy for long; the end of the pool comes for every request, whatever became of it.
// Filter and pool are run by one thread at a time.
#include <util_filter.h>

#include <utility>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/endless/endless.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/request/admission.h"
#include "mod_cutover/httpd/request/streams.h"
#include "mod_cutover/httpd/request/upgrade.h"
#include "mod_cutover/httpd/worker/place.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "shared/memory/gate.h"

namespace cutover {
namespace {

constexpr const char* kFilter = "CUTOVER_COUNT_OUT";
constexpr const char* kBodyFilter = "CUTOVER_BODY";

void forget_note(const Runtime& runtime, Decision& decision) {
  InFlightNote* note = std::exchange(decision.note, nullptr);
  if (note == nullptr) return;
  if (runtime.means->closer != nullptr) runtime.means->closer->leaves(*note);
  forget(*note);
}

std::atomic<std::int64_t>& endless(const Runtime& runtime, const Decision& decision) {
  return endless_of(runtime, *decision.site).open[static_cast<std::size_t>(decision.side)];
}

void leave_gate(const Runtime& runtime, Decision& decision, SiteCounters& counted) {
  if (std::exchange(decision.self_call, false)) counted.self_calls_done.fetch_add(1);
  Gate(control_of(runtime, *decision.site), counted).leave();
}

void count_out(Decision& decision, bool failed) {
  SiteCounters* counted = std::exchange(decision.counted, nullptr);
  if (counted == nullptr) return;
  const Runtime& runtime = *config_of(ap_server_conf).global->runtime;
  if (decision.endless != nullptr) {
    runtime.cutter->leaves(*std::exchange(decision.endless, nullptr));
    endless(runtime, decision).fetch_sub(1, std::memory_order_release);
    return;
  }
  forget_note(runtime, decision);
  leave_gate(runtime, decision, *counted);
  end_place(runtime, decision, failed);
}

apr_status_t at_pool_end(void* of_request) {
  auto& decision = *static_cast<Decision*>(of_request);
  no_upgrade_any_more(decision);
  count_out(decision, false);
  return APR_SUCCESS;
}

// Of this generation's httpd, before it forks; by its name a filter is searched for anew each time.
ap_filter_rec_t* end_watcher = nullptr;

// A stream of HTTP/2 has no connection of its own to close: it is ended by what it sends next.
bool is_to_end(const ap_filter_t* filter, const Decision& decision) {
  if (decision.endless == nullptr || filter->c->master == nullptr) return false;
  const Runtime& runtime = *config_of(ap_server_conf).global->runtime;
  return is_to_close(control_of(runtime, *decision.site), decision.side);
}

// As mod_proxy does where an origin breaks off: mod_http2 resets the stream, so that its client
// sees that this was not the end.
apr_status_t break_off(ap_filter_t* filter, Decision& decision, apr_bucket_brigade* brigade) {
  count_out(decision, false);
  ap_remove_output_filter(filter);
  apr_bucket_alloc_t* const buckets = filter->c->bucket_alloc;
  apr_brigade_cleanup(brigade);
  APR_BRIGADE_INSERT_TAIL(
      brigade, ap_bucket_error_create(HTTP_BAD_GATEWAY, nullptr, filter->r->pool, buckets));
  APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(buckets));
  ap_pass_brigade(filter->next, brigade);
  filter->c->aborted = 1;
  return APR_ECONNABORTED;
}

// Before the brigade goes on: passing it may block for as long as the client likes.
apr_status_t watch_for_end(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  auto& decision = *static_cast<Decision*>(filter->ctx);
  for (apr_bucket* b = APR_BRIGADE_FIRST(brigade); b != APR_BRIGADE_SENTINEL(brigade);
       b = APR_BUCKET_NEXT(b)) {
    if (!APR_BUCKET_IS_EOS(b)) continue;
    count_out(decision, says_overload(filter->r->status));
    ap_remove_output_filter(filter);
    return ap_pass_brigade(filter->next, brigade);
  }
  if (is_endless_by_type(filter->r, decision)) count_as_endless(filter->r, decision);
  if (is_to_end(filter, decision)) return break_off(filter, decision, brigade);
  return ap_pass_brigade(filter->next, brigade);
}

ap_filter_rec_t* body_watcher = nullptr;

// Whoever reads the body reads it through here, and be it httpd, to throw the rest away.
apr_status_t watch_for_body(ap_filter_t* filter, apr_bucket_brigade* brigade, ap_input_mode_t mode,
                            apr_read_type_e block, apr_off_t bytes) {
  const apr_status_t got = ap_get_brigade(filter->next, brigade, mode, block, bytes);
  if (got != APR_SUCCESS || APR_BRIGADE_EMPTY(brigade) ||
      !APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade)))
    return got;
  const auto& decision = *static_cast<const Decision*>(filter->ctx);
  if (decision.note != nullptr) body_has_come(*decision.note);
  ap_remove_input_filter(filter);
  return got;
}

}  // namespace

void register_counting() {
  // Below everything that makes or changes the response, above what frames and sends it.
  end_watcher = ap_register_output_filter(kFilter, walled<watch_for_end, APR_EGENERAL>, nullptr,
                                          AP_FTYPE_PROTOCOL);
  // Above what takes a body out of its frame.
  body_watcher = ap_register_input_filter(kBodyFilter, walled<watch_for_body, APR_EGENERAL>,
                                          nullptr, AP_FTYPE_CONTENT_SET);
}

void watch_body(request_rec* r, Decision& decision) {
  if (decision.note != nullptr)
    ap_add_input_filter_handle(body_watcher, &decision, r, r->connection);
}

void count_as_endless(request_rec* r, Decision& decision) {
  if (decision.counted == nullptr || decision.endless != nullptr) return;
  const Runtime& runtime = *config_of(ap_server_conf).global->runtime;
  decision.endless = enter_cutter(r, runtime, decision);
  if (decision.endless == nullptr) return;
  forget_note(runtime, decision);
  endless(runtime, decision).fetch_add(1);
  leave_gate(runtime, decision, *decision.counted);
  give_place_back(runtime, decision);
}

void count_out_at_end(request_rec* r, Decision& decision) {
  apr_pool_cleanup_register(r->pool, &decision, walled<at_pool_end, APR_SUCCESS>,
                            apr_pool_cleanup_null);
  ap_add_output_filter_handle(end_watcher, &decision, r, r->connection);
}

}  // namespace cutover
