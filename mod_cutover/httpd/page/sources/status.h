// SPDX-License-Identifier: Apache-2.0
// What page, status.json, metrics and mod_status show: the coordinator's word, and where it gives
// none, what shared memory alone knows.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "shared/figures/snapshot.h"

namespace cutover {

// For an answer of the coordinator. Short: whoever looks at the page during trouble must not wait.
inline constexpr std::chrono::milliseconds kPatience{300};

struct StatusView {
  std::vector<Snapshot> sites;
  std::optional<std::int64_t> coordinator_pid;  // nothing when none answers
  std::string error;                            // why none does
};

std::int64_t wall_ms();  // now, since 1970

StatusView view_status(const Global& global);

}  // namespace cutover
