// SPDX-License-Identifier: Apache-2.0
// From where the application will come to the arriving server, and whether an account lets it in.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

struct ClientPlace {
  bool local = false;   // from the server's own machine, or that is not known better
  std::string address;  // of the machine on which the application is; empty: not known
};

enum class LetsIn { kNo, kYes, kMaybe };

ClientPlace application_on_arriving(Scene& scene);
// By an account's Host part; names are not looked up.
LetsIn lets_in(const std::string& host, const ClientPlace& place);

// "http://10.0.0.2:8080/x" to "10.0.0.2", "https://[::1]" to "::1".
std::string host_of_url(const std::string& url);

}  // namespace cutover
