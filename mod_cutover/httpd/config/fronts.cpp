// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/fronts.h"

#include <ap_listen.h>
#include <http_core.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "mod_cutover/httpd/config/vhost_text.h"

namespace cutover {
namespace {

bool is(const char* text, const char* other) { return strcasecmp(text, other) == 0; }

std::string address_of(apr_sockaddr_t* address) {
  char* text = nullptr;
  return apr_sockaddr_ip_get(&text, address) == APR_SUCCESS ? text : "";
}

bool is_any(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// A name where any address of both families is listened at: the one that answers is taken.
std::string loopback_for(const std::string& any) { return any == "::" ? "localhost" : "127.0.0.1"; }

struct Door {
  std::string address;
  apr_port_t port;
  bool https;  // by `Listen ... https`
};

// `fits` says whether a port will do.
template <class Fits>
std::optional<Door> door_to(const std::string& address, Fits fits) {
  for (ap_listen_rec* l = ap_listeners; l != nullptr; l = l->next) {
    if (l->bind_addr == nullptr || !fits(l->bind_addr->port)) continue;
    const std::string at = address_of(l->bind_addr);
    const bool https = l->protocol != nullptr && is(l->protocol, "https");
    if (is_any(address)) return Door{is_any(at) ? loopback_for(at) : at, l->bind_addr->port, https};
    if (is_any(at) || at == address) return Door{address, l->bind_addr->port, https};
  }
  return std::nullopt;
}

bool has_port(const server_rec* vhost, apr_port_t port) {
  for (const server_addr_rec* a = vhost->addrs; a != nullptr; a = a->next)
    if (a->host_port == 0 || a->host_port == port) return true;
  return false;
}

// The main server has what no vhost has.
std::optional<Door> door_of(const server_rec* s) {
  if (s->is_virtual == 0)
    return door_to("0.0.0.0", [s](apr_port_t port) {
      for (const server_rec* vhost = s->next; vhost != nullptr; vhost = vhost->next)
        if (has_port(vhost, port)) return false;
      return true;
    });
  for (const server_addr_rec* a = s->addrs; a != nullptr; a = a->next) {
    const apr_port_t wanted = a->host_port;
    if (auto door = door_to(address_of(a->host_addr),
                            [wanted](apr_port_t port) { return wanted == 0 || port == wanted; }))
      return door;
  }
  return std::nullopt;
}

std::string host_of(const server_rec* s, const Door& door, bool tls) {
  std::string host = s->server_hostname == nullptr ? door.address : s->server_hostname;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const apr_port_t port = s->port != 0 ? s->port : door.port;
  return port == (tls ? 443 : 80) ? host : host + ":" + std::to_string(port);
}

std::vector<std::string> listed(const apr_array_header_t* names) {
  std::vector<std::string> all;
  for (int i = 0; names != nullptr && i < names->nelts; ++i)
    if (const char* name = reinterpret_cast<const char* const*>(names->elts)[i]; name != nullptr)
      all.emplace_back(name);
  return all;
}

// No name that a URL would have to spell otherwise.
bool is_plain(const std::string& name) {
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

// The first by name of the folders that it serves, "/css"; not looked for among very many.
std::string folder_of(const Site& site, const server_rec* s) {
  namespace fs = std::filesystem;
  constexpr int kMost = 1000;
  const auto* core = static_cast<core_server_config*>(ap_get_core_module_config(s->module_config));
  if (core == nullptr || core->ap_document_root == nullptr) return {};
  std::error_code none;
  fs::directory_iterator entry(core->ap_document_root, none);
  std::string first;
  for (int i = 0; !none && i < kMost && entry != fs::directory_iterator(); ++i) {
    const std::string name = entry->path().filename();
    const std::string path = "/" + name;
    std::error_code gone;
    if (is_plain(name) && (first.empty() || path < first) && entry->is_directory(gone) &&
        std::none_of(site.settings.local.begin(), site.settings.local.end(),
                     [&](const std::string& local) { return is_under(path, local); }))
      first = path;
    entry.increment(none);
  }
  return first;
}

std::optional<Front> front_of(const Site& site, const server_rec* s) {
  const auto door = door_of(s);
  if (!door) return std::nullopt;
  const Said said(s);
  Front front;
  const char* engine = said.of("SSLEngine");
  front.tls = ap_find_linked_module("mod_ssl.c") != nullptr &&
              (engine == nullptr ? door->https : !is(engine, "off"));
  front.address = door->address;
  front.port = door->port;
  front.host = host_of(s, *door, front.tls);
  front.aliases = listed(s->names);
  front.wildcards = listed(s->wild_names);
  front.folder = folder_of(site, s);
  front.keeps_host = said.on("ProxyPreserveHost", true);
  front.tells_tls = said.with("RequestHeader", "X-Forwarded-Proto");
  front.maps_back = said.of("ProxyPassReverse") != nullptr;
  front.checks_name = said.on("SSLProxyCheckPeerName", said.on("SSLProxyCheckPeerCN", true));
  front.checks_expiry = said.on("SSLProxyCheckPeerExpire", true);
  const char* verify = said.of("SSLProxyVerify");
  front.checks_peer = verify != nullptr && !is(verify, "none");
  const char* authority = said.of("SSLProxyCACertificateFile");
  if (authority != nullptr) {
    const char* file = ap_getword_conf(s->process->pconf, &authority);
    const char* full = ap_server_root_relative(s->process->pconf, file);
    front.authority = full == nullptr ? file : full;
  }
  return front;
}

}  // namespace

std::vector<Front> fronts_of(const Site& site, server_rec* main_server) {
  std::vector<Front> fronts;
  for (const server_rec* s : servers_of(site, main_server))
    if (auto front = front_of(site, s)) fronts.push_back(std::move(*front));
  std::reverse(fronts.begin(), fronts.end());  // httpd keeps its vhosts last first
  std::stable_partition(fronts.begin(), fronts.end(), [](const Front& f) { return !f.tls; });
  return fronts;
}

}  // namespace cutover
