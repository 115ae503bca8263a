// SPDX-License-Identifier: Apache-2.0
// Which record of the shared memory is which site's: given at the first configuration that has the
// site, and given back when the site has gone and nobody can use it any more. httpd's parent alone.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/parent/retained.h"

namespace cutover {

// Each site gets its record; a new one's first word is what its journal says. The control area is
// mapped for writing in here alone, and only where there is something to write. A site that finds
// no place is put aside: its vhosts are served as if they were in none, unless its journal names
// another side than old; then they answer 503. Which those are, a sentence each.
std::vector<std::string> adopt_sites(const Retained& kept, server_rec* main_server);

// All of them, where there is no memory for any.
std::vector<std::string> put_all_aside(const Retained& kept, server_rec* main_server,
                                       const std::string& why);

// The configuration being taken up takes `site`, or a vhost of it, from behind its gate: see
// SiteControl::withdrawn. Whoever looks at the site's journal afterwards sees every run that
// begins. False when it could not be said.
bool announce_withdrawal(const Retained& kept, const std::string& site) noexcept;

}  // namespace cutover
