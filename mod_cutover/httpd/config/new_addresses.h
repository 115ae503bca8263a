// SPDX-License-Identifier: Apache-2.0
// By which addresses the new host is known when it is the client.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Those of CutoverNewHost, or of a balancer's members, as the resolver has them now: numbers as
// they are, names once for each start and graceful. None for one that it does not know.
std::vector<std::string> addresses_of_new(const std::string& url, server_rec* main_server);

}  // namespace cutover
