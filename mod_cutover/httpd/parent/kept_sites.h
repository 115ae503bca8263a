// SPDX-License-Identifier: Apache-2.0
// No gate is hidden: a site that is not at rest must not leave the configuration. A configuration
// test refuses it; in a live graceful, which cannot be refused any more, the gate stays where it
// was, from what the generation before left in retained data.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/parent/retained.h"

namespace cutover {

// In a configuration test and at the start: sites with a journal that is not at rest and no
// declaration. One sentence each.
std::vector<std::string> vanished_sites(const Global& global);

// Those that rest with the new host, without a declaration: the old one serves them again.
std::vector<std::string> returned_sites(const Global& global);

// In a live graceful: puts those sites and their vhosts back. What was done, for the log.
std::vector<std::string> keep_gates(apr_pool_t* pool, server_rec* main_server, Retained& kept);

// For the next generation.
void remember_sites(Retained& kept, server_rec* main_server);

}  // namespace cutover
