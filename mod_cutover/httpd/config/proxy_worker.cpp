// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/proxy_worker.h"

#include <apr_strings.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "mod_cutover/httpd/edge/proxy.h"

namespace cutover {
namespace {

// retry=0: a new host that was down for a moment is asked again at once. upgrade: WebSockets. ttl:
// whoever comes by an idle connection just as the new host closes it gets 502, and 5 s is the
// shortest KeepAliveTimeout that many have; so none is used again that was idle for longer than
// this.
constexpr const char* kDefaultKeys = "retry=0 keepalive=On upgrade=websocket";
constexpr const char* kDefaultTtl = " ttl=4";

bool is_balancer(const std::string& url) { return url.rfind("balancer:", 0) == 0; }

// As far apart as the httpd that runs has them: a worker is larger from 2.4.59 on, and another
// httpd than the one whose headers these are may be either.
template <class T>
const T& element(const apr_array_header_t* all, int i) {
  return *reinterpret_cast<const T*>(all->elts + static_cast<std::ptrdiff_t>(i) * all->elt_size);
}

std::vector<const proxy_worker_shared*> workers_of(const server_rec* s) {
  std::vector<const proxy_worker_shared*> found;
  module* proxy = ap_find_linked_module("mod_proxy.c");
  const auto* config =
      static_cast<proxy_server_conf*>(ap_get_module_config(s->module_config, proxy));
  for (int i = 0; config != nullptr && i < config->workers->nelts; ++i)
    found.push_back(element<proxy_worker>(config->workers, i).s);
  return found;
}

// The URL as mod_proxy names a worker for it: in lower case, without a port that goes without
// saying.
std::string name_for(const std::string& url, apr_pool_t* pool) {
  apr_uri_t uri{};
  if (apr_uri_parse(pool, url.c_str(), &uri) != APR_SUCCESS || uri.hostname == nullptr) return url;
  ap_str_tolower(uri.scheme);
  ap_str_tolower(uri.hostname);
  return apr_uri_unparse(pool, &uri, APR_URI_UNP_REVEALPASSWORD);
}

bool has_ttl(const server_rec* s, const std::string& name) {
  const std::vector<const proxy_worker_shared*> all = workers_of(s);
  return std::any_of(all.begin(), all.end(), [&](const proxy_worker_shared* worker) {
    return name == worker->name && worker->ttl > 0;
  });
}

const char* missing_module(const std::string& url) {
  if (ap_find_linked_module("mod_proxy.c") == nullptr)
    return "needs mod_proxy, which is not loaded: `a2enmod proxy_http`, or LoadModule proxy_module "
           "modules/mod_proxy.so and the same for proxy_http";
  if (ap_find_linked_module("mod_proxy_http.c") == nullptr)
    return "needs mod_proxy_http, which is not loaded: `a2enmod proxy_http`, or "
           "LoadModule proxy_http_module modules/mod_proxy_http.so";
  if (is_balancer(url) && ap_find_linked_module("mod_proxy_balancer.c") == nullptr)
    return "balancer://... needs mod_proxy_balancer, which is not loaded: `a2enmod "
           "proxy_balancer lbmethod_byrequests`, or LoadModule lines for both";
  if (url.rfind("https:", 0) == 0 && ap_find_linked_module("mod_ssl.c") == nullptr)
    return "https://... needs mod_ssl, which is not loaded: `a2enmod ssl`, or LoadModule "
           "ssl_module modules/mod_ssl.so; and SSLProxyEngine On where the site is";
  return nullptr;
}

// ap_walk_config leaves its place in `cmd`; whoever called us goes on from there.
class KeepPlace {
 public:
  explicit KeepPlace(cmd_parms* cmd) : cmd_(cmd), kept_(*cmd) {}
  ~KeepPlace() {
    const ap_directive_t* in_error = cmd_->err_directive;
    *cmd_ = kept_;
    cmd_->err_directive = in_error;
  }
  KeepPlace(const KeepPlace&) = delete;
  KeepPlace& operator=(const KeepPlace&) = delete;

 private:
  cmd_parms* cmd_;
  cmd_parms kept_;
};

// At the place of the one that is being read.
ap_directive_t* directive(cmd_parms* cmd, const char* name, const std::string& args) {
  auto* made = static_cast<ap_directive_t*>(apr_pcalloc(cmd->pool, sizeof(ap_directive_t)));
  made->directive = name;
  made->args = apr_pstrdup(cmd->pool, args.c_str());
  made->filename = cmd->directive != nullptr ? cmd->directive->filename : "";
  made->line_num = cmd->directive != nullptr ? cmd->directive->line_num : 0;
  return made;
}

}  // namespace

const char* define_worker(cmd_parms* cmd, const std::string& url, const std::string& keys) {
  if (const char* missing = missing_module(url)) return missing;
  // A balancer's keys are its own, and its members' are where they are defined.
  const bool known = has_ttl(cmd->server, name_for(url, cmd->temp_pool));
  const std::string ours = std::string(kDefaultKeys) + (known ? "" : kDefaultTtl) + " ";
  const std::string all = is_balancer(url) ? keys : ours + keys;
  if (all.empty()) return nullptr;
  // What stands in a section defines its worker. The section itself is not walked: mod_proxy would
  // match and merge it anew for each request.
  ap_directive_t* section = directive(cmd, "<Proxy", "\"" + url + "\">");
  ap_directive_t* set = directive(cmd, "ProxySet", all);
  set->parent = section;
  const KeepPlace keep(cmd);
  return ap_walk_config(set, cmd, cmd->server->lookup_defaults);
}

ap_conf_vector_t* proxying_to_new_host(cmd_parms* cmd) {
  ap_conf_vector_t* made = ap_create_per_dir_config(cmd->pool);
  const KeepPlace keep(cmd);
  const char* problem = ap_walk_config(directive(cmd, "ProxyPreserveHost", "On"), cmd, made);
  return problem == nullptr ? made : nullptr;
}

std::optional<Millis> idle_reuse(const std::string& url, const std::vector<server_rec*>& vhosts) {
  Millis longest{0};
  bool known = false;
  for (const server_rec* s : vhosts) {
    const std::string name = name_for(url, s->process->pconf);
    for (const proxy_worker_shared* worker : workers_of(s)) {
      const std::string_view one = worker->name;
      if (one != name && !one.starts_with(name + "/")) continue;
      known = true;
      if (worker->disablereuse != 0) continue;
      if (worker->ttl <= 0) return std::nullopt;
      longest = std::max(longest, Millis{apr_time_as_msec(worker->ttl)});
    }
  }
  return known ? longest : SiteSettings{}.idle_reuse;
}

std::vector<std::string> urls_behind(const std::string& url, server_rec* main_server) {
  if (!is_balancer(url)) return {url};
  std::vector<std::string> members;
  module* proxy = ap_find_linked_module("mod_proxy.c");
  for (server_rec* s = main_server; s != nullptr; s = s->next) {
    const auto* config =
        static_cast<proxy_server_conf*>(ap_get_module_config(s->module_config, proxy));
    if (config == nullptr) continue;
    for (int i = 0; i < config->balancers->nelts; ++i) {
      const auto& known = element<proxy_balancer>(config->balancers, i);
      if (strcasecmp(known.s->name, url.c_str()) != 0) continue;
      for (int each = 0; each < known.workers->nelts; ++each)
        members.emplace_back(element<proxy_worker*>(known.workers, each)->s->name);
    }
  }
  return members;
}

std::string missing_balancer(const std::string& url, server_rec* main_server) {
  if (!urls_behind(url, main_server).empty()) return {};
  return "CutoverNewHost " + url + ": this balancer has no member; define it with <Proxy " + url +
         "> and BalancerMember";
}

}  // namespace cutover
