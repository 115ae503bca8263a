// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/stragglers.h"

#include <apr_portable.h>

#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/endless/cutter.h"
#include "mod_cutover/httpd/hold/means.h"

namespace cutover {
namespace {

apr_status_t stop_closer(void* closer) {
  static_cast<Closer*>(closer)->stop();
  return APR_SUCCESS;
}

}  // namespace

void start_closer(apr_pool_t* pool, server_rec* s, Runtime& runtime) {
  std::vector<std::size_t> sites;
  for (const auto& [name, site] : config_of(s).global->sites)
    if (site->settings.close_stragglers) sites.push_back(site->index);
  if (sites.empty()) return;
  try {
    runtime.means->closer = std::make_unique<Closer>(*runtime.control, runtime.slot->notes, sites);
  } catch (const std::exception& e) {
    log(s, Message::kNoCloser,
        std::string("no closer (") + e.what() + "): connections of stragglers stay open");
    return;
  }
  apr_pool_cleanup_register(pool, runtime.means->closer.get(), walled<stop_closer, APR_SUCCESS>,
                            apr_pool_cleanup_null);
}

void close_if_left_behind(request_rec* r, const Runtime& runtime, const InFlightNote* note) {
  if (runtime.means->closer == nullptr || note == nullptr || r->connection->master != nullptr)
    return;
  apr_os_sock_t client = -1;
  if (apr_os_sock_get(&client, ap_get_conn_socket(r->connection)) == APR_SUCCESS)
    runtime.means->closer->enters(*note, r->connection, client);
}

int let_connection_end(conn_rec* c) {
  if (ap_server_conf == nullptr) return DECLINED;
  const Runtime* runtime = config_of(ap_server_conf).global->runtime;
  if (runtime != nullptr && runtime->means != nullptr && runtime->means->closer != nullptr)
    runtime->means->closer->connection_ends(c);
  if (runtime != nullptr && runtime->cutter != nullptr) runtime->cutter->connection_ends(c);
  return DECLINED;
}

}  // namespace cutover
