// SPDX-License-Identifier: Apache-2.0
// A site's last quarter of an hour: three charts with what is so now in their headings.
#pragma once

#include "mod_cutover/httpd/page/html/facts.h"

namespace cutover {

void write_charts(Html& html, Bound& bound, const std::vector<HistorySample>& history);

}  // namespace cutover
