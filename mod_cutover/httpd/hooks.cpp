// SPDX-License-Identifier: Apache-2.0
// The module in the order in which it runs.
#include "mod_cutover/httpd/hooks.h"

#include "mod_cutover/httpd/edge/lacking.h"
#include "mod_cutover/httpd/edge/proxy.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/endless/endless.h"
#include "mod_cutover/httpd/hold/child.h"
#include "mod_cutover/httpd/hold/parked_connection.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/httpd/hold/stragglers.h"
#include "mod_cutover/httpd/page/handler.h"
#include "mod_cutover/httpd/parent/coordinator.h"
#include "mod_cutover/httpd/parent/memory.h"
#include "mod_cutover/httpd/parent/start_up.h"
#include "mod_cutover/httpd/preview/uncached.h"
#include "mod_cutover/httpd/request/admission.h"
#include "mod_cutover/httpd/request/answer.h"
#include "mod_cutover/httpd/request/by_proxy.h"
#include "mod_cutover/httpd/request/early_body.h"
#include "mod_cutover/httpd/request/error_document.h"
#include "mod_cutover/httpd/request/pass_on.h"
#include "mod_cutover/httpd/request/route.h"
#include "mod_cutover/httpd/request/upgrade.h"
#include "mod_cutover/httpd/sessions/session.h"
// After httpd's own.
#include <ap_mpm.h>
#include <apr_optional_hooks.h>
#include <http_connection.h>
#include <mod_status.h>
#include <mpm_common.h>

namespace cutover {
namespace {

// After the handshake of mod_ssl, before mod_http2 reads.
void register_sessions() {
  static const char* const kTls[] = {"mod_ssl.c", nullptr};
  static const char* const kHttp2[] = {"mod_http2.c", nullptr};
  ap_hook_protocol_switch(walled<learn_session, DECLINED>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_process_connection(walled<note_stream, DECLINED>, nullptr, nullptr,
                             APR_HOOK_REALLY_FIRST);
  ap_hook_process_connection(walled<hold_session, DECLINED>, kTls, kHttp2, APR_HOOK_MIDDLE);
  ap_hook_mpm_query(walled<say_running, DECLINED>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
}

constexpr int kError = HTTP_INTERNAL_SERVER_ERROR;

void hook_requests() {
  // A request arrives: counted in and let through, held, or refused. Before caches and everybody.
  register_counting();
  register_early_body();
  register_upgrades();
  register_uncached();
  ap_hook_quick_handler(walled<admit, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  register_error_documents();
  // It goes to the new host: httpd has decoded its path and judged it as one of its own. Named as a
  // proxy request before mod_rewrite and mod_alias see it.
  ap_hook_translate_name(walled<route, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // No module that takes what it is not asked for gets in between.
  ap_hook_map_to_storage(walled<map_by_proxy, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // mod_proxy asks the new host: what the vhost does for its own answers is done there. One that
  // was held is tried once more where the new host has no room for it.
  register_answers();
  ap_hook_handler(walled<pass_on_uncached, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST - 1);
  ap_hook_handler(walled<pass_on, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // The status page, before who takes what is not theirs; and its section in mod_status.
  ap_hook_handler(walled<serve_page, kError>, nullptr, nullptr, APR_HOOK_REALLY_FIRST + 2);
  APR_OPTIONAL_HOOK(ap, status_hook, (walled<serve_server_status, DECLINED>), nullptr, nullptr,
                    APR_HOOK_MIDDLE);
  // mod_proxy asks somebody for it, here or there: whom?
  APR_OPTIONAL_HOOK(proxy, create_req, (walled<note_origin, DECLINED>), nullptr, nullptr,
                    APR_HOOK_MIDDLE);
  APR_OPTIONAL_HOOK(proxy, request_status, (walled<forget_origin, DECLINED>), nullptr, nullptr,
                    APR_HOOK_MIDDLE);
  // mod_proxy is done with it: was nobody there?
  APR_OPTIONAL_HOOK(proxy, request_status, (walled<note_new_host_down, DECLINED>), nullptr, nullptr,
                    APR_HOOK_MIDDLE);
}

}  // namespace

void register_hooks(apr_pool_t*) {
  // The parent, at each configuration: does everything fit together? Also in `httpd -t`.
  ap_hook_check_config(walled<check_config, kError>, nullptr, nullptr, APR_HOOK_MIDDLE);
  // When the MPM has read its own: what can this httpd do? Only in `httpd -t`.
  ap_hook_check_config(walled<say_which_httpd, kError>, nullptr, nullptr, APR_HOOK_LAST);
  // Then: state directory, shared memory, first words, coordinator.
  ap_hook_post_config(walled<start_up, kError>, nullptr, nullptr, APR_HOOK_MIDDLE);

  // A child: claims its counters, and loses what it could write decisions with.
  ap_hook_child_init(walled<child_init>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // And finds once what each request would have to look for.
  ap_hook_child_init(walled<find_proxys_steps>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_child_init(walled<find_what_answers_need>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
  if (ap_hook_child_stopping != nullptr)
    ap_hook_child_stopping(walled<child_stopping>, nullptr, nullptr, APR_HOOK_MIDDLE);
#endif
  // The parent, when a child is gone: its counters are taken back.
  ap_hook_child_status(walled<child_status>, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_monitor(walled<sweep_now_and_then, DECLINED>, nullptr, nullptr, APR_HOOK_MIDDLE);
  // The parent, now and then: is the coordinator there?
  ap_hook_monitor(walled<keep_coordinator, DECLINED>, nullptr, nullptr, APR_HOOK_MIDDLE);

  // A connection is processed: what was parked goes on; what is held now waits without a thread.
  ap_hook_process_connection(walled<go_on, DECLINED>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_process_connection(walled<wait_if_parked, DECLINED>, nullptr, nullptr, APR_HOOK_LAST);
  // One that speaks HTTP/2 waits whole.
  register_sessions();
  // While it waits, the MPM polls the waker's eventfd instead of the socket.
  ap_hook_suspend_connection(walled<swap_out>, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  ap_hook_resume_connection(walled<swap_back>, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // A connection ends: whoever was to close it for a straggler lets go of it.
  ap_hook_pre_close_connection(walled<let_connection_end, DECLINED>, nullptr, nullptr,
                               APR_HOOK_REALLY_FIRST);
  hook_requests();
}

}  // namespace cutover
