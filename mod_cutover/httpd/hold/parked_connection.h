// SPDX-License-Identifier: Apache-2.0
// A connection that httpd's MPM believes to wait for its socket, while what it polls is the eventfd
// of a held request, or of a session of HTTP/2 that is held whole. Used by the one thread at a time
// that has the connection; what the waker shares is in waiter.h, and what a session's streams do in
// held_session.h.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/hold/held_session.h"
#include "mod_cutover/httpd/hold/waker.h"

namespace cutover {

// Hangs on a connection from its first hold on; on one that speaks HTTP/2, from its beginning.
struct ParkedConnection {
  Waiter waiter;
  Waker* waker = nullptr;
  request_rec* r = nullptr;         // the one that is held; none: the connection is like any other
  bool swapped = false;             // the socket's descriptor is the eventfd
  TurnEnd end = TurnEnd::kNothing;  // of the request that goes on just now
  std::int64_t took_ns = 0;
  bool ending = false;  // it is through, but its thread not idle
  Session session;

  bool waits() const { return r != nullptr || session.since_ns != 0; }

  ParkedConnection() = default;
  ParkedConnection(const ParkedConnection&) = delete;
  ParkedConnection& operator=(const ParkedConnection&) = delete;
  ~ParkedConnection() {
    if (waker == nullptr) return;
    if (ending) waker->end_turn(waiter, end, took_ns);
    waker->forget(waiter);
  }
};

// Once the request that went on is through, and its thread is about to be idle.
void end_turn(ParkedConnection& mine);

// Nothing where it was never parked.
ParkedConnection* parked_on(const conn_rec* c);
ParkedConnection& make_parked(conn_rec* c);

// Nothing where it speaks no HTTP/2, or is of no site.
Session* session_of(const conn_rec& c);

// Hook suspend_connection, the last: the MPM polls next.
void swap_out(conn_rec* c, request_rec* r);
// Hook resume_connection, the first: before anybody else looks at the socket.
void swap_back(conn_rec* c, request_rec* r);

}  // namespace cutover
