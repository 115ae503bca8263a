// SPDX-License-Identifier: Apache-2.0
// HAProxy has no word for "hold". A backend without a server answers 503 at once, and maxconn 0
// means no limit; but what finds every server full waits in the backend's queue. So the one server
// that is enabled while it is to hold has maxconn 1, does not answer, and a request of our own has
// taken its place.
#include "tests/bench/held/haproxy_queue.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sstream>
#include <stdexcept>

#include "mod_cutover/state/fd.h"
#include "tests/bench/held/release.h"
#include "tests/bench/rivals/front.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

// The kernel takes connections for it, and nobody ever reads from them.
class DeafServer {
 public:
  DeafServer()
      : port_(harness::free_port()), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd_.get(), 8) != 0)
      throw std::runtime_error("cannot listen on port " + std::to_string(port_));
  }
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  Fd fd_;
};

harness::HttpdConf new_conf(std::uint16_t port) {
  harness::HttpdConf conf;
  conf.workers(2, 64).listen(port).log_format("");
  return conf;
}

// From HAProxy's statistics: a line for each server and one for the backend, "name,server,queued,
// longest queue,sessions,...".
std::size_t column(const Haproxy& haproxy, const std::string& server, int index) {
  std::istringstream lines(haproxy.command("show stat"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("hosts," + server + ",")) continue;
    std::istringstream cells(line);
    std::string cell;
    for (int i = 0; i <= index; ++i) std::getline(cells, cell, ',');
    return std::stoul(cell);
  }
  throw std::runtime_error("haproxy knows no server " + server);
}

void tell(const Haproxy& haproxy, const std::string& commands) {
  const std::string said = haproxy.command(commands);
  if (said.find_first_not_of('\n') != std::string::npos)
    throw std::runtime_error("haproxy: " + said);
}

}  // namespace

HeldFigures queue_many(const HeldLoad& load) {
  HeldFigures figures;
  const std::uint16_t new_port = harness::free_port();
  harness::Httpd new_host(new_conf(new_port));
  test::furnish(new_host, "new");
  new_host.start();
  const DeafServer deaf;
  // As many at once to the new host as the module has threads for them.
  const std::string limit = "disabled maxconn " + std::to_string(load.children * load.threads);
  const Haproxy haproxy(
      {server_line("deaf", deaf.port(), "maxconn 1"), server_line("new", new_port, limit)});
  const auto process = [&haproxy] { return std::vector<pid_t>{haproxy.pid()}; };
  const test::Connection plug(haproxy.port());
  plug.get("/");
  constexpr int kQueued = 2;
  constexpr int kSessions = 4;
  if (!harness::eventually([&] { return column(haproxy, "deaf", kSessions) == 1; }))
    throw std::runtime_error("haproxy has not sent our request to the server that does not answer");

  const Usage idle = usage_of(process());
  test::Crowd crowd(haproxy.port(), load.requests, test::get_request("/who.txt"));
  const auto queued = [&] { return column(haproxy, "BACKEND", kQueued); };
  harness::eventually([&] { return queued() == load.requests; }, std::chrono::seconds(30));
  figures.held = queued();
  if (figures.held != load.requests)
    throw std::runtime_error("haproxy holds " + std::to_string(figures.held) + " of " +
                             std::to_string(load.requests));
  measure_hold(process, idle, load.hold, figures);
  measure_answers(
      crowd, [&haproxy] { tell(haproxy, "enable server hosts/new; disable server hosts/deaf"); },
      figures);
  return figures;
}

}  // namespace cutover::bench
