// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/server_config.h"

#include <algorithm>

#include "mod_cutover/httpd/edge/in_pool.h"

namespace cutover {

bool ServerConfig::serves_locally(const char* url_path, apr_pool_t* pool) const {
  if (pages.empty() && (site == nullptr || site->settings.local.empty())) return false;
  const std::string path = unambiguous_path(url_path, pool);
  if (path.empty()) return false;
  const auto page_is_here = [&](const PageLocation& page) { return matches(page, path); };
  if (std::any_of(pages.begin(), pages.end(), page_is_here)) return true;
  if (site == nullptr) return false;
  const auto& local = site->settings.local;
  return std::any_of(local.begin(), local.end(),
                     [&](const std::string& folder) { return is_under(path, folder); });
}

bool ServerConfig::passes_always(const char* url_path, apr_pool_t* pool) const {
  if (site == nullptr || site->settings.remote.empty()) return false;
  const std::string path = unambiguous_path(url_path, pool);
  const auto& remote = site->settings.remote;
  return std::any_of(remote.begin(), remote.end(),
                     [&](const std::string& folder) { return is_under(path, folder); });
}

void* create_server_config(apr_pool_t* pool, server_rec* server) {
  auto* config = make_in<ServerConfig>(pool);
  if (server->is_virtual == 0) config->global = make_in<Global>(pool);
  return config;
}

void* merge_server_config(apr_pool_t* pool, void* base, void* overrides) {
  const auto& main = *static_cast<ServerConfig*>(base);
  const auto& vhost = *static_cast<ServerConfig*>(overrides);
  auto* merged = make_in<ServerConfig>(pool, vhost);
  if (!merged->site_name) {
    merged->site_name = main.site_name;
    merged->where = main.where;
  }
  merged->pages.insert(merged->pages.end(), main.pages.begin(), main.pages.end());
  merged->global = main.global;
  return merged;
}

std::vector<Problem> resolve_sites(apr_pool_t* pool, server_rec* main_server) {
  std::vector<Problem> problems;
  Global& global = *config_of(main_server).global;
  for (server_rec* s = main_server; s != nullptr; s = s->next) {
    // A vhost without a directive of ours shares the main server's record: it gets its own.
    auto* own = make_in<ServerConfig>(pool, config_of(s));
    ap_set_module_config(s->module_config, &cutover_module, own);
    if (!own->site_name || own->site_name->empty()) continue;
    const auto found = global.sites.find(*own->site_name);
    if (found != global.sites.end()) {
      own->site = found->second.get();
      continue;
    }
    std::string text = "Cutover " + *own->site_name + ": there is no such site; declare it with " +
                       "<CutoverSite " + *own->site_name + ">";
    if (!global.sites.empty()) text += ", or name one of these:";
    for (const auto& [name, site] : global.sites) text += " " + name;
    problems.push_back({own->where, text, true});
  }
  return problems;
}

std::vector<server_rec*> servers_of(const Site& site, server_rec* main_server) {
  std::vector<server_rec*> found;
  for (server_rec* s = main_server; s != nullptr; s = s->next)
    if (config_of(s).site == &site) found.push_back(s);
  return found;
}

}  // namespace cutover
