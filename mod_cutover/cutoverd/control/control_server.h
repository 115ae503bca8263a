// SPDX-License-Identifier: Apache-2.0
// The control socket: the one way in for the command and the page (wire/README.md). A thread
// listens, and each connection has a thread of its own until it has its answer.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/cutoverd/control/line_socket.h"
#include "mod_cutover/cutoverd/control/request.h"
#include "mod_cutover/cutoverd/site/recorder.h"
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/state/fd.h"

namespace cutover {

class ControlServer {
 public:
  // `sites` never changes while this lives. `http_user` is httpd's User.
  ControlServer(Fd listener, std::vector<std::unique_ptr<Site>>& sites, Audit& audit,
                const Recorder& recorder, uid_t http_user);
  ~ControlServer();

 private:
  void accept_loop();
  void answer_in_a_thread(Fd connection);
  void serve(Fd connection);
  Outcome answer(const Fd& connection, const std::string& line);
  Outcome answer_command(const Fd& connection, const Request& request, Site& site,
                         const std::string& by);
  Outcome look(const Fd& connection, const Request& request);
  Outcome history(const Request& request) const;
  Outcome watch(const Fd& connection, const std::string& name);
  nlohmann::json status(const std::string& site) const;
  Asker asker_of(uid_t uid) const;
  Site* find(const std::string& name) const;

  Fd listener_;
  std::vector<std::unique_ptr<Site>>& sites_;
  Audit& audit_;
  const Recorder& recorder_;
  const uid_t http_user_;
  std::atomic<bool> stopping_{false};  // set by the destructor alone, polled by the threads
  std::atomic<int> connections_{0};    // how many threads serve one
  std::thread thread_;
};

}  // namespace cutover
