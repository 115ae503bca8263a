// SPDX-License-Identifier: Apache-2.0
// What the application of the old host is used to, and mod_proxy's way to the new one would not do:
// answers that take their time, bodies without a length; and paths that are this host's own.
#pragma once

#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

std::vector<Problem> habits_of(const Site& site, const server_rec* s);

// Paths that the main server has for all vhosts: they go to the new host with the site.
std::vector<Problem> shared_paths(const Site& site, server_rec* main_server);

}  // namespace cutover
