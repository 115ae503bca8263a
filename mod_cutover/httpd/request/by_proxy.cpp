// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/by_proxy.h"

#include <cstring>

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

}  // namespace

void find_proxys_steps(apr_pool_t*, server_rec*) {
  proxys_map = proxys<ap_LINK_map_to_storage_t>(ap_hook_get_map_to_storage());
  proxys_answer = proxys<ap_LINK_handler_t>(ap_hook_get_handler());
}

int map_by_proxy(request_rec* r) {
  return proxys_map != nullptr && is_routed(r) ? proxys_map(r) : DECLINED;
}

int answer_by_proxy(request_rec* r) {
  return proxys_answer != nullptr ? proxys_answer(r) : DECLINED;
}

}  // namespace cutover
