// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/stray.h"

#include <netinet/in.h>

#include <cstring>

namespace cutover {
namespace {

constexpr apr_time_t kHour = apr_time_from_sec(3600);

bool among(const apr_array_header_t* names, const char* host) {
  if (names == nullptr) return false;
  const auto* all = reinterpret_cast<const char* const*>(names->elts);
  for (int i = 0; i < names->nelts; ++i)
    if (all[i] != nullptr && strcasecmp(all[i], host) == 0) return true;
  return false;
}

// A name of the configuration: what a visitor makes up takes no place among them.
const char* known_name(request_rec* r) {
  const server_rec* s = r->server;
  if (r->hostname == nullptr) return "other";
  if (s->server_hostname != nullptr && strcasecmp(s->server_hostname, r->hostname) == 0)
    return s->server_hostname;
  return among(s->names, r->hostname) ? r->hostname : "other";
}

// As mod_remoteip has it, where a load balancer stands before this host.
Network network_of(const apr_sockaddr_t* from) {
  if (from == nullptr) return 0;
  const auto* address = static_cast<const unsigned char*>(from->ipaddr_ptr);
  if (from->family == AF_INET) return network_of_v4(address);
  return from->family == AF_INET6 ? network_of_v6(address) : 0;
}

}  // namespace

void count_as_stray(request_rec* r, const Runtime& runtime, const Site& site) {
  if (runtime.counters.strays == nullptr) return;
  count_stray(runtime.counters.strays[site.index], r->request_time / kHour, known_name(r),
              network_of(r->useragent_addr));
}

}  // namespace cutover
