// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/endless/endless.h"

#include <apr_portable.h>

#include "mod_cutover/httpd/edge/in_pool.h"

namespace cutover {
namespace {

int socket_of(conn_rec* c) {
  apr_os_sock_t number = -1;
  apr_socket_t* socket = ap_get_conn_socket(c);
  return socket != nullptr && apr_os_sock_get(&number, socket) == APR_SUCCESS ? number : -1;
}

// A stream of HTTP/2 has its connection with others, which are not to be closed.
int client_of(request_rec* r) {
  return r->connection->master == nullptr ? socket_of(r->connection) : -1;
}

}  // namespace

void make_cutter(apr_pool_t* pool, Runtime& runtime) {
  runtime.cutter = make_in<Cutter>(pool, *runtime.control);
}

EndlessRequest* enter_cutter(request_rec* r, const Runtime& runtime, const Decision& decision) {
  if (runtime.cutter == nullptr) return nullptr;
  try {
    EndlessRequest* entered =
        runtime.cutter->enters({decision.site->index, decision.side}, r->connection, client_of(r));
    if (entered != nullptr && decision.origin >= 0)
      runtime.cutter->has_origin(*entered, decision.origin);
    return entered;
  } catch (const std::exception& e) {
    log(r, Message::kNoCloser,
        std::string("nothing could close this connection at a switch (") + e.what() +
            "): a drain waits for its end");
    return nullptr;
  }
}

int note_origin(request_rec* r, request_rec* to_origin) {
  Decision* decision = decision_of(r);
  if (decision == nullptr || decision->counted == nullptr) return DECLINED;
  decision->origin = socket_of(to_origin->connection);
  if (decision->endless != nullptr && decision->origin >= 0)
    config_of(ap_server_conf)
        .global->runtime->cutter->has_origin(*decision->endless, decision->origin);
  return DECLINED;
}

int forget_origin(int*, request_rec* r) {
  Decision* decision = decision_of(r);
  if (decision == nullptr || decision->origin < 0) return DECLINED;
  decision->origin = -1;
  if (decision->endless != nullptr)
    config_of(ap_server_conf).global->runtime->cutter->has_no_origin(*decision->endless);
  return DECLINED;
}

}  // namespace cutover
