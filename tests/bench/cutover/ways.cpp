// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cutover/ways.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/bench/rivals/front.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"

namespace cutover::bench {
namespace {

using harness::Httpd;

// `cutoverctl switch`, on a site without databases.
class ByModule : public Move {
 public:
  explicit ByModule(Hosts& hosts, const std::string& more = "") : hosts_(hosts) {
    Httpd& httpd = hosts.old_httpd();
    httpd.conf() = hosts.serving("Cutover shop\n");
    httpd.conf()
        .load_file("cutover_module", harness::product("mod_cutover.so"))
        .add("CutoverStateDir \"" + hosts.state_dir().string() +
             "\"\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" +
             std::to_string(hosts.new_port()) + "\n" + more + "</CutoverSite>");
    httpd.write_conf();
    httpd.start();
    if (!harness::eventually([&] { return cutoverctl("preflight").exit_code == 0; }))
      throw std::runtime_error("the module is not ready: " + cutoverctl("preflight").output);
  }
  std::uint16_t port() const override { return hosts_.old_port(); }
  void flip() override {
    const harness::Finished done = cutoverctl("switch");
    if (done.exit_code != 0) throw std::runtime_error("cutoverctl switch: " + done.output);
  }

 private:
  harness::Finished cutoverctl(const std::string& verb) const {
    return harness::run({harness::product("cutoverctl"), "--state-dir", hosts_.state_dir(), verb});
  }

  Hosts& hosts_;
};

// The same with the whole drain in the hold.
class ByModuleAtOnce : public ByModule {
 public:
  explicit ByModuleAtOnce(Hosts& hosts) : ByModule(hosts, "CutoverQuietTimeout 0\n") {}
};

// Another configuration for the old host's httpd, which is then told in one way or another.
class ByConfiguration : public Move {
 public:
  using Tell = void (*)(Httpd&);
  ByConfiguration(Hosts& hosts, Tell tell) : hosts_(hosts), tell_(tell) {
    hosts.old_httpd().start();
  }
  std::uint16_t port() const override { return hosts_.old_port(); }
  void flip() override {
    hosts_.old_httpd().conf() = hosts_.passing_on();
    hosts_.old_httpd().write_conf();
    tell_(hosts_.old_httpd());
  }

 private:
  Hosts& hosts_;
  Tell tell_;
};

// The second that a replica is given, by guess, to catch up.
void stop_wait_start(Httpd& httpd) {
  httpd.stop();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  httpd.start();
}

// HAProxy has stood before both hosts all the time. New is enabled first: the other way round there
// would be a moment without any server.
class ByHaproxy : public Move {
 public:
  explicit ByHaproxy(Hosts& hosts)
      : haproxy_({server_line("old", hosts.old_port()),
                  server_line("new", hosts.new_port(), "disabled")}) {
    hosts.old_httpd().start();
  }
  std::uint16_t port() const override { return haproxy_.port(); }
  void flip() override {
    const std::string said = haproxy_.command("enable server hosts/new; disable server hosts/old");
    if (said.find_first_not_of('\n') != std::string::npos)
      throw std::runtime_error("haproxy: " + said);
  }

 private:
  Haproxy haproxy_;
};

void restart(Httpd& httpd) { httpd.restart(); }

void graceful(Httpd& httpd) { httpd.graceful(); }

template <class Kind>
std::unique_ptr<Move> ready(Hosts& hosts) {
  return std::make_unique<Kind>(hosts);
}

template <ByConfiguration::Tell kTell>
std::unique_ptr<Move> ready_by(Hosts& hosts) {
  return std::make_unique<ByConfiguration>(hosts, kTell);
}

}  // namespace

const std::vector<Way>& all_ways() {
  static const std::vector<Way> ways = {
      {"module", "cutoverctl switch", ready<ByModule>},
      {"at once", "the same with CutoverQuietTimeout 0", ready<ByModuleAtOnce>},
      {"stop-start", "stop, wait a second, start with ProxyPass", ready_by<stop_wait_start>},
      {"restart", "ProxyPass and apachectl restart", ready_by<restart>},
      {"graceful", "ProxyPass and apachectl graceful", ready_by<graceful>},
      {"haproxy", "HAProxy in front, enable new and disable old", ready<ByHaproxy>},
  };
  return ways;
}

}  // namespace cutover::bench
