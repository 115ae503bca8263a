// SPDX-License-Identifier: Apache-2.0
// What is loaded: httpds and proxies that answer /page.html with the same kilobyte, each in its own
// way. All with two processes or threads of two, no access log, connections kept as long as the
// other end likes, and pools large enough for every connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace cutover::bench {

struct Server {
  std::uint16_t port = 0;
  std::shared_ptr<void> process;  // it ends with the last of these
};

// So many connections at once. An httpd has threads for more than these in each child: a child
// without an idle thread closes kept-alive connections, and connecting would be measured instead.
struct Size {
  unsigned connections = 32;
};

// They have the page themselves.
Server without_module(const Size& size);
Server with_module(const Size& size);  // loaded, no site
Server with_site(const Size& size);    // a site, served by old
Server new_host(const Size& size);     // without the module; by h2c as well

// They get it from the server on this port.
Server switched(const Size& size, std::uint16_t backend);  // the module; new serves
Server switched(const Size& size, std::uint16_t backend, const std::string& keys);
Server switched_by_h2c(const Size& size, std::uint16_t backend);
Server proxy_pass(const Size& size, std::uint16_t backend);    // pooled
Server rewrite_rule(const Size& size, std::uint16_t backend);  // [P]
Server nginx(const Size& size, std::uint16_t backend);
Server haproxy(const Size& size, std::uint16_t backend);

// Throws unless it answers with the page. Asks until then, for a while.
void require_page(const Server& server);

// The page.
const std::string& kilobyte();

}  // namespace cutover::bench
