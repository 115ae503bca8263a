// SPDX-License-Identifier: Apache-2.0
// By which address, port and name the coordinator can ask for the site as its visitors do.
#pragma once

#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "shared/protocol/front.h"

namespace cutover {

// One for each of the site's vhosts that has a port to come to, those without TLS first.
std::vector<Front> fronts_of(const Site& site, server_rec* main_server);

}  // namespace cutover
