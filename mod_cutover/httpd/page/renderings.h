// SPDX-License-Identifier: Apache-2.0
// What is shown, for programs: JSON, Prometheus' text, mod_status' `?auto`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mod_cutover/httpd/page/sources/events.h"
#include "mod_cutover/httpd/page/sources/status.h"
#include "shared/figures/history.h"

namespace cutover {

std::string render_json(const StatusView& view);
std::string render_metrics(const StatusView& view);
// `?auto`, and the section of mod_status's own.
std::string render_auto(const StatusView& view);

// By site.
std::string render_history(const std::map<std::string, std::vector<HistorySample>>& histories);
std::string render_trail(const std::vector<TrailLine>& trail);

}  // namespace cutover
