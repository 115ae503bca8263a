// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/sessions/session.h"

#include <string_view>
// After httpd.h.
#include <ap_mpm.h>
#include <apr_optional.h>
#include <scoreboard.h>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/held_session.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parked_connection.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/state/shared_memory.h"

// mod_http2's.
APR_DECLARE_OPTIONAL_FN(int, http2_is_h2, (conn_rec*));

namespace cutover {
namespace {

const Runtime* runtime_of(const server_rec* s) { return config_of(s).global->runtime; }

#ifdef AP_MPMQ_CAN_WAITIO

// Until when this thread's session takes what came in a hold: all of it, on a busy machine, too.
constexpr std::int64_t kReadsFirstNs = 1'000'000'000;
constinit thread_local std::int64_t reads_until_ns = 0;

// In the clear a client may begin with HTTP/2 unasked. mod_http2 finds that out by reading; whoever
// it has taken for one is known from its next turn on, and who has said so when he is accepted at
// once, where it is asked for in a hold. Of which vhost he is no handshake has told: the first of
// his address.
bool is_unknown_session(conn_rec* c) {
  static auto* const is_http2 = APR_RETRIEVE_OPTIONAL_FN(http2_is_h2);
  if (is_http2 == nullptr || !speaks_http2(c->base_server) || in_tls(c)) return false;
  if (is_http2(c) != 0) return true;
  if (c->keepalives != 0 || config_of(c->base_server).site == nullptr) return false;
  const Site& site = *config_of(c->base_server).site;
  const Runtime* runtime = runtime_of(ap_server_conf);
  return runtime != nullptr && site.index != kMaxSites &&
         holds_sessions(decode(control_of(*runtime, site).word.load())) && begins_with_http2(c);
}

class ReadsFirst {
 public:
  explicit ReadsFirst(bool after_hold) {
    if (after_hold) reads_until_ns = monotonic_ns() + kReadsFirstNs;
  }
  ~ReadsFirst() { reads_until_ns = 0; }
  ReadsFirst(const ReadsFirst&) = delete;
  ReadsFirst& operator=(const ReadsFirst&) = delete;
};

// The connection ends while it is parked: httpd gave up on it, or the child ends.
apr_status_t at_connection_end(void* connection) {
  ParkedConnection& mine = *parked_on(static_cast<conn_rec*>(connection));
  mine.waker->forget(mine.waiter);
  abandon(mine.session, counters_of(*runtime_of(ap_server_conf), *mine.session.site));
  return APR_SUCCESS;
}

int park_session(conn_rec* c, ParkedConnection& mine, const Runtime& runtime, HeldSession& held) {
  const bool first = mine.waker == nullptr;
  if (!park_connection(c, runtime, {mine.session.site->index, held.limit_ns()})) {
    held.give_up();
    return DECLINED;
  }
  if (first)
    apr_pool_cleanup_register(c->pool, c, walled<at_connection_end, APR_SUCCESS>,
                              apr_pool_cleanup_null);
  c->cs->state = CONN_STATE_ASYNC_WAITIO;
  c->cs->sense = CONN_SENSE_WANT_READ;
  return OK;
}

// What mod_http2 has made of it. One that waits for more of its own accord has open streams, which
// the client's window blocks; or it never had one.
bool is_idle(const conn_rec* c, const Session& session) {
  if (c->cs->state == CONN_STATE_WRITE_COMPLETION) return c->cs->sense == CONN_SENSE_DEFAULT;
  return c->cs->state == CONN_STATE_ASYNC_WAITIO && !session.had_stream.load();
}

// httpd closes kept connections where it finds no thread at once, with what the client has just
// sent on them; not those that it waits for.
void wait_for_more(conn_rec* c) {
  if (c->cs->state != CONN_STATE_WRITE_COMPLETION || c->data_in_output_filters != 0 ||
      c->data_in_input_filters != 0)
    return;
  c->cs->state = CONN_STATE_ASYNC_WAITIO;
  c->cs->sense = CONN_SENSE_WANT_READ;
}

int run_mod_http2(conn_rec* c, bool after_hold) {
  const ReadsFirst reads(after_hold);
  return run_those_after(walled<hold_session, DECLINED>, c);
}

int hand_over(conn_rec* c, ParkedConnection& mine, const HeldSession& held, bool after_hold) {
  if (after_hold) {
    // This thread is not idle: the waker looks for that.
    ap_update_child_status(static_cast<ap_sb_handle_t*>(c->sbh), SERVER_BUSY_READ, nullptr);
    // Its place in the release is for its streams, which ask for one each.
    mine.waker->lapse(mine.waiter);
  }
  mine.session.idle = false;
  const int answer = run_mod_http2(c, after_hold);
  mine.session.idle = answer == OK && is_idle(c, mine.session);
  // A child that ends after a graceful closes them, as always.
  if (mine.session.idle && held.lasts() && !child_is_stopping()) wait_for_more(c);
  return answer;
}

#endif

// It speaks HTTP/2, and is of a site.
bool learn(conn_rec* c, const server_rec* s) {
  const Site* site = config_of(s).site;
  const Runtime* runtime = runtime_of(s);
  if (site == nullptr || site->index == kMaxSites || runtime == nullptr ||
      runtime->means == nullptr)
    return false;
  make_parked(c).session.site = site;
  return true;
}

}  // namespace

int learn_session(conn_rec* c, request_rec*, server_rec* s, const char* protocol) {
  const std::string_view name = protocol;
  if (c->master == nullptr && (name == "h2" || name == "h2c")) learn(c, s);
  return DECLINED;
}

int note_stream(conn_rec* c) {
  if (c->master == nullptr) return DECLINED;
  ParkedConnection* session = parked_on(c->master);
  if (session != nullptr) session->session.had_stream.store(true);
  return DECLINED;
}

#ifdef AP_MPMQ_CAN_WAITIO

int hold_session(conn_rec* c) {
  if (c->master != nullptr || c->cs == nullptr) return DECLINED;
  if (session_of(*c) == nullptr && (!is_unknown_session(c) || !learn(c, c->base_server)))
    return DECLINED;
  ParkedConnection* mine = parked_on(c);
  const Runtime& runtime = *runtime_of(ap_server_conf);
  if (runtime.means->waker == nullptr) return DECLINED;
  const bool was_held = mine->session.since_ns != 0;
  HeldSession held(c, mine->session, runtime);
  switch (held.look(was_held && mine->waiter.client_gone)) {
    case HeldSession::Goes::kNowhere:
      if (park_session(c, *mine, runtime, held) == OK) return OK;
      break;
    case HeldSession::Goes::kAway:
      c->aborted = 1;
      c->cs->state = CONN_STATE_LINGER;
      return OK;
    case HeldSession::Goes::kOn:
      break;
  }
  return hand_over(c, *mine, held, was_held);
}

int say_running(int query, int* result, apr_status_t* status) {
  if (query != AP_MPMQ_MPM_STATE || reads_until_ns == 0 || monotonic_ns() > reads_until_ns)
    return DECLINED;
  *result = AP_MPMQ_RUNNING;
  *status = APR_SUCCESS;
  return OK;
}

#else  // httpd before 2.4.63: the session keeps a thread, and its streams block

int hold_session(conn_rec*) { return DECLINED; }
int say_running(int, int*, apr_status_t*) { return DECLINED; }

#endif

}  // namespace cutover
