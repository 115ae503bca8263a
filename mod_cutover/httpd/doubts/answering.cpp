// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/answering.h"

#include <ap_listen.h>
#include <http_vhost.h>

#include <algorithm>
#include <set>

#include "mod_cutover/httpd/config/vhost_text.h"
#include "mod_cutover/httpd/doubts/names.h"

namespace cutover {
namespace {

bool is_any(const apr_sockaddr_t* address) {
  const auto* bytes = static_cast<const unsigned char*>(address->ipaddr_ptr);
  return std::all_of(bytes, bytes + address->ipaddr_len, [](unsigned char b) { return b == 0; });
}

bool is_loopback(const apr_sockaddr_t* address) {
  const auto* bytes = static_cast<const unsigned char*>(address->ipaddr_ptr);
  if (address->family == APR_INET) return bytes[0] == 127;
  return std::all_of(bytes, bytes + 15, [](unsigned char b) { return b == 0; }) && bytes[15] == 1;
}

// An address of this host at which httpd takes connections.
struct Door {
  apr_sockaddr_t* at;
  bool https;  // by `Listen ... https`
};

apr_sockaddr_t* with_port(apr_pool_t* pool, const char* text, apr_port_t port) {
  apr_sockaddr_t* made = nullptr;
  if (apr_sockaddr_info_get(&made, text, APR_UNSPEC, port, 0, pool) != APR_SUCCESS) return nullptr;
  return made;
}

// Where any address is listened at: each that a vhost names, and one that none does.
std::vector<Door> doors(apr_pool_t* pool, const server_rec* main_server) {
  std::vector<Door> found;
  for (const ap_listen_rec* l = ap_listeners; l != nullptr; l = l->next) {
    if (l->bind_addr == nullptr || l->bind_addr->ipaddr_ptr == nullptr) continue;
    const bool https = l->protocol != nullptr && strcasecmp(l->protocol, "https") == 0;
    const auto add = [&](apr_sockaddr_t* at) {
      if (at != nullptr && at->ipaddr_ptr != nullptr) found.push_back({at, https});
    };
    const apr_port_t port = l->bind_addr->port;
    if (!is_any(l->bind_addr)) {
      add(l->bind_addr);
      continue;
    }
    std::set<std::string> named{"192.0.2.1"};  // of a net that is for documentation alone
    for (const server_rec* s = main_server->next; s != nullptr; s = s->next)
      for (const server_addr_rec* a = s->addrs; a != nullptr; a = a->next) {
        char* text = nullptr;
        if (a->host_addr == nullptr || is_any(a->host_addr)) continue;
        if (a->host_port != 0 && a->host_port != port) continue;
        if (apr_sockaddr_ip_get(&text, a->host_addr) == APR_SUCCESS) named.insert(text);
      }
    for (const std::string& address : named) add(with_port(pool, address.c_str(), port));
  }
  return found;
}

// What httpd finds for a connection, before it has read a request: those of that address and port,
// in the order in which they are asked for a name. The first is the default.
std::vector<server_rec*> candidates(apr_pool_t* pool, apr_sockaddr_t* at, server_rec* main_server) {
  conn_rec connection{};
  connection.pool = pool;
  connection.base_server = main_server;
  connection.local_addr = at;
  ap_update_vhost_given_ip(&connection);
  std::vector<server_rec*> found{connection.base_server};
  ap_vhost_iterate_given_conn(
      &connection,
      [](void* list, conn_rec*, server_rec* s) {
        static_cast<std::vector<server_rec*>*>(list)->push_back(s);
        return 0;
      },
      &found);
  return found;
}

bool has(const apr_array_header_t* names, const std::string& name, std::string* wildcard) {
  for (int i = 0; names != nullptr && i < names->nelts; ++i) {
    const char* one = reinterpret_cast<const char* const*>(names->elts)[i];
    if (one == nullptr) continue;
    if (wildcard == nullptr ? strcasecmp(one, name.c_str()) == 0
                            : ap_strcasecmp_match(name.c_str(), one) == 0) {
      if (wildcard != nullptr) *wildcard = one;
      return true;
    }
  }
  return false;
}

// As httpd does it, and in its order.
Outsider who_answers(const std::vector<server_rec*>& asked, const std::string& name) {
  std::string wildcard;
  for (const server_rec* s : asked) {
    if (s->server_hostname != nullptr && strcasecmp(s->server_hostname, name.c_str()) == 0)
      return {s, name, 0, {}, false};
    if (has(s->names, name, nullptr)) return {s, name, 0, {}, false};
    if (has(s->wild_names, name, &wildcard)) return {s, name, 0, wildcard, false};
  }
  return {asked.front(), name, 0, {}, true};
}

// For a wildcard one that is made up: no other vhost has it by itself.
std::string one_of(const std::string& name) {
  std::string made;
  for (const char c : name) made += c == '*' ? "some-name" : c == '?' ? "x" : std::string(1, c);
  return made;
}

struct Way {
  Outsider to;
  std::string asked;
  bool tls, loopback;
};

class Ways {
 public:
  Ways(const Site& site, server_rec* main_server) : site_(site) {
    apr_pool_t* pool = main_server->process->pconf;
    std::set<std::string> names;
    for (const server_rec* s : servers_of(site, main_server))
      for (const std::string& name : names_of(s)) names.insert(name);
    for (const Door& door : doors(pool, main_server)) {
      // The main server has no names to be asked for where it stands for a vhost.
      const std::vector<server_rec*> asked = candidates(pool, door.at, main_server);
      for (const std::string& name : names) look(door, who_answers(asked, one_of(name)), name);
    }
  }

  std::vector<Outsider> outsiders() const {
    std::vector<Outsider> found;
    for (const Way& way : outside_) {
      const auto same = [&](const Outsider& o) { return o.vhost == way.to.vhost; };
      if (is_meant(way.to.vhost) || (way.to.by_default && !is_likely(way))) continue;
      if (std::none_of(found.begin(), found.end(), same)) found.push_back(way.to);
    }
    return found;
  }

 private:
  void look(const Door& door, Outsider to, const std::string& name) {
    to.name = name;
    to.port = door.at->port;
    if (config_of(to.vhost).site == &site_) {
      served_.insert({to.port, name});
      ports_.insert(to.port);
      beyond_loopback_ = beyond_loopback_ || !is_loopback(door.at);
      return;
    }
    const char* engine = Said(to.vhost).of("SSLEngine");
    const bool tls = engine == nullptr ? door.https : strcasecmp(engine, "off") != 0;
    outside_.push_back({to, name, tls, is_loopback(door.at)});
  }

  static bool is_meant(const server_rec* s) {
    return config_of(s).site_name.has_value() || has_own_page(s);
  }

  // A vhost that has not the name gets the site's visitors only where they come, and where the
  // site has no other door: one of another address is another site's.
  bool is_likely(const Way& way) const {
    const apr_port_t port = way.to.port;
    if (served_.count({port, way.asked}) != 0 || (way.loopback && beyond_loopback_)) return false;
    // The main server stands in for addresses that no vhost has: mostly there are none.
    const auto is_better = [&](const Way& other) {
      return other.to.vhost->is_virtual != 0 && other.to.port == port;
    };
    if (way.to.vhost->is_virtual == 0 && std::any_of(outside_.begin(), outside_.end(), is_better))
      return false;
    return way.tls || port == 80 || port == 443 || ports_.count(port) != 0;
  }

  const Site& site_;
  std::vector<Way> outside_;
  std::set<std::pair<apr_port_t, std::string>> served_;  // by the site itself
  std::set<apr_port_t> ports_;
  bool beyond_loopback_ = false;
};

}  // namespace

std::vector<Outsider> outsiders_of(const Site& site, server_rec* main_server) {
  return Ways(site, main_server).outsiders();
}

}  // namespace cutover
