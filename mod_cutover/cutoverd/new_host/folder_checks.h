// SPDX-License-Identifier: Apache-2.0
// Preflight: a folder asked for without its slash is redirected by httpd itself, and so shows by
// which scheme, name and port the new host knows itself.
#pragma once

#include <optional>

#include "mod_cutover/cutoverd/new_host/page_checks.h"

namespace cutover {

// Nothing where the old host has no folder, or does not redirect from it.
std::optional<Check> look_at_folders(const PageLook& look);

}  // namespace cutover
