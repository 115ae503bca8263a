// SPDX-License-Identifier: Apache-2.0
// The names of a vhost, as somebody has written them.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

// By ServerName and ServerAlias, in lower case, wildcards as they are. A vhost without a name has
// none here: httpd's guess at it is nobody's word.
std::vector<std::string> names_of(const server_rec* s);

bool is_wildcard(const std::string& name);

// Where a vhost is configured; nowhere for the main server.
Where place_of(const server_rec* s);

// Whether it is a vhost that has the status page, which is not the main server's for all.
bool has_own_page(const server_rec* s);

}  // namespace cutover
