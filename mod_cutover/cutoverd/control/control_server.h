// SPDX-License-Identifier: Apache-2.0
// The control socket: the one way in for the command and the page (wire/README.md). A thread
// listens (doorman.h), and each connection has a thread of its own until it has its answer.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/control/doorman.h"
#include "mod_cutover/cutoverd/control/line_socket.h"
#include "mod_cutover/cutoverd/control/recorder.h"
#include "mod_cutover/cutoverd/control/request.h"
#include "mod_cutover/cutoverd/control/shares.h"
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/state/fd.h"

namespace cutover {

// Two sockets that speak the same language. Everybody may connect to the first one, and what he may
// do is decided by his uid. Root alone can connect to the second: however many stand in front of
// the first, whom the kernel lets in one after the other, root does not wait behind them.
struct Doors {
  Fd everybodys;
  Fd roots;
};
// While still root. Not to be used with `error`.
Doors open_doors(const std::string& state_dir, std::string& error);

class ControlServer {
 public:
  // `sites` never changes while this lives. `http_user` is httpd's User.
  ControlServer(Doors doors, std::vector<std::unique_ptr<Site>>& sites, Audit& audit,
                const Recorder& recorder, uid_t http_user);
  ~ControlServer();

 private:
  void receive(Fd accepted);
  void answer_in_a_thread(const std::shared_ptr<Fd>& connection);
  void serve(const Fd& connection);
  Outcome answer(const Fd& connection, const std::string& line);
  Outcome answer_command(const Fd& connection, const Request& request, Site& site,
                         const std::string& by);
  // Shows how far it has come until it ends; it goes on without whoever asked.
  Outcome verify(const Fd& connection, const Request& request, Site& site, const std::string& by);
  Outcome look(const Request& request, uid_t uid);
  Outcome history(const Request& request) const;
  Outcome watch(const Fd& connection, const std::string& name, uid_t uid);
  nlohmann::json status(const std::string& site) const;
  Asker asker_of(uid_t uid) const;
  Site* find(const std::string& name) const;

  std::vector<std::unique_ptr<Site>>& sites_;
  Audit& audit_;
  const Recorder& recorder_;
  const uid_t http_user_;
  std::atomic<bool> stopping_{false};  // set by the destructor alone, polled by the threads
  Shares shares_;
  // Last: their threads use all of them.
  Doorman everybodys_;
  Doorman roots_;
};

}  // namespace cutover
