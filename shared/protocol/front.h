// SPDX-License-Identifier: Apache-2.0
// A way by which visitors come to the site: one of its vhosts on this host, as httpd knows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cutover {

struct Front {
  bool tls = false;
  std::string address;     // where it can be reached from this host itself
  std::uint16_t port = 0;  // the same
  std::string host;        // as a visitor's Host header has it; a port only where it is no default

  // What mod_proxy does with the vhost's requests to the new host.
  bool keeps_host = false;    // ProxyPreserveHost: it is asked by this name as well
  bool tells_tls = false;     // RequestHeader: X-Forwarded-Proto
  bool maps_back = false;     // ProxyPassReverse: its own name in a redirect becomes this one
  bool checks_name = true;    // SSLProxyCheckPeerName
  bool checks_expiry = true;  // SSLProxyCheckPeerExpire
  bool checks_peer = false;   // SSLProxyVerify
  std::string authority;      // SSLProxyCACertificateFile; empty: this system's own

  std::vector<std::string> aliases{};    // ServerAlias without its wildcards
  std::vector<std::string> wildcards{};  // and those: "*.example.com"
  std::string folder{};                  // one that it has: "/css"; asked for without its slash

  std::string base() const { return (tls ? "https://" : "http://") + host; }
};

// Without a port: what a certificate and a cookie are for.
inline std::string name_in(const std::string& host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  return host.substr(0, end);
}

}  // namespace cutover
