// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "tests/bench/rivals/front.h"

namespace cutover::bench {
namespace {

// Its pool is for each worker; no request limit ends a connection, as with the httpds.
constexpr const char* kPool = "keepalive 2048;\nkeepalive_requests 1000000000;\n";

}  // namespace

Nginx::Nginx(std::uint16_t backend) : Front("nginx") {
  std::string conf = geteuid() == 0 ? "user " + harness::web_user() + ";\n" : "";
  conf += "daemon off;\nworker_processes " + std::to_string(kFrontWorkers) +
          ";\nworker_rlimit_nofile 16384;\npid " + file("pid").string() +
          ";\nevents {\nworker_connections 8192;\n}\nhttp {\naccess_log off;\n"
          "keepalive_requests 1000000000;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    conf += std::string(kind) + "_temp_path " + file(kind).string() + ";\n";
  conf += "upstream hosts {\nserver 127.0.0.1:" + std::to_string(backend) + ";\n" + kPool + "}\n";
  conf += "server {\nlisten 127.0.0.1:" + std::to_string(port()) +
          " backlog=4096;\nlocation / {\nproxy_pass http://hosts;\nproxy_http_version 1.1;\n"
          "proxy_set_header Connection \"\";\nproxy_set_header Host $host;\n}\n}\n}\n";
  harness::write_file(file("nginx.conf"), conf);
  start({program(), "-p", file("").string(), "-c", file("nginx.conf"), "-e", "stderr"});
}

}  // namespace cutover::bench
