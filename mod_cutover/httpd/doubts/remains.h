// SPDX-License-Identifier: Apache-2.0
// What a vhost of the site is told to do for its own answers, and would do to those of the new host
// as well; and what it knows that the new host does not hear of. By one table of directives.
#pragma once

#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

// Nothing for what stands in <If "note('cutover-side') != 'new'">: it is not for the new host.
std::vector<Problem> remains_of(const Site& site, const server_rec* s);

}  // namespace cutover
