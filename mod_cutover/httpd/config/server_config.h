// SPDX-License-Identifier: Apache-2.0
// The configuration: what is known of each server (vhost), and what of the whole httpd.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/httpd/config/local_paths.h"
#include "mod_cutover/httpd/config/site.h"
#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

struct Runtime;  // runtime.h

// One httpd's worth; hangs on the main server's configuration, and check_config shares it with all.
struct Global {
  std::string state_dir = CUTOVER_STATE_DIR;
  std::map<std::string, std::unique_ptr<Site>> sites;
  std::vector<std::unique_ptr<Site>> put_aside;  // without a place in the shared memory
  Site* being_read = nullptr;                    // while its section is
  Runtime* runtime = nullptr;                    // set by the parent in post_config
};

struct ServerConfig {
  // As configured. No name: `Cutover` was not said here; an empty one: `Cutover Off`.
  std::optional<std::string> site_name;
  Where where;
  std::vector<PageLocation> pages;
  Global* global = nullptr;

  // As resolved by check_config, for this very vhost.
  Site* site = nullptr;
  // What a request for the new host has, where no section has a say in it; each child's own.
  ap_conf_vector_t* proxying = nullptr;

  // `url_path` as the client wrote it, or as httpd has normalised it.
  bool serves_locally(const char* url_path, apr_pool_t* pool) const;
  // Its site's CutoverRemote has this path: it goes to the new host, whoever serves.
  bool passes_always(const char* url_path, apr_pool_t* pool) const;
};

void* create_server_config(apr_pool_t* pool, server_rec* server);
void* merge_server_config(apr_pool_t* pool, void* base, void* overrides);

inline ServerConfig& config_of(const server_rec* server) {
  return *static_cast<ServerConfig*>(ap_get_module_config(server->module_config, &cutover_module));
}

// Gives every server its own resolved configuration. Messages of what does not resolve.
std::vector<Problem> resolve_sites(apr_pool_t* pool, server_rec* main_server);

// The vhosts (and the main server) that belong to the site.
std::vector<server_rec*> servers_of(const Site& site, server_rec* main_server);

}  // namespace cutover
