// SPDX-License-Identifier: Apache-2.0
// The two databases of a site on real servers, MariaDB or MySQL.
//
// In two steps, because the credentials are readable by root alone: load_option_file
// (option_file.h) before the coordinator drops its rights, connect() at any time after it. The
// program ignores SIGPIPE: a TLS session to a server that has gone raises it.
#pragma once

#include <memory>

#include "mod_cutover/cutoverd/databases/server/claim.h"
#include "mod_cutover/cutoverd/databases/session/connect_options.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// Connects on first use and again after a loss. Looking takes at most about a second a call; acting
// its own limit, and where a statement has to be killed up to a second more to see it gone.
std::unique_ptr<Replication> connect(const SiteSettings& site, const ConnectOptions& old_options,
                                     const ConnectOptions& new_options, const Claim& claim);

}  // namespace cutover
