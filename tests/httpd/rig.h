// SPDX-License-Identifier: Apache-2.0
// An old host with the module and a new one without, and the word in the test's own hand: in place
// of the coordinator stands a process that does nothing, unless a test wants the real one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/state/shared_memory.h"
#include "shared/memory/question.h"
#include "tests/harness/http_client.h"
#include "tests/harness/httpd.h"
#include "tests/harness/temp_dir.h"

namespace cutover::test {

using harness::HttpClient;
using harness::Httpd;
using harness::HttpdConf;
using harness::HttpResponse;
using harness::Mpm;

struct RigOptions {
  Mpm mpm = Mpm::kEvent;
  unsigned processes = 2;
  unsigned threads = 16;
  bool coordinator = false;                // the real one
  bool access_log = true;                  // on both
  std::string keys;                        // of CutoverNewHost, after the URL
  std::string site;                        // more lines inside <CutoverSite shop>
  std::string vhost;                       // in the site's vhost on the old host
  std::string server;                      // in the old host's main server
  std::string new_server;                  // in the new host's main server
  std::vector<std::string> load;           // more modules of httpd, on both
  std::map<std::string, std::string> env;  // of the old host's httpd
};

class Rig {
 public:
  explicit Rig(RigOptions options = {});
  ~Rig();

  Httpd& old_host() { return *old_; }
  Httpd& new_host() { return *new_; }
  std::uint16_t port() const { return port_; }
  std::uint16_t new_port() const { return new_port_; }
  std::uint16_t admin_port() const { return admin_port_; }  // the page, in a vhost of no site
  std::string state_dir() const { return dir_ / "state"; }
  std::string directory() const { return dir_.path(); }

  // Both are started and the word says that old serves.
  void start();
  HttpClient client() const { return HttpClient("127.0.0.1", port_); }
  HttpClient admin() const { return HttpClient("127.0.0.1", admin_port_, "admin.example.com"); }
  // A GET of its own connection; what its body says: "old", "new", or the status.
  std::string ask(const std::string& path = "/who.txt") const;

  // The next word; the deadline is so many ms from now, or none.
  void serve(Side side, const std::string& site = "shop");
  void quiet(Side side);
  void hold(AtDeadline at_deadline, int deadline_ms = 0);
  // As a run does that leaves that side.
  void seal(Side leaving);
  // As the coordinator does at its start; the secret of its questions.
  QuestionSecret tell_a_secret(const std::string& site = "shop");
  // As a drain does that does not end.
  void leave_behind();
  // As behind a seal: whoever never ends at that side is closed. How many there are.
  void close_endless(Side leaving);
  std::int64_t endless(Side side);
  Word word(const std::string& site = "shop");
  Counts counts(const std::string& site = "shop");
  // What the children have noted of the site's requests in flight.
  std::vector<InFlight> notes();
  bool eventually_held(std::int64_t requests);
  // The child that has the most requests in flight or held, or 0; how many children own a slot.
  pid_t owner_of_most_work();
  std::size_t slots_in_use();
  // The process that was started as the coordinator; waits for it, and throws where there is none.
  pid_t coordinator() const;

  // Another configuration of the old host; what runs is told by graceful() or restart().
  void reconfigure(const RigOptions& options);

 private:
  HttpdConf old_conf(const RigOptions& options) const;
  void map();
  void store(const std::string& site, Word word, int deadline_ms);

  RigOptions options_;
  harness::TempDir dir_;
  std::uint16_t port_, new_port_, admin_port_;
  std::unique_ptr<Httpd> old_, new_;
  Mapping control_, counters_;
};

// Puts the hosts' files and scripts there: who.txt, cgi/env (its environment), cgi/slow (ends when
// the file that its query names is there; where it may, it makes one beside it when it begins).
void furnish(Httpd& host, const std::string& name);

}  // namespace cutover::test
