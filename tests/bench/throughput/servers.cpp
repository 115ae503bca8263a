// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/servers.h"

#include <algorithm>
#include <stdexcept>

#include "tests/bench/rivals/front.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/httpd.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

using harness::Httpd;
using harness::HttpdConf;

HttpdConf base(const Size& size) {
  HttpdConf conf;
  conf.load({"proxy", "proxy_http", "rewrite"}).log_level("warn").log_format("");
  conf.workers(2, std::max(64U, size.connections + size.connections / 4));
  conf.add("ListenBacklog 4096");
  // What a front keeps to the backend is idle while the others have their turn. Were it closed
  // meanwhile, the next burst would begin with the race of any pool: 502 for some.
  conf.add("KeepAliveTimeout 600\nAsyncRequestWorkerFactor 20");
  return conf;
}

HttpdConf loaded(const Size& size, const std::string& site) {
  HttpdConf conf = base(size);
  conf.load_file("cutover_module", harness::product("mod_cutover.so"));
  if (!site.empty())
    conf.add("CutoverStateDir state\n<CutoverSite shop>\n" + site + "</CutoverSite>");
  return conf;
}

std::string address(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

HttpdConf passing(const Size& size, const std::string& new_host) {
  return loaded(size, "CutoverNewHost " + new_host + "\nCutoverServe new\n");
}

Server start(HttpdConf conf, const std::string& vhost, bool has_page) {
  const std::uint16_t port = harness::free_port();
  conf.vhost(port, vhost);
  auto httpd = std::make_shared<Httpd>(std::move(conf));
  if (has_page) harness::write_file(httpd->htdocs() / "page.html", kilobyte());
  httpd->start();
  return {port, httpd};
}

}  // namespace

const std::string& kilobyte() {
  static const std::string page(1024, 'x');
  return page;
}

Server without_module(const Size& size) { return start(base(size), "", true); }

Server new_host(const Size& size) {
  HttpdConf conf = base(size);
  conf.load({"http2"}).add("Protocols h2c http/1.1\nMaxKeepAliveRequests 0");
  return start(conf, "", true);
}

Server with_module(const Size& size) { return start(loaded(size, ""), "", true); }

Server with_site(const Size& size) {
  return start(loaded(size, "CutoverNewHost http://127.0.0.1:9\n"), "Cutover shop\n", true);
}

Server switched(const Size& size, std::uint16_t backend) { return switched(size, backend, ""); }

Server switched(const Size& size, std::uint16_t backend, const std::string& keys) {
  return start(passing(size, address(backend) + " " + keys), "Cutover shop\n", false);
}

Server switched_by_h2c(const Size& size, std::uint16_t backend) {
  HttpdConf conf = passing(size, "balancer://new");
  conf.load({"slotmem_shm", "lbmethod_byrequests", "proxy_balancer", "proxy_http2"});
  conf.add("<Proxy balancer://new>\nBalancerMember h2c://127.0.0.1:" + std::to_string(backend) +
           "\n</Proxy>");
  return start(conf, "Cutover shop\n", false);
}

Server proxy_pass(const Size& size, std::uint16_t backend) {
  // As long as the module keeps an idle connection: between two bursts both let theirs go.
  return start(base(size), "ProxyPass / " + address(backend) + "/ ttl=4\n", false);
}

Server rewrite_rule(const Size& size, std::uint16_t backend) {
  return start(base(size),
               "RewriteEngine On\nRewriteRule ^/(.*)$ " + address(backend) + "/$1 [P]\n", false);
}

Server nginx(const Size&, std::uint16_t backend) {
  auto front = std::make_shared<Nginx>(backend);
  return {front->port(), front};
}

Server haproxy(const Size&, std::uint16_t backend) {
  auto front = std::make_shared<Haproxy>(std::vector<std::string>{server_line("host", backend)});
  return {front->port(), front};
}

void require_page(const Server& server) {
  harness::HttpClient client("127.0.0.1", server.port);
  harness::HttpResponse last;
  const bool there = harness::eventually([&] {
    last = client.get("/page.html");
    return last.status == 200 && last.body == kilobyte();
  });
  if (!there)
    throw std::runtime_error("instead of the page: " + std::to_string(last.status) + " " +
                             last.error + last.body);
}

}  // namespace cutover::bench
