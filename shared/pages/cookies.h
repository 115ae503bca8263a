// SPDX-License-Identifier: Apache-2.0
// Which cookies the two hosts set, compared.
#pragma once

#include <string>
#include <vector>

#include "shared/pages/probe.h"
#include "shared/protocol/findings.h"

namespace cutover {

// With this, visitors are logged out.
extern const char* const kLoggedOut;

void compare_cookies(const Probed& probed, Findings& findings);

}  // namespace cutover
