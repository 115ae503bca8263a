// SPDX-License-Identifier: Apache-2.0
// What is likely forgotten in the vhosts of a site, and hurts only once the new host serves.
#pragma once

#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

// Each is a warning: somebody may want it so, and can say that in the vhost.
std::vector<Problem> vhost_doubts(const Site& site, server_rec* main_server);

}  // namespace cutover
