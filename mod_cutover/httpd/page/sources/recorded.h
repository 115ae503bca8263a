// SPDX-License-Identifier: Apache-2.0
// What page, history.json and events.json show of the past. The coordinator alone knows it: where
// none answers there is none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/page/sources/events.h"
#include "shared/figures/history.h"

namespace cutover {

// By site; what is newer than that moment.
std::map<std::string, std::vector<HistorySample>> view_histories(const Global& global,
                                                                 std::int64_t since_ms);
std::vector<TrailLine> view_trail(const Global& global);

}  // namespace cutover
