// SPDX-License-Identifier: Apache-2.0
// A configuration under which mod_proxy lets nobody, or not everybody, through to the new host. It
// shows only once the new host serves.
#pragma once

#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

std::vector<Problem> refusals_of(const Site& site, const server_rec* s);

}  // namespace cutover
