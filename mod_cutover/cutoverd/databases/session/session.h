// SPDX-License-Identifier: Apache-2.0
// One session with a server: a MYSQL* that closes itself and whose every call ends at a deadline.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/connect_options.h"
#include "mod_cutover/cutoverd/databases/session/connection.h"
#include "mod_cutover/cutoverd/databases/session/unanswered.h"

namespace cutover {

struct OpenedSession {
  std::unique_ptr<Connection> session;
  std::string error;  // when there is none
};

// `label` names the server in errors: "the old database". `secrets` are kept out of every error.
// `unanswered` outlives the session, and gets it should it be given up without an answer; whoever
// opens one session after another has one.
OpenedSession open_session(const ConnectOptions& options, const std::string& label,
                           std::vector<std::string> secrets, Deadline deadline,
                           Unanswered* unanswered = nullptr);

// "10.0.0.2:3306" or the socket's path.
std::string address(const ConnectOptions& options);

}  // namespace cutover
