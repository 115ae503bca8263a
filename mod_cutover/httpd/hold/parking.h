// SPDX-License-Identifier: Apache-2.0
// Parking: a request is put aside with no thread. It takes an MPM that can wait for a connection
// and then process it anew (CONN_STATE_ASYNC_WAITIO: event of httpd 2.4.63 and later).
//
//   admit            park(): eventfd, waker; all that may fail is done; SUSPENDED
//   wait_if_parked   the MPM is told ASYNC_WAITIO instead of SUSPENDED
//   swap_out         before it polls: the socket's descriptor is the eventfd now
//       ... the waker writes the eventfd; the MPM's listener finds a worker ...
//   swap_back        before anybody else looks at the socket
//   go_on            the request is processed from its start: admit, through the gate
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {

// What a connection waits for, and its client's part in it.
struct Parking {
  std::size_t site = 0;
  std::int64_t limit_ns = 0;
  bool may_close_its_half = false;
};
// All that may fail is done: the MPM is to be told to wait. False when there are no means.
bool park_connection(conn_rec* c, const Runtime& runtime, const Parking& parking);

// From quick_handler: true when the request waits without its thread; SUSPENDED is then the
// answer. False when it must wait in another way.
bool park(request_rec* r, const Runtime& runtime, Decision& decision, std::int64_t limit_ns);
// This request is one that could wait so.
bool could_park(const request_rec* r);
// Of a request that was parked and is resumed: the waker saw its client leave.
bool parked_client_is_gone(request_rec* r);
// It is let through to its side; and its side had no answer. Nothing of one that was not parked.
void parked_goes_on(request_rec* r);
void parked_has_failed(request_rec* r);

// In a fresh child: starts the waker, where this MPM can wait. It ends with the pool.
void start_waker(apr_pool_t* pool, server_rec* s, Runtime& runtime);

// Hook process_connection, before everybody.
int go_on(conn_rec* c);
// Hook process_connection, right before the core's, which it runs itself.
int wait_if_parked(conn_rec* c);

// As httpd would run the process_connection hooks that come after this one.
int run_those_after(int (*us)(conn_rec*), conn_rec* c);

}  // namespace cutover
