// SPDX-License-Identifier: Apache-2.0
// Who answers for a site's names, on each address and port that httpd listens at, by httpd's own
// tables: a vhost that has the name, one whose wildcard fits, or the first of the address.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

// A vhost outside of the site to which visitors of the site come.
struct Outsider {
  const server_rec* vhost;
  std::string name;      // of the site
  apr_port_t port;       // at which it answers for it
  std::string wildcard;  // of its own, by which it does; empty with `by_default` false: by the name
  bool by_default;       // nobody there has the name
};

// Each vhost once. Not those that say themselves that they do not belong to the site.
std::vector<Outsider> outsiders_of(const Site& site, server_rec* main_server);

}  // namespace cutover
