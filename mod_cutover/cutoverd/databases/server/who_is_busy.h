// SPDX-License-Identifier: Apache-2.0
// Who may still write on a server for a request that has been answered: after
// fastcgi_finish_request, in a shutdown function, in a deferred update.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

class WhoIsBusy {
 public:
  // Sessions of others with a statement that has just begun, with a connection beyond that number
  // (0: none is told by it), and where there is none of these, with a transaction that has changed
  // or locked rows: "app@10.0.0.5:4711 (connection 42, idle)". One that was there before and waits
  // without any of that belongs to a pool. Changes nothing; may be asked again and again.
  Reading<std::vector<std::string>> look(Connection& server, std::uint64_t connections,
                                         Deadline deadline);

 private:
  std::vector<std::string> in_transactions_;       // at the last look at them,
  std::chrono::steady_clock::time_point again_{};  // which says something new from then on
};

}  // namespace cutover
