// SPDX-License-Identifier: Apache-2.0
// From where the application comes to a server, and whether an account lets it in.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

struct ClientPlace {
  bool local = false;   // from the server's own machine, or that is not known better
  std::string address;  // of the machine on which the application is; empty: not known
  // It comes over TCP to a server that takes addresses alone: `localhost` is the socket there.
  bool without_names = false;
};

enum class LetsIn { kNo, kYes, kMaybe };

ClientPlace application_on(Scene& scene, Server& server);
// Whether a session's host, as the processlist has it, is the application's own.
bool is_from(const std::string& host, const ClientPlace& place);
// By an account's Host part; names are not looked up.
LetsIn lets_in(const std::string& host, const ClientPlace& place);

// "http://10.0.0.2:8080/x" to "10.0.0.2", "https://[::1]" to "::1".
std::string host_of_url(const std::string& url);

}  // namespace cutover
