// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/parked_connection.h"

#include <apr_portable.h>
#include <unistd.h>
// After httpd.h.
#include <ap_mpm.h>

#include "mod_cutover/httpd/edge/in_pool.h"

namespace cutover {

ParkedConnection* parked_on(const conn_rec* c) {
  return static_cast<ParkedConnection*>(ap_get_module_config(c->conn_config, &cutover_module));
}

ParkedConnection& make_parked(conn_rec* c) {
  ParkedConnection* parked = parked_on(c);
  if (parked == nullptr) {
    parked = make_in<ParkedConnection>(c->pool);
    ap_set_module_config(c->conn_config, &cutover_module, parked);
  }
  return *parked;
}

Session* session_of(const conn_rec& c) {
  ParkedConnection* mine = parked_on(&c);
  return mine == nullptr || mine->session.site == nullptr ? nullptr : &mine->session;
}

void end_turn(ParkedConnection& mine) {
  if (!mine.ending) return;
  mine.ending = false;
  mine.waker->end_turn(mine.waiter, mine.end, mine.took_ns);
}

#ifdef AP_MPMQ_CAN_WAITIO

void swap_out(conn_rec* c, request_rec*) {
  ParkedConnection* mine = parked_on(c);
  if (mine != nullptr) end_turn(*mine);
  // Of all that suspends a connection, only the wait for the waker.
  if (mine == nullptr || !mine->waits() || c->cs->state != CONN_STATE_ASYNC_WAITIO) return;
  apr_socket_t* socket = ap_get_conn_socket(c);
  apr_os_sock_t wake = mine->waiter.wake.get();
  apr_os_sock_put(&socket, &wake, c->pool);
  mine->swapped = true;
}

#else

void swap_out(conn_rec*, request_rec*) {}

#endif

void swap_back(conn_rec* c, request_rec*) {
  ParkedConnection* mine = parked_on(c);
  if (mine == nullptr || !mine->swapped) return;
  mine->swapped = false;
  mine->waker->remove(mine->waiter);
  apr_socket_t* socket = ap_get_conn_socket(c);
  apr_os_sock_t polled = -1;
  apr_os_sock_t client = mine->waiter.client;
  if (apr_os_sock_get(&polled, socket) == APR_SUCCESS && polled == mine->waiter.wake.get()) {
    apr_os_sock_put(&socket, &client, c->pool);
    mine->waiter.wake.reset();
    return;
  }
  // httpd has closed what it took for the socket: the eventfd. It will not close the other one.
  mine->waiter.wake.release();
  ::close(client);
}

}  // namespace cutover
