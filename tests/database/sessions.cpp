// SPDX-License-Identifier: Apache-2.0
// Sessions that a test opens by itself.
#include "tests/database/sessions.h"

namespace cutover {

ConnectOptions options_of(const harness::DatabaseServer& server) {
  ConnectOptions o;
  o.host = server.address();
  o.port = server.port();
  o.user = harness::kCutoverUser;
  o.password = harness::kPassword;
  o.origin = "old.cnf [cutover]";
  return o;
}

OpenedSession open(const ConnectOptions& options, Nanos limit) {
  return open_session(options, "the old database", {options.password}, Deadline::in(limit));
}

}  // namespace cutover
