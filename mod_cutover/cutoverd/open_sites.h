// SPDX-License-Identifier: Apache-2.0
// The sites of a configuration with all that they need. Option files, cookies and the state
// directory are read here, while this process may.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/wire/settings_json.h"

namespace cutover {

// What all of them share. Each lives as long as they do.
struct Grounds {
  const CoordinatorConfig& config;
  const Mapping& control;
  const Mapping& counters;
  const Mapping& takeover;
  const OtherChildren& others;
  Clock& clock;
  Audit& audit;
};

// Fills in `sites`, by their names: all whose files can be written. The others are left out, and
// the log says why; the next coordinator tries them again. Why there is none, or nothing.
std::string open_sites(const Grounds& grounds, std::vector<std::unique_ptr<Site>>& sites);

}  // namespace cutover
