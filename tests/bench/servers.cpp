// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/servers.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

using harness::Httpd;
using harness::HttpdConf;

HttpdConf base() {
  HttpdConf conf;
  conf.load({"proxy", "proxy_http", "headers"}).log_level("warn");
  // More threads in one child than there are clients: a child without an idle thread closes
  // kept-alive connections, and the run would measure connecting instead.
  conf.workers(2, 64);
  conf.log_format("%h \"%r\" %>s %b side=%{cutover-side}n");
  conf.add("KeepAlive On\nMaxKeepAliveRequests 0\n");
  return conf;
}

Server start(HttpdConf conf, std::uint16_t port, const std::string& vhost) {
  conf.vhost(port, vhost);
  Server server{std::make_unique<Httpd>(std::move(conf)),
                "http://127.0.0.1:" + std::to_string(port) + "/page.html"};
  std::filesystem::create_directories(server.httpd->htdocs());
  std::ofstream(server.httpd->htdocs() / "page.html") << std::string(1024, 'x');
  server.httpd->start();
  return server;
}

std::string site(const std::string& serve) {
  return "CutoverStateDir state\n<CutoverSite shop>\n" + serve + "</CutoverSite>\n";
}

HttpdConf with_module(const std::string& text) {
  HttpdConf conf = base();
  conf.load_file("cutover_module", harness::product("mod_cutover.so")).add(text);
  return conf;
}

std::string origin(const std::string& url) { return url.substr(0, url.rfind('/')); }

void await_side(const Server& server, std::uint16_t port, const std::string& side) {
  harness::HttpClient client("127.0.0.1", port);
  const bool there = harness::eventually([&] {
    client.get("/page.html");
    return server.httpd->access_log().find("side=" + side) != std::string::npos;
  });
  if (!there) throw std::runtime_error("never " + side + ":\n" + server.httpd->error_log());
}

}  // namespace

Server plain() { return start(base(), harness::free_port(), ""); }

Server gated() {
  HttpdConf conf = with_module(site("CutoverNewHost http://127.0.0.1:9\n"));
  return start(std::move(conf), harness::free_port(), "Cutover shop\n");
}

Server pooled(const std::string& backend) {
  return start(base(), harness::free_port(), "ProxyPass / " + origin(backend) + "/\n");
}

Server switched(const std::string& backend) {
  HttpdConf conf = with_module(site("CutoverNewHost " + origin(backend) + "\nCutoverServe new\n"));
  const std::uint16_t port = harness::free_port();
  Server server = start(std::move(conf), port, "Cutover shop\n");
  await_side(server, port, "new");
  return server;
}

}  // namespace cutover::bench
