// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/by_proxy.h"

#include <cstring>

#include "mod_cutover/httpd/request/route.h"

namespace cutover {
namespace {

template <class Link>
int ask_proxy(const apr_array_header_t* hooks, request_rec* r) {
  if (!is_routed(r)) return DECLINED;
  const auto* links = reinterpret_cast<const Link*>(hooks->elts);
  for (const Link* link = links; link != links + hooks->nelts; ++link)
    if (std::strcmp(link->szName, "mod_proxy.c") == 0) return link->pFunc(r);
  return DECLINED;
}

}  // namespace

int map_by_proxy(request_rec* r) {
  return ask_proxy<ap_LINK_map_to_storage_t>(ap_hook_get_map_to_storage(), r);
}

int answer_by_proxy(request_rec* r) {
  return ask_proxy<ap_LINK_handler_t>(ap_hook_get_handler(), r);
}

}  // namespace cutover
