// SPDX-License-Identifier: Apache-2.0
// The pooled worker of mod_proxy through which a site's requests go to its new host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/httpd/edge/api.h"
#include "shared/protocol/settings.h"

namespace cutover {

// Defines it by handing mod_proxy a <Proxy "URL" key=value ...> of its own, so that mod_proxy
// itself reads the keys. Where they stand twice the later one counts, so the administrator's
// override ours; what a ProxySet before it has set stands. Nothing, or what is wrong.
const char* define_worker(cmd_parms* cmd, const std::string& url, const std::string& keys);

// What mod_proxy is to do with the requests to a new host, and with no others: ProxyPreserveHost
// On, read by mod_proxy itself. To be merged below a request's own, where an Off of its vhost
// stands.
ap_conf_vector_t* proxying_to_new_host(cmd_parms* cmd);

// After everything is read: for how long an idle connection to it is used again, by the longest of
// the workers that these vhosts have for it and for what is below it. Nothing: for ever.
std::optional<Millis> idle_reuse(const std::string& url, const std::vector<server_rec*>& vhosts);

// After everything is read: itself, or those of a balancer's members.
std::vector<std::string> urls_behind(const std::string& url, server_rec* main_server);

// After everything is read: a balancer must have members. Nothing, or what is wrong.
std::string missing_balancer(const std::string& url, server_rec* main_server);

}  // namespace cutover
