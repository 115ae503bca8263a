// SPDX-License-Identifier: Apache-2.0
// Sessions that were given up while their server owed an answer. Closing them frees nothing there:
// a thread that hangs (in SHOW REPLICA STATUS on a full disk, in a login whose name lookup hangs)
// keeps its place among max_connections. So the socket stays, closed for writing alone, until the
// server has ended the session; and with each one that it has not, the next is opened later.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover {

class Unanswered {
 public:
  // Of a socket that its session closes right afterwards.
  void add(int socket);
  // How many the server has not ended yet.
  std::size_t left();
  // Why no other session is to be opened just now, or nothing. From the third one on each doubles
  // the pause: a server that hangs for a day meets twenty.
  std::string wait();

 private:
  std::vector<Fd> sockets_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace cutover
