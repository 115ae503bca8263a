// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/new_addresses.h"

#include <apr_network_io.h>
#include <apr_uri.h>

#include <algorithm>

#include "mod_cutover/httpd/config/proxy_worker.h"

namespace cutover {
namespace {

// apr_uri leaves an IPv6 address its brackets.
std::string host_in(const std::string& url, apr_pool_t* pool) {
  apr_uri_t uri{};
  if (apr_uri_parse(pool, url.c_str(), &uri) != APR_SUCCESS || uri.hostname == nullptr) return {};
  std::string host = uri.hostname;
  std::erase_if(host, [](char c) { return c == '[' || c == ']'; });
  return host;
}

void add_addresses(std::vector<std::string>& known, const std::string& host, apr_pool_t* pool) {
  apr_sockaddr_t* first = nullptr;
  if (host.empty() ||
      apr_sockaddr_info_get(&first, host.c_str(), APR_UNSPEC, 0, 0, pool) != APR_SUCCESS)
    return;
  for (apr_sockaddr_t* one = first; one != nullptr; one = one->next) {
    char* text = nullptr;
    if (apr_sockaddr_ip_get(&text, one) == APR_SUCCESS &&
        std::ranges::find(known, text) == known.end())
      known.emplace_back(text);
  }
}

}  // namespace

std::vector<std::string> addresses_of_new(const std::string& url, server_rec* main_server) {
  apr_pool_t* pool = nullptr;
  if (apr_pool_create(&pool, main_server->process->pool) != APR_SUCCESS) return {};
  std::vector<std::string> known;
  for (const std::string& one : urls_behind(url, main_server))
    add_addresses(known, host_in(one, pool), pool);
  apr_pool_destroy(pool);
  return known;
}

}  // namespace cutover
