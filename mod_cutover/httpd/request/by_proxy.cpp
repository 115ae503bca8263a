// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/by_proxy.h"

#include <http_core.h>

#include <cstring>
#include <optional>

#include "mod_cutover/httpd/request/route.h"

namespace cutover {
namespace {

using Step = int(request_rec*);

// Of this child, before it has threads.
Step* proxys_map = nullptr;
Step* proxys_answer = nullptr;

template <class Link>
Step* proxys(const apr_array_header_t* hooks) {
  if (hooks == nullptr) return nullptr;
  const auto* links = reinterpret_cast<const Link*>(hooks->elts);
  for (const Link* link = links; link != links + hooks->nelts; ++link)
    if (std::strcmp(link->szName, "mod_proxy.c") == 0) return link->pFunc;
  return nullptr;
}

// mod_proxy closes a WebSocket on which nobody says anything for the longer one of its two sockets'
// time-outs. The new host's is for every request, and short, so that visitors do not wait for one
// that has gone; the client's is made this long, for as long as mod_proxy has a request that may
// become one.
constexpr apr_interval_time_t kSilence = apr_time_from_sec(3600);

// What it was before, where it was changed.
std::optional<apr_interval_time_t> let_be_silent(const request_rec* r) {
  if (r->connection->master != nullptr || apr_table_get(r->headers_in, "Upgrade") == nullptr)
    return std::nullopt;
  apr_socket_t* client = ap_get_conn_socket(r->connection);
  apr_interval_time_t before = 0;
  if (apr_socket_timeout_get(client, &before) != APR_SUCCESS || before >= kSilence ||
      apr_socket_timeout_set(client, kSilence) != APR_SUCCESS)
    return std::nullopt;
  return before;
}

}  // namespace

void find_proxys_steps(apr_pool_t*, server_rec*) {
  proxys_map = proxys<ap_LINK_map_to_storage_t>(ap_hook_get_map_to_storage());
  proxys_answer = proxys<ap_LINK_handler_t>(ap_hook_get_handler());
}

int map_by_proxy(request_rec* r) {
  return proxys_map != nullptr && is_routed(r) ? proxys_map(r) : DECLINED;
}

int answer_by_proxy(request_rec* r) {
  if (proxys_answer == nullptr) return DECLINED;
  const std::optional<apr_interval_time_t> before = let_be_silent(r);
  const int answer = proxys_answer(r);
  // One that is suspended is another thread's by now.
  if (before && answer != SUSPENDED)
    apr_socket_timeout_set(ap_get_conn_socket(r->connection), *before);
  return answer;
}

}  // namespace cutover
