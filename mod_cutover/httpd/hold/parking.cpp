// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/parking.h"

#include <apr_portable.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
// After httpd.h.
#include <ap_mpm.h>
#include <http_connection.h>
#include <scoreboard.h>

#include <algorithm>
#include <utility>

#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/held_request.h"
#include "mod_cutover/httpd/hold/idle_threads.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parked_connection.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

// The connection whose requests this thread reads just now, on a way that ends in wait_if_parked
// or go_on. From anywhere else SUSPENDED would leave a connection that nobody resumes.
constinit thread_local conn_rec* can_wait = nullptr;

const Runtime* runtime_of(const server_rec* s) { return config_of(s).global->runtime; }

// A descriptor for the MPM to poll. The numbers are given out from the lowest: one near the limit
// says that few are left, and httpd ends a child that cannot accept.
Fd make_wake(const Runtime& runtime) {
  Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return wake.get() < runtime.means->parkable_fds ? std::move(wake) : Fd();
}

// The connection ends while it is parked: httpd gave up on it, or the child ends.
apr_status_t at_request_end(void* request) {
  auto* r = static_cast<request_rec*>(request);
  ParkedConnection* mine = parked_on(r->connection);
  if (mine != nullptr && mine->r == r) {
    mine->waker->forget(mine->waiter);
    mine->r = nullptr;
  }
  Decision& decision = *decision_of(r);
  abandon(decision, counters_of(*runtime_of(ap_server_conf), *decision.site));
  return APR_SUCCESS;
}

}  // namespace

bool park_connection(conn_rec* c, const Runtime& runtime, const Parking& parking) {
  // Event's listener, which would poll for it, may be gone: once told to stop it ends when it
  // counts no connection, and one that it accepted just before is counted only when a thread takes
  // it up. It ends after the state was set, and before that thread counted: so the thread, which
  // asks here later, sees the state. Where it says "running", the connection is counted and the
  // listener stays.
  if (child_is_stopping()) return false;
  apr_os_sock_t client = -1;
  if (apr_os_sock_get(&client, ap_get_conn_socket(c)) != APR_SUCCESS) return false;
  ParkedConnection& mine = make_parked(c);
  end_turn(mine);
  mine.waiter.wake = make_wake(runtime);
  if (!mine.waiter.wake) return false;
  mine.waiter.client = client;
  mine.waiter.may_close_its_half = parking.may_close_its_half;
  mine.waiter.site = parking.site;
  mine.waiter.limit_ns = parking.limit_ns;
  mine.waker = runtime.means->waker.get();
  if (mine.waker->add(mine.waiter)) return true;
  mine.waiter.wake.reset();
  return false;
}

bool park(request_rec* r, const Runtime& runtime, Decision& decision, std::int64_t limit_ns) {
  if (!could_park(r) || !park_connection(r->connection, runtime,
                                         {decision.site->index, limit_ns, may_close_its_half(r)}))
    return false;
  parked_on(r->connection)->r = r;
  if (!decision.watched_to_its_end)
    apr_pool_cleanup_register(r->pool, r, walled<at_request_end, APR_SUCCESS>,
                              apr_pool_cleanup_null);
  decision.watched_to_its_end = true;
  return true;
}

bool could_park(const request_rec* r) { return can_wait == r->connection; }

bool parked_client_is_gone(request_rec* r) {
  const ParkedConnection* mine = parked_on(r->connection);
  return mine != nullptr && mine->waiter.client_gone;
}

void parked_goes_on(request_rec* r) {
  ParkedConnection* mine = parked_on(r->connection);
  if (mine == nullptr || mine->waker == nullptr) return;
  mine->end = TurnEnd::kAnswered;
  // A tunnel, probably: it may last for hours.
  if (apr_table_get(r->headers_in, "Upgrade") != nullptr) mine->waker->lapse(mine->waiter);
}

void parked_has_failed(request_rec* r) {
  ParkedConnection* mine = parked_on(r->connection);
  if (mine != nullptr) mine->end = TurnEnd::kFailed;
}

int run_those_after(int (*us)(conn_rec*), conn_rec* c) {
  const apr_array_header_t* all = ap_hook_get_process_connection();
  const auto* links = reinterpret_cast<const ap_LINK_process_connection_t*>(all->elts);
  int i = 0;
  while (i < all->nelts && links[i].pFunc != us) ++i;
  int answer = DECLINED;
  for (++i; i < all->nelts && answer == DECLINED; ++i) answer = links[i].pFunc(c);
  return answer;
}

#ifdef AP_MPMQ_CAN_WAITIO

namespace {

class CanWait {
 public:
  explicit CanWait(conn_rec* c) { can_wait = c; }
  ~CanWait() { can_wait = nullptr; }
  CanWait(const CanWait&) = delete;
  CanWait& operator=(const CanWait&) = delete;
};

apr_status_t stop_waker(void* waker) {
  static_cast<Waker*>(waker)->stop();
  return APR_SUCCESS;
}

void tell_mpm_to_wait(conn_rec* c) {
  const ParkedConnection* mine = parked_on(c);
  if (c->cs->state != CONN_STATE_SUSPENDED || mine == nullptr || mine->r == nullptr) return;
  c->cs->state = CONN_STATE_ASYNC_WAITIO;
  c->cs->sense = CONN_SENSE_WANT_READ;
}

}  // namespace

void start_waker(apr_pool_t* pool, server_rec* s, Runtime& runtime) {
  if (!mpm_can_park()) return;
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const int limit = static_cast<int>(std::min<rlim_t>(files.rlim_cur, 1 << 30));
  const int threads = ask_mpm(AP_MPMQ_MAX_THREADS);
  runtime.means->parkable_fds = limit - spare_fds(threads);
  const auto are_idle = [idle = IdleThreads(threads)](int number) { return idle.at_least(number); };
  try {
    runtime.means->waker =
        std::make_unique<Waker>(*runtime.control, runtime.counters, *runtime.slot,
                                Threads{threads, std::max(threads - kLeftIdle, 1), are_idle});
  } catch (const std::exception& e) {
    log(s, Message::kNoWaker,
        std::string("no parker (") + e.what() + "): held requests keep their threads");
    return;
  }
  apr_pool_cleanup_register(pool, runtime.means->waker.get(), walled<stop_waker, APR_SUCCESS>,
                            apr_pool_cleanup_null);
}

int go_on(conn_rec* c) {
  ParkedConnection* mine = parked_on(c);
  if (mine == nullptr || mine->r == nullptr) return DECLINED;
  const CanWait here(c);
  request_rec* r = std::exchange(mine->r, nullptr);
  c->cs->state = CONN_STATE_HANDLER;
  ap_update_child_status(static_cast<ap_sb_handle_t*>(c->sbh), SERVER_BUSY_WRITE, r);
  mine->end = TurnEnd::kNothing;
  const std::int64_t begun = monotonic_ns();
  ap_process_async_request(r);  // it may be no more after this
  tell_mpm_to_wait(c);
  mine->took_ns = monotonic_ns() - begun;
  mine->ending = mine->r == nullptr;
  if (c->cs->state != CONN_STATE_WRITE_COMPLETION && c->cs->state != CONN_STATE_ASYNC_WAITIO &&
      c->cs->state != CONN_STATE_SUSPENDED)
    c->cs->state = CONN_STATE_LINGER;
  return OK;
}

int wait_if_parked(conn_rec* c) {
  const Runtime* runtime = runtime_of(ap_server_conf);
  if (runtime == nullptr || runtime->means == nullptr || runtime->means->waker == nullptr ||
      c->cs == nullptr || c->master != nullptr || c->clogging_input_filters != 0)
    return DECLINED;
  const CanWait here(c);
  const int answer = run_those_after(walled<wait_if_parked, DECLINED>, c);
  if (answer == OK) tell_mpm_to_wait(c);
  return answer;
}

#else  // httpd before 2.4.63: nobody parks, every hold blocks its thread

void start_waker(apr_pool_t*, server_rec*, Runtime&) {}
int go_on(conn_rec*) { return DECLINED; }
int wait_if_parked(conn_rec*) { return DECLINED; }

#endif

}  // namespace cutover
