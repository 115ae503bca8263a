// SPDX-License-Identifier: Apache-2.0
// While new serves: who still comes by the old host, and may it be turned off?
#pragma once

#include "mod_cutover/httpd/page/html/facts.h"

namespace cutover {

void write_strays(Html& html, Bound& bound, const Snapshot& site);

}  // namespace cutover
